package service

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// How often an address may look dossiers up: more than a person needs, too little to go through the codes of a day.
const (
	lookupRate  = rate.Limit(1)
	lookupBurst = 20
)

// maxAddresses bounds the memory for addresses. When it is reached those that have been quiet are forgotten, and, were
// there none, all.
const maxAddresses = 10_000

// limiter bounds how often an address may ask.
type limiter struct {
	mu        sync.Mutex
	addresses map[netip.Prefix]*rate.Limiter
}

// allow says whether a request from an address may go on at an instant.
func (l *limiter) allow(remote string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	key := network(remote)
	known, ok := l.addresses[key]
	if !ok {
		l.makeRoom(now)
		known = rate.NewLimiter(lookupRate, lookupBurst)
		l.addresses[key] = known
	}
	return known.AllowN(now, 1)
}

func (l *limiter) makeRoom(now time.Time) {
	if len(l.addresses) < maxAddresses && l.addresses != nil {
		return
	}
	busy := make(map[netip.Prefix]*rate.Limiter)
	for key, known := range l.addresses {
		if known.TokensAt(now) < lookupBurst {
			busy[key] = known
		}
	}
	if len(busy) >= maxAddresses {
		clear(busy)
	}
	l.addresses = busy
}

// network is what counts as one address: an IPv4 address, or the /64 of an IPv6 address, which is what one subscriber has.
func network(remote string) netip.Prefix {
	at, err := netip.ParseAddrPort(remote)
	if err != nil {
		return netip.Prefix{}
	}
	address, bits := at.Addr().Unmap().WithZone(""), 32
	if address.Is6() {
		bits = 64
	}
	prefix, err := address.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return prefix
}
