package main

import (
	"fmt"
	"maps"
	"slices"
	"sync"
)

// entry is a change that the service has acknowledged.
type entry struct {
	agency, code string
	version      int64
	hash         string
}

// attempt is a request whose answer was lost: nobody knows whether it was carried out.
type attempt struct {
	agency, officer, path, key string
	body                       map[string]any
}

// ledger is what the clients know. It is safe for use by several goroutines.
type ledger struct {
	mu sync.Mutex
	// fresh are the entries since the last verification, latest the last entry of every dossier.
	fresh  []entry
	latest map[string]entry
	// lost are the attempts that have no answer yet.
	lost []attempt
	// acknowledged and repeated count for ever: what was acknowledged, and what was sent again.
	acknowledged, repeated int
	// numbers are the numbers of results, by agency and book.
	numbers map[string][]int64
}

func newLedger() *ledger { return &ledger{latest: map[string]entry{}, numbers: map[string][]int64{}} }

func (l *ledger) acknowledge(e entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.acknowledged++
	l.fresh = append(l.fresh, e)
	if l.latest[e.code].version < e.version {
		l.latest[e.code] = e
	}
}

func (l *ledger) lose(a attempt) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lost = append(l.lost, a)
}

// takeLost returns the attempts that have no answer, and forgets them.
func (l *ledger) takeLost() []attempt {
	l.mu.Lock()
	defer l.mu.Unlock()
	lost := l.lost
	l.lost = nil
	l.repeated += len(lost)
	return lost
}

// takeFresh returns the entries since the last time, by dossier.
func (l *ledger) takeFresh() map[string][]entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	byDossier := map[string][]entry{}
	for _, e := range l.fresh {
		byDossier[e.code] = append(byDossier[e.code], e)
	}
	l.fresh = nil
	return byDossier
}

// all returns the last entry of every dossier, in the order of codes.
func (l *ledger) all() []entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	entries := make([]entry, 0, len(l.latest))
	for _, code := range slices.Sorted(maps.Keys(l.latest)) {
		entries = append(entries, l.latest[code])
	}
	return entries
}

// gapless says where numbers that should be 1, 2, 3 … are not.
func gapless(what string, numbers []int64) error {
	slices.Sort(numbers)
	for i, n := range numbers {
		if n != int64(i+1) {
			return fmt.Errorf("%s: number %d stands where %d should: a gap, or a number given twice", what, n, i+1)
		}
	}
	return nil
}
