package process

import (
	"fmt"
	"os"
	"runtime"
	"strings"
)

// ended is what startTime returns of a process that is gone, or that only waits for its parent to notice its end.
const ended = "ended"

// startTime reads when a process began from /proc. Elsewhere every process that exists has the same, unknown, one.
func startTime(pid int) string {
	if runtime.GOOS != "linux" {
		return "unknown"
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return ended
	}
	return parseStat(string(stat))
}

// parseStat takes the start time from the text of /proc/PID/stat. The program's name, in parentheses, may hold spaces
// and parentheses itself, so the fields are counted from behind the last one.
func parseStat(stat string) string {
	fields := strings.Fields(stat[strings.LastIndexByte(stat, ')')+1:])
	const stateField, startField = 3 - 3, 22 - 3 // as proc(5) counts them, which has two before these
	if len(fields) <= startField || fields[stateField] == "Z" || fields[stateField] == "X" {
		return ended
	}
	return fields[startField]
}
