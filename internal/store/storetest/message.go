package storetest

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"chuan.dev/chuan/internal/store"
)

func send(t *testing.T, s store.Store, messages ...store.Outgoing) {
	t.Helper()
	put(t, s, func(n *store.New) { n.Change.Messages = messages })
}

func to(receiver, body string) store.Outgoing {
	return store.Outgoing{To: receiver, Kind: "consult", Body: []byte(body)}
}

// waiting returns the messages that wait, as "RECEIVER NUMBER BODY".
func waiting(t *testing.T, s store.Store, now time.Time, limit int) (texts []string, ids []int64) {
	t.Helper()
	messages, err := s.Outbox(t.Context(), now, limit)
	if err != nil {
		t.Fatalf("Outbox: %v", err)
	}
	for _, m := range messages {
		texts = append(texts, fmt.Sprintf("%s %d %s", m.To, m.Number, m.Body))
		ids = append(ids, m.ID)
	}
	return texts, ids
}

func sent(t *testing.T, s store.Store, d store.Delivery) {
	t.Helper()
	if err := s.Sent(t.Context(), d); err != nil {
		t.Fatalf("Sent: %v", err)
	}
}

func outbox(t *testing.T, s store.Store) {
	send(t, s, to("A", "a1"), to("B", "b1"))
	send(t, s, to("A", "a2"))
	send(t, s, to("sms", "s1"))
	expect := func(what string, now time.Time, limit int, want ...string) []int64 {
		t.Helper()
		got, ids := waiting(t, s, now, limit)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", what, got, want)
		}
		return ids
	}
	ids := expect("all", Day, 10, "A 1 a1", "B 1 b1", "A 2 a2", "sms 1 s1")
	expect("at most two", Day, 2, "A 1 a1", "B 1 b1")
	later := Day.Add(time.Minute)
	sent(t, s, store.Delivery{ID: ids[0], Next: later, Failure: "A does not answer"})
	expect("A has to wait", Day, 10, "B 1 b1", "sms 1 s1")
	expect("A is tried again", later, 10, "A 1 a1", "B 1 b1", "A 2 a2", "sms 1 s1")
	messages, err := s.Outbox(t.Context(), later, 1)
	if err != nil || messages[0].Attempts != 1 || messages[0].Failure != "A does not answer" || !messages[0].At.Equal(Day) ||
		messages[0].Code != New().Code(1) || messages[0].Kind != "consult" {
		t.Errorf("message that failed once: %+v, %v", messages, err)
	}
	sent(t, s, store.Delivery{ID: ids[0], At: later})
	sent(t, s, store.Delivery{ID: ids[1], At: later})
	expect("two were taken", Day, 10, "A 2 a2", "sms 1 s1")
	// What was taken stays so, whatever is said of it later.
	sent(t, s, store.Delivery{ID: ids[0], Next: later, Failure: "late news"})
	expect("news of what was taken", Day, 10, "A 2 a2", "sms 1 s1")
	if err := s.Sent(t.Context(), store.Delivery{ID: 999, At: Day}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("Sent of no message: %v, want %v", err, store.ErrNotFound)
	}
	// The second waits, and the third behind it; another receiver does not.
	send(t, s, to("A", "a3"), to("B", "b2"))
	sent(t, s, store.Delivery{ID: ids[2], Next: later, Failure: "A does not answer"})
	expect("A has to wait again", Day, 10, "sms 1 s1", "B 2 b2")
	// A change that is refused sends nothing, and uses up no number.
	d := create(t, s)
	add(t, s, Next(d, "B2"))
	stale := Next(d, "B3")
	stale.Change.Messages = []store.Outgoing{to("B", "never")}
	if _, err := s.Append(t.Context(), stale); !errors.Is(err, store.ErrConflict) {
		t.Fatal(err)
	}
	send(t, s, to("B", "b3"))
	expect("after a refusal", Day, 10, "sms 1 s1", "B 2 b2", "B 3 b3")
}

func incoming(t *testing.T, s store.Store) {
	take := func(sender string, number int64) (store.Written, error) {
		n := New()
		n.Change.Incoming = &store.Incoming{Sender: sender, Number: number}
		return s.Create(t.Context(), n)
	}
	first, err := take("A", 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		sender string
		number int64
		want   error
		code   string
	}{
		{"A", 3, store.ErrGap, ""},
		{"A", 1, store.ErrRepeated, first.Code},
		{"B", 2, store.ErrGap, ""},
		{"A", 2, nil, New().Code(2)},
		{"A", 1, store.ErrRepeated, first.Code},
		{"A", 2, store.ErrRepeated, New().Code(2)},
		{"B", 1, nil, New().Code(3)},
	} {
		got, err := take(c.sender, c.number)
		if !errors.Is(err, c.want) || got.Code != c.code {
			t.Errorf("message %d of %s: %s, %v; want %q, %v", c.number, c.sender, got.Code, err, c.code, c.want)
		}
		if errors.Is(c.want, store.ErrRepeated) && (got.Version != 1 || got.Hash != load(t, s, c.code).Events[0].Hash) {
			t.Errorf("message %d of %s became %+v", c.number, c.sender, got)
		}
	}
	// The answer to a question is a message that is taken by what asked.
	d := load(t, s, first.Code)
	a := Next(d, "B2")
	a.Change.Incoming = &store.Incoming{Sender: "A", Number: 3}
	added := add(t, s, a)
	got, err := s.Append(t.Context(), a)
	if !errors.Is(err, store.ErrRepeated) || got.Version != 2 || got.Hash != added.Hash || got.Code != d.Code {
		t.Errorf("the answer again: %+v, %v", got, err)
	}
}
