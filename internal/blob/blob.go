// Package blob keeps the bytes of documents under their hash: on a disk, or in a bucket of an S3-compatible store.
package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/url"
	"os"
	"regexp"
	"strings"
	"time"

	"chuan.dev/chuan/internal/store"
)

// The errors of a store. They may be wrapped. One that has no space left fails with store.ErrFull.
var (
	// ErrNotFound: there is no blob of that hash.
	ErrNotFound = errors.New("no such document")
	// ErrTooLarge: the bytes are more than may be kept. Nothing was kept.
	ErrTooLarge = errors.New("the document is too large")
	// ErrType: the bytes are of a sort that is not taken. Nothing was kept.
	ErrType = errors.New("documents of this sort are not taken")
	// ErrAltered: the bytes that are kept are not those of the hash.
	ErrAltered = errors.New("the document is not what was kept: its bytes have another hash")
)

// Blob is what is known of bytes that are kept.
type Blob struct {
	Hash store.Hash
	Size int64
	// MediaType as the bytes show it. It is empty where blobs are only listed.
	MediaType string
	// At is when it was kept, the last time that it was put.
	At time.Time
}

// Store keeps blobs of one agency. It is safe for use by several goroutines.
type Store interface {
	// Put keeps what a reader gives, durably. What is there already is put anew: At says so.
	Put(ctx context.Context, r io.Reader) (Blob, error)
	// Open reads a blob; the caller closes it. A read fails with ErrAltered at the end of bytes that are not those of the
	// hash.
	Open(ctx context.Context, hash store.Hash) (io.ReadCloser, Blob, error)
	// Delete takes a blob away; it is no error when there is none.
	Delete(ctx context.Context, hash store.Hash) error
	// All are the blobs that are kept, in no order. It ends at the first error.
	All(ctx context.Context) iter.Seq2[Blob, error]
}

// DefaultMaxSize is the greatest number of bytes of a document where nothing else is said.
const DefaultMaxSize = 20 << 20

// Options says how a store is opened. The zero value has the defaults.
type Options struct {
	// MaxSize bounds a document, in bytes. Default DefaultMaxSize.
	MaxSize int64
	// Spool is a directory for bytes that are on their way into a bucket. Default that of the system for temporary files.
	Spool string
	// AnyType takes documents of every sort, as a restore does: what was taken once is not refused later.
	AnyType bool
}

// The schemes of buckets. Without TLS only tests should talk to one.
const (
	schemeTLS   = "s3+https"
	schemePlain = "s3+http"
)

// agencyName matches what may be a directory of its own: identification codes of agencies do.
var agencyName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)

// Open opens the documents of an agency, given by its identification code, in a directory, or in a bucket as
// s3+https://HOST/BUCKET?region=REGION, whose keys are in the environment as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. It
// does not try whether the bucket can be reached.
func Open(location, agency string, o Options) (Store, error) {
	if o.MaxSize <= 0 {
		o.MaxSize = DefaultMaxSize
	}
	if !agencyName.MatchString(agency) {
		return nil, fmt.Errorf("documents of agency %q: its code cannot name a directory", agency)
	}
	if scheme, _, found := strings.Cut(location, "://"); !found {
		return openDisk(location, agency, o)
	} else if scheme != schemeTLS && scheme != schemePlain {
		return nil, fmt.Errorf("documents in %s://…: give a directory or %s://HOST/BUCKET", scheme, schemeTLS)
	}
	at, err := url.Parse(location)
	if err != nil {
		// The error repeats the location, which may hold a password by mistake.
		return nil, fmt.Errorf("documents in a bucket: the location is no URL: give %s://HOST/BUCKET", schemeTLS)
	}
	return openBucket(at, agency, credentials{
		key: os.Getenv("AWS_ACCESS_KEY_ID"), secret: os.Getenv("AWS_SECRET_ACCESS_KEY"), token: os.Getenv("AWS_SESSION_TOKEN"),
	}, o)
}
