package postgres

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"chuan.dev/chuan/internal/store"
)

// questions are what has to be known of an agency to decide a batch.
type questions struct {
	codes, periods, receivers, senders []string
	numbers                            []int64 // of the messages of senders
	keys                               [][]byte
	messages                           []int64
	root                               bool
}

func (q *questions) change(c store.Change) {
	if c.Numbering != nil {
		q.periods = append(q.periods, c.Numbering.Book)
	}
	if c.Once != nil {
		q.keys = append(q.keys, c.Once.Key[:])
	}
	if c.Incoming != nil {
		q.senders = append(q.senders, c.Incoming.Sender)
		q.numbers = append(q.numbers, c.Incoming.Number)
	}
	for _, m := range c.Messages {
		q.receivers = append(q.receivers, m.To)
	}
}

// head is the end of a dossier's chain.
type head struct {
	id, version int64
	hash        store.Hash
	// fresh says that it was written in this transaction.
	fresh bool
	// whole says that the rest is known too, as it is after a change: what else its row says, and its open steps.
	whole   bool
	columns columns
	work    []store.WorkItem
}

// after is the head after a change.
func (h head) after(w store.Written, c store.Change) head {
	return head{
		id: h.id, version: w.Version, hash: w.Hash, fresh: true, whole: true, columns: columnsOf(c.Head), work: c.Work,
	}
}

// answer is what was written for a request before.
type answer struct {
	request store.Hash
	written store.Written
}

// received names a message of another agency.
type received struct {
	sender string
	number int64
}

// ledger is what is known of an agency while its row is locked, and what is going to be written.
type ledger struct {
	// found is the tally before, now the one with what is going to be written.
	found, now tally

	heads      map[string]head
	counters   map[string]int64
	answers    map[store.Hash]answer
	taken      map[received]store.Written
	lastTaken  map[string]int64
	receivers  map[string]int64
	messageIDs map[int64]bool
	lastRoot   *store.DayRoot

	rows rows
}

const (
	beginWriting = `BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE`

	// prepareWriting sets the transaction to an agency, and makes sure of four things whatever the server's settings: what
	// COMMIT answers is on the disk; a replica that stands still does not keep the others from the row; the rows are found
	// by their keys, also when the tables were empty when the statement was planned; and a statement is planned once, not
	// for every batch.
	prepareWriting = `SELECT set_config('chuan.agency', $1, true),
		set_config('synchronous_commit', CASE current_setting('synchronous_commit')
			WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, true),
		set_config('idle_in_transaction_session_timeout', '5s', true), set_config('lock_timeout', '10s', true),
		set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
		set_config('enable_mergejoin', 'off', true), set_config('plan_cache_mode', 'force_generic_plan', true)`

	lockAgency = `SELECT events, dossiers, messages FROM agency WHERE code = $1 FOR UPDATE`

	// moveOn takes the agency's row and counts on, if the tally is the one that is expected.
	moveOn = `SELECT move_on($1, $2, $3, $4, $5, $6, $7)`

	selectHeads    = `SELECT code, id, version, hash FROM dossier WHERE agency = $1 AND code = ANY($2)`
	selectCounters = `SELECT period, last FROM counter WHERE agency = $1 AND period = ANY($2)`
	selectAnswers  = `SELECT key, request, code, version, hash FROM answer WHERE agency = $1 AND key = ANY($2)`
	selectTaken    = `SELECT m.sender, m.number, coalesce(i.code, ''), coalesce(i.version, 0),
			(SELECT e.hash FROM event e WHERE e.agency = $1 AND e.seq = i.version
				AND e.dossier = (SELECT d.id FROM dossier d WHERE d.agency = $1 AND d.code = i.code)),
			coalesce((SELECT max(l.number) FROM incoming l WHERE l.agency = $1 AND l.sender = m.sender), 0)
		FROM unnest($2::text[], $3::bigint[]) m (sender, number)
		LEFT JOIN incoming i ON i.agency = $1 AND i.sender = m.sender AND i.number = m.number`
	selectReceivers = `SELECT r.name, coalesce((SELECT max(m.number) FROM message m WHERE m.agency = $1 AND m.receiver = r.name), 0)
		FROM unnest($2::text[]) r (name)`
	selectMessages = `SELECT id FROM message WHERE agency = $1 AND id = ANY($2)`
	selectLastRoot = `SELECT ` + rootColumns + ` FROM day_root WHERE agency = $1 ORDER BY day DESC LIMIT 1`
)

func newLedger() *ledger {
	return &ledger{
		heads: map[string]head{}, counters: map[string]int64{}, answers: map[store.Hash]answer{},
		taken: map[received]store.Written{}, lastTaken: map[string]int64{}, receivers: map[string]int64{},
		messageIDs: map[int64]bool{},
	}
}

// openLedger begins a transaction, takes the agency's row, and reads what is asked, in one round trip. Each statement after
// the lock sees what the one who had it before has committed.
func openLedger(ctx context.Context, conn *pgx.Conn, agency string, q *questions) (*ledger, error) {
	l := newLedger()
	b := &pgx.Batch{}
	b.Queue(beginWriting)
	b.Queue(prepareWriting, agency)
	b.Queue(lockAgency, agency).QueryRow(func(row pgx.Row) error {
		err := row.Scan(&l.found.events, &l.found.dossiers, &l.found.messages)
		l.now = l.found
		return err
	})
	l.queueDossiers(b, agency, q)
	l.queueMessages(b, agency, q)
	return l, conn.SendBatch(ctx, b).Close()
}

func (l *ledger) queueDossiers(b *pgx.Batch, agency string, q *questions) {
	if len(q.codes) > 0 {
		var code string
		var h head
		var hash []byte
		b.Queue(selectHeads, agency, q.codes).Query(each([]any{&code, &h.id, &h.version, &hash}, func() {
			h.hash = hashOf(hash)
			l.heads[code] = h
		}))
	}
	if len(q.periods) > 0 {
		var period string
		var last int64
		b.Queue(selectCounters, agency, distinct(q.periods)).Query(each([]any{&period, &last}, func() { l.counters[period] = last }))
	}
	if len(q.keys) > 0 {
		var w store.Written
		var key, request, hash []byte
		b.Queue(selectAnswers, agency, q.keys).Query(each([]any{&key, &request, &w.Code, &w.Version, &hash}, func() {
			w.Hash = hashOf(hash)
			l.answers[hashOf(key)] = answer{hashOf(request), w}
		}))
	}
	if q.root {
		var r rootRow
		b.Queue(selectLastRoot, agency).Query(each(r.into(), func() {
			last := r.get()
			l.lastRoot = &last
		}))
	}
}

func (l *ledger) queueMessages(b *pgx.Batch, agency string, q *questions) {
	if len(q.senders) > 0 {
		var m received
		var w store.Written
		var hash []byte
		var last int64
		columns := []any{&m.sender, &m.number, &w.Code, &w.Version, &hash, &last}
		b.Queue(selectTaken, agency, q.senders, q.numbers).Query(each(columns, func() {
			w.Hash = hashOf(hash)
			l.lastTaken[m.sender], l.taken[m] = last, w
		}))
	}
	if len(q.receivers) > 0 {
		var name string
		var last int64
		b.Queue(selectReceivers, agency, distinct(q.receivers)).Query(each([]any{&name, &last}, func() { l.receivers[name] = last }))
	}
	if len(q.messages) > 0 {
		var id int64
		b.Queue(selectMessages, agency, q.messages).Query(each([]any{&id}, func() { l.messageIDs[id] = true }))
	}
}

// each reads every row of a result into the same variables.
func each(into []any, do func()) func(pgx.Rows) error {
	return func(rows pgx.Rows) error {
		_, err := pgx.ForEachRow(rows, into, func() error {
			do()
			return nil
		})
		return err
	}
}

func distinct(names []string) []string {
	names = slices.Clone(names)
	slices.Sort(names)
	return slices.Compact(names)
}

// repeated says whether a change answers a request or a message that was answered before, and as what; and whether a
// message is not the next one.
func (l *ledger) repeated(c store.Change) (store.Written, error) {
	if c.Once != nil {
		if before, there := l.answers[c.Once.Key]; there && before.request == c.Once.Request {
			return before.written, store.ErrRepeated
		} else if there {
			return store.Written{}, store.ErrReused
		}
	}
	if c.Incoming != nil {
		last := l.lastTaken[c.Incoming.Sender]
		switch {
		case c.Incoming.Number <= last:
			return l.taken[received{c.Incoming.Sender, c.Incoming.Number}], store.ErrRepeated
		case c.Incoming.Number > last+1:
			return store.Written{}, store.ErrGap
		}
	}
	return store.Written{}, nil
}

// record takes down what belongs to a change beside the head of its dossier.
func (l *ledger) record(id int64, w store.Written, c store.Change) {
	for _, e := range w.Events {
		l.now.events++
		l.rows.events.add(l.now.events, id, e)
	}
	if !c.Dispose {
		l.rows.keys.add(id, c.Keys)
		l.rows.blobs.add(id, c.Blobs)
	}
	at := w.Events[len(w.Events)-1].At
	for _, m := range c.Messages {
		l.now.messages++
		l.receivers[m.To]++
		l.rows.messages.add(store.Message{Outgoing: m, ID: l.now.messages, Number: l.receivers[m.To], Code: w.Code, At: at})
	}
	reference := store.Written{Code: w.Code, Version: w.Version, Hash: w.Hash}
	if c.Incoming != nil {
		l.lastTaken[c.Incoming.Sender] = c.Incoming.Number
		l.taken[received{c.Incoming.Sender, c.Incoming.Number}] = reference
		l.rows.taken.add(store.Incoming{
			Sender: c.Incoming.Sender, Number: c.Incoming.Number, Code: w.Code, Version: w.Version,
		})
	}
	if c.Once != nil {
		l.answers[c.Once.Key] = answer{c.Once.Request, reference}
		l.rows.answers.add(*c.Once, reference)
	}
}
