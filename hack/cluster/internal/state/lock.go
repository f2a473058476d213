package state

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

const lockFile = ".lock"

// Lock keeps two commands from changing the same cluster at once. The kernel frees the lock when its holder ends. A
// directory that only the lock has made goes with it, unless it has become a cluster's.
func (d Dir) Lock() (unlock func(), err error) {
	_, err = os.Stat(string(d))
	isNew := os.IsNotExist(err)
	if err := os.MkdirAll(string(d), 0o750); err != nil {
		return nil, fmt.Errorf("make the cluster's directory: %w: name another with --dir", err)
	}
	file, err := os.OpenFile(d.Path(lockFile), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the cluster's lock: %w", err)
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil && !d.holds(file) {
		err = syscall.EWOULDBLOCK // whoever held it has just removed the file
	}
	if err != nil {
		err = errors.Join(err, file.Close())
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("another command is changing the cluster in %s: try again when it has ended", d)
		}
		return nil, fmt.Errorf("lock %s: %w", d, err)
	}
	return func() {
		if _, err := d.Load(); isNew && errors.Is(err, ErrNone) {
			_ = os.Remove(d.Path(lockFile))
			_ = os.Remove(string(d)) // which does nothing to a directory that is not empty
		}
		_ = file.Close()
	}, nil
}

// holds says whether the lock's file is still this one.
func (d Dir) holds(file *os.File) bool {
	opened, err := file.Stat()
	if err != nil {
		return false
	}
	found, err := os.Stat(filepath.Join(string(d), lockFile))
	return err == nil && os.SameFile(opened, found)
}
