package image

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

func TestPackIsDeterministic(t *testing.T) {
	dir := t.TempDir()
	program, data := filepath.Join(dir, "program"), filepath.Join(dir, "data.txt")
	write := func(when time.Time) {
		for path, mode := range map[string]os.FileMode{program: 0o700, data: 0o600} {
			if err := os.WriteFile(path, []byte(path), mode); err != nil {
				t.Fatal(err)
			}
			if err := os.Chtimes(path, when, when); err != nil {
				t.Fatal(err)
			}
		}
	}
	spec := Spec{Name: "example/program:1", Binary: program, User: "65532:65532", Files: map[string]string{"/etc/program/data.txt": data}}
	digest := func() string {
		image, err := pack(spec)
		if err != nil {
			t.Fatal(err)
		}
		hash, err := image.Digest()
		if err != nil {
			t.Fatal(err)
		}
		return hash.String()
	}
	write(time.Now())
	first := digest()
	write(time.Now().Add(-time.Hour))
	if digest() != first {
		t.Error("the same files at another time gave another image")
	}
	image, err := pack(spec)
	if err != nil {
		t.Fatal(err)
	}
	config, err := image.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	if config.Config.User != spec.User || !slices.Equal(config.Config.Entrypoint, []string{"/program"}) {
		t.Errorf("config %+v", config.Config)
	}
}

func TestLayerHoldsDirectoriesBeforeFilesForEveryone(t *testing.T) {
	file := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(file, []byte("x"), 0o700); err != nil {
		t.Fatal(err)
	}
	data, err := layer(map[string]string{"/a/b/c": file, "/z": file})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for reader := tar.NewReader(bytes.NewReader(data)); ; {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, header.Name)
		if header.Mode != 0o755 || header.Uid != 0 || header.ModTime.Unix() != 0 {
			t.Errorf("%s: mode %o, owner %d, time %s", header.Name, header.Mode, header.Uid, header.ModTime)
		}
	}
	if want := []string{"a/", "a/b/", "a/b/c", "z"}; !slices.Equal(names, want) {
		t.Errorf("got %v, want %v", names, want)
	}
}

func TestWriteRefusesWhatCannotRun(t *testing.T) {
	script := filepath.Join(t.TempDir(), "script")
	if err := os.WriteFile(script, []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	archive := filepath.Join(t.TempDir(), "image.tar")
	if err := Write(Spec{Name: "a:b", Binary: script}, archive); err == nil || !strings.Contains(err.Error(), "not a Linux program") {
		t.Errorf("a script: %v", err)
	}
	if err := Write(Spec{Name: "not a name", Binary: script}, archive); err == nil {
		t.Error("a name with spaces was taken")
	}
}

func TestFilesCannotHideTheProgram(t *testing.T) {
	_, err := pack(Spec{Binary: "/x/program", Files: map[string]string{"program": "/y"}})
	if err == nil || !strings.Contains(err.Error(), "twice") {
		t.Errorf("got %v", err)
	}
}

func TestArchiveCanBeRead(t *testing.T) {
	program := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(program, []byte("x"), 0o755); err != nil {
		t.Fatal(err)
	}
	image, err := pack(Spec{Binary: program})
	if err != nil {
		t.Fatal(err)
	}
	archive := filepath.Join(t.TempDir(), "image.tar")
	if err := tarball.WriteToFile(archive, name.MustParseReference("example/program:1"), image); err != nil {
		t.Fatal(err)
	}
	if _, err := tarball.ImageFromPath(archive, nil); err != nil {
		t.Error(err)
	}
}
