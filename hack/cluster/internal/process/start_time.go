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
	ticks := parseStat(string(stat))
	if ticks == ended {
		return ended
	}
	return ticks + " " + Boot() // the ticks are counted from there
}

// Boot names the time between two starts of the machine; it is "" where the system does not tell.
func Boot() string {
	id, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(id))
}

// parseStat takes the start time from the text of /proc/PID/stat. The program's name, in parentheses, may hold spaces
// and parentheses itself, so the fields are counted from behind the last one.
func parseStat(stat string) string {
	fields := strings.Fields(stat[strings.LastIndexByte(stat, ')')+1:])
	const stateField, startField = 0, 19 // the third and the 22nd, as proc(5) counts them
	if len(fields) <= startField || fields[stateField] == "Z" || fields[stateField] == "X" {
		return ended
	}
	return fields[startField]
}
