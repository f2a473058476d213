package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mattn/go-isatty"
)

// patience is how long something may take before a person wants to know that it goes on, and pause how often that is told
// where it is no terminal.
const (
	patience = 2 * time.Second
	pause    = 10 * time.Second
)

// progress tells that something long goes on: on one line of a terminal, and line by line elsewhere.
type progress struct {
	out      io.Writer
	what     string
	terminal bool
	percent  atomic.Int64
	done     chan struct{}
	ended    sync.WaitGroup
	once     sync.Once
}

// newProgress begins to tell.
func newProgress(out io.Writer, what string) *progress {
	f, ok := out.(*os.File)
	p := &progress{out: out, what: what, terminal: ok && isatty.IsTerminal(f.Fd()), done: make(chan struct{})}
	p.percent.Store(-1)
	begun := time.Now()
	p.ended.Go(func() { p.tell(begun) })
	return p
}

// report notes how much is done.
func (p *progress) report(done, total int64) { p.percent.Store(100 * done / max(1, total)) }

// stop ends the telling and takes the line away. It may be called again.
func (p *progress) stop() {
	p.once.Do(func() {
		close(p.done)
		p.ended.Wait()
	})
}

func (p *progress) tell(begun time.Time) {
	ticker := time.NewTicker(patience)
	defer ticker.Stop()
	for shown := false; ; shown = true {
		select {
		case now := <-ticker.C:
			line := fmt.Sprintf("workflowd: %s, %d s", p.what, int(now.Sub(begun).Seconds()))
			if percent := p.percent.Load(); percent >= 0 {
				line += fmt.Sprintf(", %d %%", percent)
			}
			if p.terminal {
				fmt.Fprint(p.out, "\r\x1b[K"+line)
				ticker.Reset(time.Second)
			} else {
				fmt.Fprintln(p.out, line)
				ticker.Reset(pause)
			}
		case <-p.done:
			if shown && p.terminal {
				fmt.Fprint(p.out, "\r\x1b[K")
			}
			return
		}
	}
}
