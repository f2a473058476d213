package service

import (
	"context"
	"time"
)

const (
	// restDelay is how long it is waited, once heavy work in the background has ended, before what it took is given back:
	// other such work may be about to end, too.
	restDelay = 5 * time.Second
	// restEvery is the time from one such rest to the next.
	restEvery = 30 * time.Second
)

// tired says that heavy work in the background has ended. It never blocks. No request calls it.
func (s *Service) tired() {
	select {
	case s.weary <- struct{}{}:
	default:
	}
}

// rest lets what heavy work in the background took be given back, until the context ends.
func (s *Service) rest(ctx context.Context) {
	// The first looks at everything are such work.
	s.tired()
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.weary:
		}
		if !pause(ctx, restDelay) {
			return
		}
		// What has ended by now is taken care of together.
		select {
		case <-s.weary:
		default:
		}
		s.config.Rest()
		if !pause(ctx, restEvery) {
			return
		}
	}
}

// pause waits, and says whether the context has not ended.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
