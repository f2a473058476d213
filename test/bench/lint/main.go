// Command lint measures chuan lint against kubeconform on the same generated procedures, on this machine and in one run. Run
// it with make bench-lint N=10000.
//
//   - chuan lint: all rules over the procedures and the agencies, calendars and legal documents around them: the schema of the
//     CRDs with its CEL rules, the rules of procedures with the real calendar, and those of agencies.
//   - kubeconform: the JSON schema of the same CRD, without the CEL rules, over the procedures alone.
//   - parse floor: the procedures parsed to YAML nodes once, with the parser that chuan uses.
//
// Each is a process of its own with the same number of workers, and reads the files from the disk's cache.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// What chuan lint is to keep to.
const (
	aimedRatio = 1.0
	aimedPeak  = 200 << 20
	aimedStart = 150 * time.Millisecond
)

func main() {
	var o options
	flag.IntVar(&o.n, "n", 10_000, "number of procedures")
	flag.IntVar(&o.workers, "workers", 2, "workers of each program")
	flag.StringVar(&o.chuan, "chuan", "bin/chuan", "the binary of chuan")
	flag.StringVar(&o.kubeconform, "kubeconform", "bin/tools/kubeconform", "the binary of kubeconform")
	flag.StringVar(&o.examples, "examples", "examples/dien-bien", "directory of the manifests from which the procedures are made")
	flag.StringVar(&o.parse, "parse", "", "only parse the procedures below this directory (the parse floor)")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, o)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench-lint:", err)
		os.Exit(1)
	}
}

// options of a run.
type options struct {
	n, workers                          int
	chuan, kubeconform, examples, parse string
}

func run(ctx context.Context, o options) error {
	if o.parse != "" {
		files, err := filepath.Glob(filepath.Join(o.parse, "procedures-*", "*.yaml"))
		if err != nil {
			return err
		}
		return parse(files, o.workers)
	}
	directory, err := os.MkdirTemp("", "bench-lint-")
	if err != nil {
		return err
	}
	defer func() {
		if err := os.RemoveAll(directory); err != nil {
			fmt.Fprintln(os.Stderr, "bench-lint:", err)
		}
	}()
	c, err := generate(directory, o.examples, o.n)
	if err != nil {
		return fmt.Errorf("make the procedures: %w", err)
	}
	// Workers are what the programs may use of the machine.
	if err := os.Setenv("GOMAXPROCS", strconv.Itoa(o.workers)); err != nil {
		return err
	}
	m, err := compare(ctx, o, directory, c)
	if err != nil {
		return err
	}
	report(o, c, m)
	return nil
}

// measured is what a run found.
type measured struct {
	chuan, part, rival, floor cost
	shortest, middle          time.Duration
	// summary is what each program said of the procedures.
	summary, rivalSummary string
}

func compare(ctx context.Context, o options, directory string, c *corpus) (m measured, err error) {
	location, err := writeSchema(directory)
	if err != nil {
		return m, fmt.Errorf("derive the JSON schema: %w", err)
	}
	rival := append([]string{"-n", strconv.Itoa(o.workers), "-schema-location", location, "-summary", "-output", "json"}, c.parts...)
	self, err := os.Executable()
	if err != nil {
		return m, err
	}
	// The first reading of the files is nobody's.
	if m.floor, _, err = measure(ctx, self, "-parse", directory, "-workers", strconv.Itoa(o.workers)); err != nil {
		return m, err
	}
	progress("kubeconform over %d procedures", len(c.files))
	var said string
	if m.rival, said, err = measure(ctx, o.kubeconform, rival...); err != nil {
		return m, err
	}
	if m.rivalSummary, err = summaryOf(said); err != nil {
		return m, fmt.Errorf("kubeconform: %w: %s", err, said)
	}
	progress("chuan lint over the same")
	if m.chuan, said, err = measure(ctx, o.chuan, append([]string{"lint", "-o", "json", c.context}, c.parts...)...); err != nil {
		return m, err
	}
	if m.summary, err = summaryOf(said); err != nil {
		return m, fmt.Errorf("chuan lint: %w", err)
	}
	if m.part, _, err = measure(ctx, o.chuan, "lint", "-o", "json", c.context, c.parts[0]); err != nil {
		return m, err
	}
	if m.floor, _, err = measure(ctx, self, "-parse", directory, "-workers", strconv.Itoa(o.workers)); err != nil {
		return m, err
	}
	one := filepath.Join(o.examples, "procedures", "cap-giay-phep-xay-dung-nha-o.yaml")
	m.shortest, m.middle, err = coldStarts(ctx, 20, o.chuan, "lint", one)
	return m, err
}

// summaryOf finds the summary in the report of either program.
func summaryOf(report string) (string, error) {
	var said struct {
		Summary map[string]any `json:"summary"`
	}
	if err := json.Unmarshal([]byte(report), &said); err != nil {
		return "", err
	}
	text, err := json.Marshal(said.Summary)
	return strings.NewReplacer(`"`, "", ":", " ", ",", ", ", "{", "", "}", "").Replace(string(text)), err
}

// report prints what was measured, and whether it is what is aimed at.
func report(o options, c *corpus, m measured) {
	ratio := m.chuan.wall.Seconds() / m.rival.wall.Seconds()
	fmt.Printf("%d procedures, %.1f KiB each on average, %d workers each, on %d CPUs (%s/%s, %s)\n\n", len(c.files),
		float64(c.bytes)/float64(len(c.files))/1024, o.workers, runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version())
	row("chuan lint, all rules", m.chuan.wall.Seconds(), "s", m.summary)
	row("kubeconform, JSON schema only", m.rival.wall.Seconds(), "s", m.rivalSummary)
	row("ratio", ratio, "", aim(ratio <= aimedRatio, fmt.Sprintf("aim: at most %.1f", aimedRatio)))
	row("parse floor", m.floor.wall.Seconds(), "s", "the same files parsed to YAML nodes once, and nothing else")
	row("processor time, chuan lint", m.chuan.cpu.Seconds(), "s", "")
	row("processor time, kubeconform", m.rival.cpu.Seconds(), "s", "")
	row("processor time, parse floor", m.floor.cpu.Seconds(), "s", "")
	row("ratio of processor times", m.chuan.cpu.Seconds()/m.rival.cpu.Seconds(), "", "the one to trust when the machine has other work")
	row("most memory, chuan lint", mebibytes(m.chuan.peak), "MiB", aim(m.chuan.peak <= aimedPeak, fmt.Sprintf("aim: at most %.0f MiB", mebibytes(aimedPeak))))
	row(fmt.Sprintf("most memory, %d procedures", min(partSize, len(c.files))), mebibytes(m.part.peak), "MiB", "the same program over a part of the files")
	row("most memory, kubeconform", mebibytes(m.rival.peak), "MiB", "")
	row("one procedure, cold start", float64(m.middle.Milliseconds()), "ms", aim(m.middle <= aimedStart,
		fmt.Sprintf("the middle of 20; the shortest %d ms; aim: at most %d ms", m.shortest.Milliseconds(), aimedStart.Milliseconds())))
	fmt.Print("\nThe programs run one after the other on the same machine: compare ratios, not seconds, between machines.\n")
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
	fmt.Fprintf(os.Stderr, "bench-lint: "+format+"\n", arguments...)
}
