package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ticksPerSecond is the unit of /proc's times, which is the same on every Linux.
const ticksPerSecond = 100

// cpuTimes is the processor time that processes have used, by the name of their program.
type cpuTimes map[string]time.Duration

// total is that of all of them.
func (c cpuTimes) total() time.Duration {
	var sum time.Duration
	for _, used := range c {
		sum += used
	}
	return sum
}

// since is what was added to an earlier count.
func (c cpuTimes) since(before cpuTimes) cpuTimes {
	added := cpuTimes{}
	for name, used := range c {
		added[name] = used - before[name]
	}
	return added
}

// String lists the times by name.
func (c cpuTimes) String() string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(c)) {
		parts = append(parts, fmt.Sprintf("%s %.1f s", name, c[name].Seconds()))
	}
	return strings.Join(parts, ", ")
}

// cpuTime returns the processor time that this process and its children, which are etcd, the API server and the manager,
// have used so far. Unlike the time on the clock it does not grow with what else the machine does.
func cpuTime() (cpuTimes, error) {
	files, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return nil, err
	}
	all := cpuTimes{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			// The process has ended meanwhile.
			continue
		}
		p, err := parseStat(string(text))
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", file, err)
		}
		if p.pid == os.Getpid() || p.parent == os.Getpid() {
			all[p.name] += p.used
		}
	}
	return all, nil
}

// stat is what /proc says of a process.
type stat struct {
	pid, parent int
	name        string
	used        time.Duration
}

// parseStat reads a line of /proc/PID/stat.
func parseStat(line string) (stat, error) {
	open, end := strings.IndexByte(line, '('), strings.LastIndexByte(line, ')')
	if open < 0 || end < open {
		return stat{}, fmt.Errorf("%q is not the state of a process", line)
	}
	// Counted from the state, the third field of the line: parent 1, user time 11, system time 12.
	fields := strings.Fields(line[end+1:])
	if len(fields) < 13 {
		return stat{}, fmt.Errorf("%q has too few fields", line)
	}
	var numbers [4]int
	for i, field := range []string{strings.TrimSpace(line[:open]), fields[1], fields[11], fields[12]} {
		n, err := strconv.Atoi(field)
		if err != nil {
			return stat{}, err
		}
		numbers[i] = n
	}
	return stat{
		pid: numbers[0], parent: numbers[1], name: line[open+1 : end],
		used: time.Duration(numbers[2]+numbers[3]) * time.Second / ticksPerSecond,
	}, nil
}

// cost is what something took.
type cost struct {
	// took is the time on the clock, used the processor time of all that take part.
	took time.Duration
	used cpuTimes
}

// measure does something and returns what it took.
func measure(do func() error) (cost, error) {
	before, err := cpuTime()
	if err != nil {
		return cost{}, err
	}
	begun := time.Now()
	if err := do(); err != nil {
		return cost{}, err
	}
	took := time.Since(begun)
	after, err := cpuTime()
	return cost{took: took, used: after.since(before)}, err
}
