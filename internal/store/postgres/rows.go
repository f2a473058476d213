package postgres

import (
	"cmp"
	"time"

	"github.com/jackc/pgx/v5"

	"chuan.dev/chuan/internal/store"
)

// rows are what a transaction writes, table by table and column by column: each table is written by one statement, however
// many rows there are.
type rows struct {
	counters   counterRows
	revisions  revisionRows
	dossiers   dossierRows
	updates    updateRows
	events     eventRows
	work       workRows
	keys       hashRows
	blobs      hashRows
	answers    answerRows
	messages   messageRows
	deliveries deliveryRows
	taken      takenRows
	roots      rootRows
	// probed says that the agency's row is to be written, whatever else is.
	probed bool
}

// queueTally adds the statement that writes how many rows of the agency are numbered with these ones.
func (r *rows) queueTally(b *pgx.Batch, agency string, now tally) {
	if len(r.events.ids) > 0 || len(r.messages.ids) > 0 || r.probed {
		b.Queue(`UPDATE agency SET events = $2, dossiers = $3, messages = $4 WHERE code = $1`,
			agency, now.events, now.dossiers, now.messages)
	}
}

// queue adds the statements that write the rows.
func (r *rows) queue(b *pgx.Batch, agency string) {
	r.counters.queue(b, agency)
	r.revisions.queue(b, agency)
	r.dossiers.queue(b, agency)
	r.updates.queue(b, agency)
	r.events.queue(b, agency)
	r.work.queue(b, agency)
	r.keys.queue(b, `INSERT INTO search_key (agency, dossier, key)
		SELECT $1, * FROM unnest($2::bigint[], $3::bytea[]) ON CONFLICT DO NOTHING`, agency)
	r.blobs.queue(b, `INSERT INTO citation (agency, dossier, blob)
		SELECT $1, * FROM unnest($2::bigint[], $3::bytea[]) ON CONFLICT DO NOTHING`, agency)
	r.answers.queue(b, agency)
	r.messages.queue(b, agency)
	r.deliveries.queue(b, agency)
	r.taken.queue(b, agency)
	r.roots.queue(b, agency)
}

// some says whether there is anything to be written.
func (r *rows) some() bool {
	return r.probed || len(r.events.ids) > 0 || len(r.deliveries.ids) > 0 || len(r.roots.days) > 0
}

type counterRows map[string]int64

func (c *counterRows) set(period string, last int64) {
	if *c == nil {
		*c = counterRows{}
	}
	(*c)[period] = last
}

func (c counterRows) queue(b *pgx.Batch, agency string) {
	if len(c) == 0 {
		return
	}
	periods, last := make([]string, 0, len(c)), make([]int64, 0, len(c))
	for p, n := range c {
		periods, last = append(periods, p), append(last, n)
	}
	b.Queue(`INSERT INTO counter (agency, period, last) SELECT $1, * FROM unnest($2::text[], $3::bigint[])
		ON CONFLICT (agency, period) DO UPDATE SET last = excluded.last`, agency, periods, last)
}

type revisionRows struct {
	digests, procedures []string
	numbers             []int32
	texts               [][]byte
}

func (r *revisionRows) add(v store.Revision) {
	r.digests, r.procedures = append(r.digests, v.Digest), append(r.procedures, v.Procedure)
	r.numbers, r.texts = append(r.numbers, v.Number), append(r.texts, v.Text)
}

func (r *revisionRows) queue(b *pgx.Batch, agency string) {
	if len(r.digests) > 0 {
		b.Queue(`INSERT INTO revision (agency, digest, procedure, number, text)
			SELECT $1, * FROM unnest($2::text[], $3::text[], $4::int[], $5::bytea[]) ON CONFLICT DO NOTHING`,
			agency, r.digests, r.procedures, r.numbers, r.texts)
	}
}

// headRows are the columns of a dossier that a change may alter.
type headRows struct {
	procedures, digests, channels, outcomes, results []string
	revisions                                        []int32
	open, disposed                                   []bool
	accepted, due, finished, ended, disposeAfter     []*int64
}

func (r *headRows) add(h store.Head) {
	r.procedures, r.digests, r.channels = append(r.procedures, h.Procedure), append(r.digests, h.Digest), append(r.channels, h.Channel)
	r.outcomes, r.results, r.revisions = append(r.outcomes, h.Outcome), append(r.results, h.Result), append(r.revisions, h.Revision)
	r.open, r.disposed = append(r.open, h.Open), append(r.disposed, h.Disposed)
	r.accepted, r.due = append(r.accepted, milli(h.AcceptedAt)), append(r.due, milli(h.Due))
	r.finished, r.ended = append(r.finished, milli(h.FinishedAt)), append(r.ended, milli(h.EndedAt))
	r.disposeAfter = append(r.disposeAfter, milli(h.DisposeAfter))
}

// arguments are those of $1 to $14, given that of $1.
func (r *headRows) arguments(agency string) []any {
	return []any{
		agency, r.procedures, r.digests, r.channels, r.outcomes, r.results, r.revisions, r.open, r.disposed,
		r.accepted, r.due, r.finished, r.ended, r.disposeAfter,
	}
}

const headArrays = `$2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[], $8::bool[], $9::bool[],
	$10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[]`

type dossierRows struct {
	headRows
	ids, versions, received []int64
	codes, kinds            []string
	hashes, keys            [][]byte
}

func (r *dossierRows) add(id int64, code string, w store.Written, key []byte, h store.Head) {
	r.headRows.add(h)
	r.ids, r.versions, r.received = append(r.ids, id), append(r.versions, w.Version), append(r.received, h.ReceivedAt.UnixMilli())
	r.codes, r.kinds = append(r.codes, code), append(r.kinds, string(cmp.Or(h.Kind, store.KindDossier)))
	r.hashes, r.keys = append(r.hashes, w.Hash[:]), append(r.keys, key)
}

func (r *dossierRows) queue(b *pgx.Batch, agency string) {
	if len(r.ids) > 0 {
		b.Queue(`INSERT INTO dossier (agency, procedure, digest, channel, outcome, result, revision, open, disposed,
				accepted_at, due_at, finished_at, ended_at, dispose_after, id, code, kind, version, hash, key, received_at)
			SELECT $1, procedure, nullif(digest, ''), channel, outcome, result, revision, open, disposed,
				accepted_at, due_at, finished_at, ended_at, dispose_after, id, code, kind, version, hash, key, received_at
			FROM unnest(`+headArrays+`, $15::bigint[], $16::text[], $17::text[], $18::bigint[], $19::bytea[], $20::bytea[],
				$21::bigint[]) v (procedure, digest, channel, outcome, result, revision, open, disposed,
				accepted_at, due_at, finished_at, ended_at, dispose_after, id, code, kind, version, hash, key, received_at)`,
			append(r.arguments(agency), r.ids, r.codes, r.kinds, r.versions, r.hashes, r.keys, r.received)...)
	}
}

// updateRows are dossiers that have moved on. Most of them differ in nothing but the end of their chain.
type updateRows struct {
	altered  headRows
	changed  endRows // of those that altered are
	advanced endRows // of the others
	disposed []int64
}

// endRows are the ends of chains.
type endRows struct {
	ids, were, versions []int64
	hashes              [][]byte
}

func (r *endRows) add(was head, w store.Written) {
	r.ids, r.were = append(r.ids, was.id), append(r.were, was.version)
	r.versions, r.hashes = append(r.versions, w.Version), append(r.hashes, w.Hash[:])
}

func (r *updateRows) add(was head, w store.Written, c store.Change) {
	if was.whole && was.columns == columnsOf(c.Head) && !c.Dispose {
		r.advanced.add(was, w)
		return
	}
	r.altered.add(c.Head)
	r.changed.add(was, w)
	if c.Dispose {
		r.disposed = append(r.disposed, was.id)
	}
}

// queue adds the statements. They look for one row after another by its key and go to where it is: a join would leave it to
// the planner, which knows nothing of tables that were empty a minute ago, to go through all rows of the agency instead. The
// places stay as they are while the agency's row is held.
func (r *updateRows) queue(b *pgx.Batch, agency string) {
	if v := &r.advanced; len(v.ids) > 0 {
		b.Queue(`UPDATE dossier d SET version = v.version, hash = v.hash
			FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bytea[]) v (id, was, version, hash),
				LATERAL (SELECT o.ctid FROM dossier o WHERE o.agency = $1 AND o.id = v.id AND o.version = v.was OFFSET 0) o
			WHERE d.ctid = o.ctid`,
			agency, v.ids, v.were, v.versions, v.hashes)
	}
	if v := &r.changed; len(v.ids) > 0 {
		b.Queue(`UPDATE dossier d SET procedure = v.procedure, digest = nullif(v.digest, ''), channel = v.channel,
				outcome = v.outcome, result = v.result, revision = v.revision, open = v.open, disposed = v.disposed,
				accepted_at = v.accepted_at, due_at = v.due_at, finished_at = v.finished_at, ended_at = v.ended_at,
				dispose_after = v.dispose_after, version = v.version, hash = v.hash
			FROM unnest(`+headArrays+`, $15::bigint[], $16::bigint[], $17::bigint[], $18::bytea[])
				v (procedure, digest, channel, outcome, result, revision, open, disposed,
				accepted_at, due_at, finished_at, ended_at, dispose_after, id, was, version, hash),
				LATERAL (SELECT o.ctid FROM dossier o WHERE o.agency = $1 AND o.id = v.id AND o.version = v.was OFFSET 0) o
			WHERE d.ctid = o.ctid`,
			append(r.altered.arguments(agency), v.ids, v.were, v.versions, v.hashes)...)
	}
	if len(r.disposed) > 0 {
		b.Queue(`UPDATE dossier SET key = NULL WHERE agency = $1 AND id = ANY($2)`, agency, r.disposed)
		b.Queue(`DELETE FROM search_key WHERE agency = $1 AND dossier = ANY($2)`, agency, r.disposed)
		b.Queue(`DELETE FROM citation WHERE agency = $1 AND dossier = ANY($2)`, agency, r.disposed)
	}
}

type eventRows struct {
	ids, dossiers, seqs, ats                          []int64
	types, officers, roles, actions, origins, targets []string
	data, prevs, hashes                               [][]byte
}

func (r *eventRows) add(id, dossier int64, e store.Event) {
	r.ids, r.dossiers, r.seqs, r.ats = append(r.ids, id), append(r.dossiers, dossier), append(r.seqs, e.Seq), append(r.ats, e.At.UnixMilli())
	r.types, r.officers, r.roles = append(r.types, e.Type), append(r.officers, e.Officer), append(r.roles, e.Role)
	r.actions, r.origins, r.targets = append(r.actions, e.Action), append(r.origins, e.From), append(r.targets, e.To)
	r.data, r.prevs, r.hashes = append(r.data, present(e.Data)), append(r.prevs, e.Prev[:]), append(r.hashes, e.Hash[:])
}

func (r *eventRows) queue(b *pgx.Batch, agency string) {
	if len(r.ids) > 0 {
		b.Queue(`INSERT INTO event (agency, id, dossier, seq, at, type, officer, role, action, origin, target, data, prev, hash)
			SELECT $1, * FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::text[], $8::text[],
				$9::text[], $10::text[], $11::text[], $12::bytea[], $13::bytea[], $14::bytea[])`,
			agency, r.ids, r.dossiers, r.seqs, r.ats, r.types, r.officers, r.roles, r.actions, r.origins, r.targets,
			r.data, r.prevs, r.hashes)
	}
}

// present gives a column that is never null its empty value.
func present(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// milli is a time as it is kept; nil for none.
func milli(t time.Time) *int64 {
	if t.IsZero() {
		return nil
	}
	n := t.UnixMilli()
	return &n
}

// instant is a time as it was kept; zero for nil.
func instant(milli *int64) time.Time {
	if milli == nil {
		return time.Time{}
	}
	return time.UnixMilli(*milli).UTC()
}

// hashOf is a hash as it was kept.
func hashOf(b []byte) (h store.Hash) {
	copy(h[:], b)
	return h
}
