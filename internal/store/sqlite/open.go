// Package sqlite keeps an agency's records in one SQLite file: write-ahead log, every commit synced to the disk before it
// is acknowledged, one writer that commits together whatever is waiting, and connections of their own for reading.
//
// The writer remembers the heads and the open work of the dossiers that were written last, speaks to the driver without
// database/sql in between, and changes what has changed: a transition writes the head, the event and the open step, and
// nothing else. What it remembers saves reading, and is never what a change rests on: every change names the version and
// the hash that it follows, and the file refuses it when they are others.
//
// The tables are made and brought up to date by the numbered files of migrations, counted in the file itself by
// user_version. A library for that, goose, was measured at 12 MB of heap in every service (docs/decisions/0008): forty
// lines do the same for files that only ever go forward.
package sqlite

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"chuan.dev/chuan/internal/store"
)

// Defaults of Options.
const (
	DefaultQueue = 512
	DefaultBatch = 256
)

// Options says how a file is opened. The zero value has the defaults.
type Options struct {
	// Queue is how many changes may wait to be written. What comes on top fails with store.ErrBusy. Default 512.
	Queue int
	// Batch is how many changes are committed together at most. Default 256.
	Batch int
	// Committed is told of every commit: how many changes it held and how long it took. It must not block.
	Committed func(changes int, took time.Duration)
}

// Store keeps the records of one agency in a file. It implements store.Store.
type Store struct {
	write, read *sql.DB
	prepared    prepared
	writer      *writer
	// agency is the code of the agency to which the file belongs.
	agency string
	secret atomic.Pointer[[]byte]
	// kept are the digests of revisions whose text is known to be on the disk.
	kept   sync.Map
	expiry expiry
	// discard takes away what goes when the store is closed; nil for nothing.
	discard func() error
}

var _ store.Store = (*Store)(nil)

// Open opens the file of an agency, given by the agency's identification code, and makes it when it is not there. A file
// of another agency is refused. A file of an older version of the program is brought up to this one.
func Open(ctx context.Context, path, agency string, o Options) (*Store, error) {
	s, err := open(ctx, path, agency, o)
	if err != nil {
		return nil, fmt.Errorf("records of agency %s in %s: %w", agency, path, classified(err))
	}
	return s, nil
}

func open(ctx context.Context, path, agency string, o Options) (*Store, error) {
	if err := touch(path); err != nil {
		return nil, err
	}
	write, err := sql.Open("sqlite", dsn(path, "rwc", "synchronous(FULL)", "foreign_keys(1)", "cache_size(-4096)",
		"journal_size_limit(16777216)"))
	if err != nil {
		return nil, err
	}
	write.SetMaxOpenConns(1)
	s := &Store{write: write}
	if err := s.prepare(ctx, agency); err != nil {
		return nil, errors.Join(err, write.Close())
	}
	// The writer holds a connection while it writes, and readers come and go: an idle agency has none.
	write.SetMaxIdleConns(0)
	s.read, err = sql.Open("sqlite", dsn(path, "ro", "query_only(1)", "cache_size(-512)"))
	if err != nil {
		return nil, errors.Join(err, write.Close())
	}
	s.read.SetMaxOpenConns(max(4, runtime.GOMAXPROCS(0)))
	s.read.SetMaxIdleConns(idleReaders)
	s.read.SetConnMaxIdleTime(readerRest)
	s.writer = newWriter(write, o)
	return s, nil
}

// So many connections for reading stay open for so long for the next who reads.
const (
	idleReaders = 4
	readerRest  = 10 * time.Second
)

// Rest closes the connections for reading that nobody uses now: whoever has looked through the files of many agencies in a
// row does not leave all of them open.
func (s *Store) Rest() {
	s.read.SetMaxIdleConns(0)
	s.read.SetMaxIdleConns(idleReaders)
}

// dsn is the data source name of a file.
func dsn(path, mode string, pragmas ...string) string {
	q := url.Values{"mode": {mode}, "_txlock": {"immediate"}, "_pragma": {"busy_timeout(5000)", "journal_mode(WAL)"}}
	if mode == "ro" {
		q["_pragma"] = []string{"busy_timeout(5000)"}
	}
	q["_pragma"] = append(q["_pragma"], pragmas...)
	// As an opaque part the path may be a relative one, whose first name would otherwise be taken for a host.
	at := (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath()
	return (&url.URL{Scheme: "file", Opaque: at, RawQuery: q.Encode()}).String()
}

// touch makes the file when it is not there, readable by nobody else: SQLite gives its log the same permissions.
func touch(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// prepare brings the tables up to date and checks whose file it is.
func (s *Store) prepare(ctx context.Context, agency string) error {
	if err := migrate(ctx, s.write); err != nil {
		return err
	}
	if _, err := s.write.ExecContext(ctx,
		`INSERT INTO meta (key, value) VALUES ('agency', ?), ('secret', ?) ON CONFLICT DO NOTHING`,
		[]byte(agency), newSecret()); err != nil {
		return err
	}
	if err := s.identify(ctx, s.write); err != nil {
		return err
	}
	if s.agency != agency {
		return fmt.Errorf("the file belongs to the agency with the code %s: give every agency a file of its own", s.agency)
	}
	var err error
	s.expiry.next, err = nextExpiry(ctx, s.write, 0)
	return err
}

// identify reads whose file it is.
func (s *Store) identify(ctx context.Context, db querier) error {
	var owner, secret []byte
	err := db.QueryRowContext(ctx,
		`SELECT a.value, s.value FROM meta a, meta s WHERE a.key = 'agency' AND s.key = 'secret'`).Scan(&owner, &secret)
	s.agency = string(owner)
	s.secret.Store(&secret)
	return err
}

func newSecret() []byte {
	secret := make([]byte, 32)
	// The reader never fails: where there is no randomness, the program ends.
	_, _ = rand.Read(secret)
	return secret
}

// Secret implements store.Store.
func (s *Store) Secret() []byte { return append([]byte(nil), *s.secret.Load()...) }

// Agency is the identification code of the agency to which the file belongs.
func (s *Store) Agency() string { return s.agency }

// Close implements store.Store.
func (s *Store) Close() error {
	var failures []error
	if s.writer != nil {
		failures = append(failures, s.writer.close())
	}
	failures = append(failures, s.prepared.close(), s.read.Close())
	if s.write != nil {
		// A reader that was the last to go has left the log: who may write brings it into the file.
		failures = append(failures, s.write.PingContext(context.Background()), s.write.Close())
	}
	if s.discard != nil {
		failures = append(failures, s.discard())
	}
	return errors.Join(failures...)
}
