package node

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"golang.org/x/sys/unix"

	"chuan.dev/chuan/hack/cluster/internal/image"
	"chuan.dev/chuan/hack/cluster/internal/process"
	"chuan.dev/chuan/hack/cluster/internal/state"
)

// snapshotter is overlayfs, except on an overlay itself, as a container's file system is, on which the kernel puts no
// other; there, images are copied.
func snapshotter(dir state.Dir) (string, error) {
	var info unix.Statfs_t
	if err := unix.Statfs(string(dir), &info); err != nil {
		return "", fmt.Errorf("look at the file system of %s: %w", dir, err)
	}
	if info.Type == unix.OVERLAYFS_SUPER_MAGIC {
		return "native", nil
	}
	return "overlayfs", nil
}

// Load imports image archives.
func Load(ctx context.Context, dir state.Dir, archives ...string) error {
	ctr, err := lookPath("ctr")
	if err != nil {
		return err
	}
	unpackAs, err := snapshotter(dir)
	if err != nil {
		return err
	}
	for _, archive := range archives {
		if _, err := os.Stat(archive); err != nil {
			return fmt.Errorf("read the image: %w", err)
		}
		command := exec.CommandContext(ctx, ctr, "--address", machine{dir: dir}.containerdSocket(), "--namespace", "k8s.io",
			"images", "import", "--snapshotter", unpackAs, archive)
		if out, err := command.CombinedOutput(); err != nil {
			return fmt.Errorf("import %s: %w\n%s", archive, err, process.LastLines(string(out)))
		}
	}
	return nil
}

// LoadProgram packs a program as an image and imports it.
func LoadProgram(ctx context.Context, dir state.Dir, spec image.Spec) error {
	scratch, err := os.MkdirTemp(string(dir), "image-")
	if err != nil {
		return fmt.Errorf("pack %s: %w", spec.Name, err)
	}
	defer func() { _ = os.RemoveAll(scratch) }()
	archive := filepath.Join(scratch, "image.tar")
	if err := image.Write(spec, archive); err != nil {
		return err
	}
	return Load(ctx, dir, archive)
}
