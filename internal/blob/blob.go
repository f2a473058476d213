// Package blob keeps the bytes of documents under their hash: on a disk, or in a bucket of an S3-compatible store.
package blob

import (
	"context"
	"errors"
	"io"
	"iter"
	"time"

	"chuan.dev/chuan/internal/store"
)

// The errors of a store. They may be wrapped.
var (
	// ErrNotFound: there is no blob of that hash.
	ErrNotFound = errors.New("no such document")
	// ErrTooLarge: the bytes are more than may be kept. Nothing was kept.
	ErrTooLarge = errors.New("the document is too large")
	// ErrType: the bytes are of a sort that is not taken. Nothing was kept.
	ErrType = errors.New("documents of this sort are not taken")
)

// Blob is what is known of bytes that are kept.
type Blob struct {
	Hash store.Hash
	Size int64
	// MediaType as the bytes show it.
	MediaType string
	// At is when it was kept.
	At time.Time
}

// Store keeps blobs of one agency. It is safe for use by several goroutines.
type Store interface {
	// Put keeps what a reader gives, durably, unless it is there already.
	Put(ctx context.Context, r io.Reader) (Blob, error)
	// Open reads a blob; the caller closes it.
	Open(ctx context.Context, hash store.Hash) (io.ReadCloser, Blob, error)
	// Delete takes a blob away; it is no error when there is none.
	Delete(ctx context.Context, hash store.Hash) error
	// All are the blobs that are kept, in no order.
	All(ctx context.Context) iter.Seq2[Blob, error]
}
