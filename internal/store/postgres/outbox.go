package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"chuan.dev/chuan/internal/store"
)

// Outbox implements store.Store.
func (s *Store) Outbox(ctx context.Context, now time.Time, limit int) ([]store.Message, error) {
	var messages []store.Message
	err := s.ask(ctx, func(b *pgx.Batch) {
		messages = nil
		var m store.Message
		var at int64
		// Of each receiver the number of the first message that has to wait bounds what may be sent.
		b.Queue(`SELECT m.id, m.receiver, m.number, m.kind, m.body, m.code, m.at, m.attempts, m.failure FROM message m
			WHERE m.agency = $1 AND m.sent_at IS NULL AND NOT EXISTS (SELECT FROM message w
				WHERE w.agency = $1 AND w.receiver = m.receiver AND w.number <= m.number AND w.sent_at IS NULL AND w.next_at > $2)
			ORDER BY m.id LIMIT $3`, s.code, now.UnixMilli(), limit).
			Query(each([]any{&m.ID, &m.To, &m.Number, &m.Kind, &m.Body, &m.Code, &at, &m.Attempts, &m.Failure}, func() {
				m.At = time.UnixMilli(at).UTC()
				messages = append(messages, m)
			}))
	})
	if err != nil {
		return nil, fmt.Errorf("read the outbox: %w", classified(err))
	}
	return messages, nil
}
