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
		"a longer run": {true, 3500 * time.Millisecond, "\r\x1b[Kchuan: checking, 2 s\r\x1b[Kchuan: checking, 3 s\r\x1b[K"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var out strings.Builder
				stop := startProgress(&out, tt.terminal)
				<-time.NewTimer(tt.lasts).C
				stop()
				if out.String() != tt.want {
					t.Errorf("progress %q, want %q", out.String(), tt.want)
				}
			})
		})
	}
}
