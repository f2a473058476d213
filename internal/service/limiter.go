package service

import (
	"math"
	"net/http"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
	"golang.org/x/time/rate"
)

// How often dossiers may be looked up from an address: more than a person needs, too little to go through the codes of a
// day.
const (
	lookupRate  = rate.Limit(1)
	lookupBurst = 20
)

// How often a sign-in may be begun or come back from an address. A whole agency may share one address, and all its officers
// sign in at eight.
const (
	attemptRate  = rate.Limit(2)
	attemptBurst = 120
)

// How often an officer may write: far more than a person does, too little to fill the records.
const (
	writeRate  = rate.Limit(20)
	writeBurst = 200
)

// maxKnown bounds the memory of a limiter: when it is reached, whoever has been quiet for the longest time is forgotten.
const maxKnown = 10_000

// limiter bounds how often something may be done by each of many: addresses, or officers.
type limiter[K comparable] struct {
	rate  rate.Limit
	burst int

	mu    sync.Mutex
	known *simplelru.LRU[K, *rate.Limiter]
}

func newLimiter[K comparable](r rate.Limit, burst int) *limiter[K] {
	// It fails for a size that is not positive only.
	known, err := simplelru.NewLRU[K, *rate.Limiter](maxKnown, nil)
	if err != nil {
		panic(err)
	}
	return &limiter[K]{rate: r, burst: burst, known: known}
}

// allow says whether somebody may go on at an instant, and else how long to wait.
func (l *limiter[K]) allow(who K, now time.Time) (wait time.Duration, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	bucket, ok := l.known.Get(who)
	if !ok {
		bucket = rate.NewLimiter(l.rate, l.burst)
		l.known.Add(who, bucket)
	}
	if bucket.AllowN(now, 1) {
		return 0, true
	}
	missing := 1 - bucket.TokensAt(now)
	return time.Duration(missing / float64(l.rate) * float64(time.Second)), false
}

// wholeSeconds is a time to wait as the header Retry-After has it: at least one second.
func wholeSeconds(wait time.Duration) int { return max(1, int(math.Ceil(wait.Seconds()))) }

// tooMany is the problem of who asks too often.
func tooMany(wait time.Duration) *Problem {
	p := problem(http.StatusTooManyRequests, "too-many-requests",
		"too many requests: try again in %[1]d seconds", "quá nhiều yêu cầu; đề nghị thử lại sau %[1]d giây", wholeSeconds(wait))
	p.retryAfter = wholeSeconds(wait)
	return p
}

// mayLookUp says why no dossier may be looked up now from where a request comes; nil when one may.
func (s *Service) mayLookUp(r *http.Request, now time.Time) error {
	if wait, ok := s.gate.lookups.allow(s.client(r), now); !ok {
		return tooMany(wait)
	}
	return nil
}
