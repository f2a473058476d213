package service

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/store"
	"chuan.dev/chuan/internal/vault"
)

const (
	// sealEvery is how often it is looked whether a day has ended, besides at midnight.
	sealEvery = 10 * time.Minute
	// sealLimit bounds the days that are sealed at a time: after a long stop, the rest follow with the next look.
	sealLimit = 400
)

// rootSeal is what is known of the roots of an agency.
type rootSeal struct {
	mu sync.Mutex
	// last root; nil when there is none. known says whether it was read.
	last  *store.DayRoot
	known bool
}

// sealDays signs a root for every day that has ended, until the context ends: over the events that were recorded by then
// and have no root yet. An event of the moments around midnight may fall to either day. A service that was stopped for days
// puts everything into the root of the first of them; on the others nothing happened.
func (s *Service) sealDays(ctx context.Context) {
	for {
		wait := sealEvery
		for _, a := range s.served.Load().agencies {
			s.sealAgency(ctx, a)
			now := s.config.Now()
			wait = min(wait, max(time.Second, a.day(now).AddDays(1).Start(a.calendar.Location()).Sub(now)))
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
	}
}

// sealAgency signs the roots of the days of an agency that have ended.
func (s *Service) sealAgency(ctx context.Context, a *agency) {
	leave, ok := a.records.visit()
	if !ok {
		return
	}
	defer leave()
	sealed, err := a.records.seal(ctx, a.day(s.config.Now()), a.calendar.Location())
	switch {
	case errors.Is(err, store.ErrConflict):
		// Another replica has done it.
	case err != nil && ctx.Err() == nil:
		s.log.Error("the roots of days cannot be sealed", "agency", a.name, "error", err)
	case sealed > 0:
		s.log.Info("the roots of days were sealed", "agency", a.name, "days", sealed)
		s.tired()
	}
}

// seal signs the roots of the days before a day that have none, and says how many.
func (r *records) seal(ctx context.Context, today calendar.Day, zone *time.Location) (sealed int, err error) {
	r.sealing.mu.Lock()
	defer r.sealing.mu.Unlock()
	// Whatever went wrong, what is known may not be what is there.
	defer func() { r.sealing.known = r.sealing.known && err == nil }()
	if err := r.readLastRoot(ctx); err != nil {
		return 0, err
	}
	day, err := r.firstUnsealed(ctx, zone)
	if err != nil || day == 0 {
		return 0, err
	}
	for ; day < today && sealed < sealLimit; day++ {
		if err := r.sealDay(ctx, day); err != nil {
			return sealed, err
		}
		sealed++
	}
	return sealed, nil
}

// readLastRoot reads the last root, once.
func (r *records) readLastRoot(ctx context.Context) error {
	if r.sealing.known {
		return nil
	}
	roots, err := r.Roots(ctx, "")
	if err != nil {
		return err
	}
	r.sealing.last = nil
	if len(roots) > 0 {
		r.sealing.last = &roots[len(roots)-1]
	}
	r.sealing.known = true
	return nil
}

// firstUnsealed is the first day that has no root: the one after the last root, or that of the first record. It is zero when
// there is nothing to seal.
func (r *records) firstUnsealed(ctx context.Context, zone *time.Location) (calendar.Day, error) {
	if last := r.sealing.last; last != nil {
		day, err := dayOf(last.Day)
		return day.AddDays(1), err
	}
	first, err := r.Find(ctx, store.Query{Limit: 1})
	if err != nil || len(first.Items) == 0 {
		return 0, err
	}
	return calendar.DayOf(first.Items[0].Head.ReceivedAt, zone), nil
}

// sealDay signs the root of a day, over everything that has none.
func (r *records) sealDay(ctx context.Context, day calendar.Day) error {
	root := store.DayRoot{Day: day.String(), From: 1, KeyID: r.keys.KeyID()}
	if last := r.sealing.last; last != nil {
		if last.KeyID != root.KeyID {
			return fmt.Errorf("the last root was signed by the key %s, and the master key here gives %s: it is another one, "+
				"under which personal data cannot be read either; put the master key back with which the records were made",
				last.KeyID, root.KeyID)
		}
		root.From, root.Prev = last.To+1, last.Root
	}
	var err error
	if root.To, err = r.Tail(ctx); err != nil {
		return err
	}
	if root.Root, err = store.Root(r.Leaves(ctx, root.From, root.To)); err != nil {
		return err
	}
	root.Signature = r.keys.Sign(vault.PurposeRoot, root.Statement())
	if err := r.PutRoot(ctx, root); err != nil {
		return err
	}
	r.sealing.last = &root
	return nil
}

// dayOf is the day of a root.
func dayOf(text string) (calendar.Day, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return 0, fmt.Errorf("the day of a root: %w", err)
	}
	return calendar.DayOf(t, time.UTC), nil
}
