package main

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestProgress(t *testing.T) {
	for name, tt := range map[string]struct {
		terminal bool
		lasts    time.Duration
		want     string
	}{
		"no terminal":  {false, time.Minute, ""},
		"a short run":  {true, time.Second, ""},
		"a longer run": {true, 3500 * time.Millisecond, "\r\x1b[Kchuan: checking, 50 %, 2 s\r\x1b[Kchuan: checking, 50 %, 3 s\r\x1b[K"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var out strings.Builder
				p := startProgress(&out, tt.terminal)
				p.report(3, 6)
				<-time.NewTimer(tt.lasts).C
				p.stop()
				if out.String() != tt.want {
					t.Errorf("progress %q, want %q", out.String(), tt.want)
				}
			})
		})
	}
}
