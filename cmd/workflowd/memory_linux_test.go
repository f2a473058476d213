package main

import (
	"slices"
	"strings"
	"testing"
)

func TestOnlyUnchangedMappingsOfTheProgramAreGivenBack(t *testing.T) {
	const smaps = `00400000-00f05000 r-xp 00000000 08:01 131 /bin/workflowd
Rss:               10580 kB
Anonymous:             0 kB
VmFlags: rd ex mr mw me
00f05000-01bcd000 r--p 00b05000 08:01 131 /bin/workflowd
Rss:                9056 kB
Anonymous:             4 kB
01bcd000-01c60000 rw-p 017cd000 08:01 131 /bin/workflowd
Anonymous:             0 kB
7faa0f740000-7faa0fb00000 rw-p 00000000 00:00 0
Anonymous:          2264 kB
7faa10000000-7faa10008000 r--s 00000000 08:01 140 /data/a.db-shm
Anonymous:             0 kB
`
	want := []mapping{{0x400000, 0xf05000}}
	if got := unchanged(strings.NewReader(smaps), "/bin/workflowd"); !slices.Equal(got, want) {
		t.Errorf("mappings %x, want %x", got, want)
	}
}
