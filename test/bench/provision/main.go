// Command provision measures how long the operator takes to give N agencies all their objects, and how long a bare client
// takes to send the same objects, on this machine and in one run. Run it with make bench-provision N=1000.
//
// Both sides get an etcd and an API server of their own, fresh, with the same calendars, procedures and N Agencies in it
// before the clock starts.
//
//   - manager: from the start of the manager's process until the API server holds all objects of all agencies. In this time
//     it starts, fills its caches, examines and records the procedures, stores the procedure set, works out and
//     applies the objects. The status of an agency whose pods have not started yet is written three seconds after its
//     objects; the time until every status is written is printed as well.
//   - bare: 16 workers without any limit send the same requests for the same objects, which were worked out before: five
//     server-side applies and the creation of the Secret for an agency. Nothing is read, watched or decided.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"
	_ "time/tzdata"

	"github.com/go-logr/logr"
	ctrl "sigs.k8s.io/controller-runtime"
)

// What the operator is to keep to.
const (
	aimedRatio = 1.5
	aimedRSS   = 150 << 20
)

func main() {
	var o options
	flag.IntVar(&o.agencies, "n", 1000, "number of agencies")
	flag.IntVar(&o.workers, "workers", 16, "workers of the bare client, and concurrency of the manager")
	flag.DurationVar(&o.idle, "idle", 20*time.Second, "how long the manager is left alone before its idle memory is read")
	flag.StringVar(&o.manager, "manager", "bin/manager", "the manager's binary")
	flag.StringVar(&o.examples, "examples", "examples/dien-bien", "directory of manifests from which procedures, calendars and the model agency are taken")
	flag.Parse()
	ctrl.SetLogger(logr.Discard())
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, o)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench-provision:", err)
		os.Exit(1)
	}
}

// options of a run.
type options struct {
	agencies, workers int
	idle              time.Duration
	manager, examples string
}

func run(ctx context.Context, o options) error {
	input, err := readInput(o.examples, o.agencies)
	if err != nil {
		return err
	}
	managed, err := measureManager(ctx, o, input)
	if err != nil {
		return fmt.Errorf("measure the manager: %w", err)
	}
	bare, err := measureBare(ctx, o, input, managed.sets)
	if err != nil {
		return fmt.Errorf("measure the bare client: %w", err)
	}
	report(o, managed, bare)
	return nil
}

// report prints what was measured, and whether it is what is aimed at.
func report(o options, managed managedResult, bare cost) {
	ratio := managed.took.Seconds() / bare.took.Seconds()
	fmt.Printf("%d agencies, %d objects, on %d CPUs (%s/%s, %s)\n\n",
		o.agencies, o.agencies*objectsEach, runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version())
	row("manager", managed.took.Seconds(), "s", "from the start of its process to the last object; Agencies were there before")
	row("manager, until all is reported", managed.reported.Seconds(), "s", "from the start of its process until every Agency's status lists its objects")
	row("bare client", bare.took.Seconds(), "s", fmt.Sprintf("%d workers, the same requests for the same objects, worked out before", o.workers))
	row("ratio", ratio, "", aim(ratio <= aimedRatio, fmt.Sprintf("aim: at most %.1f", aimedRatio)))
	row("processor time, manager", managed.used.total().Seconds(), "s", managed.used.String())
	row("processor time, bare client", bare.used.total().Seconds(), "s", bare.used.String())
	row("ratio of processor times", managed.used.total().Seconds()/bare.used.total().Seconds(), "", "the one to trust when the machine has other work")
	row("manager's most memory (VmHWM)", mebibytes(managed.peak), "MiB",
		aim(managed.peak <= aimedRSS, fmt.Sprintf("aim: at most %.0f MiB", mebibytes(aimedRSS))))
	row("manager's idle memory (VmRSS)", mebibytes(managed.idle), "MiB", fmt.Sprintf("after %s without work", o.idle))
	fmt.Printf("\nRequests that the API server answered, while the clock ran and later (LIST is this program looking):\n\n%s",
		table(managed.timed, managed.later))
	fmt.Print("\nAPI server, etcd and client share the machine: compare ratios, not seconds, between machines.\n")
}

func row(what string, value float64, unit, remark string) {
	fmt.Printf("  %-32s %8.2f %-4s %s\n", what, value, unit, remark)
}

func aim(reached bool, text string) string {
	if reached {
		return text + ", reached"
	}
	return text + ", MISSED"
}

func mebibytes(bytes int64) float64 { return float64(bytes) / (1 << 20) }

// progress says on standard error what is being done.
func progress(format string, arguments ...any) {
	fmt.Fprintf(os.Stderr, "bench-provision: "+format+"\n", arguments...)
}

// poll calls a check until it succeeds, fails or the context ends.
func poll(ctx context.Context, every time.Duration, check func() (bool, error)) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		done, err := check()
		if done || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return errors.Join(errors.New("given up"), context.Cause(ctx))
		case <-tick.C:
		}
	}
}
