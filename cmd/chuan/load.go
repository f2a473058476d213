package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"chuan.dev/chuan/internal/manifest"
)

// loadPaths loads files and directories, and what is on in where a path is "-". It keeps the texts. The error says which
// path is not there; what is wrong inside the files is among the problems.
func loadPaths(paths []string, in io.Reader) (*manifest.Loader, *manifest.Set, []manifest.Problem, error) {
	loader := manifest.NewLoader()
	loader.KeepText = true
	for _, path := range paths {
		if err := loadPath(loader, path, in); err != nil {
			return nil, nil, nil, err
		}
	}
	set, problems := loader.Finish()
	return loader, set, problems, nil
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

// loadSound loads a file or directory that has to be in order, for commands that compute something from it.
func loadSound(path string, in io.Reader) (*manifest.Set, error) {
	_, set, problems, err := loadPaths([]string{path}, in)
	if err != nil {
		return nil, err
	}
	if blocking := manifest.Blocking(problems); len(blocking) > 0 {
		return nil, fmt.Errorf("%s (%d problems in all; chuan lint %s shows them)", blocking[0], len(blocking), path)
	}
	return set, nil
}
