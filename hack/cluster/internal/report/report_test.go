package report

import (
	"strings"
	"testing"
	"time"
)

func TestProgressIsSparseWithoutATerminal(t *testing.T) {
	var out strings.Builder
	r := &Reporter{out: &out, start: time.Now(), last: time.Now(), interval: time.Hour}
	r.Progress("1 of 2")
	if out.Len() != 0 {
		t.Fatalf("a line before the interval has passed: %q", out.String())
	}
	r.last = time.Now().Add(-2 * time.Hour)
	r.Progress("2 of 2")
	if got := out.String(); !strings.HasSuffix(got, "s  2 of 2\n") {
		t.Fatalf("after the interval: %q", got)
	}
}

func TestStepEndsALiveLine(t *testing.T) {
	var out strings.Builder
	r := &Reporter{out: &out, start: time.Now(), terminal: true}
	r.Progress("half")
	r.Step("done")
	if got := strings.Count(out.String(), "\n"); got != 2 {
		t.Fatalf("%d line ends, want 2: %q", got, out.String())
	}
}
