// Command service measures what the workflow service's stores do, beside what the same disk and the same database do at
// best, on this machine and in one run. Run it with make bench-service.
//
//   - fsync: how often a block of 4 KiB can be written and synced in the directory in which everything else is measured.
//   - bare: a loop on a file with the same tables and settings that writes the two rows of a transition (the head of a
//     dossier and an event) with database/sql's prepared statements, as many together as are waiting; it decides nothing,
//     hashes nothing and keeps nothing else.
//   - store: the store, which also hashes, refuses what is stale, keeps the inbox, and guards events against change. It
//     takes turns with the bare loop, slice by slice, so that both see the same neighbours. Once more it commits every
//     transition by itself.
//   - http: the whole service over loopback, beside the store. Its clients are in the same process and speak HTTP by hand, as
//     frugally as they can: what they take of the processors is in the figures, too.
//   - postgres: the same with PostgreSQL, on a server that this program starts: the bare loop has one connection and writes
//     each table by one statement with arrays, in one round trip a commit; so does the store as long as no other replica
//     writes, and it has row-level security and the inbox beside. One client is to be compared with the bare loop, not with
//     an fsync: what the server does for any commit is in both. Then the service
//     over loopback on it.
//
// The machine is shared with whatever else runs on it: compare ratios, not rates.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// section is a part of the run.
type section struct {
	name string
	run  func(context.Context, *env) error
}

// sections are run in this order. Those after the first may use what those before them have found.
var sections = []section{
	{"fsync", benchFsync},
	{"store", benchStore},
	{"http", benchHTTP},
	{"postgres", benchPostgres},
	{"size", benchSize},
	{"open", benchOpen},
	{"lookups", benchLookups},
	{"agencies", benchAgencies},
}

// env is what all sections share.
type env struct {
	// dir is a directory of this run.
	dir string
	// clients are the numbers of clients that are measured, and duration how long each is.
	clients  []int
	duration time.Duration
	// dossiers in the large file, and agencies that are opened together.
	dossiers, agencies int
	// figures are what was found, by name, as "store/64" for transitions a second at 64 clients.
	figures map[string]float64
	// files counts the files that were made.
	files int
}

func main() {
	e := &env{figures: map[string]float64{}}
	clients := flag.String("clients", "1,16,64,512", "numbers of clients, separated by commas")
	only := flag.String("only", "", "sections that are run, separated by commas; all when it is empty")
	under := flag.String("dir", "", "directory in which the files are made; that of temporary files when it is empty")
	profile := flag.String("cpuprofile", "", "file into which a profile of the processors is written; none when it is empty")
	flag.DurationVar(&e.duration, "time", 4*time.Second, "how long a number of clients is measured")
	flag.IntVar(&e.dossiers, "dossiers", 100_000, "dossiers in the large file")
	flag.IntVar(&e.agencies, "agencies", 200, "agencies that are open together")
	flag.Parse()
	for number := range strings.SplitSeq(*clients, ",") {
		n, err := strconv.Atoi(number)
		if err != nil || n < 1 {
			fmt.Fprintf(os.Stderr, "bench-service: %q is no number of clients\n", number)
			os.Exit(2)
		}
		e.clients = append(e.clients, n)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := profiled(*profile, func() error { return run(ctx, e, *under, *only) })
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench-service:", err)
		os.Exit(1)
	}
}

// profiled does something while what the processors do is written to a file.
func profiled(path string, do func() error) (err error) {
	if path == "" {
		return do()
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := pprof.StartCPUProfile(f); err != nil {
		return err
	}
	defer pprof.StopCPUProfile()
	return do()
}

func run(ctx context.Context, e *env, under, only string) (err error) {
	e.dir, err = os.MkdirTemp(under, "bench-service-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(e.dir)) }()
	fmt.Printf("%d CPUs (%s/%s, %s); shared with whatever else runs here: compare ratios, not rates\n",
		runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version())
	var wanted []string
	if only != "" {
		wanted = strings.Split(only, ",")
	}
	for _, s := range sections {
		if len(wanted) > 0 && !slices.Contains(wanted, s.name) {
			continue
		}
		fmt.Printf("\n%s\n", s.name)
		if err := s.run(ctx, e); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	return nil
}

// row prints a figure.
func row(what string, value float64, unit, remark string) {
	fmt.Printf("  %-38s %10.2f %-6s %s\n", what, value, unit, remark)
}

// atLeast and atMost say whether a figure is what is aimed at.
func atLeast(value, aim float64) string { return aimed(value >= aim, "at least", aim) }

func atMost(value, aim float64) string { return aimed(value <= aim, "at most", aim) }

func aimed(reached bool, how string, aim float64) string {
	word := "reached"
	if !reached {
		word = "MISSED"
	}
	return fmt.Sprintf("aim: %s %g, %s", how, aim, word)
}

// middle is the median.
func middle(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}
