//go:build unix

package service

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// lockName is the file in the data directory that is locked while a service works there. It stays when the service ends;
// the lock is that of the process and goes with it, however it ends.
const lockName = "workflowd.lock"

// lockDirectory makes sure that no other service works in a data directory. The returned file holds the lock until it
// is closed.
func lockDirectory(dir string) (*os.File, error) {
	path := filepath.Join(dir, lockName)
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("data directory: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		if errors.Is(err, syscall.EWOULDBLOCK) {
			err = errors.New("another workflowd works in this data directory: stop it, or give each its own --data")
		}
		return nil, errors.Join(fmt.Errorf("%s: %w", dir, err), f.Close())
	}
	return f, nil
}

// LockData makes sure that no service works in a data directory while something else does. The returned file holds the
// lock until it is closed.
func LockData(dir string) (*os.File, error) { return lockDirectory(dir) }
