package service

import (
	"context"
	"net/http"
	"time"
)

// Readiness is what the service says of itself.
type Readiness struct {
	// Ready says that the service can do its work for at least one agency.
	Ready bool `json:"ready"`
	// Draining says that it is about to end.
	Draining bool `json:"draining,omitempty"`
	// Agencies that are served, each with "ok" or with what keeps it from recording anything.
	Agencies map[string]string `json:"agencies"`
	// Manifests says whether the manifests as they are now are served, and the first of what keeps them from it.
	Manifests ManifestsState `json:"manifests"`
	// Messages between agencies that do not go on, by agency. They do not make the service unready.
	Messages map[string]MessagesState `json:"messages,omitempty"`
}

// ManifestsState says how the manifests are served.
type ManifestsState struct {
	Valid    bool     `json:"valid"`
	Problems []string `json:"problems,omitempty"`
	More     int      `json:"more,omitempty"`
}

// healthz says that the process answers.
func (s *Service) healthz(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("ok\n"))
}

// readyz says whether the service can do its work. Manifests that cannot be served do not make it unready, because the last
// good ones are; nor does one agency of several whose records cannot be written.
func (s *Service) readyz(w http.ResponseWriter, r *http.Request) {
	state := s.readiness(r.Context())
	status := http.StatusOK
	if !state.Ready {
		status = http.StatusServiceUnavailable
	}
	if err := writeJSON(w, status, state); err != nil {
		writeProblem(w, problemOf(err))
	}
}

// probeTime bounds the attempt to write to a store that has failed before.
const probeTime = 3 * time.Second

func (s *Service) readiness(ctx context.Context) Readiness {
	now := s.served.Load()
	shown := now.problems[:min(len(now.problems), maxShown)]
	state := Readiness{
		Draining: s.draining.Load(), Agencies: make(map[string]string, len(now.agencies)),
		Manifests: ManifestsState{Valid: len(now.problems) == 0, Problems: shown, More: len(now.problems) - len(shown)},
		Messages:  s.post.state.now(),
	}
	ctx, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	for _, a := range now.agencies {
		word, writable := "ok", 1.0
		if err := a.healthy(ctx); err != nil {
			word, writable = problemOf(err).Code, 0
		} else {
			state.Ready = true
		}
		state.Agencies[a.name] = word
		s.metrics.writable.WithLabelValues(a.name).Set(writable)
	}
	state.Ready = state.Ready && !state.Draining
	return state
}

// healthy says why the agency's records cannot be written; nil when they can.
func (a *agency) healthy(ctx context.Context) error {
	release, ok := a.records.use()
	if !ok {
		return nil
	}
	defer release()
	return a.records.Healthy(ctx)
}
