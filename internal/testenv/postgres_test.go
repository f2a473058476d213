package testenv_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"chuan.dev/chuan/internal/testenv"
)

func TestPostgresKeepsWhatItAcknowledgedWhenItIsKilled(t *testing.T) {
	p := testenv.PostgresFor(t)
	run := func(statement string) {
		t.Helper()
		conn, err := pgx.Connect(t.Context(), p.URI())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close(t.Context()) }()
		if _, err := conn.Exec(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	run(`CREATE TABLE kept (n int)`)
	if err := p.Kill(); err != nil {
		t.Fatal(err)
	}
	if _, err := pgx.Connect(t.Context(), p.URI()); err == nil {
		t.Fatal("a server that was killed takes connections")
	}
	if err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	run(`INSERT INTO kept VALUES (1)`)
	if err := p.Stop(); err != nil {
		t.Fatal(err)
	}
	if err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	run(`DROP TABLE kept`)
}
