package blob

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/minio/minio-go/v7"
	signing "github.com/minio/minio-go/v7/pkg/credentials"

	"chuan.dev/chuan/internal/store"
)

// retries is how often a request to a bucket is tried. Who waits for it has a time limit of their own.
const retries = 3

// credentials are those of a bucket.
type credentials struct{ key, secret, token string }

// bucket keeps the blobs of an agency in an S3-compatible store: the blob with the hash abcdef… as AGENCY/ab/cdef….
type bucket struct {
	client  *minio.Client
	name    string
	prefix  string
	options Options
}

func openBucket(at *url.URL, agency string, c credentials, o Options) (*bucket, error) {
	name, below, _ := strings.Cut(strings.Trim(at.Path, "/"), "/")
	where := at.Scheme + "://" + at.Host + "/" + name
	switch {
	case at.User != nil:
		return nil, errors.New("documents in a bucket: leave the keys out of the location: " +
			"give them as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment")
	case at.Host == "" || name == "":
		return nil, fmt.Errorf("documents in a bucket: the location names no host or no bucket: give %s://HOST/BUCKET", at.Scheme)
	case c.key == "" || c.secret == "":
		return nil, fmt.Errorf("documents in %s: AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY is not set in the environment", where)
	}
	client, err := minio.New(at.Host, &minio.Options{
		Creds:  signing.NewStaticV4(c.key, c.secret, c.token),
		Secure: at.Scheme == schemeTLS, Region: at.Query().Get("region"), MaxRetries: retries,
		// The client sends checksums to stores that take them behind the bytes only.
		TrailingHeaders: true,
	})
	if err != nil {
		return nil, fmt.Errorf("documents in %s: %w", where, err)
	}
	if below != "" {
		below += "/"
	}
	return &bucket{client: client, name: name, prefix: below + agency + "/", options: o}, nil
}

// key is the name of the object of a blob.
func (b *bucket) key(hash store.Hash) string {
	name := hash.String()
	return b.prefix + name[:2] + "/" + name[2:]
}

// failed tells apart why a bucket did not do what it was asked for.
func failed(err error) error {
	if err == nil {
		return nil
	}
	answer := minio.ToErrorResponse(err)
	switch {
	case answer.Code == minio.NoSuchKey || answer.Code == "NotFound":
		return ErrNotFound
	case answer.StatusCode == http.StatusInsufficientStorage, answer.Code == "QuotaExceeded", answer.Code == "XMinioStorageFull":
		return fmt.Errorf("%w: %w", store.ErrFull, err)
	default:
		return classified(err)
	}
}

// Put implements Store. The bytes wait in a file until their hash, their size and their sort are known: an object gets its
// name once and whole.
func (b *bucket) Put(ctx context.Context, r io.Reader) (Blob, error) {
	f, err := os.CreateTemp(b.options.Spool, "document-*")
	if err != nil {
		return Blob{}, fmt.Errorf("keep a document: %w", classified(err))
	}
	kept, err := b.put(ctx, f, r)
	if err := errors.Join(err, f.Close(), os.Remove(f.Name())); err != nil {
		return Blob{}, fmt.Errorf("keep a document: %w", err)
	}
	return kept, nil
}

func (b *bucket) put(ctx context.Context, f *os.File, r io.Reader) (Blob, error) {
	kept, err := intake(ctx, f, r, b.options)
	if err != nil {
		return Blob{}, classified(err)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return Blob{}, err
	}
	_, err = b.client.PutObject(ctx, b.name, b.key(kept.Hash), f, kept.Size, minio.PutObjectOptions{
		ContentType: kept.MediaType,
		// The store compares what it got with the hash, and the object is made in one piece, so that the hash is that of the
		// whole.
		UserMetadata:     map[string]string{"x-amz-checksum-sha256": base64.StdEncoding.EncodeToString(kept.Hash[:])},
		DisableMultipart: true,
	})
	if err != nil {
		return Blob{}, failed(err)
	}
	info, err := b.client.StatObject(ctx, b.name, b.key(kept.Hash), minio.StatObjectOptions{})
	if err != nil {
		return Blob{}, failed(err)
	}
	kept.At = info.LastModified
	return kept, nil
}

// Open implements Store.
func (b *bucket) Open(ctx context.Context, hash store.Hash) (io.ReadCloser, Blob, error) {
	object, err := b.client.GetObject(ctx, b.name, b.key(hash), minio.GetObjectOptions{})
	if err != nil {
		return nil, Blob{}, fmt.Errorf("document %s: %w", hash, failed(err))
	}
	// The request is made by the first call.
	info, err := object.Stat()
	if err != nil {
		return nil, Blob{}, fmt.Errorf("document %s: %w", hash, errors.Join(failed(err), object.Close()))
	}
	return newVerified(object, hash), Blob{
		Hash: hash, Size: info.Size, MediaType: info.ContentType, At: info.LastModified,
	}, nil
}

// Delete implements Store.
func (b *bucket) Delete(ctx context.Context, hash store.Hash) error {
	err := b.client.RemoveObject(ctx, b.name, b.key(hash), minio.RemoveObjectOptions{})
	if err = failed(err); err != nil && !errors.Is(err, ErrNotFound) {
		return fmt.Errorf("delete document %s: %w", hash, err)
	}
	return nil
}

// All implements Store.
func (b *bucket) All(ctx context.Context) iter.Seq2[Blob, error] {
	return func(yield func(Blob, error) bool) {
		// Whoever stops listening ends the requests for more.
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		for object := range b.client.ListObjectsIter(ctx, b.name, minio.ListObjectsOptions{Prefix: b.prefix, Recursive: true}) {
			if object.Err != nil {
				yield(Blob{}, fmt.Errorf("list documents: %w", failed(object.Err)))
				return
			}
			sum, err := hex.DecodeString(strings.Replace(strings.TrimPrefix(object.Key, b.prefix), "/", "", 1))
			if err != nil || len(sum) != len(store.Hash{}) {
				continue
			}
			if !yield(Blob{Hash: store.Hash(sum), Size: object.Size, At: object.LastModified}, nil) {
				return
			}
		}
	}
}
