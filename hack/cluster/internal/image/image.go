// Package image packs a static program as a container image, so that a cluster without a registry can run it.
package image

import (
	"archive/tar"
	"bytes"
	"debug/elf"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
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
	image, err := pack(spec, asItIs) // the archive is read once, on this machine
	if err != nil {
		return fmt.Errorf("pack %s: %w", spec.Name, err)
	}
	if err := tarball.WriteToFile(archive, tag, image); err != nil {
		return fmt.Errorf("write %s: %w", archive, err)
	}
	return nil
}

// architecture returns which processors the program is for, as GOARCH names them. It refuses a program that needs a
// dynamic linker, which an image of one file does not have: the kernel would only say "no such file or directory".
func architecture(binary string) (string, error) {
	content, err := os.Open(binary)
	if err != nil {
		return "", fmt.Errorf("open the program: %w", err)
	}
	defer func() { _ = content.Close() }()
	file, err := elf.NewFile(content)
	if err != nil {
		return "", fmt.Errorf("%s is not a Linux program (%w): build it with GOOS=linux", binary, err)
	}
	for _, segment := range file.Progs {
		if segment.Type == elf.PT_INTERP {
			return "", fmt.Errorf("%s is linked dynamically and cannot run alone in an image: build it with CGO_ENABLED=0", binary)
		}
	}
	switch file.Machine {
	case elf.EM_X86_64:
		return "amd64", nil
	case elf.EM_AARCH64:
		return "arm64", nil
	default:
		return "", fmt.Errorf("%s is for processors of the kind %s: build it with GOARCH=amd64 or arm64", binary, file.Machine)
	}
}

// pack makes the image; as makes a layer of its files.
func pack(spec Spec, as func(archive []byte) (v1.Layer, error)) (v1.Image, error) {
	arch, err := architecture(spec.Binary)
	if err != nil {
		return nil, err
	}
	entrypoint := "/" + filepath.Base(spec.Binary)
	files := map[string]string{entrypoint: spec.Binary}
	for inImage, here := range spec.Files {
		inImage = path.Clean("/" + inImage)
		if files[inImage] != "" {
			return nil, fmt.Errorf("%s is in the image twice", inImage)
		}
		files[inImage] = here
	}
	data, err := archive(files)
	if err != nil {
		return nil, err
	}
	layer, err := as(data)
	if err != nil {
		return nil, err
	}
	image, err := mutate.AppendLayers(empty.Image, layer)
	if err != nil {
		return nil, err
	}
	config, err := image.ConfigFile()
	if err != nil {
		return nil, err
	}
	config = config.DeepCopy()
	config.OS, config.Architecture = "linux", arch
	config.Config.User = spec.User
	config.Config.Entrypoint = []string{entrypoint}
	config.Config.WorkingDir = "/"
	return mutate.ConfigFile(image, config)
}

// asItIs makes a layer that is not compressed.
func asItIs(archive []byte) (v1.Layer, error) {
	return static.NewLayer(archive, types.DockerUncompressedLayer), nil
}

// compressed makes a layer that is.
func compressed(archive []byte) (v1.Layer, error) {
	return tarball.LayerFromOpener(func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(archive)), nil
	})
}

// archive makes a tar of the files, sorted and without times and owners of this machine.
func archive(files map[string]string) ([]byte, error) {
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
