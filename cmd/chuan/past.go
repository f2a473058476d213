package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"chuan.dev/chuan/internal/manifest"
)

// past is the state of files at an earlier revision, in Git.
type past struct {
	places []place
	// changed are the files that were changed, added or deleted since, by the names under which they are cited.
	changed map[string]bool
}

// place is a path of the command line as Git sees it.
type place struct {
	// directory in which git works, and base, the commit that the branch began from.
	directory, base string
	// name is that under which the directory, or the one file, is cited.
	name string
	// file is the name of the one file in the directory; empty where the whole directory is meant.
	file string
}

// openPast finds the merge base with a revision, and what changed since, for every path.
func openPast(ctx context.Context, paths []string, revision string) (*past, error) {
	p := &past{changed: map[string]bool{}}
	for _, given := range paths {
		at, err := openPlace(ctx, given, revision)
		if err != nil {
			return nil, err
		}
		p.places = append(p.places, at)
		if err := at.changes(ctx, p.changed); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func openPlace(ctx context.Context, given, revision string) (place, error) {
	if given == "-" {
		return place{}, errors.New("--changed-since: standard input has no history; name files or directories")
	}
	at := place{directory: given, name: filepath.ToSlash(given)}
	if info, err := os.Stat(given); err != nil {
		return place{}, fmt.Errorf("%s: %w", given, cause(err))
	} else if !info.IsDir() {
		at.directory, at.file = filepath.Dir(given), filepath.Base(given)
	}
	if _, err := at.git(ctx, "rev-parse", "--show-toplevel"); err != nil {
		return place{}, fmt.Errorf("--changed-since: %s is in no Git checkout (%w); leave the flag out, or run in a clone", given, err)
	}
	if strings.HasPrefix(revision, "-") {
		return place{}, fmt.Errorf("--changed-since: %q is no revision", revision)
	}
	if _, err := at.git(ctx, "rev-parse", "--verify", "--quiet", revision+"^{commit}"); err != nil {
		return place{}, fmt.Errorf("--changed-since: Git knows no revision %s here; fetch it first, as with git fetch origin, "+
			"and in CI clone with the whole history (fetch-depth: 0, GIT_DEPTH: 0)", revision)
	}
	base, err := at.git(ctx, "merge-base", revision, "HEAD")
	if err != nil {
		return place{}, fmt.Errorf("--changed-since: %s and HEAD have no common ancestor here; a shallow clone lacks it, "+
			"so fetch the whole history with git fetch --unshallow", revision)
	}
	at.base = strings.TrimSpace(string(base))
	return at, nil
}

// changes notes what differs between the base and the files as they are now, committed or not.
func (p *place) changes(ctx context.Context, changed map[string]bool) error {
	scope := "."
	if p.file != "" {
		scope = ":(literal)" + p.file
	}
	for _, args := range [][]string{
		{"diff", "--name-only", "-z", "--no-renames", "--relative", p.base, "--", scope},
		{"ls-files", "--others", "--exclude-standard", "-z", "--", scope},
	} {
		names, err := p.git(ctx, args...)
		if err != nil {
			return fmt.Errorf("--changed-since: git %s: %w", args[0], err)
		}
		for name := range strings.SplitSeq(strings.TrimRight(string(names), "\x00"), "\x00") {
			changed[p.cited(name)] = true
		}
	}
	return nil
}

// cited is the name by which a file of the place is cited, the same as that of a loader.
func (p *place) cited(name string) string {
	if p.file != "" {
		return p.name
	}
	return path.Join(p.name, name)
}

// sources are the manifests as they were. Nothing is checked out.
func (p *past) sources(ctx context.Context) ([]manifest.Source, error) {
	var all []manifest.Source
	for i := range p.places {
		found, err := p.places[i].sources(ctx)
		if err != nil {
			return nil, fmt.Errorf("--changed-since: read %s as it was: %w", p.places[i].name, err)
		}
		all = append(all, found...)
	}
	return all, nil
}

func (p *place) sources(ctx context.Context) ([]manifest.Source, error) {
	args := []string{"ls-tree", "-r", "-z", p.base}
	if p.file != "" {
		args = append(args, "--", p.file)
	}
	listing, err := p.git(ctx, args...)
	if err != nil {
		return nil, err
	}
	var names []string
	var wanted bytes.Buffer
	for entry := range strings.SplitSeq(strings.TrimRight(string(listing), "\x00"), "\x00") {
		// An entry is "100644 blob ID<tab>NAME".
		about, name, _ := strings.Cut(entry, "\t")
		fields := strings.Fields(about)
		if len(fields) != 3 || !strings.HasPrefix(fields[0], "100") || p.file == "" && !looksLikeManifest(name) {
			continue
		}
		names = append(names, name)
		wanted.WriteString(fields[2] + "\n")
	}
	if len(names) == 0 {
		return nil, nil
	}
	blobs, err := p.run(ctx, &wanted, "cat-file", "--batch")
	if err != nil {
		return nil, err
	}
	return p.blobs(names, bufio.NewReader(bytes.NewReader(blobs)))
}

// blobs takes apart what cat-file --batch wrote: "ID blob SIZE", the text and a new line, for every file.
func (p *place) blobs(names []string, blobs *bufio.Reader) ([]manifest.Source, error) {
	found := make([]manifest.Source, 0, len(names))
	for _, name := range names {
		head, err := blobs.ReadString('\n')
		if err != nil {
			return nil, err
		}
		fields := strings.Fields(head)
		if len(fields) != 3 {
			return nil, fmt.Errorf("%s: git says %q", name, strings.TrimSpace(head))
		}
		size, err := strconv.ParseInt(fields[2], 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		source, err := readOnce(p.cited(name), io.LimitReader(blobs, size))
		if err != nil {
			return nil, err
		}
		// What is left of a file too long to be read, and the new line after it.
		rest := max(0, size-manifest.MaxFileBytes-1) + 1
		if _, err := io.CopyN(io.Discard, blobs, rest); err != nil {
			return nil, err
		}
		found = append(found, source)
	}
	return found, nil
}

// looksLikeManifest says of a path what a loader of directories says: no part of it is hidden, and its ending is one of
// those of manifests.
func looksLikeManifest(name string) bool {
	for part := range strings.SplitSeq(name, "/") {
		if strings.HasPrefix(part, ".") {
			return false
		}
	}
	switch path.Ext(strings.TrimSuffix(name, ".gz")) {
	case ".yaml", ".yml", ".json":
		return true
	default:
		return false
	}
}

func (p *place) git(ctx context.Context, args ...string) ([]byte, error) {
	return p.run(ctx, nil, args...)
}

// run runs git in the directory of the place. Errors carry what git said.
func (p *place) run(ctx context.Context, in io.Reader, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir = p.directory
	cmd.Stdin = in
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	switch said := strings.TrimSpace(complaint.String()); {
	case err == nil:
		return out, nil
	case errors.Is(err, exec.ErrNotFound):
		return nil, errors.New("the program git is not installed")
	case said != "":
		return nil, errors.New(said)
	default:
		return nil, err
	}
}
