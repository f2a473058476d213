package postgres

import (
	"fmt"
	"os"
	"sync/atomic"
	"testing"

	"chuan.dev/chuan/internal/store"
	"chuan.dev/chuan/internal/store/storetest"
	"chuan.dev/chuan/internal/testenv"
)

const agency = storetest.Agency

// server serves all tests that do not kill it.
var server *testenv.Postgres

func TestMain(m *testing.M) { os.Exit(testenv.RunPostgres(m, &server)) }

var databases atomic.Int64

// newDatabase makes an empty database and returns its connection string.
func newDatabase(t *testing.T) string {
	t.Helper()
	uri, err := server.Database(t.Context(), fmt.Sprintf("test%d", databases.Add(1)))
	if err != nil {
		t.Fatal(err)
	}
	return uri
}

func openDatabase(t *testing.T, o Options) *Database {
	t.Helper()
	db, err := Open(t.Context(), o)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	t.Cleanup(db.Close)
	return db
}

func openAgency(t *testing.T, db *Database, code string) *Store {
	t.Helper()
	s, err := db.open(t.Context(), code)
	if err != nil {
		t.Fatalf("open agency %s: %v", code, err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func openNew(t *testing.T) *Store {
	t.Helper()
	return openAgency(t, openDatabase(t, Options{URI: newDatabase(t)}), agency)
}

func TestConformance(t *testing.T) {
	storetest.Run(t, storetest.Harness{
		Open: func(t *testing.T) store.Store { return openNew(t) },
		// A superuser may do all that the service may, and more.
		Exec: func(t *testing.T, s store.Store, statement string) error {
			return asSuperuser(t, s.(*Store).db.options.URI, statement)
		},
		Refused: refused,
	})
}
