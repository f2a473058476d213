package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// prompted are the commands of console blocks that begin with chuan, without their comments.
var prompted = regexp.MustCompile(`(?m)^\$ (chuan [^#\n]*)`)

// TestCommandsOfTheGuide runs the commands of the guide in a checkout, in which all is in order.
func TestCommandsOfTheGuide(t *testing.T) {
	guide, err := os.ReadFile("../../docs/guides/lint.md")
	if err != nil {
		t.Fatal(err)
	}
	c := newCheckout(t)
	if err := os.Rename(c.path("tỉnh"), c.path("province")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(c.path("new"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(c.path("new", "law.yaml"), []byte(document), 0o600); err != nil {
		t.Fatal(err)
	}
	c.commit()
	c.git("update-ref", "refs/remotes/origin/main", "HEAD")
	commands := prompted.FindAllStringSubmatch(string(guide), -1)
	for _, command := range commands {
		if code, out := c.script(nil, command[1]); code != exitClean && code != exitFindings {
			t.Errorf("$ %s: exit code %d, %s", strings.TrimSpace(command[1]), code, out)
		}
	}
	if len(commands) < 7 {
		t.Errorf("%d commands were run, want all of the guide", len(commands))
	}
}
