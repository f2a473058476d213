package image

import (
	"archive/tar"
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// writeProgram writes the least that is a static program for such processors: a header without segments.
func writeProgram(t *testing.T, machine elf.Machine) string {
	t.Helper()
	header := elf.Header64{
		Ident:   [elf.EI_NIDENT]byte{0x7f, 'E', 'L', 'F', byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB), byte(elf.EV_CURRENT)},
		Type:    uint16(elf.ET_EXEC),
		Machine: uint16(machine),
		Version: uint32(elf.EV_CURRENT),
		Ehsize:  64,
	}
	var program bytes.Buffer
	if err := binary.Write(&program, binary.LittleEndian, header); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(path, program.Bytes(), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestPackIsDeterministic(t *testing.T) {
	program, data := writeProgram(t, elf.EM_X86_64), filepath.Join(t.TempDir(), "data.txt")
	if err := os.WriteFile(data, []byte("data"), 0o600); err != nil {
		t.Fatal(err)
	}
	touch := func(when time.Time) {
		for _, path := range []string{program, data} {
			if err := os.Chtimes(path, when, when); err != nil {
				t.Fatal(err)
			}
		}
	}
	spec := Spec{Name: "example/program:1", Binary: program, User: "65532:65532", Files: map[string]string{"/etc/program/data.txt": data}}
	digest := func() string {
		image, err := pack(spec, asItIs)
		if err != nil {
			t.Fatal(err)
		}
		hash, err := image.Digest()
		if err != nil {
			t.Fatal(err)
		}
		return hash.String()
	}
	touch(time.Now())
	first := digest()
	touch(time.Now().Add(-time.Hour))
	if digest() != first {
		t.Error("the same files at another time gave another image")
	}
	image, err := pack(spec, asItIs)
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
	data, err := archive(map[string]string{"/a/b/c": file, "/z": file})
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
	foreign := writeProgram(t, elf.EM_RISCV)
	if err := Write(Spec{Name: "a:b", Binary: foreign}, archive); err == nil || !strings.Contains(err.Error(), "EM_RISCV") {
		t.Errorf("a program for other processors: %v", err)
	}
}

func TestFilesCannotHideTheProgram(t *testing.T) {
	_, err := pack(Spec{Binary: writeProgram(t, elf.EM_X86_64), Files: map[string]string{"program": "/y"}}, asItIs)
	if err == nil || !strings.Contains(err.Error(), "twice") {
		t.Errorf("got %v", err)
	}
}

func TestArchiveCanBeRead(t *testing.T) {
	archive := filepath.Join(t.TempDir(), "image.tar")
	if err := Write(Spec{Name: "example/program:1", Binary: writeProgram(t, elf.EM_AARCH64)}, archive); err != nil {
		t.Fatal(err)
	}
	image, err := tarball.ImageFromPath(archive, nil)
	if err != nil {
		t.Fatal(err)
	}
	config, err := image.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	if config.OS != "linux" || config.Architecture != "arm64" {
		t.Errorf("the image of a program for arm64 is for %s/%s", config.OS, config.Architecture)
	}
}
