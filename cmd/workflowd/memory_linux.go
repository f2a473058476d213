package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
)

// dropProgram lets go of the pages of the program itself that are in memory, most of which only starting needed. A page
// that is needed again is mapped again. Where every agency has a service of its own, this more than halves what the idle
// ones hold.
func dropProgram() {
	program, err := os.Executable()
	if err != nil {
		return
	}
	smaps, err := os.Open("/proc/self/smaps")
	if err != nil {
		return
	}
	// The file was only read, so that closing it can lose nothing.
	defer func() { _ = smaps.Close() }()
	for _, m := range unchanged(smaps, program) {
		// It is an advice: that it is not taken does no harm.
		_, _, _ = syscall.Syscall(syscall.SYS_MADVISE, m.from, m.to-m.from, syscall.MADV_DONTNEED)
	}
}

// mapping is a stretch of memory into which a file is mapped.
type mapping struct{ from, to uintptr }

// unchanged returns the mappings of a file that cannot be written and of which no page differs from the file, so that
// their pages can be dropped and read again.
func unchanged(smaps io.Reader, file string) []mapping {
	var found []mapping
	var current mapping
	candidate := false
	lines := bufio.NewScanner(smaps)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) == 0 {
			continue
		}
		if !strings.HasSuffix(fields[0], ":") {
			_, err := fmt.Sscanf(fields[0], "%x-%x", &current.from, &current.to)
			candidate = err == nil && len(fields) == 6 && fields[5] == file && fields[1][1] != 'w'
			continue
		}
		// An anonymous page in the mapping of a file is one that was written to, as by a relocation.
		if candidate && fields[0] == "Anonymous:" && fields[1] == "0" {
			found = append(found, current)
		}
	}
	return found
}
