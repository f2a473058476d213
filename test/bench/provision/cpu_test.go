package main

import (
	"testing"
	"time"
)

func TestParseStat(t *testing.T) {
	const line = "4711 (kube (api) server) S 42 1 1 0 -1 4194560 1 0 0 0 250 150 9 9 20 0 1 0 1 1 1\n"
	tests := map[string]struct {
		line string
		want stat
		bad  bool
	}{
		"a child":         {line, stat{pid: 4711, parent: 42, name: "kube (api) server", used: 4 * time.Second}, false},
		"no parentheses":  {"4711 x S 42", stat{}, true},
		"cut off":         {"4711 (x) S 42 1", stat{}, true},
		"not in decimals": {"1 (x) S 42 1 1 0 -1 0 1 0 0 0 a 1 0 0", stat{}, true},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := parseStat(tc.line)
			if got != tc.want || (err != nil) != tc.bad {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

func TestCPUTimeGrows(t *testing.T) {
	begun := time.Now()
	before, err := cpuTime()
	if err != nil {
		t.Fatal(err)
	}
	for time.Since(begun) < 10*time.Second {
		after, err := cpuTime()
		if err != nil {
			t.Fatal(err)
		}
		if after.total() > before.total() {
			return
		}
	}
	t.Error("no processor time was used by a busy process")
}
