package artifacts

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// lock keeps a second build of the same cache waiting: two at once would only share the processors. The kernel frees
// the lock when its holder ends, however it ends.
func (b *Builder) lock(ctx context.Context) (unlock func(), err error) {
	if err := os.MkdirAll(b.Cache, 0o750); err != nil {
		return nil, fmt.Errorf("make the cache: %w: set CHUAN_CACHE to a directory that can be written", err)
	}
	path := filepath.Join(b.Cache, ".lock")
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the lock of the cache: %w", err)
	}
	for {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return func() { _ = file.Close() }, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, errors.Join(fmt.Errorf("lock %s: %w", path, err), file.Close())
		}
		b.Report.Progress("waiting for another build, which holds %s", path)
		select {
		case <-ctx.Done():
			return nil, errors.Join(fmt.Errorf("wait for another build, which holds %s: %w", path, ctx.Err()), file.Close())
		case <-time.After(time.Second):
		}
	}
}
