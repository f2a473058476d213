// Package image packs a static program as a container image, so that a cluster without a registry can run it.
package image

import (
	"archive/tar"
	"bytes"
	"debug/elf"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Spec says what an image holds. The same files always give the same image.
type Spec struct {
	Name   string            // with its tag
	Binary string            // the program: /BASENAME in the image, and its entrypoint
	User   string            // UID:GID that it runs as
	Files  map[string]string // further files: path in the image → path here
}

// Write packs the image into an archive as `docker save` makes them.
func Write(spec Spec, archive string) error {
	tag, err := name.NewTag(spec.Name)
	if err != nil {
		return fmt.Errorf("read the image's name: %w", err)
	}
	if err := checkStatic(spec.Binary); err != nil {
		return err
	}
	image, err := pack(spec)
	if err != nil {
		return fmt.Errorf("pack %s: %w", spec.Name, err)
	}
	if err := tarball.WriteToFile(archive, tag, image); err != nil {
		return fmt.Errorf("write %s: %w", archive, err)
	}
	return nil
}

// checkStatic refuses a program that needs a dynamic linker, which an image of one file does not have: the kernel
// would only say "no such file or directory".
func checkStatic(binary string) error {
	content, err := os.Open(binary)
	if err != nil {
		return fmt.Errorf("open the program: %w", err)
	}
	defer content.Close()
	file, err := elf.NewFile(content)
	if err != nil {
		return fmt.Errorf("%s is not a Linux program (%w): build it with GOOS=linux", binary, err)
	}
	for _, segment := range file.Progs {
		if segment.Type == elf.PT_INTERP {
			return fmt.Errorf("%s is linked dynamically and cannot run alone in an image: build it with CGO_ENABLED=0", binary)
		}
	}
	return nil
}

func pack(spec Spec) (v1.Image, error) {
	entrypoint := "/" + filepath.Base(spec.Binary)
	files := map[string]string{entrypoint: spec.Binary}
	for inImage, here := range spec.Files {
		inImage = path.Clean("/" + inImage)
		if files[inImage] != "" {
			return nil, fmt.Errorf("%s is in the image twice", inImage)
		}
		files[inImage] = here
	}
	data, err := layer(files)
	if err != nil {
		return nil, err
	}
	// Not compressed: the archive is read once, on this machine.
	image, err := mutate.AppendLayers(empty.Image, static.NewLayer(data, types.DockerUncompressedLayer))
	if err != nil {
		return nil, err
	}
	config, err := image.ConfigFile()
	if err != nil {
		return nil, err
	}
	config = config.DeepCopy()
	config.OS, config.Architecture = "linux", runtime.GOARCH
	config.Config.User = spec.User
	config.Config.Entrypoint = []string{entrypoint}
	config.Config.WorkingDir = "/"
	return mutate.ConfigFile(image, config)
}

// layer makes the archive of the files, sorted and without times and owners of this machine.
func layer(files map[string]string) ([]byte, error) {
	var out bytes.Buffer
	writer := tar.NewWriter(&out)
	for _, dir := range parents(files) {
		header := &tar.Header{Typeflag: tar.TypeDir, Name: strings.TrimPrefix(dir, "/") + "/", Mode: 0o755, ModTime: time.Unix(0, 0)}
		if err := writer.WriteHeader(header); err != nil {
			return nil, err
		}
	}
	for _, inImage := range sortedKeys(files) {
		if err := addFile(writer, inImage, files[inImage]); err != nil {
			return nil, err
		}
	}
	if err := writer.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func addFile(writer *tar.Writer, inImage, here string) error {
	info, err := os.Stat(here)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is not a file", here)
	}
	data, err := os.ReadFile(here)
	if err != nil {
		return err
	}
	header := &tar.Header{Name: strings.TrimPrefix(inImage, "/"), Size: int64(len(data)), Mode: int64(mode(info)), ModTime: time.Unix(0, 0)}
	if err := writer.WriteHeader(header); err != nil {
		return err
	}
	_, err = writer.Write(data)
	return err
}

// mode keeps of a file's mode only whether it can be executed: everyone may read what is in an image.
func mode(info fs.FileInfo) fs.FileMode {
	const anyone, executable, readable = 0o111, 0o755, 0o644
	if info.Mode()&anyone != 0 {
		return executable
	}
	return readable
}

// parents lists the directories above the files, each before those in it.
func parents(files map[string]string) []string {
	dirs := map[string]string{}
	for file := range files {
		for dir := path.Dir(file); dir != "/"; dir = path.Dir(dir) {
			dirs[dir] = ""
		}
	}
	return sortedKeys(dirs)
}

func sortedKeys(files map[string]string) []string {
	keys := make([]string, 0, len(files))
	for key := range files {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
