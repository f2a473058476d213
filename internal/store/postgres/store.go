package postgres

import (
	"context"
	"crypto/rand"
	"sync"

	"github.com/jackc/pgx/v5"

	"chuan.dev/chuan/internal/store"
)

// setAgency sets the session to an agency for a transaction: row-level security shows it the rows of that agency only.
const setAgency = `SELECT set_config('chuan.agency', $1, true)`

// readAttempts is how often something is read from a server that cuts the connection.
const readAttempts = 3

// Store keeps the records of one agency in a database. It implements store.Store.
type Store struct {
	db     *Database
	code   string
	writer *writer

	mu     sync.RWMutex // guards secret, which Restore replaces
	secret []byte
}

var _ store.Store = (*Store)(nil)

func newSecret() []byte {
	secret := make([]byte, 32)
	// The reader never fails: where there is no randomness, the program ends.
	_, _ = rand.Read(secret)
	return secret
}

// Secret implements store.Store.
func (s *Store) Secret() []byte {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return append([]byte(nil), s.secret...)
}

// Close implements store.Store. The database stays open.
func (s *Store) Close() error {
	s.writer.close()
	return nil
}

// ask reads something in one round trip. Where the connection is cut it asks again; queue is called each time, and what it
// filled before has to be filled anew. Statements of one batch see the records at different moments.
func (s *Store) ask(ctx context.Context, queue func(b *pgx.Batch)) error {
	var err error
	for range readAttempts {
		conn, failure := s.db.read.Acquire(ctx)
		if failure != nil {
			return failure
		}
		b := &pgx.Batch{}
		b.Queue(setAgency, s.code)
		queue(b)
		err = conn.SendBatch(ctx, b).Close()
		cut := conn.Conn().IsClosed()
		conn.Release()
		if err == nil || !cut || ctx.Err() != nil {
			break
		}
		// The other idle connections were cut with it, in most cases.
		s.db.read.Reset()
	}
	return err
}
