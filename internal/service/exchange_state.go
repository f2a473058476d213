package service

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"slices"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/time/rate"

	"chuan.dev/chuan/internal/store"
)

// MessagesState says what of the messages between agencies does not go on.
type MessagesState struct {
	// Parked are messages of others that could not be applied and wait for somebody to look at them.
	Parked int `json:"parked,omitempty"`
	// Delayed are the receivers that do not take messages at the moment. Nothing is lost: they are sent again.
	Delayed []string `json:"delayed,omitempty"`
}

// standstills remembers what does not go on, by the name of the agency.
type standstills struct {
	mu       sync.Mutex
	agencies map[string]MessagesState
}

func (s *standstills) change(agency string, how func(*MessagesState)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.agencies == nil {
		s.agencies = map[string]MessagesState{}
	}
	state := s.agencies[agency]
	state.Delayed = slices.Clone(state.Delayed)
	how(&state)
	s.agencies[agency] = state
	if state.Parked == 0 && len(state.Delayed) == 0 {
		delete(s.agencies, agency)
	}
}

func (s *standstills) delay(agency, receiver string, delayed bool) {
	s.change(agency, func(state *MessagesState) {
		at, known := slices.BinarySearchFunc(state.Delayed, receiver, cmp.Compare)
		switch {
		case delayed && !known:
			state.Delayed = slices.Insert(state.Delayed, at, receiver)
		case !delayed && known:
			state.Delayed = slices.Delete(state.Delayed, at, at+1)
		}
	})
}

// now is what does not go on now; nil when everything does.
func (s *standstills) now() map[string]MessagesState {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.agencies) == 0 {
		return nil
	}
	return maps.Clone(s.agencies)
}

// forget drops what is known of an agency that is no longer served.
func (p *post) forget(agency string) {
	p.state.change(agency, func(s *MessagesState) { *s = MessagesState{} })
	whose := prometheus.Labels{"agency": agency}
	p.sent.DeletePartialMatch(whose)
	p.taken.DeletePartialMatch(whose)
	p.parked.DeletePartialMatch(whose)
	p.delayed.DeletePartialMatch(whose)
}

// maxParkedShown bounds how far parked messages are counted.
const maxParkedShown = 500

// countParked counts the messages that could not be applied and that nobody has looked at yet.
func (p *post) countParked(ctx context.Context, a *agency) {
	leave, ok := a.records.visit()
	if !ok {
		return
	}
	defer leave()
	open := true
	page, err := a.records.Find(ctx, store.Query{Kind: store.KindMessage, Open: &open, Limit: maxParkedShown})
	if err != nil {
		if ctx.Err() == nil {
			p.service.log.Error("parked messages cannot be counted", "agency", a.name, "error", err)
		}
		return
	}
	p.parked.WithLabelValues(a.name).Set(float64(len(page.Items)))
	p.state.change(a.name, func(s *MessagesState) { s.Parked = len(page.Items) })
}

// How often messages may be brought from one address: an agency that comes back after days has many. Before its signature
// is verified, nobody knows whose a message is.
const (
	messageRate  = rate.Limit(50)
	messageBurst = 500
)

// mayBring says whether a message may be brought from where a request comes.
func (p *post) mayBring(r *http.Request) error {
	if wait, ok := p.limits.allow(p.service.client(r), p.service.config.Now()); !ok {
		return tooMany(wait)
	}
	return nil
}
