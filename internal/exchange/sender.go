package exchange

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"chuan.dev/chuan/internal/store"
)

// Outbox is where the messages of an agency wait; every [store.Store] has one.
type Outbox interface {
	Outbox(ctx context.Context, now time.Time, limit int) ([]store.Message, error)
	Sent(ctx context.Context, d store.Delivery) error
}

// Box is the outbox of one agency, kept open for as long as it is emptied.
type Box struct {
	// Agency is the name of the agency.
	Agency string
	Outbox Outbox
	// Deliver brings a message to its receiver. An error means that it has to be tried again, but for a [RefusedError]
	// and a [GapError].
	Deliver func(ctx context.Context, m store.Message) error
	// Lost returns messages to a receiver that were taken before, from a number up to another, which is not one of them,
	// in order. The receiver has lost them.
	Lost func(ctx context.Context, receiver string, from, before int64) ([]store.Message, error)
	// Release lets go of the box.
	Release func()
}

// RefusedError says that a message will never be taken: it is recorded as such and not sent again.
type RefusedError struct{ Reason string }

// Error says why.
func (e *RefusedError) Error() string { return "it is refused for good: " + e.Reason }

// GapError says that the receiver misses messages before this one: it was set back to an earlier state, or another process
// sends for this agency too.
type GapError struct {
	// Expected is the number of the first message that it misses; 0 when it does not say.
	Expected int64
}

// Error says which is missing.
func (e *GapError) Error() string {
	return fmt.Sprintf("the receiver misses messages before this one, from number %d", e.Expected)
}

// Bounds of a sender.
const (
	// deliveryTime bounds one attempt.
	deliveryTime = 15 * time.Second
	// batch is how many messages of an agency are looked at together.
	batch = 100
	// firstPause is how long it is waited after a first failure; it doubles with every further one, up to lastPause.
	firstPause = time.Second
	lastPause  = 15 * time.Minute
	// deliveries are how many receivers are sent to at the same time.
	deliveries = 16
)

// Sender empties outboxes. To one receiver it sends in order, one after the other; receivers do not wait for each other.
type Sender struct {
	// Open opens the outbox of an agency; false when it is not served any more.
	Open func(agency string) (Box, bool)
	Now  func() time.Time
	Log  *slog.Logger
	// Observe is told of every attempt: whose, of which kind, to whom, and how it failed. It may be nil.
	Observe func(agency string, m store.Message, err error)

	once  sync.Once
	slots chan struct{}
	woken chan string
	lines sync.WaitGroup

	mu     sync.Mutex
	asked  map[string]bool
	busy   map[line]bool
	timers map[line]*time.Timer
}

// line is what goes from one agency to one receiver.
type line struct{ agency, receiver string }

func (s *Sender) init() {
	s.once.Do(func() {
		s.slots, s.woken = make(chan struct{}, deliveries), make(chan string, 1)
		s.asked, s.busy, s.timers = map[string]bool{}, map[line]bool{}, map[line]*time.Timer{}
	})
}

// Wake says that there may be something to send for an agency. It never waits.
func (s *Sender) Wake(agency string) {
	s.init()
	s.mu.Lock()
	s.asked[agency] = true
	s.mu.Unlock()
	select {
	case s.woken <- agency:
	default:
	}
}

// Run sends what it is woken for until the context ends, and then waits for what is under way.
func (s *Sender) Run(ctx context.Context) {
	s.init()
	defer s.lines.Wait()
	for {
		select {
		case <-ctx.Done():
			s.stopTimers()
			return
		case <-s.woken:
		}
		for _, agency := range s.take() {
			if err := s.start(ctx, agency); err != nil && ctx.Err() == nil {
				s.Log.Error("what has to be sent cannot be read", "agency", agency, "error", err)
				s.wakeIn(line{agency: agency}, lastPause)
			}
		}
	}
}

// take returns the agencies that were woken, and forgets them.
func (s *Sender) take() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	agencies := make([]string, 0, len(s.asked))
	for agency := range s.asked {
		agencies = append(agencies, agency)
	}
	clear(s.asked)
	return agencies
}

// start begins to send what an agency has for receivers to whom nothing is under way.
func (s *Sender) start(ctx context.Context, agency string) error {
	box, ok := s.Open(agency)
	if !ok {
		return nil
	}
	waiting, err := box.Outbox.Outbox(ctx, s.Now(), batch)
	if err != nil || len(waiting) == 0 {
		box.Release()
		return err
	}
	var lines sync.WaitGroup
	for receiver, messages := range byReceiver(waiting) {
		at := line{agency, receiver}
		if !s.occupy(at) {
			continue
		}
		lines.Add(1)
		s.lines.Go(func() {
			defer lines.Done()
			select {
			case s.slots <- struct{}{}:
			case <-ctx.Done():
				s.free(at)
				return
			}
			all := s.send(ctx, box, messages)
			<-s.slots
			s.free(at)
			if all {
				// More may have come for this receiver while it was busy.
				s.Wake(agency)
			}
		})
	}
	s.lines.Go(func() {
		lines.Wait()
		box.Release()
	})
	return nil
}

func byReceiver(waiting []store.Message) map[string][]store.Message {
	lines := map[string][]store.Message{}
	for _, m := range waiting {
		lines[m.To] = append(lines[m.To], m)
	}
	return lines
}

func (s *Sender) occupy(at line) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.busy[at] {
		return false
	}
	s.busy[at] = true
	return true
}

func (s *Sender) free(at line) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.busy, at)
}

// send sends messages to one receiver in order, and says whether it came to the end of them. It stops at the first that is
// not taken.
func (s *Sender) send(ctx context.Context, box Box, messages []store.Message) bool {
	for _, m := range messages {
		err := s.attempt(ctx, box, m)
		if gap := new(GapError); errors.As(err, &gap) && gap.Expected < m.Number {
			err = s.catchUp(ctx, box, m, gap.Expected)
		}
		if ctx.Err() != nil {
			return false
		}
		d, goOn := s.delivery(box, m, err)
		// What is not recorded as sent is sent again; the receiver knows its number.
		if err := box.Outbox.Sent(ctx, d); err != nil {
			s.Log.Error("it cannot be recorded whether a message was taken; it will be sent again",
				"agency", box.Agency, "message", m.ID, "error", err)
			s.wakeIn(line{box.Agency, m.To}, firstPause)
			return false
		}
		if !goOn {
			return false
		}
	}
	return true
}

// attempt tries once to deliver a message.
func (s *Sender) attempt(ctx context.Context, box Box, m store.Message) error {
	attempt, cancel := context.WithTimeout(ctx, deliveryTime)
	defer cancel()
	err := box.Deliver(attempt, m)
	if s.Observe != nil && ctx.Err() == nil {
		s.Observe(box.Agency, m, err)
	}
	return err
}

// catchUp sends once more what a receiver has lost, which happens where its records were restored from a backup, and then
// the message that it has found to be too early.
func (s *Sender) catchUp(ctx context.Context, box Box, m store.Message, from int64) error {
	lost, err := box.Lost(ctx, m.To, from, m.Number)
	if err != nil {
		return err
	}
	s.Log.Warn("a receiver has lost messages that it had taken; they are sent again", "agency", box.Agency, "to", m.To,
		"from", from, "messages", len(lost))
	for _, before := range lost {
		var refused *RefusedError
		if err := s.attempt(ctx, box, before); err != nil && !errors.As(err, &refused) {
			return err
		}
	}
	return s.attempt(ctx, box, m)
}

// delivery is what became of an attempt, and whether the next message may follow.
func (s *Sender) delivery(box Box, m store.Message, err error) (store.Delivery, bool) {
	var refused *RefusedError
	now := s.Now()
	switch {
	case err == nil:
		return store.Delivery{ID: m.ID, At: now}, true
	case errors.As(err, &refused):
		s.Log.Error("a message is refused for good and is not sent again", "agency", box.Agency, "kind", m.Kind,
			"to", m.To, "number", m.Number, "reason", refused.Reason)
		return store.Delivery{ID: m.ID, At: now, Failure: refused.Error()}, true
	}
	pause := backoff(m.Attempts, rand.Float64()) // #nosec G404
	level := slog.LevelWarn
	if m.Attempts > 0 {
		level = slog.LevelDebug
	}
	s.Log.Log(context.Background(), level, "a message is not taken yet and will be sent again", "agency", box.Agency,
		"kind", m.Kind, "to", m.To, "number", m.Number, "in", pause, "error", err)
	s.wakeIn(line{box.Agency, m.To}, pause)
	return store.Delivery{ID: m.ID, Next: now.Add(pause), Failure: err.Error()}, false
}

// backoff is how long to wait after an attempt that followed others: twice as long every time, up to a bound, less a random
// part of up to a quarter, so that senders do not come back all at once.
func backoff(before int, random float64) time.Duration {
	pause := lastPause
	if before < 20 {
		pause = min(firstPause<<before, lastPause)
	}
	return pause - time.Duration(random*float64(pause)/4)
}

// wakeIn wakes the sender after a while for what goes from an agency to a receiver.
func (s *Sender) wakeIn(at line, pause time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t, ok := s.timers[at]; ok {
		t.Stop()
	}
	// A margin, so that the message's own time has come when the sender looks.
	s.timers[at] = time.AfterFunc(pause+10*time.Millisecond, func() { s.Wake(at.agency) })
}

func (s *Sender) stopTimers() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for at, t := range s.timers {
		t.Stop()
		delete(s.timers, at)
	}
}
