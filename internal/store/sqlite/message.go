package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"chuan.dev/chuan/internal/store"
)

const (
	insertMessage = `INSERT INTO message (receiver, number, kind, body, dossier, at)
		VALUES (?1, (SELECT ifnull(max(number), 0) + 1 FROM message WHERE receiver = ?1), ?2, ?3, ?4, ?5)`
	messageColumns = `m.id, m.receiver, m.number, m.kind, m.body, d.code, m.at, m.attempts, m.next_at, m.failure, m.sent_at`
	// A message that has to wait holds those behind it.
	selectOutbox = `SELECT ` + messageColumns + ` FROM message m JOIN dossier d ON d.id = m.dossier
		WHERE m.sent_at IS NULL AND NOT EXISTS (
			SELECT 1 FROM message h WHERE h.receiver = m.receiver AND h.number <= m.number
				AND h.sent_at IS NULL AND h.next_at > 0 AND h.next_at > ?)
		ORDER BY m.id LIMIT ?`
	updateMessage = `UPDATE message SET attempts = attempts + 1, sent_at = ?, next_at = ?, failure = ?
		WHERE id = ? AND sent_at IS NULL`
	selectMessage = `SELECT id FROM message WHERE id = ?`

	selectIncoming = `SELECT d.code, i.version, e.hash FROM incoming i
			LEFT JOIN dossier d ON d.id = i.dossier LEFT JOIN event e ON e.dossier = i.dossier AND e.seq = i.version
		WHERE i.sender = ? AND i.number = ?`
	lastIncoming   = `SELECT ifnull(max(number), 0) FROM incoming WHERE sender = ?`
	insertIncoming = `INSERT INTO incoming (sender, number, dossier, version) VALUES (?, ?, ?, ?)`
)

// send puts the messages of a change into the outbox.
func (w *statements) send(ctx context.Context, id int64, c *store.Change) error {
	for _, m := range c.Messages {
		at := c.Events[len(c.Events)-1].At.UnixMilli()
		if _, err := w.exec(ctx, insertMessage, m.To, m.Kind, bytesOf(m.Body), id, at); err != nil {
			return fmt.Errorf("message to %s: %w", m.To, err)
		}
	}
	return nil
}

// taken says whether a message was taken before, or comes too early.
func (w *statements) taken(ctx context.Context, m store.Incoming) (store.Written, error) {
	last, err := w.number(ctx, lastIncoming, m.Sender)
	switch {
	case err != nil:
		return store.Written{}, err
	case m.Number == last+1:
		return store.Written{}, nil
	case m.Number > last:
		return store.Written{}, store.ErrGap
	}
	out := store.Written{}
	values, err := w.row(ctx, selectIncoming, m.Sender, m.Number)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return store.Written{}, err
	}
	if err == nil {
		out.Code, _ = values[0].(string)
		out.Version, _ = values[1].(int64)
		hash, _ := values[2].([]byte)
		copy(out.Hash[:], hash)
	}
	return out, store.ErrRepeated
}

// Outbox implements store.Store.
func (s *Store) Outbox(ctx context.Context, now time.Time, limit int) ([]store.Message, error) {
	rows, err := s.read.QueryContext(ctx, selectOutbox, now.UnixMilli(), limit)
	if err != nil {
		return nil, fmt.Errorf("read the outbox: %w", classified(err))
	}
	defer func() { _ = rows.Close() }()
	var messages []store.Message
	for rows.Next() {
		m, err := scanMessage(rows)
		if err != nil {
			return nil, fmt.Errorf("read the outbox: %w", classified(err))
		}
		messages = append(messages, m.Message)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read the outbox: %w", classified(err))
	}
	return messages, nil
}

func scanMessage(row scanner) (store.MessageRecord, error) {
	var m store.MessageRecord
	var at, next int64
	var sent sql.NullInt64
	var failure string
	err := row.Scan(&m.Message.ID, &m.To, &m.Number, &m.Kind, &m.Body, &m.Code, &at, &m.Attempts, &next, &failure, &sent)
	m.Message.At, m.Message.Failure = fromMilli(at), failure
	m.Delivery = store.Delivery{ID: m.Message.ID, At: instant(sent), Failure: failure}
	if next > 0 {
		m.Next = fromMilli(next)
	}
	return m, err
}

// Sent implements store.Store.
func (s *Store) Sent(ctx context.Context, d store.Delivery) error {
	var next int64
	if !d.Next.IsZero() && d.At.IsZero() {
		next = d.Next.UnixMilli()
	}
	err := s.writes(ctx, func(ctx context.Context, w *statements) error {
		changed, err := w.exec(ctx, updateMessage, value(milli(d.At)), next, d.Failure, d.ID)
		if err != nil || changed > 0 {
			return err
		}
		// What was taken by its receiver stays so.
		_, err = w.row(ctx, selectMessage, d.ID)
		return err
	})
	if err != nil {
		return fmt.Errorf("record the delivery of message %d: %w", d.ID, err)
	}
	return nil
}
