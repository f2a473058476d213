package postgres

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"chuan.dev/chuan/internal/store/storetest"
)

func TestReplicasThatStartTogetherMigrateOnce(t *testing.T) {
	uri := newDatabase(t)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			db, err := Open(t.Context(), Options{URI: uri})
			if err != nil {
				t.Errorf("Open: %v", err)
				return
			}
			defer db.Close()
			s, err := db.Agency(t.Context(), agency)
			if err != nil {
				t.Errorf("Agency: %v", err)
				return
			}
			if _, err := s.Create(t.Context(), storetest.New()); err != nil {
				t.Errorf("Create: %v", err)
			}
			if err := s.Close(); err != nil {
				t.Errorf("Close: %v", err)
			}
		})
	}
	group.Wait()
	s := openAgency(t, openDatabase(t, Options{URI: uri}), agency)
	if evidence, err := s.Verify(t.Context()); err != nil || evidence.Broken != nil || evidence.Dossiers != 4 {
		t.Errorf("Verify = %+v, %v; want 4 dossiers", evidence, err)
	}
}

func TestAProgramWorksWithTheTablesOfTheNextOne(t *testing.T) {
	uri := newDatabase(t)
	db := openDatabase(t, Options{URI: uri})
	openAgency(t, db, agency)
	set := func(version, oldest int) {
		t.Helper()
		conn, err := pgx.Connect(t.Context(), uri)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close(t.Context()) }()
		if _, err := conn.Exec(t.Context(), `UPDATE schema_version SET version = $1, oldest = $2`, version, oldest); err != nil {
			t.Fatal(err)
		}
	}
	set(len(steps)+1, len(steps))
	s := openAgency(t, openDatabase(t, Options{URI: uri}), agency)
	if _, err := s.Create(t.Context(), storetest.New()); err != nil {
		t.Errorf("Create in tables of the next version: %v", err)
	}
	set(len(steps)+2, len(steps)+1)
	if _, err := Open(t.Context(), Options{URI: uri}); err == nil || !strings.Contains(err.Error(), "use the newer program") {
		t.Errorf("Open of tables that need the next version: %v, want a refusal", err)
	}
}

func TestAMigrationThatFailsLeavesNothingBehind(t *testing.T) {
	uri := newDatabase(t)
	conn, err := pgx.Connect(t.Context(), uri)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	// The second time the tables are there already.
	err = migrate(t.Context(), conn, []step{steps[0], steps[0]})
	var refused *pgconn.PgError
	if !errors.As(err, &refused) || !strings.Contains(err.Error(), "migration "+steps[0].file) {
		t.Fatalf("migrate: %v, want a refusal that names the file", err)
	}
	var version int
	if err := conn.QueryRow(t.Context(), `SELECT version FROM schema_version`).Scan(&version); err != nil || version != 1 {
		t.Errorf("the tables have version %d (%v), want 1", version, err)
	}
	if err := migrate(t.Context(), conn, steps); err != nil {
		t.Errorf("migrate after a failure: %v", err)
	}
}
