package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"chuan.dev/chuan/internal/store"
	"chuan.dev/chuan/internal/store/storetest"
	"chuan.dev/chuan/internal/testenv"
)

// book is the number book of the tests.
const book = "GPXD-UBND/2026"

// done is what an event of the tests says: which request it answers, and the number it was given.
type done struct {
	Request string `json:"request"`
	Number  int64  `json:"number,omitempty"`
}

// ledgerOfClients is what the clients know to be acknowledged.
type ledgerOfClients struct {
	mu    sync.Mutex
	acked map[string]store.Written // by request
	// reached is closed and replaced whenever something was acknowledged.
	reached chan struct{}
}

func (l *ledgerOfClients) ack(request string, w store.Written) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.acked[request] = w
	close(l.reached)
	l.reached = make(chan struct{})
}

// await waits until so many requests were acknowledged.
func (l *ledgerOfClients) await(n int) {
	for {
		l.mu.Lock()
		have, reached := len(l.acked), l.reached
		l.mu.Unlock()
		if have >= n {
			return
		}
		<-reached
	}
}

// client works with one replica: it brings in a dossier, moves it on with a number of the book, and moves a dossier that all
// share. A request whose fate it does not learn it sends again, under the same key, until it does.
type client struct {
	name   string
	s      *Store
	ledger *ledgerOfClients
	shared string
}

func (c *client) work(ctx context.Context) error {
	for round := 0; ctx.Err() == nil; round++ {
		if err := c.round(fmt.Sprintf("%s/%d", c.name, round)); err != nil {
			return err
		}
	}
	return nil
}

func (c *client) round(name string) error {
	n := storetest.New()
	n.Change.Events[0].Data = mustJSON(done{Request: name + "/new"})
	w, err := c.send(name+"/new", func(o *store.Once) (store.Written, error) {
		n.Change.Once = o
		return c.s.Create(context.Background(), n)
	})
	if err != nil {
		return err
	}
	if err := c.move(w.Code, name+"/own", false); err != nil {
		return err
	}
	return c.move(c.shared, name+"/shared", true)
}

// move moves a dossier on. That somebody else was faster is no failure where it is shared.
func (c *client) move(code, request string, shared bool) error {
	var d store.Dossier
	for {
		var err error
		if d, err = c.s.Load(context.Background(), code); err == nil {
			break
		} else if !errors.Is(err, store.ErrUnwritable) {
			return fmt.Errorf("load %s: %w", code, err)
		}
	}
	a := storetest.Next(d, "B2")
	a.Change.Numbering = &store.Numbering{Book: book, Put: func(number int64, events []store.Event) error {
		events[0].Data = mustJSON(done{request, number})
		return nil
	}}
	_, err := c.send(request, func(o *store.Once) (store.Written, error) {
		a.Change.Once = o
		return c.s.Append(context.Background(), a)
	})
	if shared && errors.Is(err, store.ErrConflict) {
		return nil
	}
	return err
}

func (c *client) send(request string, do func(*store.Once) (store.Written, error)) (store.Written, error) {
	var key store.Hash
	copy(key[:], request)
	for {
		w, err := do(&store.Once{Key: key, Request: key, At: storetest.Day})
		switch {
		case err == nil, errors.Is(err, store.ErrRepeated):
			c.ledger.ack(request, w)
			return w, nil
		case errors.Is(err, store.ErrUnwritable), errors.Is(err, store.ErrBusy):
		default:
			return w, fmt.Errorf("request %s: %w", request, err)
		}
	}
}

func mustJSON(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return text
}

// cutSome cuts the connection of a replica, whatever it is doing.
func cutSome(t *testing.T, p *testenv.Postgres) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), p.AdminURI("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	_, err = conn.Exec(t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE application_name = 'workflowd' ORDER BY state <> 'idle' DESC, random() LIMIT 1`)
	if err != nil {
		t.Fatal(err)
	}
}

func TestTwoReplicasUnderLoadWithConnectionsCutAndTheServerKilled(t *testing.T) {
	p := testenv.PostgresFor(t)
	var replicas []*Store
	for range 2 {
		replicas = append(replicas, openAgency(t, openDatabase(t, Options{URI: p.URI()}), agency))
	}
	shared, err := replicas[0].Create(t.Context(), storetest.New())
	if err != nil {
		t.Fatal(err)
	}
	ledger := &ledgerOfClients{acked: map[string]store.Written{}, reached: make(chan struct{})}
	ctx, stop := context.WithCancel(t.Context())
	var group sync.WaitGroup
	for r, s := range replicas {
		for i := range 8 {
			c := &client{fmt.Sprintf("%d/%d", r, i), s, ledger, shared.Code}
			group.Go(func() {
				if err := c.work(ctx); err != nil {
					t.Error(err)
					// The others would wait for what never comes.
					stop()
					ledger.ack("failed "+c.name, store.Written{})
				}
			})
		}
	}
	const requests, cuts, kills = 4000, 40, 3
	for i := range cuts {
		ledger.await((i + 1) * requests / (cuts + kills))
		if ctx.Err() != nil {
			break
		}
		if i%(cuts/kills) == cuts/kills-1 {
			if err := p.Kill(); err != nil {
				t.Fatal(err)
			}
			if err := p.Start(t.Context()); err != nil {
				t.Fatal(err)
			}
			continue
		}
		cutSome(t, p)
	}
	if ctx.Err() == nil {
		ledger.await(requests)
	}
	stop()
	group.Wait()
	if t.Failed() {
		return
	}
	checkReplicas(t, openAgency(t, openDatabase(t, Options{URI: p.URI()}), agency), ledger)
}

// checkReplicas compares what is in the database with what the clients know.
func checkReplicas(t *testing.T, s *Store, ledger *ledgerOfClients) {
	t.Helper()
	evidence, err := s.Verify(t.Context())
	if err != nil || evidence.Broken != nil {
		t.Fatalf("Verify: %+v, %v", evidence.Broken, err)
	}
	if err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
	answered := map[string]store.Written{}
	var numbers []int64
	var codes []string
	for d, err := range s.Walk(t.Context(), store.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		codes = append(codes, d.Code)
		for _, e := range d.Events {
			var what done
			if err := json.Unmarshal(e.Data, &what); err != nil {
				t.Fatal(err)
			}
			if what.Request == "" {
				continue
			}
			if _, twice := answered[what.Request]; twice {
				t.Errorf("request %s was written twice", what.Request)
			}
			answered[what.Request] = store.Written{Code: d.Code, Version: e.Seq, Hash: e.Hash}
			if what.Number > 0 {
				numbers = append(numbers, what.Number)
			}
		}
	}
	for request, w := range ledger.acked {
		if got, there := answered[request]; !there || got.Code != w.Code || got.Version != w.Version || got.Hash != w.Hash {
			t.Errorf("request %s was acknowledged as %s %d %s; in the database it is %+v", request, w.Code, w.Version, w.Hash, got)
		}
	}
	// Every client learned the fate of all that it sent, so that nothing else can be there.
	if len(answered) != len(ledger.acked) {
		t.Errorf("%d requests were written, %d acknowledged", len(answered), len(ledger.acked))
	}
	slices.Sort(numbers)
	for i, n := range numbers {
		if n != int64(i+1) {
			t.Fatalf("number %d of the book is %d", i+1, n)
		}
	}
	slices.Sort(codes)
	for i, code := range codes {
		if want := storetest.New().Code(int64(i + 1)); code != want {
			t.Fatalf("code %d is %s, want %s", i+1, code, want)
		}
	}
	if last := int64(len(numbers)); last == 0 || !strings.HasPrefix(codes[0], agency) {
		t.Errorf("%d numbers were given", last)
	}
	t.Logf("%d dossiers, %d events, %d numbers; %d acknowledged", evidence.Dossiers, evidence.Events, len(numbers), len(ledger.acked))
}
