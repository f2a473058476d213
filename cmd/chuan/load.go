package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"chuan.dev/chuan/internal/manifest"
)

// newLoader returns a loader that keeps the texts, for excerpts.
func newLoader() *manifest.Loader {
	loader := manifest.NewLoader()
	loader.KeepText = true
	return loader
}

// loadInto loads files and directories, and what is on in where a path is "-". The error says which path is not there; what
// is wrong inside the files is among the problems.
func loadInto(loader *manifest.Loader, paths []string, in io.Reader) error {
	for _, path := range paths {
		if err := loadPath(loader, path, in); err != nil {
			return err
		}
	}
	return nil
}

func loadPath(loader *manifest.Loader, path string, in io.Reader) error {
	if path == "-" {
		loader.File("<stdin>", in)
		return nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("%s: %w", path, cause(err))
	}
	if info.IsDir() {
		loader.Directory(filepath.ToSlash(path), os.DirFS(path))
		return nil
	}
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("%s: %w", path, cause(err))
	}
	// The file was only read, so that closing it can lose nothing.
	defer func() { _ = file.Close() }()
	loader.File(filepath.ToSlash(path), file)
	return nil
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
	loader := manifest.NewLoader()
	if err := loadInto(loader, paths, in); err != nil {
		return nil, err
	}
	set, problems := loader.Finish()
	if blocking := manifest.Blocking(problems); len(blocking) > 0 {
		return nil, fmt.Errorf("%s (%d problems in all; chuan lint %s shows them)", blocking[0], len(blocking), strings.Join(paths, " "))
	}
	return set, nil
}
