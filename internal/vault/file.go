package vault

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// maxFile bounds the file of a master key: its text with some space around it.
const maxFile = 1 << 10

// ReadMaster reads a master key from a file: 32 bytes as hexadecimal digits or in Base64. A file that others than its owner
// may read is refused. A file of another owner, as a mounted Secret, may be read by its group.
func ReadMaster(path string) (Master, error) {
	m, err := readMaster(path)
	if err != nil {
		return Master{}, fmt.Errorf("master key %s: %w", path, err)
	}
	return m, nil
}

func readMaster(path string) (Master, error) {
	f, err := os.Open(path)
	if err != nil {
		return Master{}, withoutPath(err)
	}
	// The file was only read, so that closing it can lose nothing.
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return Master{}, withoutPath(err)
	}
	if !info.Mode().IsRegular() {
		return Master{}, errors.New("it is no regular file: name the file that holds the key")
	}
	if err := private(info); err != nil {
		return Master{}, err
	}
	text, err := io.ReadAll(io.LimitReader(f, maxFile))
	if err != nil {
		return Master{}, withoutPath(err)
	}
	return parseMaster(text)
}

// withoutPath is an error of a file without its path, which whoever wraps it names.
func withoutPath(err error) error {
	if failure, ok := errors.AsType[*fs.PathError](err); ok {
		return failure.Err
	}
	return err
}

// private says why a file may be read by others than it should be, or nil.
func private(info fs.FileInfo) error {
	mode := info.Mode().Perm()
	forbidden, remedy := fs.FileMode(0o077), "chmod 600"
	if ofAnother(info) {
		// Whoever is not the owner can read it only by way of the group.
		forbidden, remedy = 0o037, "chmod 440, or in Kubernetes defaultMode: 0440 for the volume"
	}
	if mode&forbidden != 0 {
		return fmt.Errorf("others can get at it, its mode is %04o: make it private with %s", mode, remedy)
	}
	return nil
}

// parseMaster reads the text of a master key. Its errors do not repeat the text.
func parseMaster(text []byte) (Master, error) {
	text = bytes.TrimSpace(text)
	var key []byte
	var err error
	if len(text) == hex.EncodedLen(MasterSize) {
		key, err = hex.DecodeString(string(text))
	} else {
		key, err = base64.RawStdEncoding.DecodeString(string(bytes.TrimRight(text, "=")))
	}
	switch {
	case len(text) == 0:
		return Master{}, errors.New("it is empty: it has to hold 32 random bytes in hexadecimal or Base64")
	case err != nil:
		return Master{}, errors.New("it is neither hexadecimal nor Base64: it has to hold 32 random bytes as one of them")
	case len(key) != MasterSize:
		return Master{}, fmt.Errorf("it holds %d bytes: they have to be %d", len(key), MasterSize)
	}
	return Master(key), nil
}

// ReadOrMakeMaster reads a master key from a file, and makes the file when it is not there. Of several programs that make
// it at once, one does, and all read the same key. A key that it returns is on the disk.
func ReadOrMakeMaster(path string) (Master, error) {
	m, err := readMaster(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err = makeMaster(path); err == nil || errors.Is(err, fs.ErrExist) {
			m, err = readMaster(path)
		}
	}
	if err != nil {
		return Master{}, fmt.Errorf("master key %s: %w", path, err)
	}
	return m, nil
}

// makeMaster makes the file of a new key. The file gets its name once it is whole and on the disk, and takes the place of
// none: it fails with fs.ErrExist when there is one.
func makeMaster(path string) error {
	key := NewMaster()
	directory := filepath.Dir(path)
	// A temporary file is made with O_EXCL, a random name and the mode 0600.
	f, err := os.CreateTemp(directory, ".master-*")
	if err != nil {
		return err
	}
	_, err = f.WriteString(hex.EncodeToString(key[:]) + "\n")
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Link(f.Name(), path)
	}
	if err := errors.Join(err, os.Remove(f.Name())); err != nil {
		return err
	}
	return syncDirectory(directory)
}

// syncDirectory brings the names of a directory to the disk.
func syncDirectory(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
