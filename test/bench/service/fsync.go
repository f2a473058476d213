package main

import (
	"context"
	"errors"
	"os"
	"syscall"
)

// benchFsync measures what the disk does at best.
func benchFsync(ctx context.Context, e *env) error {
	loads, _, err := measure(ctx, e, 1, syncContestant("fsync", (*os.File).Sync), syncContestant("fdatasync", fdatasync))
	if err != nil {
		return err
	}
	e.tell("4 KiB and fsync", 1, loads[0])
	e.tell("4 KiB and fdatasync", 1, loads[1])
	return nil
}

// fdatasync leaves out what is only about the file and not needed for reading it, as when it was written last.
func fdatasync(f *os.File) error { return syscall.Fdatasync(int(f.Fd())) }

// syncContestant writes a block and waits until it is on the disk: over the same megabyte, as a log is written that is used
// again and again.
func syncContestant(name string, sync func(*os.File) error) contestant {
	return contestant{name, func(_ context.Context, path string, _ int) (transition, func() error, error) {
		f, err := os.Create(path)
		if err != nil {
			return nil, nil, err
		}
		block := make([]byte, 4096)
		once := func(_ context.Context, _, n int) error {
			if _, err := f.WriteAt(block, int64(n%256)*int64(len(block))); err != nil {
				return err
			}
			return sync(f)
		}
		return once, func() error { return errors.Join(f.Close(), os.Remove(path)) }, nil
	}}
}
