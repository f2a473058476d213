package sqlite

import (
	"database/sql"
	"database/sql/driver"
	"math"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"chuan.dev/chuan/internal/store"
)

// cachedHeads is how many heads the writer remembers: the dossiers that are being worked on.
const cachedHeads = 2048

// noTime is the time of a step that has none.
const noTime = math.MaxInt64

// row is the head of a dossier as it is kept. Rows can be compared.
type row struct {
	kind, procedure, digest, channel, outcome, result string
	revision                                          int64
	open, disposed                                    bool
	received                                          int64
	accepted, due, finished, ended, disposeAfter      sql.NullInt64
}

// rowOf is a head as it is kept.
func rowOf(h store.Head) row {
	if h.Kind == "" {
		h.Kind = store.KindDossier
	}
	return row{
		kind: string(h.Kind), procedure: h.Procedure, revision: int64(h.Revision), digest: h.Digest, channel: h.Channel,
		open: h.Open, outcome: h.Outcome, result: h.Result, disposed: h.Disposed, received: h.ReceivedAt.UnixMilli(),
		accepted: milli(h.AcceptedAt), due: milli(h.Due), finished: milli(h.FinishedAt), ended: milli(h.EndedAt),
		disposeAfter: milli(h.DisposeAfter),
	}
}

// head is what is kept, as a head.
func (r row) head() store.Head {
	return store.Head{
		Kind: store.Kind(r.kind), Procedure: r.procedure, Revision: int32(r.revision), Digest: r.digest, Channel: r.channel,
		Open: r.open, Outcome: r.outcome, Result: r.result, Disposed: r.disposed, ReceivedAt: fromMilli(r.received),
		AcceptedAt: instant(r.accepted), Due: instant(r.due), FinishedAt: instant(r.finished), EndedAt: instant(r.ended),
		DisposeAfter: instant(r.disposeAfter),
	}
}

// milli is a time as it is kept; none is kept as NULL.
func milli(t time.Time) sql.NullInt64 {
	if t.IsZero() {
		return sql.NullInt64{}
	}
	return sql.NullInt64{Int64: t.UnixMilli(), Valid: true}
}

// value is what is given to the driver.
func value(n sql.NullInt64) driver.Value {
	if !n.Valid {
		return nil
	}
	return n.Int64
}

func fromMilli(n int64) time.Time { return time.UnixMilli(n).UTC() }

func instant(n sql.NullInt64) time.Time {
	if !n.Valid {
		return time.Time{}
	}
	return fromMilli(n.Int64)
}

// due is when a step is due, as it is kept.
func due(t time.Time) int64 {
	if t.IsZero() {
		return noTime
	}
	return t.UnixMilli()
}

// known is what the writer knows of a dossier as the last commit left it. It spares a look into the file before a change;
// that nobody else has changed the dossier is still what the change itself makes sure of.
type known struct {
	id, version int64
	row         row
	work        []store.WorkItem
}

// heads remembers the dossiers that were written last.
type heads struct {
	cache *simplelru.LRU[string, known]
	// written are those of the transaction that is not committed yet.
	written []note
}

// note is what is known of a dossier, by its code.
type note struct {
	code string
	known
}

func newHeads() *heads {
	// The size is greater than zero, which is all that can be wrong.
	cache, _ := simplelru.NewLRU[string, known](cachedHeads, nil)
	return &heads{cache: cache}
}

// at returns what is known of a dossier at a version.
func (h *heads) at(code string, version int64) (known, bool) {
	k, ok := h.cache.Get(code)
	return k, ok && k.version == version
}

// wrote notes what a change has made of a dossier.
func (h *heads) wrote(code string, k known) {
	h.written = append(h.written, note{code, k})
}

// commit makes known what was written; where it was not committed, nothing of it is known any more.
func (h *heads) commit(committed bool) {
	for _, n := range h.written {
		if committed {
			h.cache.Add(n.code, n.known)
		} else {
			h.cache.Remove(n.code)
		}
	}
	clear(h.written)
	h.written = h.written[:0]
}
