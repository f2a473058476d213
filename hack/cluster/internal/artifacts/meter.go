package artifacts

import (
	"bytes"
	"strings"
	"sync"
	"time"

	"chuan.dev/chuan/hack/cluster/internal/report"
)

// meter reads what `go build -v` writes and turns it into progress: a line a package that is compiled.
type meter struct {
	title  string
	total  int
	report *report.Reporter

	mu       sync.Mutex
	partial  []byte // of a line whose end has not come yet
	compiled int
	last     string // the package that was begun last
	other    []string
}

// Write takes the next piece of output, which may end in the middle of a line.
func (m *meter) Write(data []byte) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.partial = append(m.partial, data...)
	for {
		line, rest, found := bytes.Cut(m.partial, []byte("\n"))
		if !found {
			return len(data), nil
		}
		m.line(string(line))
		m.partial = rest
	}
}

func (m *meter) line(line string) {
	switch {
	case isPackage(line):
		m.compiled++
		m.last = line
	case strings.HasPrefix(line, "go: downloading "), line == "":
	default:
		m.other = append(m.other, line)
	}
}

// isPackage tells an import path from a message: messages have spaces, colons or a leading "#".
func isPackage(line string) bool {
	return line != "" && !strings.ContainsAny(line, " :#\t")
}

// messages is what the build said that was not progress.
func (m *meter) messages() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return strings.TrimSpace(strings.Join(append(m.other, string(m.partial)), "\n"))
}

// tick reports at an interval, so that a package that takes long does not look like a build that hangs.
func (m *meter) tick(interval time.Duration) (stop func()) {
	ticker := time.NewTicker(interval)
	done := make(chan struct{})
	go func() {
		for {
			select {
			case <-done:
				return
			case <-ticker.C:
				m.show()
			}
		}
	}()
	return func() {
		ticker.Stop()
		close(done)
	}
}

func (m *meter) show() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.report.Progress("%s: %d of %d packages compiled, now %s", m.title, m.compiled, m.total, m.last)
}
