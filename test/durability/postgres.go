package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"chuan.dev/chuan/internal/testenv"
)

// victims are what is killed, in turn and at random moments: each replica by itself, both, and the database server.
var victims = []string{"the first replica", "the second replica", "both replicas", "the database server"}

// inPostgres kills two replicas of the service, and the database server with their records.
func inPostgres(ctx context.Context, o options) (err error) {
	if o.postgres == 0 {
		return nil
	}
	dir, err := os.MkdirTemp("", "chuan-durability-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	server, err := testenv.StartPostgres(ctx, filepath.Join(dir, "postgres"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Kill()) }()
	replicas, err := newReplicas(o, dir, server.URI())
	if err != nil {
		return err
	}
	defer func() {
		for _, r := range replicas {
			r.kill()
		}
	}()
	c, err := newCampaign(o, "PostgreSQL")
	if err != nil {
		return err
	}
	for round := range o.postgres {
		victim := victims[round%len(victims)]
		if err := c.round(ctx, server, replicas, victim); err != nil {
			return fmt.Errorf("round %d, in which %s is killed: %w", round+1, victim, err)
		}
		c.progress(round+1, o.postgres)
	}
	if err := start(ctx, replicas); err != nil {
		return err
	}
	return c.finish(ctx, replicas[0].url)
}

// newReplicas are two processes on one database, with the same key and directories of their own.
func newReplicas(o options, dir, uri string) ([]*replica, error) {
	uriFile := filepath.Join(dir, "uri")
	if err := os.WriteFile(uriFile, []byte(uri), 0o600); err != nil {
		return nil, err
	}
	var replicas []*replica
	for _, name := range []string{"first", "second"} {
		own := filepath.Join(dir, name)
		if err := os.Mkdir(own, 0o700); err != nil {
			return nil, err
		}
		r, err := newReplica(o, own, "--database-uri-file", uriFile,
			"--master-key-file", filepath.Join(dir, "master.key"), "--documents", filepath.Join(dir, "documents"))
		if err != nil {
			return nil, err
		}
		replicas = append(replicas, r)
	}
	return replicas, nil
}

// start starts those replicas that do not run, and waits until all are ready.
func start(ctx context.Context, replicas []*replica) error {
	for _, r := range replicas {
		if r.process != nil {
			if err := r.ready(ctx); err != nil {
				return err
			}
			continue
		}
		if err := r.start(ctx); err != nil {
			return err
		}
	}
	return nil
}

// round starts what does not run, verifies what the round before has left, and works until the victim is killed.
func (c *campaign) round(ctx context.Context, server *testenv.Postgres, replicas []*replica, victim string) error {
	if err := start(ctx, replicas); err != nil {
		return err
	}
	if err := c.verify(ctx, replicas[0].url); err != nil {
		return fmt.Errorf("what the round before has left: %w", err)
	}
	var failure error
	c.work(ctx, []string{replicas[0].url, replicas[1].url}, func() {
		switch victim {
		case victims[0]:
			replicas[0].kill()
		case victims[1]:
			replicas[1].kill()
		case victims[2]:
			replicas[0].kill()
			replicas[1].kill()
		default:
			failure = errors.Join(server.Kill(), server.Start(ctx))
		}
	})
	return failure
}
