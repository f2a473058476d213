package service

import (
	"context"
	"errors"
	"time"

	"chuan.dev/chuan/internal/store"
)

const (
	// sweepEvery is how often it is looked for what has run out. What runs out is late by so much at most.
	sweepEvery = 30 * time.Second
	// sweepLimit bounds the dossiers of an agency that are seen to at a time.
	sweepLimit = 500
)

// sweep lets dossiers go on whose wait, or time for an answer, has run out, until the context ends.
func (s *Service) sweep(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		for _, a := range s.served.Load().agencies {
			s.sweepAgency(ctx, a)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (s *Service) sweepAgency(ctx context.Context, a *agency) {
	leave, ok := a.records.visit()
	if !ok {
		return
	}
	defer leave()
	a.records.forget()
	d := newDesk(a, s.config.Now(), s.metrics)
	codes, err := a.records.Expired(ctx, d.now, sweepLimit)
	if err != nil {
		if ctx.Err() == nil {
			s.log.Error("what has run out cannot be found", "agency", a.name, "error", err)
		}
		return
	}
	for _, code := range codes {
		if err := d.expire(ctx, code); err != nil && ctx.Err() == nil {
			s.log.Error("a dossier cannot go on although its time has run out", "agency", a.name, "dossier", code, "error", err)
		}
	}
	s.review(ctx, d)
}

// expire lets a dossier go on where something has run out.
func (d *desk) expire(ctx context.Context, code string) error {
	r, err := d.open(ctx, code)
	if err != nil {
		return err
	}
	return settled(d.expired(ctx, r))
}

// settled is the error of what happens by itself. Where somebody acted at the same moment there is none: what had to happen
// has happened with that, or will the next time.
func settled(_ *recorded, err error) error {
	if errors.Is(err, store.ErrConflict) {
		return nil
	}
	return err
}
