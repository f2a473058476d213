package main

import (
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"
)

// patience is how long a run may last before a person wants to know that it goes on.
const patience = 2 * time.Second

// progress tells a person at a terminal, on one line, that a long run goes on.
type progress struct {
	out io.Writer
	// percent of the work that is done.
	percent atomic.Int64
	done    chan struct{}
	ended   sync.WaitGroup
}

// startProgress begins to tell, if it is a terminal to which it would.
func startProgress(out io.Writer, terminal bool) *progress {
	p := &progress{out: out, done: make(chan struct{})}
	if terminal {
		begun := time.Now()
		p.ended.Go(func() { p.tell(begun) })
	}
	return p
}

// report notes how much is done. It may be called from several goroutines.
func (p *progress) report(done, total int) { p.percent.Store(int64(100 * done / max(1, total))) }

// stop ends the telling and takes the line away.
func (p *progress) stop() {
	close(p.done)
	p.ended.Wait()
}

func (p *progress) tell(begun time.Time) {
	ticker := time.NewTicker(patience)
	defer ticker.Stop()
	for shown := false; ; shown = true {
		select {
		case now := <-ticker.C:
			fmt.Fprintf(p.out, "\r\x1b[Kchuan: checking, %d %%, %d s", p.percent.Load(), int(now.Sub(begun).Seconds()))
			ticker.Reset(time.Second)
		case <-p.done:
			if shown {
				fmt.Fprint(p.out, "\r\x1b[K")
			}
			return
		}
	}
}
