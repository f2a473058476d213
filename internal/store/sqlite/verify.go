package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	"chuan.dev/chuan/internal/store"
)

// Verify implements store.Store. It reads the whole file once, as one commit left it.
func (s *Store) Verify(ctx context.Context) (store.Evidence, error) {
	evidence, err := s.verify(ctx)
	if err != nil {
		return store.Evidence{}, fmt.Errorf("verify the records: %w", classified(err))
	}
	return evidence, nil
}

func (s *Store) verify(ctx context.Context) (store.Evidence, error) {
	tx, err := s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return store.Evidence{}, err
	}
	defer func() { _ = tx.Rollback() }()
	rows, err := tx.QueryContext(ctx, `SELECT d.code, d.version, d.hash, `+eventColumns+`
		FROM dossier d LEFT JOIN event e ON e.dossier = d.id ORDER BY d.id, e.seq`)
	if err != nil {
		return store.Evidence{}, err
	}
	defer func() { _ = rows.Close() }()
	v := verification{}
	for rows.Next() {
		if err := v.take(rows); err != nil {
			return store.Evidence{}, err
		}
	}
	if err := rows.Err(); err != nil {
		return store.Evidence{}, err
	}
	v.finish()
	v.evidence.Head = v.heads.Sum()
	return v.evidence, v.countAll(ctx, tx)
}

// verification goes through the events of an agency, dossier by dossier.
type verification struct {
	evidence store.Evidence
	heads    store.Heads
	chain    store.Chain
	// version and hash are what the head of the dossier says.
	version int64
	hash    store.Hash
}

func (v *verification) take(rows *sql.Rows) error {
	var code string
	var version int64
	var head []byte
	var e nullEvent
	if err := e.scan(rows, &code, &version, &head); err != nil {
		return err
	}
	if code != v.chain.Code {
		v.finish()
		v.chain, v.version = store.Chain{Code: code}, version
		copy(v.hash[:], head)
		v.evidence.Dossiers++
	}
	if !e.present {
		return nil
	}
	v.evidence.Events++
	if broken := v.chain.Next(e.event); broken != nil {
		v.breaks(broken)
		// The rest of the chain is judged from here, so that the head is that of what is there.
		v.chain.Seq, v.chain.Head = e.event.Seq, e.event.Hash
	}
	return nil
}

// finish ends the dossier that was gone through.
func (v *verification) finish() {
	if v.chain.Code == "" {
		return
	}
	if v.chain.Seq != v.version || v.chain.Head != v.hash {
		v.breaks(&store.Break{Code: v.chain.Code, Detail: fmt.Sprintf(
			"its record ends with event %d, but version %d was recorded", v.chain.Seq, v.version)})
	}
	v.heads.Add(v.chain)
}

func (v *verification) breaks(b *store.Break) {
	if v.evidence.Broken == nil {
		v.evidence.Broken = b
	}
}

// countAll finds events that are missing, or belong to no dossier, by the numbers that the agency's events have without
// gaps.
func (v *verification) countAll(ctx context.Context, tx *sql.Tx) error {
	var count, last int64
	if err := tx.QueryRowContext(ctx, `SELECT count(*), coalesce(max(id), 0) FROM event`).Scan(&count, &last); err != nil {
		return err
	}
	if count != last || count != v.evidence.Events {
		v.breaks(&store.Break{Detail: fmt.Sprintf(
			"%d events were numbered, %d are there, %d of them belong to a dossier", last, count, v.evidence.Events)})
	}
	return nil
}

// nullEvent is an event that a dossier may not have.
type nullEvent struct {
	event   store.Event
	present bool
}

func (n *nullEvent) scan(rows *sql.Rows, code *string, version *int64, head *[]byte) error {
	var seq, at sql.NullInt64
	var text [6]sql.NullString
	var prev, hash []byte
	e := &n.event
	err := rows.Scan(code, version, head, &seq, &at, &text[0], &text[1], &text[2], &text[3], &text[4], &text[5],
		&e.Data, &prev, &hash)
	if err != nil || !seq.Valid {
		return err
	}
	n.present = true
	e.Seq, e.At = seq.Int64, instant(at)
	e.Type, e.Officer, e.Role = text[0].String, text[1].String, text[2].String
	e.Action, e.From, e.To = text[3].String, text[4].String, text[5].String
	copy(e.Prev[:], prev)
	copy(e.Hash[:], hash)
	return nil
}
