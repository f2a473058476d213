package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/jackc/pgx/v5"

	"chuan.dev/chuan/internal/service"
	"chuan.dev/chuan/internal/store/postgres"
	"chuan.dev/chuan/internal/testenv"
)

// benchPostgres compares the store on PostgreSQL with a bare loop on the same server, as benchStore does with a file.
func benchPostgres(ctx context.Context, e *env) (err error) {
	server, err := testenv.StartPostgres(ctx, filepath.Join(e.dir, "postgres"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Stop()) }()
	databases := 0
	database := func(ctx context.Context) (string, error) {
		databases++
		return server.Database(ctx, fmt.Sprintf("bench%d", databases))
	}
	bare := func(name string, batch int) contestant { return postgresBare(name, batch, database) }
	whole := func(batch int) contestant { return postgresStore(batch, database) }
	if err := compare(ctx, e, rivals{"postgres ", bare, whole}); err != nil {
		return err
	}
	return overHTTP(ctx, e, "postgres http", whole(postgres.DefaultBatch), postgresHTTP(database))
}

// postgresHTTP is a service with its records in a database of its own.
func postgresHTTP(database func(context.Context) (string, error)) contestant {
	return contestant{"postgres-http", func(ctx context.Context, path string, clients int) (transition, func() error, error) {
		uri, err := database(ctx)
		if err != nil {
			return nil, nil, err
		}
		file := path + ".uri"
		if err := os.WriteFile(file, []byte(uri), 0o600); err != nil {
			return nil, nil, err
		}
		return httpContestant("", func(c *service.Config) { c.DatabaseURIFile = file }).open(ctx, path, clients)
	}}
}

// postgresStore is the store in a database of its own.
func postgresStore(batch int, database func(context.Context) (string, error)) contestant {
	return contestant{"postgres", func(ctx context.Context, _ string, clients int) (transition, func() error, error) {
		uri, err := database(ctx)
		if err != nil {
			return nil, nil, err
		}
		db, err := postgres.Open(ctx, postgres.Options{URI: uri, Queue: 1024, Batch: batch})
		if err != nil {
			return nil, nil, err
		}
		s, err := db.Agency(ctx, agency)
		if err != nil {
			db.Close()
			return nil, nil, err
		}
		do, err := through(ctx, s, clients)
		return do, func() error {
			defer db.Close()
			return s.Close()
		}, err
	}}
}

// postgresBare is the bare loop: one connection, one round trip a commit, and nothing that guards the tables.
func postgresBare(name string, batch int, database func(context.Context) (string, error)) contestant {
	return contestant{"postgres-" + name, func(
		ctx context.Context, _ string, clients int,
	) (transition, func() error, error) {
		uri, err := database(ctx)
		if err != nil {
			return nil, nil, err
		}
		if err := prepareBare(ctx, uri, clients); err != nil {
			return nil, nil, err
		}
		conn, err := pgx.Connect(ctx, uri)
		if err != nil {
			return nil, nil, err
		}
		if err := unguard(ctx, conn); err != nil {
			return nil, nil, errors.Join(err, conn.Close(ctx))
		}
		b := &postgresLoop{conn: conn, batch: batch, queue: make(chan *bareChange, 1024), done: make(chan struct{})}
		go b.run(ctx)
		versions := make([]int64, clients*each)
		return func(_ context.Context, client, n int) error {
				i := client*each + n%each
				versions[i]++
				return b.write(&bareChange{
					dossier: int64(i + 1), version: versions[i], event: moved(versions[i] + 1).Events[0],
				})
			}, func() error {
				b.close()
				return conn.Close(ctx)
			}, nil
	}}
}
