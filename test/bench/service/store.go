package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/pprof"
	"slices"
	"sync"
	"syscall"
	"time"

	"chuan.dev/chuan/internal/store"
	"chuan.dev/chuan/internal/store/sqlite"
)

// What the store is to keep to.
const (
	aimedOfBare  = 0.8
	aimedGroup   = 8.0
	aimedOfFsync = 2.0
)

// each is how many dossiers a client works on, in turn.
const each = 4

// transition is what one client does once: the next event of one of its dossiers, durably.
type transition func(ctx context.Context, client, n int) error

// load is what clients did together.
type load struct {
	// rate is transitions a second, cpu the processor time of one, of the whole process.
	rate, cpu float64
	p50, p99  time.Duration
}

// slice is a short time in which clients work.
const slice = 200 * time.Millisecond

// drive lets clients do transitions, each waiting for the one before, for a slice of time. Each begins where its counter
// stands.
func drive(ctx context.Context, counters []int, do transition) (times []time.Duration, took, cpu time.Duration, err error) {
	each := make([][]time.Duration, len(counters))
	failures := make([]error, len(counters))
	began, used := time.Now(), processorTime()
	var group sync.WaitGroup
	for client := range counters {
		group.Go(func() {
			for time.Since(began) < slice && ctx.Err() == nil {
				before := time.Now()
				if failures[client] = do(ctx, client, counters[client]); failures[client] != nil {
					return
				}
				counters[client]++
				each[client] = append(each[client], time.Since(before))
			}
		})
	}
	group.Wait()
	return slices.Concat(each...), time.Since(began), processorTime() - used, errors.Join(errors.Join(failures...), ctx.Err())
}

// processorTime is what this process has used so far.
func processorTime() time.Duration {
	var usage syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &usage) != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// contestant is a way to do transitions.
type contestant struct {
	name string
	open func(ctx context.Context, path string, clients int) (do transition, done func() error, err error)
}

// running is a contestant that was opened. Its label tells it apart in a profile.
type running struct {
	label      pprof.LabelSet
	do         transition
	done       func() error
	counters   []int
	times      []time.Duration
	took, used time.Duration
	rates      []float64
}

// measure lets contestants take turns, slice by slice, so that all see the same neighbours. It returns what each did, and
// the ratio of the last to the first: the one in the middle of those of every turn.
func measure(ctx context.Context, e *env, clients int, contestants ...contestant) (loads []load, ratio float64, err error) {
	var all []*running
	defer func() {
		for _, r := range all {
			err = errors.Join(err, r.done())
		}
	}()
	for _, c := range contestants {
		e.files++
		r := &running{label: pprof.Labels("contestant", c.name), counters: make([]int, clients)}
		pprof.Do(ctx, r.label, func(ctx context.Context) {
			r.do, r.done, err = c.open(ctx, filepath.Join(e.dir, fmt.Sprintf("%s-%d-%d.db", c.name, clients, e.files)), clients)
		})
		if err != nil {
			return nil, 0, fmt.Errorf("%s: %w", c.name, err)
		}
		all = append(all, r)
	}
	for turn := range max(3, int(e.duration/slice)) {
		for i := range all {
			// Every other turn goes the other way round.
			r := all[(i+turn)%len(all)]
			var times []time.Duration
			var took, used time.Duration
			pprof.Do(ctx, r.label, func(ctx context.Context) { times, took, used, err = drive(ctx, r.counters, r.do) })
			if err != nil {
				return nil, 0, fmt.Errorf("%d clients: %w", clients, err)
			}
			r.times, r.took, r.used = append(r.times, times...), r.took+took, r.used+used
			r.rates = append(r.rates, float64(len(times))/took.Seconds())
		}
	}
	var ratios []float64
	for turn := range all[0].rates {
		ratios = append(ratios, all[len(all)-1].rates[turn]/all[0].rates[turn])
	}
	for _, r := range all {
		slices.Sort(r.times)
		loads = append(loads, load{
			rate: float64(len(r.times)) / r.took.Seconds(), cpu: r.used.Seconds() / float64(len(r.times)),
			p50: percentile(r.times, 50), p99: percentile(r.times, 99),
		})
	}
	return loads, middle(ratios), nil
}

// tell prints what clients did.
func (e *env) tell(name string, clients int, l load) {
	e.figures[fmt.Sprintf("%s/%d", name, clients)] = l.rate
	row(fmt.Sprintf("%s, %d clients", name, clients), l.rate, "1/s", fmt.Sprintf("p50 %s, p99 %s, %.0f µs of processor each",
		l.p50.Round(time.Microsecond), l.p99.Round(time.Microsecond), l.cpu*1e6))
}

// benchStore compares the store on files with the bare loop.
func benchStore(ctx context.Context, e *env) error {
	return compare(ctx, e, rivals{"", bareContestant, storeContestant})
}

// rivals are a bare loop and a store, by how many transitions they commit together at most. What is found of them is
// called by a prefix.
type rivals struct {
	prefix string
	bare   func(name string, batch int) contestant
	store  func(batch int) contestant
}

// compare compares a store with its bare loop at every number of clients, and with itself without groups.
func compare(ctx context.Context, e *env, r rivals) error {
	for _, clients := range e.clients {
		loads, ratio, err := measure(ctx, e, clients, r.bare("bare", sqlite.DefaultBatch), r.store(sqlite.DefaultBatch))
		if err != nil {
			return err
		}
		e.tell(r.prefix+"bare", clients, loads[0])
		e.tell(r.prefix+"store", clients, loads[1])

		remark := ""
		if clients == 64 {
			remark = atLeast(ratio, aimedOfBare)
		}
		row("  store / bare", ratio, "", remark)
		if clients == 1 {
			if err := alone(ctx, e, r); err != nil {
				return err
			}
		}
	}
	return grouping(ctx, e, r)
}

// grouping compares the store with one that commits every transition by itself, and tells what the bare loop does so.
func grouping(ctx context.Context, e *env, r rivals) error {
	const clients = 64
	loads, _, err := measure(ctx, e, clients, r.bare("single", 1))
	if err != nil {
		return err
	}
	e.tell(r.prefix+"bare, one for each commit", clients, loads[0])
	loads, ratio, err := measure(ctx, e, clients, r.store(1), r.store(sqlite.DefaultBatch))
	if err != nil {
		return err
	}
	e.tell(r.prefix+"store, one for each commit", clients, loads[0])
	e.tell(r.prefix+"store", clients, loads[1])
	row("  store / one for each commit", ratio, "", atLeast(ratio, aimedGroup))
	return nil
}

// alone compares one client with an fsync, turn by turn: that is what SQLite does once for a commit. It tells beside it what
// the bare loop takes: with a server in between, that one's own commit and the way there and back are most of it.
func alone(ctx context.Context, e *env, r rivals) error {
	loads, _, err := measure(ctx, e, 1, syncContestant("fsync", (*os.File).Sync), r.bare("bare", sqlite.DefaultBatch),
		r.store(sqlite.DefaultBatch))
	if err != nil {
		return err
	}
	sync, bare, own := loads[0].p50, loads[1].p50, loads[2].p50
	ratio := float64(own) / float64(sync)
	row("  p50 alone / one fsync", ratio, "", atMost(ratio, aimedOfFsync)+fmt.Sprintf(" (%s, an fsync %s)",
		own.Round(time.Microsecond), sync.Round(time.Microsecond)))
	row("  p50 alone / bare", float64(own)/float64(bare), "", fmt.Sprintf("(bare %s, which is %.1f of an fsync)",
		bare.Round(time.Microsecond), float64(bare)/float64(sync)))
	return nil
}

// prepared makes the dossiers on which clients work, in a new file.
func prepared(ctx context.Context, s store.Store, clients int) ([]store.Written, error) {
	written := make([]store.Written, clients*each)
	failures := make([]error, clients)
	var group sync.WaitGroup
	for client := range clients {
		group.Go(func() {
			for i := range each {
				w, err := s.Create(ctx, received(client*each+i))
				if err != nil {
					failures[client] = err
					return
				}
				written[client*each+i] = w
			}
		})
	}
	group.Wait()
	for _, err := range failures {
		if err != nil {
			return nil, err
		}
	}
	return written, nil
}

// storeContestant is the store, which commits so many changes together at most.
func storeContestant(batch int) contestant {
	return contestant{fmt.Sprint("store", batch), func(
		ctx context.Context, path string, clients int,
	) (transition, func() error, error) {
		s, err := sqlite.Open(ctx, path, agency, sqlite.Options{Queue: 1024, Batch: batch})
		if err != nil {
			return nil, nil, err
		}
		do, err := through(ctx, s, clients)
		return do, s.Close, err
	}}
}

// through does transitions through a store.
func through(ctx context.Context, s store.Store, clients int) (transition, error) {
	dossiers, err := prepared(ctx, s, clients)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, client, n int) error {
		d := &dossiers[client*each+n%each]
		w, err := s.Append(ctx, store.Addition{
			Code: d.Code, Version: d.Version, Hash: d.Hash, Change: moved(d.Version + 1),
		})
		*d = w
		return err
	}, nil
}

// bareContestant is the bare loop.
func bareContestant(name string, batch int) contestant {
	return contestant{name, func(
		ctx context.Context, path string, clients int,
	) (transition, func() error, error) {
		s, err := sqlite.Open(ctx, path, agency, sqlite.Options{Queue: 1024})
		if err != nil {
			return nil, nil, err
		}
		if _, err := prepared(ctx, s, clients); err != nil {
			return nil, nil, err
		}
		if err := s.Close(); err != nil {
			return nil, nil, err
		}
		b, err := openBare(ctx, path, batch)
		if err != nil {
			return nil, nil, err
		}
		versions := make([]int64, clients*each)
		return func(_ context.Context, client, n int) error {
			i := client*each + n%each
			versions[i]++
			return b.write(&bareChange{
				dossier: int64(i + 1), version: versions[i], event: moved(versions[i] + 1).Events[0],
			})
		}, b.close, nil
	}}
}

// percentile is that of sorted times.
func percentile(sorted []time.Duration, percent int) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(len(sorted)-1, len(sorted)*percent/100)]
}
