// Package archive keeps the records of one agency in one file, which moves them between stores, is a backup of them, and can
// be verified by anybody without the service: a tar with a manifest, the records as an SQLite file, and the bytes of the
// documents that they cite. A plain SQLite file of records can be read and verified the same way.
package archive

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"time"

	"chuan.dev/chuan/internal/store"
	"chuan.dev/chuan/internal/vault"
)

// Format is the number of the format that this program writes. It reads this one.
const Format = 1

// The entries of an archive, in their order. Documents follow one another in the order of their hashes.
const (
	manifestName    = "manifest.json"
	recordsName     = "records.db"
	documentsPrefix = "documents/"
)

// maxManifest bounds a manifest, and maxMissing the missing documents that it names.
const (
	maxManifest = 1 << 20
	maxMissing  = 100
)

// ErrFormat says that a file is no archive, or not one that this program can read.
var ErrFormat = errors.New("it is no archive of records that this program can read")

// agencyName matches the names of agencies: they name files.
var agencyName = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._-]{0,98}[A-Za-z0-9])?$`)

// Manifest says what is in an archive. It is its first entry.
type Manifest struct {
	Format int `json:"format"`
	// Agency is the identification code, Name that of the agency in the manifests by which it was served.
	Agency string `json:"agency"`
	Name   string `json:"name"`
	// MadeAt is when the archive was made.
	MadeAt time.Time `json:"madeAt"`
	// Records is what the records are.
	Records Records `json:"records"`
	// Documents is what documents there are.
	Documents Documents `json:"documents"`
	// PublicKey verifies the signatures of the roots, and KeyID names it. Both are empty when the key was not at hand.
	PublicKey ed25519.PublicKey `json:"publicKey,omitempty"`
	KeyID     string            `json:"keyId,omitempty"`
}

// Records says what the records of an archive are. Hashes are in hexadecimal.
type Records struct {
	// Size and SHA256 of the file.
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
	// Dossiers, Events and Roots in it, and the head of all chains.
	Dossiers int64  `json:"dossiers"`
	Events   int64  `json:"events"`
	Roots    int64  `json:"roots"`
	Head     string `json:"head"`
	// LastRoot is the last root that is signed; nil when there is none.
	LastRoot *Root `json:"lastRoot,omitempty"`

	// altered: the file that was read is another one.
	altered bool
}

// Root is the root of a day.
type Root struct {
	Day  string `json:"day"`
	Root string `json:"root"`
}

// Documents says what documents an archive has.
type Documents struct {
	Count int64 `json:"count"`
	Size  int64 `json:"size"`
	// Missing counts the documents that records cite and that were not there when the archive was made; the first of them
	// are named.
	Missing      int64    `json:"missing,omitempty"`
	FirstMissing []string `json:"firstMissing,omitempty"`
}

// check says why a manifest cannot be gone by, or nil.
func (m *Manifest) check() error {
	switch {
	case m.Format != Format:
		return fmt.Errorf("%w: it has format %d, this program reads %d: use the program that wrote it, or a newer one",
			ErrFormat, m.Format, Format)
	case !agencyName.MatchString(m.Name) || m.Agency == "":
		return fmt.Errorf("%w: its manifest names no agency", ErrFormat)
	case len(m.PublicKey) != 0 && len(m.PublicKey) != ed25519.PublicKeySize:
		return fmt.Errorf("%w: the public key in its manifest has %d bytes", ErrFormat, len(m.PublicKey))
	case len(m.PublicKey) != 0 && m.KeyID != vault.KeyID(m.PublicKey):
		return fmt.Errorf("%w: the public key in its manifest is not the one that it names", ErrFormat)
	}
	return nil
}

// readManifest reads a manifest.
func readManifest(r io.Reader) (Manifest, error) {
	var m Manifest
	decoder := json.NewDecoder(io.LimitReader(r, maxManifest))
	if err := decoder.Decode(&m); err != nil {
		return Manifest{}, fmt.Errorf("%w: its manifest: %w", ErrFormat, err)
	}
	return m, m.check()
}

// Document is a document of an agency.
type Document struct {
	Hash store.Hash
	Size int64
}

// Shelf is where the documents of an agency are taken from.
type Shelf struct {
	// All are those that are there, in the order of their hashes.
	All []Document
	// Open reads one. The read has to fail when the bytes are not those of the hash.
	Open func(ctx context.Context, hash store.Hash) (io.ReadCloser, error)
}

// Progress is told how many bytes of how many are done. It may be nil.
type Progress func(done, total int64)

// counting tells a progress what goes through it.
type counting struct {
	io.Writer
	done, total int64
	progress    Progress
}

func (c *counting) Write(p []byte) (int, error) {
	n, err := c.Writer.Write(p)
	c.done += int64(n)
	if c.progress != nil {
		c.progress(c.done, c.total)
	}
	return n, err
}
