package blob

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"sync"
	"time"

	"chuan.dev/chuan/internal/store"
)

// incoming is the directory, beside those of the blobs, of what is being written.
const incoming = "incoming"

// abandoned is the age at which what is being written is given up.
const abandoned = 24 * time.Hour

// disk keeps the blobs of an agency in a directory: the blob with the hash abcdef… as ab/cdef…. A name there is that of a
// whole file which is on the disk.
type disk struct {
	directory string
	options   Options
	// durable are the directories whose own names are known to be on the disk.
	durable sync.Map
}

func openDisk(location, agency string, o Options) (*disk, error) {
	if location == "" {
		return nil, errors.New("documents: name the directory in which they are kept")
	}
	d := &disk{directory: filepath.Join(location, agency), options: o}
	if err := os.MkdirAll(filepath.Join(d.directory, incoming), 0o700); err != nil {
		return nil, fmt.Errorf("documents: %w", classified(err))
	}
	for _, named := range []string{location, filepath.Dir(location)} {
		if err := syncDirectory(named); err != nil {
			return nil, fmt.Errorf("documents: %w", classified(err))
		}
	}
	if err := d.sweep(); err != nil {
		return nil, fmt.Errorf("documents: %w", classified(err))
	}
	return d, nil
}

// sweep deletes what was left behind in the middle of a Put when a program was killed: what was written to for the last
// time more than a day ago, by the clock of the file system.
func (d *disk) sweep() error {
	directory := filepath.Join(d.directory, incoming)
	entries, err := os.ReadDir(directory)
	if err != nil || len(entries) == 0 {
		return err
	}
	f, err := os.CreateTemp(directory, "*")
	if err != nil {
		return err
	}
	now, err := f.Stat()
	if err := errors.Join(err, f.Close(), os.Remove(f.Name())); err != nil {
		return err
	}
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil || now.ModTime().Sub(info.ModTime()) < abandoned {
			// It is in use, or has just got its name.
			continue
		}
		if err := os.Remove(filepath.Join(directory, entry.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// path is where a blob is kept.
func (d *disk) path(hash store.Hash) string {
	name := hash.String()
	return filepath.Join(d.directory, name[:2], name[2:])
}

// Put implements Store.
func (d *disk) Put(ctx context.Context, r io.Reader) (Blob, error) {
	b, err := d.put(ctx, r)
	if err != nil {
		return Blob{}, fmt.Errorf("keep a document: %w", classified(err))
	}
	return b, nil
}

func (d *disk) put(ctx context.Context, r io.Reader) (b Blob, err error) {
	f, err := os.CreateTemp(filepath.Join(d.directory, incoming), "*")
	if err != nil {
		return Blob{}, err
	}
	kept := false
	defer func() {
		if !kept {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	b, err = intake(ctx, f, r, d.options)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return Blob{}, err
	}
	info, err := os.Stat(f.Name())
	if err != nil {
		return Blob{}, err
	}
	b.At = info.ModTime()
	path := d.path(b.Hash)
	if err := d.makeDurable(filepath.Dir(path)); err != nil {
		return Blob{}, err
	}
	// What was there under the name has the same bytes, or had them before the disk altered them.
	if err := os.Rename(f.Name(), path); err != nil {
		return Blob{}, err
	}
	kept = true
	return b, syncDirectory(filepath.Dir(path))
}

// makeDurable makes a directory of blobs and brings its name to the disk.
func (d *disk) makeDurable(directory string) error {
	if _, known := d.durable.Load(directory); known {
		return nil
	}
	if err := os.Mkdir(directory, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if err := syncDirectory(d.directory); err != nil {
		return err
	}
	d.durable.Store(directory, true)
	return nil
}

// Open implements Store.
func (d *disk) Open(_ context.Context, hash store.Hash) (io.ReadCloser, Blob, error) {
	f, err := os.Open(d.path(hash))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, Blob{}, fmt.Errorf("document %s: %w", hash, ErrNotFound)
	}
	if err != nil {
		return nil, Blob{}, fmt.Errorf("document %s: %w", hash, err)
	}
	b, err := described(f, hash)
	if err != nil {
		return nil, Blob{}, fmt.Errorf("document %s: %w", hash, errors.Join(err, f.Close()))
	}
	return newVerified(f, hash), b, nil
}

// described is what is known of the blob in an open file.
func described(f *os.File, hash store.Hash) (Blob, error) {
	info, err := f.Stat()
	if err != nil {
		return Blob{}, err
	}
	head := make([]byte, headSize)
	n, err := f.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return Blob{}, err
	}
	return Blob{Hash: hash, Size: info.Size(), MediaType: mediaType(head[:n]), At: info.ModTime()}, nil
}

// Delete implements Store.
func (d *disk) Delete(_ context.Context, hash store.Hash) error {
	path := d.path(hash)
	err := os.Remove(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		// What was deleted must not come back, as when the record is disposed of.
		err = syncDirectory(filepath.Dir(path))
	}
	if err != nil {
		return fmt.Errorf("delete document %s: %w", hash, err)
	}
	return nil
}

// All implements Store.
func (d *disk) All(ctx context.Context) iter.Seq2[Blob, error] {
	return func(yield func(Blob, error) bool) {
		err := filepath.WalkDir(d.directory, func(path string, entry fs.DirEntry, err error) error {
			switch {
			case errors.Is(err, fs.ErrNotExist):
				// It was deleted meanwhile.
				return nil
			case err != nil:
				return err
			case ctx.Err() != nil:
				return ctx.Err()
			case entry.IsDir() && entry.Name() == incoming:
				return fs.SkipDir
			}
			b, ok, err := d.listed(path, entry)
			if err != nil || !ok {
				return err
			}
			if !yield(b, nil) {
				return fs.SkipAll
			}
			return nil
		})
		if err != nil {
			yield(Blob{}, fmt.Errorf("list documents: %w", err))
		}
	}
}

// listed is what is known of the blob that a directory names; false when it is none.
func (d *disk) listed(path string, entry fs.DirEntry) (Blob, bool, error) {
	name := filepath.Base(filepath.Dir(path)) + entry.Name()
	sum, err := hex.DecodeString(name)
	if err != nil || len(sum) != len(store.Hash{}) || !entry.Type().IsRegular() {
		return Blob{}, false, nil //nolint:nilerr // another name is that of no blob
	}
	hash := store.Hash(sum)
	if d.path(hash) != path {
		return Blob{}, false, nil
	}
	info, err := entry.Info()
	if errors.Is(err, fs.ErrNotExist) {
		return Blob{}, false, nil
	}
	if err != nil {
		return Blob{}, false, err
	}
	return Blob{Hash: hash, Size: info.Size(), At: info.ModTime()}, true, nil
}

// syncDirectory brings the names of a directory to the disk.
func syncDirectory(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
