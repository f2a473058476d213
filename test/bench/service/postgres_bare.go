package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"github.com/jackc/pgx/v5"

	"chuan.dev/chuan/internal/store/postgres"
)

// postgresLoop writes the two rows of a transition and nothing else, as many transitions together as are waiting.
type postgresLoop struct {
	conn  *pgx.Conn
	batch int
	// company is how many transitions the last commit held.
	company int
	queue   chan *bareChange
	done    chan struct{}
}

// write writes a transition and waits until it is committed.
func (b *postgresLoop) write(c *bareChange) error {
	c.done = make(chan error, 1)
	b.queue <- c
	return <-c.done
}

func (b *postgresLoop) close() {
	close(b.queue)
	<-b.done
}

func (b *postgresLoop) run(ctx context.Context) {
	defer close(b.done)
	var waiting []*bareChange
	for c := range b.queue {
		waiting = b.gather(append(waiting[:0], c))
		err := commitBare(ctx, b.conn, waiting)
		for _, c := range waiting {
			c.done <- err
		}
	}
}

// gather is that of the store, so that both commit as many together.
func (b *postgresLoop) gather(waiting []*bareChange) []*bareChange {
	for yields := 0; len(waiting) < b.batch; {
		select {
		case c, ok := <-b.queue:
			if !ok {
				return waiting
			}
			waiting, yields = append(waiting, c), 0
		default:
			if yields > 0 && len(waiting) >= b.company || yields == 16 {
				b.company = len(waiting)
				return waiting
			}
			yields++
			runtime.Gosched()
		}
	}
	b.company = len(waiting)
	return waiting
}

// prepareBare makes the tables and the dossiers by the store itself.
func prepareBare(ctx context.Context, uri string, clients int) error {
	db, err := postgres.Open(ctx, postgres.Options{URI: uri, Queue: 1024})
	if err != nil {
		return err
	}
	defer db.Close()
	s, err := db.Agency(ctx, agency)
	if err != nil {
		return err
	}
	_, err = prepared(ctx, s, clients)
	return errors.Join(err, s.Close())
}

// unguard takes away what the store has beside the two rows, and has rows found by their keys as the store does.
func unguard(ctx context.Context, conn *pgx.Conn) error {
	for _, statement := range []string{
		`ALTER TABLE event DISABLE TRIGGER USER, NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY`,
		`ALTER TABLE dossier DISABLE TRIGGER USER, NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY`,
		`SET enable_seqscan = off`, `SET enable_hashjoin = off`, `SET enable_mergejoin = off`,
	} {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return nil
}

const (
	bareUpdate = `UPDATE dossier d SET version = v.version, hash = v.hash
		FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bytea[]) v (id, was, version, hash),
			LATERAL (SELECT o.ctid FROM dossier o WHERE o.agency = $1 AND o.id = v.id AND o.version = v.was OFFSET 0) o
		WHERE d.ctid = o.ctid`
	// Events are numbered by their dossier and version, which takes no look at what was numbered last.
	bareInsert = `INSERT INTO event (agency, id, dossier, seq, at, type, officer, role, action, origin, target, data, prev, hash)
		SELECT $1, dossier * 1000000 + seq, * FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::text[],
			$7::text[], $8::text[], $9::text[], $10::text[], $11::bytea[], $12::bytea[], $13::bytea[])
			v (dossier, seq, at, type, officer, role, action, origin, target, data, prev, hash)`
)

// commitBare writes the two rows of transitions in one transaction, with one statement a table.
func commitBare(ctx context.Context, conn *pgx.Conn, waiting []*bareChange) error {
	var ids, were, seqs, ats []int64
	var types, officers, roles, actions, origins, targets []string
	var data, prevs, hashes [][]byte
	for _, c := range waiting {
		e := c.event
		ids, were = append(ids, c.dossier), append(were, c.version)
		seqs, ats = append(seqs, e.Seq), append(ats, e.At.UnixMilli())
		types, officers, roles = append(types, e.Type), append(officers, e.Officer), append(roles, e.Role)
		actions, origins, targets = append(actions, e.Action), append(origins, e.From), append(targets, e.To)
		data, prevs, hashes = append(data, e.Data), append(prevs, e.Prev[:]), append(hashes, e.Hash[:])
	}
	b := &pgx.Batch{}
	b.Queue(`BEGIN`)
	b.Queue(bareUpdate, agency, ids, were, seqs, hashes)
	b.Queue(bareInsert, agency, ids, seqs, ats, types, officers, roles, actions, origins, targets, data, prevs, hashes)
	b.Queue(`COMMIT`)
	return conn.SendBatch(ctx, b).Close()
}
