package docs_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestRenderCommandsRun runs the commands of the guide to printing as they stand there.
func TestRenderCommandsRun(t *testing.T) {
	directory := t.TempDir()
	build := exec.CommandContext(t.Context(), "go", "build", "-o", filepath.Join(directory, "chuan"), "../cmd/chuan")
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build chuan: %v\n%s", err, output)
	}
	examples, err := filepath.Abs("../examples")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(examples, filepath.Join(directory, "examples")); err != nil {
		t.Fatal(err)
	}
	ran := 0
	for _, p := range pages(t) {
		if p.file != "docs/guides/render.md" {
			continue
		}
		for _, b := range p.code {
			for line := range strings.Lines(b.text) {
				line = strings.TrimSpace(line)
				if !strings.Contains(line, "chuan render") {
					continue
				}
				ran++
				command := exec.CommandContext(t.Context(), "sh", "-ec", line)
				command.Dir = directory
				command.Env = append(os.Environ(), "PATH="+directory+":"+os.Getenv("PATH"))
				if output, err := command.CombinedOutput(); err != nil {
					t.Errorf("%s:%d: %s: %v\n%s", p.file, b.line, line, err, output)
				}
			}
		}
	}
	if ran < 6 {
		t.Errorf("ran %d commands, want 6", ran)
	}
}
