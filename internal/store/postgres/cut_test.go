package postgres

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/url"
	"sync"
	"testing"
	"time"

	"chuan.dev/chuan/internal/store"
	"chuan.dev/chuan/internal/store/storetest"
)

// cutter stands between a driver and its server and cuts connections at chosen moments.
type cutter struct {
	listener net.Listener
	server   string

	mu sync.Mutex
	// rounds is how many requests still pass; before the next one, or after it, the connection is cut. Negative means never.
	rounds  int
	after   bool
	refuses bool
	conns   []net.Conn
}

// syncMessage ends every request of pgx.
var syncMessage = []byte{'S', 0, 0, 0, 4}

// newCutter returns a cutter in front of a server and the connection string that leads through it.
func newCutter(t *testing.T, uri string) (*cutter, string) {
	t.Helper()
	u, err := url.Parse(uri)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &cutter{listener: listener, server: u.Host, rounds: -1}
	t.Cleanup(func() {
		_ = listener.Close()
		c.cut()
	})
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go c.serve(client)
		}
	}()
	u.Host = listener.Addr().String()
	return c, u.String()
}

func (c *cutter) serve(client net.Conn) {
	defer func() { _ = client.Close() }()
	server, err := net.Dial("tcp", c.server)
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	c.mu.Lock()
	refuses := c.refuses
	c.conns = append(c.conns, client, server)
	c.mu.Unlock()
	if refuses {
		return
	}
	silent := make(chan struct{})
	go func() {
		buffer := make([]byte, 1<<16)
		for {
			n, err := server.Read(buffer)
			select {
			case <-silent:
				// The server has answered, which nobody hears.
				_ = client.Close()
				return
			default:
			}
			if err != nil {
				_ = client.Close()
				return
			}
			if _, err := client.Write(buffer[:n]); err != nil {
				return
			}
		}
	}()
	buffer := make([]byte, 1<<20)
	for {
		n, err := client.Read(buffer)
		if err != nil {
			return
		}
		if bytes.HasSuffix(buffer[:n], syncMessage) && c.last() {
			if !c.after {
				return
			}
			close(silent)
			_, _ = server.Write(buffer[:n])
			_, _ = io.Copy(io.Discard, client)
			return
		}
		if _, err := server.Write(buffer[:n]); err != nil {
			return
		}
	}
}

// last says whether this request is the one at which the connection is cut.
func (c *cutter) last() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.rounds--
	return c.rounds == -1
}

// arm cuts the connection at a request after some have passed, before it reaches the server or when it was answered.
func (c *cutter) arm(rounds int, after bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.rounds, c.after = rounds, after
}

func (c *cutter) refuse(refuses bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.refuses = refuses
}

func (c *cutter) cut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, conn := range c.conns {
		_ = conn.Close()
	}
	c.conns = nil
}

// warm has the writer's connection know all statements, so that a change is one request by memory, or two: what has to be
// known, and what is written with the COMMIT.
func warm(t *testing.T, s *Store) store.Dossier {
	t.Helper()
	written, err := s.Create(t.Context(), storetest.New())
	if err != nil {
		t.Fatal(err)
	}
	d := loaded(t, s, written.Code)
	for range 3 {
		if _, err := s.Append(t.Context(), next(d, store.Hash{byte(len(d.Events))})); err != nil {
			t.Fatal(err)
		}
		d = loaded(t, s, d.Code)
	}
	return d
}

func loaded(t *testing.T, s *Store, code string) store.Dossier {
	t.Helper()
	d, err := s.Load(t.Context(), code)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// next is what happens next to a dossier, under a key.
func next(d store.Dossier, key store.Hash) store.Addition {
	a := storetest.Next(d, "B2")
	a.Change.Once = &store.Once{Key: key, Request: key, At: storetest.Day}
	return a
}

func TestACutConnectionIsSettledBeforeItIsAnswered(t *testing.T) {
	for name, c := range map[string]struct {
		byMemory bool
		rounds   int
		after    bool
	}{
		"before anything is known":                {false, 0, false},
		"when the row is taken":                   {false, 0, true},
		"before the COMMIT arrives":               {false, 1, false},
		"after the COMMIT is answered":            {false, 1, true},
		"by memory, before anything arrives":      {true, 0, false},
		"by memory, after the COMMIT is answered": {true, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			cutter, uri := newCutter(t, newDatabase(t))
			s := openAgency(t, openDatabase(t, Options{URI: uri}), agency)
			d := warm(t, s)
			a := next(d, store.Hash{0xff})
			if !s.writer.known.alone {
				t.Fatal("the writer does not write by memory")
			}
			s.writer.known.alone = c.byMemory
			cutter.arm(c.rounds, c.after)
			written, err := s.Append(t.Context(), a)
			if err != nil {
				t.Fatalf("Append over a connection that is cut: %v", err)
			}
			if cutter.last(); cutter.rounds >= 0 {
				t.Fatal("the connection was not cut")
			}
			got := loaded(t, s, d.Code)
			last := got.Events[len(got.Events)-1]
			if len(got.Events) != len(d.Events)+1 || last.Hash != written.Hash || last.Seq != written.Version {
				t.Errorf("%d events, the last is %d (%s); acknowledged was %d (%s) after %d",
					len(got.Events), last.Seq, last.Hash, written.Version, written.Hash, len(d.Events))
			}
			if _, err := s.Append(t.Context(), a); !errors.Is(err, store.ErrRepeated) {
				t.Errorf("the same request again: %v, want %v", err, store.ErrRepeated)
			}
			if evidence, err := s.Verify(t.Context()); err != nil || evidence.Broken != nil {
				t.Errorf("Verify: %+v, %v", evidence.Broken, err)
			}
		})
	}
}

func TestWhatCannotBeSettledIsNotAcknowledged(t *testing.T) {
	cutter, uri := newCutter(t, newDatabase(t))
	s := openAgency(t, openDatabase(t, Options{URI: uri, Patience: 300 * time.Millisecond}), agency)
	d := warm(t, s)
	a := next(d, store.Hash{0xff})
	cutter.refuse(true)
	cutter.arm(0, true)
	if _, err := s.Append(t.Context(), a); !errors.Is(err, store.ErrUnwritable) {
		t.Fatalf("Append of which nobody knows what became: %v, want %v", err, store.ErrUnwritable)
	}
	if err := s.Healthy(t.Context()); !errors.Is(err, store.ErrUnwritable) {
		t.Errorf("Healthy without a server: %v, want %v", err, store.ErrUnwritable)
	}
	cutter.refuse(false)
	if err := s.Healthy(t.Context()); err != nil {
		t.Errorf("Healthy with a server again: %v", err)
	}
	before, err := s.Append(t.Context(), a)
	if !errors.Is(err, store.ErrRepeated) || before.Code != d.Code || before.Version != a.Version+1 {
		t.Errorf("the same request again: %+v, %v; want %v with version %d", before, err, store.ErrRepeated, a.Version+1)
	}
	if got := loaded(t, s, d.Code); len(got.Events) != len(d.Events)+1 || got.Events[a.Version].Hash != before.Hash {
		t.Errorf("%d events, want %d", len(got.Events), len(d.Events)+1)
	}
}

func TestReadersRideOverACutConnection(t *testing.T) {
	cutter, uri := newCutter(t, newDatabase(t))
	s := openAgency(t, openDatabase(t, Options{URI: uri}), agency)
	d := warm(t, s)
	cutter.cut()
	if got := loaded(t, s, d.Code); len(got.Events) != len(d.Events) {
		t.Errorf("%d events, want %d", len(got.Events), len(d.Events))
	}
}
