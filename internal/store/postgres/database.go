// Package postgres keeps the records of agencies in one PostgreSQL database, 15 or later, which several replicas of the
// service use at once. In each replica an agency has one writer, which commits together whatever is waiting: in one round trip
// as long as no other replica has written since its last commit, of which it remembers what it needs, and in two otherwise.
// The agency's row, which it locks, puts the writers of the replicas in a row, so that numbers have no gaps. Row-level security
// keeps the agencies apart, in the database itself.
//
// The role that connects owns the tables, which are made at the first start; it must be neither a superuser nor above
// row-level security. A replication of the database that is to survive the loss of a server has to be synchronous: what a
// COMMIT answered counts as kept.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"chuan.dev/chuan/internal/store"
)

// Defaults of Options.
const (
	DefaultQueue    = 512
	DefaultBatch    = 256
	DefaultPatience = 10 * time.Second
)

// oldestServer is the first version of PostgreSQL that is supported, as the server says it.
const oldestServer = 150000

// Connections are few, and none is kept while nobody works: a server has room for some hundred in all.
const (
	writeConnections = 4
	idleConnection   = time.Minute
)

// Options says how a database is opened. What is zero has its default; URI has none.
type Options struct {
	// URI is the connection string, as postgres://chuan@db/chuan?sslmode=verify-full.
	URI string
	// Queue is how many changes of an agency may wait to be written. What comes on top fails with store.ErrBusy.
	// Default 512.
	Queue int
	// Batch is how many changes are committed together at most. Default 256.
	Batch int
	// Patience is how long a change waits for a server that is away before it fails. Default 10 seconds.
	Patience time.Duration
	// Committed is told of every commit: how many changes it held and how long it took. It must not block.
	Committed func(changes int, took time.Duration)
}

// Database is a database with the records of agencies.
type Database struct {
	// Readers and writers do not wait for each other's connections: who goes through the records may write meanwhile.
	read, write *pgxpool.Pool
	options     Options
}

// Open connects to a database and brings its tables up to this program. It refuses a server that is too old or does not
// keep what it acknowledges, and a role that is above row-level security.
func Open(ctx context.Context, o Options) (*Database, error) {
	if o.Queue <= 0 {
		o.Queue = DefaultQueue
	}
	if o.Batch <= 0 {
		o.Batch = DefaultBatch
	}
	if o.Patience <= 0 {
		o.Patience = DefaultPatience
	}
	if o.Committed == nil {
		o.Committed = func(int, time.Duration) {}
	}
	config, err := pgxpool.ParseConfig(o.URI)
	if err != nil {
		// The error quotes the connection string, with the password taken out as far as pgx understood it.
		return nil, errors.New("the connection string of the database cannot be understood: give one like " +
			"postgres://chuan@db/chuan?sslmode=verify-full")
	}
	config.MinConns, config.MinIdleConns = 0, 0
	config.MaxConnIdleTime = idleConnection
	config.PingTimeout = o.Patience
	config.ConnConfig.ConnectTimeout = o.Patience
	config.ConnConfig.RuntimeParams["timezone"] = "UTC"
	config.ConnConfig.RuntimeParams["application_name"] = "workflowd"
	db := &Database{options: o}
	if err := db.prepare(ctx, config.ConnConfig); err != nil {
		return nil, fmt.Errorf("open the database: %w", classified(err))
	}
	config.MaxConns = int32(max(4, 2*runtime.GOMAXPROCS(0)))
	if db.read, err = pgxpool.NewWithConfig(ctx, config.Copy()); err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	config.MaxConns = writeConnections
	if db.write, err = pgxpool.NewWithConfig(ctx, config); err != nil {
		db.read.Close()
		return nil, fmt.Errorf("open the database: %w", err)
	}
	return db, nil
}

// prepare checks the server and the role, and migrates.
func (db *Database) prepare(ctx context.Context, config *pgx.ConnConfig) (err error) {
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	if err := trustworthy(ctx, conn); err != nil {
		return err
	}
	return migrate(ctx, conn, steps)
}

// trustworthy says why records cannot be entrusted to the server, or not by this role.
func trustworthy(ctx context.Context, conn *pgx.Conn) error {
	var version int
	var role string
	var synced, whole, above bool
	err := conn.QueryRow(ctx, `SELECT current_setting('server_version_num')::int, current_setting('fsync')::bool,
			current_setting('full_page_writes')::bool, rolname, rolsuper OR rolbypassrls
		FROM pg_roles WHERE rolname = current_user`).Scan(&version, &synced, &whole, &role, &above)
	switch {
	case err != nil:
		return err
	case version < oldestServer:
		return fmt.Errorf("the server has version %d.%d: PostgreSQL 15 or later is needed", version/10000, version%10000)
	case !synced || !whole:
		return errors.New("the server loses what it acknowledged when it fails: set fsync and full_page_writes to on")
	case above:
		return fmt.Errorf("the role %s is above row-level security, which keeps the agencies apart: "+
			"give the service a role with NOSUPERUSER NOBYPASSRLS that owns the database", role)
	}
	return nil
}

// Close closes the connections. The stores of the agencies have to be closed before.
func (db *Database) Close() {
	db.write.Close()
	db.read.Close()
}

// Agency opens the records of an agency, given by its identification code, and makes them when there are none. Each call
// returns a store with a writer of its own, as another replica of the service would have.
func (db *Database) Agency(ctx context.Context, code string) (store.Store, error) {
	return db.open(ctx, code)
}

func (db *Database) open(ctx context.Context, code string) (*Store, error) {
	s := &Store{db: db, code: code}
	b := &pgx.Batch{}
	b.Queue(setAgency, code)
	b.Queue(`INSERT INTO agency (code, secret) VALUES ($1, $2) ON CONFLICT DO NOTHING`, code, newSecret())
	if err := db.write.SendBatch(ctx, b).Close(); err != nil {
		return nil, fmt.Errorf("records of agency %s: %w", code, classified(err))
	}
	err := s.ask(ctx, func(b *pgx.Batch) {
		b.Queue(`SELECT secret FROM agency WHERE code = $1`, code).QueryRow(func(row pgx.Row) error {
			return row.Scan(&s.secret)
		})
	})
	if err != nil {
		return nil, fmt.Errorf("records of agency %s: %w", code, classified(err))
	}
	s.writer = newWriter(db, code)
	return s, nil
}
