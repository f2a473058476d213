// Package report tells a person, or the log of a CI job, what is going on while it goes on.
package report

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/term"
)

// Reporter writes lines that begin with the time since it was made. One line may be live: rewritten in place on a
// terminal, repeated at an interval elsewhere.
type Reporter struct {
	mu       sync.Mutex
	out      io.Writer
	start    time.Time
	terminal bool
	interval time.Duration
	last     time.Time
	live     bool
}

// New makes a reporter to file. In CI a repeated line costs space in a log, so it comes less often there.
func New(file *os.File) *Reporter {
	interval := 5 * time.Second
	if os.Getenv("CI") != "" {
		interval = 20 * time.Second
	}
	return &Reporter{
		out: file, start: time.Now(), interval: interval,
		terminal: term.IsTerminal(int(file.Fd())), last: time.Now(),
	}
}

// Step writes one line that stays.
func (r *Reporter) Step(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.endLive()
	r.write(r.line(format, args...) + "\n")
	r.last = time.Now()
}

// Progress writes a line that the next one replaces; where lines cannot be replaced, most are left out.
func (r *Reporter) Progress(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.terminal {
		const toLineStartAndClear = "\r\x1b[K"
		r.write(toLineStartAndClear + r.line(format, args...))
		r.live = true
		return
	}
	if time.Since(r.last) >= r.interval {
		r.write(r.line(format, args...) + "\n")
		r.last = time.Now()
	}
}

func (r *Reporter) endLive() {
	if r.live {
		r.write("\n")
		r.live = false
	}
}

// write takes no notice of errors: there is no one left to tell.
func (r *Reporter) write(text string) { _, _ = io.WriteString(r.out, text) }

func (r *Reporter) line(format string, args ...any) string {
	return fmt.Sprintf("%6.1fs  ", time.Since(r.start).Seconds()) + fmt.Sprintf(format, args...)
}
