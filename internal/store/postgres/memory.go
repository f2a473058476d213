package postgres

import (
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"chuan.dev/chuan/internal/store"
)

// How much a writer remembers of its agency: what is worked on these days, not what has ended.
const (
	rememberedHeads = 4096
	rememberedNames = 256
)

// tally is how many events, dossiers and messages of an agency were numbered.
type tally struct{ events, dossiers, messages int64 }

// memory is what a writer remembers of its agency after a commit. It is still true as long as the tally in the agency's row
// is the same: whatever changes what is remembered also numbers an event. So what was decided by memory may be committed
// together with a look at the tally, under the lock of the row.
type memory struct {
	tally tally
	// alone says that nobody else wrote between the last two commits, so that it pays to decide by memory.
	alone bool

	heads               *simplelru.LRU[string, head]
	counters, receivers *simplelru.LRU[string, int64]
}

func newMemory() *memory {
	// The sizes are positive, which is all that can fail.
	heads, _ := simplelru.NewLRU[string, head](rememberedHeads, nil)
	counters, _ := simplelru.NewLRU[string, int64](rememberedNames, nil)
	receivers, _ := simplelru.NewLRU[string, int64](rememberedNames, nil)
	return &memory{heads: heads, counters: counters, receivers: receivers}
}

// ledger is what has to be known to decide a batch, from memory; nil where it has to be read. That a request was not answered
// before is taken for granted: the answer's key in the database refuses the other case.
func (m *memory) ledger(q *questions) *ledger {
	if !m.alone || len(q.senders) > 0 || len(q.messages) > 0 || q.root {
		return nil
	}
	l := newLedger()
	if !recall(m.heads, q.codes, l.heads) || !recall(m.counters, q.periods, l.counters) ||
		!recall(m.receivers, q.receivers, l.receivers) {
		return nil
	}
	l.found, l.now = m.tally, m.tally
	return l
}

// recall looks up names; it says whether all of them are remembered.
func recall[V any](from *simplelru.LRU[string, V], names []string, into map[string]V) bool {
	for _, name := range names {
		v, there := from.Get(name)
		if !there {
			return false
		}
		into[name] = v
	}
	return true
}

// keep remembers what was known and written in a transaction that was committed.
func (m *memory) keep(l *ledger) {
	alone := l.found == m.tally
	if !alone {
		m.forget()
	}
	for code, h := range l.heads {
		h.fresh = false
		m.heads.Add(code, h)
	}
	for period, last := range l.counters {
		m.counters.Add(period, last)
	}
	for receiver, last := range l.receivers {
		m.receivers.Add(receiver, last)
	}
	m.tally, m.alone = l.now, alone
}

// forget forgets everything.
func (m *memory) forget() {
	m.heads.Purge()
	m.counters.Purge()
	m.receivers.Purge()
	m.tally, m.alone = tally{}, false
}

// columns are those of a dossier that a change may alter, as they are kept.
type columns struct {
	procedure, digest, channel, outcome, result   string
	revision                                      int32
	open, disposed                                bool
	accepted, due, finished, ended, disposedAfter int64
}

func columnsOf(h store.Head) columns {
	return columns{
		procedure: h.Procedure, digest: h.Digest, channel: h.Channel, outcome: h.Outcome, result: h.Result, revision: h.Revision,
		open: h.Open, disposed: h.Disposed, accepted: kept(h.AcceptedAt), due: kept(h.Due), finished: kept(h.FinishedAt),
		ended: kept(h.EndedAt), disposedAfter: kept(h.DisposeAfter),
	}
}

// kept is a time as it is kept, for comparisons; no time is that of year 1.
func kept(t time.Time) int64 { return t.UnixMilli() }

// place is an open step as it is kept.
type place struct {
	step, role, assignee  string
	entered, due, expires int64
}

func placeOf(w store.WorkItem) place {
	return place{w.Step, w.Role, w.Assignee, kept(w.EnteredAt), kept(w.Due), kept(w.Expires)}
}
