package main

import (
	"fmt"
	"io"
	"time"
)

// patience is how long a run may last before a person wants to know that it goes on.
const patience = 2 * time.Second

// startProgress tells a person at a terminal, on one line, that a long run goes on. The function that it returns ends
// that and takes the line away.
func startProgress(out io.Writer, terminal bool) (stop func()) {
	if !terminal {
		return func() {}
	}
	done, ended := make(chan struct{}), make(chan struct{})
	begun := time.Now()
	go func() {
		defer close(ended)
		ticker := time.NewTicker(patience)
		defer ticker.Stop()
		for shown := false; ; shown = true {
			select {
			case now := <-ticker.C:
				fmt.Fprintf(out, "\r\x1b[Kchuan: checking, %d s", int(now.Sub(begun).Seconds()))
				ticker.Reset(time.Second)
			case <-done:
				if shown {
					fmt.Fprint(out, "\r\x1b[K")
				}
				return
			}
		}
	}()
	return func() {
		close(done)
		<-ended
	}
}
