package service

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"
)

func TestTheClientBehindProxies(t *testing.T) {
	s := &Service{config: Config{TrustedProxies: []netip.Prefix{
		netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8:ffff::/48"),
	}}}
	for name, c := range map[string]struct {
		remote    string
		forwarded []string
		want      string
	}{
		"nobody between":          {"192.0.2.1:1234", nil, "192.0.2.1/32"},
		"mapped":                  {"[::ffff:192.0.2.1]:1", nil, "192.0.2.1/32"},
		"a subscriber of IPv6":    {"[2001:db8:1:2:3:4:5:6]:80", nil, "2001:db8:1:2::/64"},
		"zone":                    {"[fe80::1%eth0]:80", nil, "fe80::/64"},
		"no address":              {"pipe", []string{"192.0.2.7"}, "invalid Prefix"},
		"not a proxy of ours":     {"192.0.2.1:1", []string{"192.0.2.7"}, "192.0.2.1/32"},
		"one proxy":               {"10.0.0.1:1", []string{"192.0.2.7"}, "192.0.2.7/32"},
		"two proxies":             {"10.0.0.1:1", []string{"192.0.2.7, 2001:db8:ffff::5"}, "192.0.2.7/32"},
		"two headers":             {"10.0.0.1:1", []string{"192.0.2.7", "10.1.1.1"}, "192.0.2.7/32"},
		"what the client made up": {"10.0.0.1:1", []string{"1.1.1.1, 192.0.2.7, 10.1.1.1"}, "192.0.2.7/32"},
		"nonsense before":         {"10.0.0.1:1", []string{"x, 192.0.2.7"}, "192.0.2.7/32"},
		"nonsense":                {"10.0.0.1:1", []string{"192.0.2.7, x"}, "10.0.0.1/32"},
		"proxies only":            {"10.0.0.1:1", []string{"10.0.0.2"}, "10.0.0.2/32"},
		"empty":                   {"10.0.0.1:1", []string{""}, "10.0.0.1/32"},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
			r.RemoteAddr = c.remote
			r.Header["X-Forwarded-For"] = c.forwarded
			if got := s.client(r).String(); got != c.want {
				t.Errorf("client %s, want %s", got, c.want)
			}
		})
	}
}

func TestALimiterForgetsWhoIsQuiet(t *testing.T) {
	l := newLimiter[int](lookupRate, lookupBurst)
	now := time.Date(2026, time.June, 1, 0, 0, 0, 0, time.UTC)
	for range lookupBurst {
		l.allow(-1, now)
	}
	for i := range 3 * maxKnown {
		if i%1000 == 0 {
			if _, ok := l.allow(-1, now); ok {
				t.Fatal("who goes on asking is forgotten")
			}
		}
		if _, ok := l.allow(i, now); !ok {
			t.Fatalf("the first request of %d is refused", i)
		}
	}
	if n := l.known.Len(); n > maxKnown {
		t.Errorf("%d are remembered, want at most %d", n, maxKnown)
	}
	wait, ok := l.allow(-1, now)
	if ok || wait <= 0 || wait > time.Second {
		t.Errorf("wait %s, allowed %v, want a wait of at most a second", wait, ok)
	}
	if _, ok := l.allow(-1, now.Add(wait)); !ok {
		t.Error("after the wait it is refused still")
	}
}

func TestLookUpsBehindAProxyDoNotShareALimit(t *testing.T) {
	b := start(t, func(c *Config) { c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")} })
	for range lookupBurst {
		b.send("GET", "/xa-a/ho-so?ma=X", "", nil, "X-Forwarded-For", "198.51.100.1").want(http.StatusNotFound, nil)
	}
	a := b.send("GET", "/xa-a/ho-so?ma=X", "", nil, "X-Forwarded-For", "198.51.100.1").want(http.StatusTooManyRequests, nil)
	if got := a.Header().Get("Retry-After"); got != "1" {
		t.Errorf("Retry-After %q, want a second", got)
	}
	b.send("GET", "/xa-a/ho-so?ma=X", "", nil, "X-Forwarded-For", "198.51.100.2").want(http.StatusNotFound, nil)
}
