package postgres

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"chuan.dev/chuan/internal/store"
	"chuan.dev/chuan/internal/store/storetest"
)

const otherAgency = "H18.35.02"

// ownedTables are the tables that hold what belongs to agencies.
var ownedTables = []string{
	"agency", "revision", "counter", "dossier", "event", "work_item", "search_key", "citation", "answer", "message", "incoming",
	"day_root",
}

// fill gives an agency a row in every table.
func fill(t *testing.T, s *Store) {
	t.Helper()
	n := storetest.New()
	n.Change.Keys = []store.Hash{{1}}
	n.Change.Blobs = []store.Hash{{2}}
	n.Change.Once = &store.Once{Key: store.Hash{3}, Request: store.Hash{4}, At: storetest.Day}
	n.Change.Messages = []store.Outgoing{{To: "sms", Kind: "received", Body: []byte("x")}}
	n.Change.Incoming = &store.Incoming{Sender: "H18.36", Number: 1}
	written, err := s.Create(t.Context(), n)
	if err != nil {
		t.Fatal(err)
	}
	root, err := store.Root(func(yield func(store.Hash, error) bool) { yield(written.Hash, nil) })
	if err != nil {
		t.Fatal(err)
	}
	if err := s.PutRoot(t.Context(), store.DayRoot{Day: "2026-11-23", From: 1, To: 1, Root: root}); err != nil {
		t.Fatal(err)
	}
}

// as runs something in a transaction of a session that is set to an agency.
func as(t *testing.T, uri, agency string, do func(pgx.Tx) error) error {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), uri)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	tx, err := conn.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), setAgency, agency); err != nil {
		t.Fatal(err)
	}
	if err := do(tx); err != nil {
		return err
	}
	return tx.Commit(t.Context())
}

func TestASessionSeesAndWritesOnlyItsAgency(t *testing.T) {
	uri := newDatabase(t)
	db := openDatabase(t, Options{URI: uri})
	fill(t, openAgency(t, db, agency))
	openAgency(t, db, otherAgency)
	var tables int
	err := as(t, uri, "", func(tx pgx.Tx) error {
		return tx.QueryRow(t.Context(), `SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'schema_version'`).
			Scan(&tables)
	})
	if err != nil || tables != len(ownedTables) {
		t.Fatalf("there are %d tables with records (%v), the test knows %d", tables, err, len(ownedTables))
	}
	for _, table := range ownedTables {
		for session, want := range map[string]bool{agency: true, otherAgency: table == "agency", "": false} {
			var some, foreign bool
			column := "agency"
			if table == "agency" {
				column = "code"
			}
			err := as(t, uri, session, func(tx pgx.Tx) error {
				return tx.QueryRow(t.Context(), `SELECT count(*) > 0, coalesce(bool_or(`+column+` <> $1), false) FROM `+table, session).
					Scan(&some, &foreign)
			})
			if err != nil || some != want || foreign {
				t.Errorf("a session of agency %q sees rows of %s: %v, foreign ones: %v (%v); want %v, false",
					session, table, some, foreign, err, want)
			}
		}
	}
	for _, statement := range []string{
		`INSERT INTO counter VALUES ('` + agency + `', '261124', 7)`,
		`INSERT INTO work_item VALUES ('` + agency + `', 1, 'x', 'x', 'x', '', 0)`,
		`INSERT INTO agency (code, secret) VALUES ('H18.35.03', '\x` + strings.Repeat("00", 32) + `')`,
	} {
		err := as(t, uri, otherAgency, func(tx pgx.Tx) error {
			_, err := tx.Exec(t.Context(), statement)
			return err
		})
		if err == nil || !strings.Contains(err.Error(), "row-level security") {
			t.Errorf("%s in a session of another agency: %v, want a refusal", statement, err)
		}
	}
	for _, statement := range []string{`UPDATE counter SET last = 0`, `DELETE FROM counter`, `DELETE FROM work_item`} {
		err := as(t, uri, otherAgency, func(tx pgx.Tx) error {
			tag, err := tx.Exec(t.Context(), statement)
			if n := tag.RowsAffected(); n != 0 {
				t.Errorf("%s in a session of another agency reached %d rows", statement, n)
			}
			return err
		})
		if err != nil {
			t.Errorf("%s: %v", statement, err)
		}
	}
}

func TestAgenciesInOneDatabaseDoNotMeet(t *testing.T) {
	db := openDatabase(t, Options{URI: newDatabase(t)})
	one, other := openAgency(t, db, agency), openAgency(t, db, otherAgency)
	if string(one.Secret()) == string(other.Secret()) {
		t.Error("two agencies have one secret")
	}
	fill(t, one)
	fill(t, other)
	for _, s := range []*Store{one, other} {
		d, err := s.Load(t.Context(), storetest.New().Code(1))
		if err != nil || len(d.Events) != 1 {
			t.Errorf("dossier 1 of agency %s: %d events, %v", s.code, len(d.Events), err)
		}
		if tail, err := s.Tail(t.Context()); err != nil || tail != 1 {
			t.Errorf("agency %s has %d events, %v; want 1", s.code, tail, err)
		}
	}
}

// refused are statements that the database refuses to everybody.
var refused = []string{
	`UPDATE event SET officer = 'binh'`,
	`DELETE FROM event`,
	`TRUNCATE event`,
	`INSERT INTO event SELECT * FROM event ON CONFLICT (agency, id) DO UPDATE SET officer = 'binh'`,
	`TRUNCATE dossier CASCADE`,
	`DELETE FROM dossier`,
	`UPDATE dossier SET code = 'x'`,
	`UPDATE dossier SET received_at = 1`,
	`UPDATE dossier SET kind = 'petition'`,
	`UPDATE dossier SET key = '\x00'`,
	`UPDATE revision SET text = '{}'`,
	`DELETE FROM revision`,
	`TRUNCATE revision CASCADE`,
	`UPDATE day_root SET signature = '\x00'`,
	`DELETE FROM day_root`,
	`TRUNCATE day_root`,
}

// asSuperuser runs a statement in the database of a connection string, set to the agency of the tests.
func asSuperuser(t *testing.T, uri, statement string) error {
	t.Helper()
	u, err := url.Parse(uri)
	if err != nil {
		t.Fatal(err)
	}
	return as(t, server.AdminURI(strings.TrimPrefix(u.Path, "/")), agency, func(tx pgx.Tx) error {
		_, err := tx.Exec(t.Context(), statement)
		return err
	})
}

func TestTheOwnerOfTheTablesCannotForgetEither(t *testing.T) {
	uri := newDatabase(t)
	s := openAgency(t, openDatabase(t, Options{URI: uri}), agency)
	fill(t, s)
	for _, statement := range refused {
		err := as(t, uri, agency, func(tx pgx.Tx) error {
			_, err := tx.Exec(t.Context(), statement)
			return err
		})
		var failure *pgconn.PgError
		if !errors.As(err, &failure) || (failure.Code != "23001" && failure.Code != "42501") {
			t.Errorf("%s by the owner: %v, want a refusal", statement, err)
		}
	}
	// Rights that the owner gives back to itself are of no use.
	err := as(t, uri, agency, func(tx pgx.Tx) error {
		if _, err := tx.Exec(t.Context(), `GRANT UPDATE ON event TO chuan`); err != nil {
			t.Fatal(err)
		}
		_, err := tx.Exec(t.Context(), `UPDATE event SET officer = 'binh'`)
		return err
	})
	if err == nil || !strings.Contains(err.Error(), "never changed") {
		t.Errorf("UPDATE with the right for it: %v, want a refusal", err)
	}
	if evidence, err := s.Verify(t.Context()); err != nil || evidence.Broken != nil || evidence.Events != 1 {
		t.Errorf("Verify = %+v, %v", evidence, err)
	}
}

func TestOpenRefusesWhoIsAboveTheSecurity(t *testing.T) {
	_, err := Open(t.Context(), Options{URI: server.AdminURI("postgres")})
	if err == nil || !strings.Contains(err.Error(), "NOSUPERUSER NOBYPASSRLS") {
		t.Errorf("Open as a superuser: %v, want a refusal that says what to do", err)
	}
}

func TestOpenSaysNothingOfThePassword(t *testing.T) {
	for _, uri := range []string{
		"postgres://chuan:hunter2@127.0.0.1:1/chuan?connect_timeout=1", "postgres://chuan:hunter2@[::1/chuan", "hunter2",
	} {
		_, err := Open(t.Context(), Options{URI: uri, Patience: 1})
		if err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("Open: %v, want an error without the password", err)
		}
	}
}

func TestSettingsOfAWritingTransaction(t *testing.T) {
	uri := newDatabase(t)
	db := openDatabase(t, Options{URI: uri})
	openAgency(t, db, agency)
	for _, c := range []struct{ set, want string }{{"off", "on"}, {"local", "on"}, {"remote_write", "on"}, {"remote_apply", "remote_apply"}} {
		conn, err := db.write.Acquire(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Exec(t.Context(), `SET synchronous_commit = `+c.set); err != nil {
			t.Fatal(err)
		}
		if _, err := openLedger(t.Context(), conn.Conn(), agency, &questions{}); err != nil {
			t.Fatal(err)
		}
		var commit, zone, isolation string
		err = conn.QueryRow(t.Context(), `SELECT current_setting('synchronous_commit'), current_setting('timezone'),
			current_setting('transaction_isolation')`).Scan(&commit, &zone, &isolation)
		if err != nil || commit != c.want || zone != "UTC" || isolation != "read committed" {
			t.Errorf("with synchronous_commit=%s a transaction has %s, %s, %s (%v); want %s, UTC, read committed",
				c.set, commit, zone, isolation, err, c.want)
		}
		if _, err := conn.Exec(t.Context(), `ROLLBACK`); err != nil {
			t.Fatal(err)
		}
		conn.Release()
	}
}
