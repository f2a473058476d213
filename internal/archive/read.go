package archive

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"chuan.dev/chuan/internal/store"
	"chuan.dev/chuan/internal/store/sqlite"
)

// sqliteMagic begins every SQLite file.
const sqliteMagic = "SQLite format 3\x00"

// ErrDamaged says that an archive is not what was written. What is wrong with it is wrapped around.
var ErrDamaged = errors.New("the file is damaged, or was changed after it was made")

// Archive is an archive that is read, or a plain file of records.
type Archive struct {
	// Manifest is nil for a plain file.
	Manifest *Manifest
	// Records are those of the agency, for reading only.
	Records *sqlite.Store

	path string
	file *os.File
	tar  *tar.Reader
	// work is the directory in which the records were unpacked; empty for a plain file.
	work string
	size int64
}

// Open opens an archive, or a plain file of records, in one pass from the front: first come the records, which are unpacked
// into a temporary directory below another one, empty for that of the system, and then, by Documents, the documents. Whoever
// gets an archive closes it.
func Open(ctx context.Context, path, temporary string) (*Archive, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	a := &Archive{path: path, file: f}
	if err := a.open(ctx, temporary); err != nil {
		return nil, fmt.Errorf("%s: %w", path, errors.Join(err, a.Close()))
	}
	return a, nil
}

func (a *Archive) open(ctx context.Context, temporary string) error {
	info, err := a.file.Stat()
	if err != nil {
		return err
	}
	a.size = info.Size()
	start := make([]byte, len(sqliteMagic))
	if _, err := a.file.ReadAt(start, 0); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if string(start) == sqliteMagic {
		a.Records, err = sqlite.OpenReadOnly(ctx, a.path)
		return err
	}
	a.tar = tar.NewReader(a.file)
	if err := a.next(manifestName); err != nil {
		return err
	}
	m, err := readManifest(a.tar)
	if err != nil {
		return err
	}
	a.Manifest = &m
	if a.work, err = os.MkdirTemp(temporary, "chuan-records-*"); err != nil {
		return err
	}
	unpacked := filepath.Join(a.work, recordsName)
	if err := a.unpack(unpacked); err != nil {
		return err
	}
	if a.Records, err = sqlite.OpenReadOnly(ctx, unpacked); err != nil {
		return err
	}
	if found := a.Records.Agency(); found != m.Agency {
		return fmt.Errorf("%w: its manifest names the agency %s, its records are those of %s", ErrDamaged, m.Agency, found)
	}
	return nil
}

// next goes to the entry that has to come next.
func (a *Archive) next(name string) error {
	header, err := a.tar.Next()
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%w: it ends before %s", ErrFormat, name)
	case err != nil:
		return fmt.Errorf("%w: %w", ErrFormat, err)
	case header.Name != name || header.Typeflag != tar.TypeReg:
		return fmt.Errorf("%w: %q stands where %s has to", ErrFormat, header.Name, name)
	}
	return nil
}

// unpack writes the records into a file, and compares them with the manifest.
func (a *Archive) unpack(path string) error {
	if err := a.next(recordsName); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	sum := sha256.New()
	size, err := io.Copy(io.MultiWriter(f, sum), a.tar)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = fmt.Errorf("%w: it ends in the middle of %s", ErrDamaged, recordsName)
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	if size != a.Manifest.Records.Size || store.Hash(sum.Sum(nil)).String() != a.Manifest.Records.SHA256 {
		// The records are still to be looked at, to say where they are broken.
		a.Manifest.Records.altered = true
	}
	return nil
}

// Altered says whether the records are not the file of which the manifest speaks.
func (a *Archive) Altered() bool { return a.Manifest != nil && a.Manifest.Records.altered }

// Documents goes through the documents of an archive, once, and gives each to a function, whose error ends it. The bytes are
// those of the hash when the reader has come to its end without an error. It fails when there are not as many documents as
// the manifest says.
func (a *Archive) Documents(ctx context.Context, take func(hash store.Hash, content io.Reader) error) error {
	if a.tar == nil {
		return nil
	}
	var count int64
	var last store.Hash
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		header, err := a.tar.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("%s: %w after document %d: %w", a.path, ErrDamaged, count, err)
		}
		hash, err := documentHash(header)
		if err != nil {
			return fmt.Errorf("%s: %w: %w", a.path, ErrDamaged, err)
		}
		if count > 0 && bytes.Compare(last[:], hash[:]) >= 0 {
			return fmt.Errorf("%s: %w: document %s comes twice or out of order", a.path, ErrDamaged, hash)
		}
		content := &whole{r: a.tar, sum: sha256.New(), want: hash}
		if err := take(hash, content); err != nil {
			return fmt.Errorf("%s: document %s: %w", a.path, hash, err)
		}
		last = hash
		count++
	}
	if count != a.Manifest.Documents.Count {
		return fmt.Errorf("%s: %w: it has %d documents, its manifest says %d",
			a.path, ErrDamaged, count, a.Manifest.Documents.Count)
	}
	return nil
}

// documentHash is the hash that the name of an entry says.
func documentHash(header *tar.Header) (store.Hash, error) {
	name, ok := strings.CutPrefix(header.Name, documentsPrefix)
	sum, err := hex.DecodeString(name)
	if !ok || err != nil || len(sum) != len(store.Hash{}) || header.Typeflag != tar.TypeReg {
		return store.Hash{}, fmt.Errorf("%q is no document", header.Name)
	}
	return store.Hash(sum), nil
}

// Position is how many bytes of how many have been read.
func (a *Archive) Position() (done, total int64) {
	at, err := a.file.Seek(0, io.SeekCurrent)
	if err != nil {
		return 0, a.size
	}
	return at, a.size
}

// Close closes the archive and deletes what was unpacked.
func (a *Archive) Close() error {
	var failures []error
	if a.Records != nil {
		failures = append(failures, a.Records.Close())
	}
	failures = append(failures, a.file.Close())
	if a.work != "" {
		failures = append(failures, os.RemoveAll(a.work))
	}
	return errors.Join(failures...)
}
