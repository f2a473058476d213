// Command durability kills workflowd at random moments under load, and looks afterwards whether everything is there that was
// acknowledged. Clients keep a ledger of what the service has told them: the code, the version and the hash of the last
// event. After every kill the service is started again on the same records, and
//
//   - every acknowledged change is there, with the same hash,
//   - a request whose answer was lost is sent again with the same key and is carried out once,
//   - the chains of all records are whole, and the heads by which dossiers are found say what their events say,
//   - serial numbers and the numbers of results have no gaps.
//
// With PostgreSQL two replicas of the service work at the same time; one of them, both, or the database server itself is
// killed. Beside that, pages of a file are wiped out, and a disk runs full.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

// options are what the flags say.
type options struct {
	workflowd, manifests string
	sqlite, postgres     int
	clients              int
	longest              time.Duration
	seed                 uint64
}

func main() {
	var o options
	flag.StringVar(&o.workflowd, "workflowd", "bin/workflowd", "the `program` that is killed")
	flag.StringVar(&o.manifests, "manifests", "examples/dien-bien", "`directory` of the manifests that it serves")
	flag.IntVar(&o.sqlite, "sqlite", 100, "how many `times` it is killed with its records in files")
	flag.IntVar(&o.postgres, "postgres", 30, "how many `times` something is killed with its records in PostgreSQL")
	flag.IntVar(&o.clients, "clients", 16, "how many `officers` work at the same time")
	flag.DurationVar(&o.longest, "longest", 900*time.Millisecond, "the longest `time` until the next kill")
	flag.Uint64Var(&o.seed, "seed", 0, "makes the same moments again; 0 for a random one, which is printed")
	flag.Parse()
	if o.seed == 0 {
		o.seed = rand.Uint64()
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, o)
	stop()
	if err != nil {
		fmt.Fprintf(os.Stderr, "durability: %v\nSeed of this run: %d\n", err, o.seed)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	o.workflowd, o.manifests = absolute(o.workflowd), absolute(o.manifests)
	fmt.Printf("durability: seed %d, %d clients\n", o.seed, o.clients)
	return errors.Join(inFiles(ctx, o), damaged(ctx, o), full(ctx, o), inPostgres(ctx, o))
}

// absolute is a path that stays good in other directories; a path that cannot be made so is left to fail where it is used.
func absolute(path string) string {
	if full, err := filepath.Abs(path); err == nil {
		return full
	}
	return path
}

// prepare makes a campaign with one replica, which is not started, in a directory that the caller removes.
func prepare(o options, name string) (dir string, c *campaign, r *replica, err error) {
	if dir, err = os.MkdirTemp("", "chuan-durability-"); err != nil {
		return dir, nil, nil, err
	}
	if c, err = newCampaign(o, name); err == nil {
		r, err = newReplica(o, dir)
	}
	if err != nil {
		err = errors.Join(err, os.RemoveAll(dir))
	}
	return dir, c, r, err
}

// inFiles kills the service with its records in files.
func inFiles(ctx context.Context, o options) error {
	if o.sqlite == 0 {
		return nil
	}
	dir, c, r, err := prepare(o, "SQLite")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	defer r.kill()
	for round := range o.sqlite {
		if err := r.start(ctx); err != nil {
			return fmt.Errorf("round %d: %w", round+1, err)
		}
		if err := c.verify(ctx, r.url); err != nil {
			return fmt.Errorf("round %d: after the kill: %w", round+1, err)
		}
		c.work(ctx, []string{r.url}, func() { r.kill() })
		c.progress(round+1, o.sqlite)
	}
	if err := r.start(ctx); err != nil {
		return err
	}
	return c.finish(ctx, r.url)
}
