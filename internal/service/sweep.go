package service

import (
	"context"
	"time"
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
	release, ok := a.records.use()
	if !ok {
		return
	}
	defer release()
	now := s.config.Now()
	codes, err := a.records.Expired(ctx, now, sweepLimit)
	if err != nil {
		if ctx.Err() == nil {
			s.log.Error("what has run out cannot be found", "agency", a.name, "error", err)
		}
		return
	}
	for _, code := range codes {
		d := &desk{agency: a, now: now, metrics: s.metrics}
		if err := d.expire(ctx, code); err != nil && ctx.Err() == nil {
			s.log.Error("a dossier cannot go on although its time has run out", "agency", a.name, "dossier", code, "error", err)
		}
	}
}
