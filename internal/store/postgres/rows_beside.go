package postgres

import (
	"slices"

	"github.com/jackc/pgx/v5"

	"chuan.dev/chuan/internal/store"
)

// workRows are the open steps: those that are new, those that changed within their branch, and those that are no more.
type workRows struct {
	opened, moved stepRows
	// left are branches of dossiers that have no open step any more; cleared are dossiers of which it is not known which
	// steps were open.
	left    branchRows
	cleared []int64
}

type branchRows struct {
	dossiers []int64
	branches []string
}

func (r *branchRows) add(dossier int64, branch string) {
	r.dossiers, r.branches = append(r.dossiers, dossier), append(r.branches, branch)
}

type stepRows struct {
	branchRows
	entered                 []int64
	steps, roles, assignees []string
	due, expires            []*int64
}

func (r *stepRows) add(dossier int64, item store.WorkItem) {
	r.branchRows.add(dossier, item.Branch)
	r.entered, r.steps = append(r.entered, item.EnteredAt.UnixMilli()), append(r.steps, item.Step)
	r.roles, r.assignees = append(r.roles, item.Role), append(r.assignees, item.Assignee)
	r.due, r.expires = append(r.due, milli(item.Due)), append(r.expires, milli(item.Expires))
}

// stepArrays are the arguments after the agency.
const stepArrays = `unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[], $9::bigint[])`

func (r *stepRows) queue(b *pgx.Batch, statement, agency string) {
	if len(r.dossiers) > 0 {
		b.Queue(statement, agency, r.dossiers, r.branches, r.steps, r.roles, r.assignees, r.entered, r.due, r.expires)
	}
}

// add adds the steps of a dossier that had none.
func (r *workRows) add(dossier int64, work []store.WorkItem) {
	for _, item := range work {
		r.opened.add(dossier, item)
	}
}

// replace puts steps in the place of those of a dossier.
func (r *workRows) replace(was head, work []store.WorkItem) {
	if !was.whole {
		r.cleared = append(r.cleared, was.id)
		r.add(was.id, work)
		return
	}
	in := func(items []store.WorkItem, branch string) int {
		return slices.IndexFunc(items, func(w store.WorkItem) bool { return w.Branch == branch })
	}
	for _, item := range work {
		switch i := in(was.work, item.Branch); {
		case i < 0:
			r.opened.add(was.id, item)
		case placeOf(was.work[i]) != placeOf(item):
			r.moved.add(was.id, item)
		}
	}
	for _, item := range was.work {
		if in(work, item.Branch) < 0 {
			r.left.add(was.id, item.Branch)
		}
	}
}

// queue adds the statements, which find their rows as those of the dossiers do.
func (r *workRows) queue(b *pgx.Batch, agency string) {
	if len(r.cleared) > 0 {
		b.Queue(`DELETE FROM work_item w USING unnest($2::bigint[]) v (id),
				LATERAL (SELECT o.ctid FROM work_item o WHERE o.agency = $1 AND o.dossier = v.id OFFSET 0) o
			WHERE w.ctid = o.ctid`, agency, r.cleared)
	}
	if len(r.left.dossiers) > 0 {
		b.Queue(`DELETE FROM work_item w USING unnest($2::bigint[], $3::text[]) v (dossier, branch),
				LATERAL (SELECT o.ctid FROM work_item o
					WHERE o.agency = $1 AND o.dossier = v.dossier AND o.branch = v.branch OFFSET 0) o
			WHERE w.ctid = o.ctid`, agency, r.left.dossiers, r.left.branches)
	}
	r.moved.queue(b, `UPDATE work_item w SET step = v.step, role = v.role, assignee = v.assignee, entered_at = v.entered_at,
			due_at = v.due_at, expires_at = v.expires_at
		FROM `+stepArrays+` v (dossier, branch, step, role, assignee, entered_at, due_at, expires_at),
			LATERAL (SELECT o.ctid FROM work_item o
				WHERE o.agency = $1 AND o.dossier = v.dossier AND o.branch = v.branch OFFSET 0) o
		WHERE w.ctid = o.ctid`, agency)
	r.opened.queue(b, `INSERT INTO work_item (agency, dossier, branch, step, role, assignee, entered_at, due_at, expires_at)
		SELECT $1, * FROM `+stepArrays, agency)
}

// hashRows are hashes that belong to dossiers.
type hashRows struct {
	dossiers []int64
	hashes   [][]byte
}

func (r *hashRows) add(dossier int64, hashes []store.Hash) {
	for i := range hashes {
		r.dossiers, r.hashes = append(r.dossiers, dossier), append(r.hashes, hashes[i][:])
	}
}

func (r *hashRows) queue(b *pgx.Batch, statement, agency string) {
	if len(r.dossiers) > 0 {
		b.Queue(statement, agency, r.dossiers, r.hashes)
	}
}

type answerRows struct {
	keys, requests, hashes [][]byte
	ats, versions          []int64
	codes                  []string
}

func (r *answerRows) add(o store.Once, w store.Written) {
	r.keys, r.requests, r.hashes = append(r.keys, o.Key[:]), append(r.requests, o.Request[:]), append(r.hashes, w.Hash[:])
	r.ats, r.versions, r.codes = append(r.ats, o.At.UnixMilli()), append(r.versions, w.Version), append(r.codes, w.Code)
}

func (r *answerRows) queue(b *pgx.Batch, agency string) {
	if len(r.keys) > 0 {
		b.Queue(`INSERT INTO answer (agency, key, request, at, code, version, hash)
			SELECT $1, * FROM unnest($2::bytea[], $3::bytea[], $4::bigint[], $5::text[], $6::bigint[], $7::bytea[])`,
			agency, r.keys, r.requests, r.ats, r.codes, r.versions, r.hashes)
	}
}

type messageRows struct {
	ids, numbers, ats, attempts []int64
	receivers, kinds, codes     []string
	failures                    []string
	bodies                      [][]byte
	sent, next                  []*int64
}

func (r *messageRows) add(m store.Message) { r.restore(store.MessageRecord{Message: m}) }

func (r *messageRows) restore(m store.MessageRecord) {
	r.ids, r.numbers = append(r.ids, m.Message.ID), append(r.numbers, m.Number)
	r.ats, r.attempts = append(r.ats, m.Message.At.UnixMilli()), append(r.attempts, int64(m.Attempts))
	r.receivers, r.kinds, r.codes = append(r.receivers, m.To), append(r.kinds, m.Kind), append(r.codes, m.Code)
	r.failures, r.bodies = append(r.failures, m.Message.Failure), append(r.bodies, present(m.Body))
	r.sent, r.next = append(r.sent, milli(m.Delivery.At)), append(r.next, milli(m.Next))
}

func (r *messageRows) queue(b *pgx.Batch, agency string) {
	if len(r.ids) > 0 {
		b.Queue(`INSERT INTO message (agency, id, receiver, number, kind, body, code, at, attempts, failure, sent_at, next_at)
			SELECT $1, * FROM unnest($2::bigint[], $3::text[], $4::bigint[], $5::text[], $6::bytea[], $7::text[], $8::bigint[],
				$9::bigint[], $10::text[], $11::bigint[], $12::bigint[])`,
			agency, r.ids, r.receivers, r.numbers, r.kinds, r.bodies, r.codes, r.ats, r.attempts, r.failures, r.sent, r.next)
	}
}

type deliveryRows struct {
	ids        []int64
	sent, next []*int64
	failures   []string
}

func (r *deliveryRows) add(d store.Delivery) {
	r.ids, r.failures = append(r.ids, d.ID), append(r.failures, d.Failure)
	r.sent, r.next = append(r.sent, milli(d.At)), append(r.next, milli(d.Next))
}

// queue adds the statements. What was sent stays sent, whatever another replica, which tried too, says later; and each attempt
// has a statement of its own, as there may be two of one message.
func (r *deliveryRows) queue(b *pgx.Batch, agency string) {
	for i, id := range r.ids {
		b.Queue(`UPDATE message SET attempts = attempts + 1, failure = $3, sent_at = $4, next_at = $5
			WHERE agency = $1 AND id = $2 AND sent_at IS NULL`, agency, id, r.failures[i], r.sent[i], r.next[i])
	}
}

type takenRows struct {
	senders, codes    []string
	numbers, versions []int64
}

func (r *takenRows) add(m store.Incoming) {
	r.senders, r.numbers = append(r.senders, m.Sender), append(r.numbers, m.Number)
	r.codes, r.versions = append(r.codes, m.Code), append(r.versions, m.Version)
}

func (r *takenRows) queue(b *pgx.Batch, agency string) {
	if len(r.senders) > 0 {
		b.Queue(`INSERT INTO incoming (agency, sender, number, code, version)
			SELECT $1, sender, number, nullif(code, ''), nullif(version, 0)
			FROM unnest($2::text[], $3::bigint[], $4::text[], $5::bigint[]) v (sender, number, code, version)`,
			agency, r.senders, r.numbers, r.codes, r.versions)
	}
}

type rootRows struct {
	days, keyIDs             []string
	first, last              []int64
	roots, prevs, signatures [][]byte
}

func (r *rootRows) add(d store.DayRoot) {
	r.days, r.keyIDs = append(r.days, d.Day), append(r.keyIDs, d.KeyID)
	r.first, r.last = append(r.first, d.From), append(r.last, d.To)
	r.roots, r.prevs, r.signatures = append(r.roots, d.Root[:]), append(r.prevs, d.Prev[:]), append(r.signatures, present(d.Signature))
}

func (r *rootRows) queue(b *pgx.Batch, agency string) {
	if len(r.days) > 0 {
		b.Queue(`INSERT INTO day_root (agency, day, first, last, root, prev, key_id, signature)
			SELECT $1, * FROM unnest($2::text[], $3::bigint[], $4::bigint[], $5::bytea[], $6::bytea[], $7::text[], $8::bytea[])`,
			agency, r.days, r.first, r.last, r.roots, r.prevs, r.keyIDs, r.signatures)
	}
}
