package process

import (
	"fmt"
	"io"
	"os"
	"strings"
)

// Tail returns the last lines of a log, for an error message.
func Tail(path string) string {
	const bytes = 16 << 10
	file, err := os.Open(path)
	if err != nil {
		return fmt.Sprintf("(no log: %v)", err)
	}
	defer func() { _ = file.Close() }()
	if info, err := file.Stat(); err == nil && info.Size() > bytes {
		if _, err := file.Seek(-bytes, io.SeekEnd); err != nil {
			return fmt.Sprintf("(no log: %v)", err)
		}
	}
	data, err := io.ReadAll(file)
	if err != nil {
		return fmt.Sprintf("(no log: %v)", err)
	}
	return LastLines(string(data))
}

// LastLines returns the last lines of a program's output, indented.
func LastLines(text string) string {
	const count = 15
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	return "  " + strings.Join(lines[max(0, len(lines)-count):], "\n  ")
}
