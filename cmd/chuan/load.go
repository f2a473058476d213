package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"chuan.dev/chuan/internal/manifest"
)

// sources finds the manifests of files and directories, and what is on in where a path is "-". A file that is named twice,
// by itself and by its directory, is one. The error says which path is not there or cannot be read as a file; what is
// wrong inside directories is among the problems.
func sources(paths []string, in io.Reader) (found []manifest.Source, problems []manifest.Problem, err error) {
	known := map[string]bool{}
	for _, path := range paths {
		of, wrong, err := sourcesOf(path, in)
		if err != nil {
			return nil, nil, err
		}
		problems = append(problems, wrong...)
		for _, source := range of {
			place := source.Name
			if absolute, err := filepath.Abs(filepath.FromSlash(source.Name)); err == nil {
				place = absolute
			}
			if !known[place] {
				known[place] = true
				found = append(found, source)
			}
		}
	}
	return found, problems, nil
}

func sourcesOf(path string, in io.Reader) ([]manifest.Source, []manifest.Problem, error) {
	if path == "-" {
		source, err := readOnce("<stdin>", in)
		return []manifest.Source{source}, nil, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, cause(err))
	}
	name := filepath.ToSlash(path)
	switch mode := info.Mode(); {
	case mode.IsDir():
		of, problems := manifest.Sources(name, os.DirFS(path))
		return of, problems, nil
	case mode.IsRegular():
		return []manifest.Source{{Name: name, Open: func() (io.ReadCloser, error) { return os.Open(path) }}}, nil, nil
	case mode&fs.ModeNamedPipe != 0 && (strings.HasPrefix(name, "/dev/") || strings.HasPrefix(name, "/proc/")):
		// What a shell puts in the place of <(command).
		return readPipe(name, path)
	default:
		return nil, nil, fmt.Errorf("%s: this is no file and no directory; pipe what it gives into %q", path, "chuan lint -")
	}
}

func readPipe(name, path string) ([]manifest.Source, []manifest.Problem, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, cause(err))
	}
	// The pipe was only read, so that closing it can lose nothing.
	defer func() { _ = file.Close() }()
	source, err := readOnce(name, file)
	return []manifest.Source{source}, nil, err
}

// readOnce keeps what can be read only once, as far as a file is read at all.
func readOnce(name string, in io.Reader) (manifest.Source, error) {
	text, err := io.ReadAll(io.LimitReader(in, manifest.MaxFileBytes+1))
	if err != nil {
		return manifest.Source{}, fmt.Errorf("%s: %w", name, err)
	}
	return manifest.Source{Name: name, Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil }}, nil
}

// cause leaves out the path that the operating system repeats.
func cause(err error) error {
	if at, ok := errors.AsType[*fs.PathError](err); ok {
		return at.Err
	}
	return err
}

// loadSound loads files and directories that have to be in order, for commands that compute something from them.
func loadSound(paths []string, in io.Reader) (*manifest.Set, error) {
	found, wrong, err := sources(paths, in)
	if err != nil {
		return nil, err
	}
	set, problems := manifest.LoadSources(found, wrong)
	if blocking := manifest.Blocking(problems); len(blocking) > 0 {
		return nil, fmt.Errorf("%s (%d problems in all; chuan lint %s shows them)", blocking[0], len(blocking), strings.Join(paths, " "))
	}
	return set, nil
}
