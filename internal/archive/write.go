package archive

import (
	"archive/tar"
	"bytes"
	"cmp"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"chuan.dev/chuan/internal/store"
	"chuan.dev/chuan/internal/store/sqlite"
	"chuan.dev/chuan/internal/vault"
)

// Source is what an archive is made of.
type Source struct {
	// Name of the agency in the manifests, and Agency its identification code.
	Name, Agency string
	// Store has the records. It may be in use.
	Store store.Store
	// Shelf has the documents.
	Shelf Shelf
	// PublicKey of the agency; nil when it is not at hand.
	PublicKey ed25519.PublicKey
	// Now is when it is made.
	Now time.Time
}

// backuper is a store that copies its file faster than record by record.
type backuper interface {
	Backup(ctx context.Context, path string) error
}

// Write writes an archive to a file that is not there yet, whole and on the disk or not at all. Records that are broken are
// archived as they are, for they are evidence: the returned break says so. Beside the file there has to be room for a second
// copy of the records while it is written.
func Write(ctx context.Context, path string, s Source, progress Progress) (_ Manifest, broken *store.Break, err error) {
	if !agencyName.MatchString(s.Name) {
		return Manifest{}, nil, fmt.Errorf("the agency is named %q: that cannot be the name of a file", s.Name)
	}
	work, err := os.MkdirTemp(filepath.Dir(path), ".archive-*")
	if err != nil {
		return Manifest{}, nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	records := filepath.Join(work, recordsName)
	if err := snapshot(ctx, s, records); err != nil {
		return Manifest{}, nil, err
	}
	m, documents, broken, err := describe(ctx, s, records)
	if err != nil {
		return Manifest{}, nil, err
	}
	made := filepath.Join(work, "archive.tar")
	if err := pack(ctx, made, records, m, documents, s.Shelf, progress); err != nil {
		return Manifest{}, nil, err
	}
	return m, broken, publish(made, path)
}

// snapshot copies the records, as one moment saw them, into an SQLite file.
func snapshot(ctx context.Context, s Source, path string) error {
	if b, ok := s.Store.(backuper); ok {
		return b.Backup(ctx, path)
	}
	copied, err := sqlite.Open(ctx, path, s.Agency, sqlite.Options{})
	if err != nil {
		return err
	}
	_, err = store.Copy(ctx, copied, s.Store)
	return errors.Join(err, copied.Close())
}

// describe reads a snapshot, verifies it, and says what belongs into the archive with it.
func describe(ctx context.Context, s Source, path string) (m Manifest, cited []Document, broken *store.Break, err error) {
	records, err := sqlite.OpenReadOnly(ctx, path)
	if err != nil {
		return m, nil, nil, err
	}
	defer func() { err = errors.Join(err, records.Close()) }()
	m = Manifest{Format: Format, Agency: records.Agency(), Name: s.Name, MadeAt: s.Now.UTC().Truncate(time.Millisecond)}
	if len(s.PublicKey) > 0 {
		m.PublicKey, m.KeyID = s.PublicKey, vault.KeyID(s.PublicKey)
	}
	evidence, err := records.Verify(ctx)
	if err != nil {
		return m, nil, nil, err
	}
	m.Records.Dossiers, m.Records.Events, m.Records.Head = evidence.Dossiers, evidence.Events, evidence.Head.String()
	roots, err := records.Roots(ctx, "")
	if err != nil {
		return m, nil, nil, err
	}
	if m.Records.Roots = int64(len(roots)); len(roots) > 0 {
		last := roots[len(roots)-1]
		m.Records.LastRoot = &Root{Day: last.Day, Root: last.Root.String()}
	}
	size, sum, err := sumOf(path)
	if err != nil {
		return m, nil, nil, err
	}
	m.Records.Size, m.Records.SHA256 = size, sum.String()
	all, err := citationsOf(ctx, records)
	if err != nil {
		return m, nil, nil, err
	}
	cited = m.Documents.take(all, s.Shelf.All)
	return m, cited, evidence.Broken, nil
}

// Missing are the documents that records cite and that are not on a shelf.
func Missing(ctx context.Context, records store.Store, shelf Shelf) ([]store.Hash, error) {
	all, err := citationsOf(ctx, records)
	var missing []store.Hash
	for _, c := range all {
		if _, there := find(shelf.All, c.hash); !there && !c.elsewhere {
			missing = append(missing, c.hash)
		}
	}
	return missing, err
}

// find finds a document among those that are there.
func find(there []Document, hash store.Hash) (int, bool) {
	return slices.BinarySearchFunc(there, hash, func(a Document, b store.Hash) int { return bytes.Compare(a.Hash[:], b[:]) })
}

// take notes the documents that records cite, and returns those that are there.
func (d *Documents) take(all []citation, there []Document) []Document {
	var found []Document
	for _, c := range all {
		i, ok := find(there, c.hash)
		if !ok {
			if c.elsewhere {
				continue
			}
			if d.Missing++; d.Missing <= maxMissing {
				d.FirstMissing = append(d.FirstMissing, c.hash.String())
			}
			continue
		}
		found = append(found, there[i])
		d.Count++
		d.Size += there[i].Size
	}
	return found
}

// citation is a document that records cite. One that only questions of other agencies cite may still be elsewhere: it is
// fetched from the asker when somebody wants to see it.
type citation struct {
	hash      store.Hash
	elsewhere bool
}

// citationsOf returns the documents that records cite, in the order of their hashes.
func citationsOf(ctx context.Context, records store.Store) ([]citation, error) {
	elsewhere := map[store.Hash]bool{}
	for r, err := range records.Records(ctx) {
		if err != nil {
			return nil, err
		}
		if r.Dossier == nil {
			continue
		}
		for _, hash := range r.Dossier.Blobs {
			known, cited := elsewhere[hash]
			elsewhere[hash] = r.Dossier.Head.Kind == store.KindConsultation && (known || !cited)
		}
	}
	all := make([]citation, 0, len(elsewhere))
	for hash, is := range elsewhere {
		all = append(all, citation{hash: hash, elsewhere: is})
	}
	slices.SortFunc(all, func(a, b citation) int { return bytes.Compare(a.hash[:], b.hash[:]) })
	return all, nil
}

// Sorted puts documents into the order of their hashes.
func Sorted(documents []Document) []Document {
	slices.SortFunc(documents, func(a, b Document) int {
		return cmp.Or(bytes.Compare(a.Hash[:], b.Hash[:]), cmp.Compare(a.Size, b.Size))
	})
	return documents
}

// sumOf returns the size and the hash of a file.
func sumOf(path string) (int64, store.Hash, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, store.Hash{}, err
	}
	// The file was only read, so that closing it can lose nothing.
	defer func() { _ = f.Close() }()
	sum := sha256.New()
	size, err := io.Copy(sum, f)
	return size, store.Hash(sum.Sum(nil)), err
}

// pack writes the tar and brings it to the disk.
func pack(ctx context.Context, path, records string, m Manifest, documents []Document, shelf Shelf, progress Progress) (err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	packer := tar.NewWriter(&counting{Writer: f, total: m.Records.Size + m.Documents.Size, progress: progress})
	entry := func(name string, size int64, from io.Reader) error {
		header := &tar.Header{
			Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o600, ModTime: m.MadeAt.Truncate(time.Second), Format: tar.FormatPAX,
		}
		if err := packer.WriteHeader(header); err != nil {
			return err
		}
		_, err := io.Copy(packer, from)
		return err
	}
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	if err := entry(manifestName, int64(len(text)), bytes.NewReader(text)); err != nil {
		return err
	}
	file, err := os.Open(records)
	if err != nil {
		return err
	}
	if err := errors.Join(entry(recordsName, m.Records.Size, file), file.Close()); err != nil {
		return err
	}
	for _, d := range documents {
		if err := ctx.Err(); err != nil {
			return err
		}
		content, err := shelf.Open(ctx, d.Hash)
		if err != nil {
			return err
		}
		if err := errors.Join(entry(documentsPrefix+d.Hash.String(), d.Size, content), content.Close()); err != nil {
			return fmt.Errorf("document %s: %w", d.Hash, err)
		}
	}
	return errors.Join(packer.Close(), f.Sync())
}

// publish gives a file that is on the disk its name, unless there is one of that name already.
func publish(from, to string) error {
	if err := os.Link(from, to); err != nil {
		return err
	}
	d, err := os.Open(filepath.Dir(to))
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
