package exchange

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"chuan.dev/chuan/internal/store"
)

// box is an outbox in memory.
type box struct {
	mu       sync.Mutex
	messages []store.Message
	done     map[int64]store.Delivery
	// failures of Sent that are still to come.
	failures int
}

func (b *box) put(to string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	number := int64(1)
	for _, m := range b.messages {
		if m.To == to {
			number++
		}
	}
	b.messages = append(b.messages, store.Message{
		Outgoing: store.Outgoing{To: to, Kind: "k"}, ID: int64(len(b.messages) + 1), Number: number,
	})
}

func (b *box) Outbox(_ context.Context, now time.Time, limit int) ([]store.Message, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var waiting []store.Message
	held := map[string]bool{}
	for _, m := range b.messages {
		d := b.done[m.ID]
		held[m.To] = held[m.To] || d.At.IsZero() && d.Next.After(now)
		if d.At.IsZero() && !held[m.To] && len(waiting) < limit {
			waiting = append(waiting, m)
		}
	}
	return waiting, nil
}

func (b *box) Sent(_ context.Context, d store.Delivery) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.failures > 0 {
		b.failures--
		return store.ErrBusy
	}
	b.done[d.ID] = d
	b.messages[d.ID-1].Attempts++
	return nil
}

// office is a sender under test with a receiver that remembers what it took.
type office struct {
	t      *testing.T
	box    *box
	sender *Sender

	mu    sync.Mutex
	now   time.Time
	taken []string
	fail  func(m store.Message) error
	told  chan struct{}
}

func newOffice(t *testing.T) *office {
	o := &office{t: t, box: &box{done: map[int64]store.Delivery{}}, now: monday, told: make(chan struct{}, 1000)}
	o.sender = &Sender{
		Open: func(agency string) (Box, bool) {
			return Box{Agency: agency, Outbox: o.box, Deliver: o.deliver, Release: func() {}, Lost: o.lost}, agency == "a"
		},
		Now: o.clock, Log: slog.New(slog.DiscardHandler), Observe: func(string, store.Message, error) { o.told <- struct{}{} },
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		o.sender.Run(ctx)
	}()
	t.Cleanup(func() { stop(); <-ended })
	return o
}

func (o *office) clock() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.now
}

func (o *office) deliver(_ context.Context, m store.Message) error {
	o.mu.Lock()
	fail := o.fail
	o.mu.Unlock()
	if fail != nil {
		if err := fail(m); err != nil {
			return err
		}
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.taken = append(o.taken, fmt.Sprintf("%s %d", m.To, m.Number))
	return nil
}

func (o *office) lost(_ context.Context, receiver string, from, before int64) ([]store.Message, error) {
	o.box.mu.Lock()
	defer o.box.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(o.box.messages), func(m store.Message) bool {
		return m.To != receiver || m.Number < from || m.Number >= before
	}), nil
}

// until waits until something is so.
func (o *office) until(what string, is func() bool) {
	o.t.Helper()
	for {
		o.mu.Lock()
		o.box.mu.Lock()
		so := is()
		o.box.mu.Unlock()
		o.mu.Unlock()
		if so {
			return
		}
		select {
		case <-o.told:
		case <-time.After(10 * time.Millisecond):
		case <-o.t.Context().Done():
			o.t.Fatalf("never: %s", what)
		}
	}
}

func (o *office) failing(how func(m store.Message) error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.fail = how
}

func (o *office) pass(d time.Duration) {
	o.mu.Lock()
	o.now = o.now.Add(d)
	o.mu.Unlock()
	o.sender.Wake("a")
}

func TestReceiversDoNotWaitForEachOther(t *testing.T) {
	o := newOffice(t)
	hangs := make(chan struct{})
	o.failing(func(m store.Message) error {
		if m.To == "B" {
			<-hangs
		}
		return nil
	})
	for range 3 {
		o.box.put("B")
		o.box.put("C")
	}
	o.sender.Wake("a")
	o.until("C is served while B hangs", func() bool { return len(o.taken) == 3 })
	o.box.put("C")
	o.sender.Wake("a")
	o.until("and served again", func() bool { return len(o.taken) == 4 })
	close(hangs)
	o.until("B is served in the end", func() bool { return len(o.taken) == 7 && len(o.box.done) == 7 })
	want := []string{"C 1", "C 2", "C 3", "C 4", "B 1", "B 2", "B 3"}
	if diff := cmp.Diff(want, o.taken); diff != "" {
		t.Errorf("taken (-want +got):\n%s", diff)
	}
}

func TestWhatFailsIsTriedAgainInOrder(t *testing.T) {
	o := newOffice(t)
	tries := 0
	o.failing(func(store.Message) error {
		tries++
		return errors.New("down")
	})
	o.box.put("B")
	o.box.put("B")
	for attempt := 1; attempt <= 4; attempt++ {
		o.sender.Wake("a")
		o.until("it is tried", func() bool { return o.box.messages[0].Attempts == attempt })
		if next := o.box.done[1].Next; !next.After(o.clock()) || next.After(o.clock().Add(firstPause<<(attempt-1))) {
			t.Errorf("after attempt %d: next at %v, now %v", attempt, next, o.clock())
		}
		o.mu.Lock()
		o.now = o.now.Add(firstPause << (attempt - 1))
		o.mu.Unlock()
	}
	if tries != 4 || o.box.messages[1].Attempts != 0 {
		t.Errorf("%d tries, %d of the second message", tries, o.box.messages[1].Attempts)
	}
	o.failing(nil)
	o.pass(lastPause)
	o.until("both are taken", func() bool { return len(o.taken) == 2 && len(o.box.done) == 2 })
	if diff := cmp.Diff([]string{"B 1", "B 2"}, o.taken); diff != "" {
		t.Errorf("taken (-want +got):\n%s", diff)
	}
}

func TestBackoff(t *testing.T) {
	for attempts := range 70 {
		longest, shortest := backoff(attempts, 0), backoff(attempts, 1)
		if longest > lastPause || shortest < longest*3/4 || attempts > 0 && longest < backoff(attempts-1, 0) {
			t.Errorf("after %d: %v to %v", attempts, shortest, longest)
		}
	}
}

func TestRefusedForGood(t *testing.T) {
	o := newOffice(t)
	o.failing(func(m store.Message) error {
		if m.Number == 1 {
			return &RefusedError{Reason: "no such number"}
		}
		return nil
	})
	o.box.put("sms")
	o.box.put("sms")
	o.sender.Wake("a")
	o.until("the second goes out", func() bool { return len(o.taken) == 1 && len(o.box.done) == 2 })
	if d := o.box.done[1]; d.At.IsZero() || d.Failure == "" {
		t.Errorf("the first: %+v", d)
	}
}

func TestCrashBetweenTakingAndRecording(t *testing.T) {
	o := newOffice(t)
	o.box.failures = 1
	o.box.put("B")
	o.sender.Wake("a")
	o.until("it is sent again", func() bool { return len(o.taken) == 2 && len(o.box.done) == 1 })
	if diff := cmp.Diff([]string{"B 1", "B 1"}, o.taken); diff != "" {
		t.Errorf("taken (-want +got):\n%s", diff)
	}
}

func TestReceiverThatHasLostMessages(t *testing.T) {
	o := newOffice(t)
	for range 4 {
		o.box.put("B")
	}
	o.sender.Wake("a")
	o.until("four are taken", func() bool { return len(o.taken) == 4 && len(o.box.done) == 4 })
	last := int64(2)
	o.failing(func(m store.Message) error {
		if m.Number > last+1 {
			return &GapError{Expected: last + 1}
		}
		last = max(last, m.Number)
		return nil
	})
	o.box.put("B")
	o.sender.Wake("a")
	o.until("it has caught up", func() bool { return len(o.taken) == 7 && len(o.box.done) == 5 })
	if diff := cmp.Diff([]string{"B 3", "B 4", "B 5"}, o.taken[4:]); diff != "" {
		t.Errorf("taken (-want +got):\n%s", diff)
	}
}
