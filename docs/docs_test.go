// Package docs_test keeps the documentation true: its manifests load, its commands and its links lead somewhere.
package docs_test

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"chuan.dev/chuan/internal/manifest"
)

const root = ".."

var (
	fence  = regexp.MustCompile("^\\s*```(\\w*)\\s*$")
	link   = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	scheme = regexp.MustCompile(`^[a-z]+:`)
	// command is make as a command, not the verb: in a code span, or after a prompt.
	command = regexp.MustCompile("(?:`|\\$ )make ([a-z][a-z0-9-]*)")
	target  = regexp.MustCompile(`(?m)^([a-z][a-z0-9-]*):`)
	heading = regexp.MustCompile(`(?m)^#+ (.+)$`)
	dropped = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
)

// page is a Markdown file, taken apart.
type page struct {
	// file is its path from the root of the repository.
	file string
	text string
	// prose is the text without its code blocks.
	prose string
	code  []block
}

// block is a fenced code block.
type block struct {
	language string
	// line is that of the first line of code, from 1.
	line int
	text string
}

// pages returns the documentation: the files at the root, the guides and decisions, and what stands beside the examples.
func pages(t *testing.T) []page {
	t.Helper()
	files := []string{"README.md", "CONTRIBUTING.md"}
	for _, directory := range []string{"docs", "examples"} {
		err := filepath.WalkDir(filepath.Join(root, directory), func(file string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() && filepath.Ext(file) == ".md" {
				files = append(files, strings.TrimPrefix(filepath.ToSlash(file), root+"/"))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	all := make([]page, 0, len(files))
	for _, file := range files {
		text, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, takeApart(t, file, string(text)))
	}
	return all
}

// takeApart tells code blocks from prose.
func takeApart(t *testing.T, file, text string) page {
	t.Helper()
	p := page{file: file, text: text}
	var open *block
	for number, line := range strings.SplitAfter(text, "\n") {
		marker := fence.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
		switch {
		case marker != nil && open == nil:
			open = &block{language: marker[1], line: number + 2}
		case marker != nil:
			p.code = append(p.code, *open)
			open = nil
		case open != nil:
			open.text += line
		default:
			p.prose += line
		}
	}
	if open != nil {
		t.Errorf("%s:%d: the code block has no end", file, open.line-1)
	}
	return p
}

func TestManifestsInTheTextLoad(t *testing.T) {
	loaded := 0
	for _, p := range pages(t) {
		for _, b := range p.code {
			if b.language != "yaml" || !strings.HasPrefix(b.text, "apiVersion: qms.chuan.dev/") {
				continue
			}
			loaded++
			// Empty lines before the manifest give problems the lines of the page.
			padded := strings.Repeat("\n", b.line-1) + b.text
			set, problems := manifest.Load(fstest.MapFS{p.file + ".yaml": {Data: []byte(padded)}})
			for _, problem := range problems {
				t.Errorf("%s", problem)
			}
			if len(set.Skipped) > 0 {
				t.Errorf("%s:%d: holds objects of unknown kinds: %v", p.file, b.line, set.Skipped)
			}
		}
	}
	if kinds := 5; loaded < kinds {
		t.Errorf("found %d manifests in the documentation, want one of each of the %d kinds at least", loaded, kinds)
	}
}

func TestCommandsOfMakeExist(t *testing.T) {
	makefile, err := os.ReadFile(filepath.Join(root, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	targets := map[string]bool{}
	for _, match := range target.FindAllStringSubmatch(string(makefile), -1) {
		targets[match[1]] = true
	}
	mentioned := 0
	for _, p := range pages(t) {
		for _, match := range command.FindAllStringSubmatch(p.text, -1) {
			mentioned++
			if !targets[match[1]] {
				t.Errorf("%s: make %s is no target of the Makefile", p.file, match[1])
			}
		}
	}
	if mentioned == 0 {
		t.Error("found no make command in the documentation")
	}
}

// anchors are the names that links give to the headings of a page.
func (p page) anchors() map[string]bool {
	names := map[string]bool{}
	for _, match := range heading.FindAllStringSubmatch(p.prose, -1) {
		name := dropped.ReplaceAllString(strings.ToLower(match[1]), "")
		names[strings.ReplaceAll(name, " ", "-")] = true
	}
	return names
}

func TestLinksLeadSomewhere(t *testing.T) {
	all := pages(t)
	anchors := map[string]map[string]bool{}
	for _, p := range all {
		anchors[p.file] = p.anchors()
	}
	followed := 0
	for _, p := range all {
		for _, match := range link.FindAllStringSubmatch(p.prose, -1) {
			if scheme.MatchString(match[1]) {
				continue
			}
			followed++
			to, anchor, _ := strings.Cut(match[1], "#")
			file := p.file
			if to != "" {
				file = path.Join(path.Dir(p.file), to)
			}
			if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(file))); err != nil {
				t.Errorf("%s: the link to %s: %v", p.file, match[1], err)
			} else if anchor != "" && !anchors[file][anchor] {
				t.Errorf("%s: the link to %s: %s has no such heading", p.file, match[1], file)
			}
		}
	}
	if followed == 0 {
		t.Error("found no link in the documentation")
	}
}

func TestCodeBlocksAreToldFromProse(t *testing.T) {
	got := takeApart(t, "a.md", "one\n```yaml\na: 1\n```\ntwo\n- three\n  ```\n  x\n  ```\n")
	want := page{prose: "one\ntwo\n- three\n", code: []block{{"yaml", 3, "a: 1\n"}, {"", 8, "  x\n"}}}
	if got.prose != want.prose || fmt.Sprint(got.code) != fmt.Sprint(want.code) {
		t.Errorf("got %q and %+v, want %q and %+v", got.prose, got.code, want.prose, want.code)
	}
}
