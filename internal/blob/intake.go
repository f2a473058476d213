package blob

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"syscall"

	"chuan.dev/chuan/internal/store"
)

// copyBuffer is how many bytes are copied at a time.
const copyBuffer = 64 << 10

// intake copies a document that comes in to a writer, in bounded memory, and says what it is. It fails before it has
// written much when the document is of a sort that is not taken, and as soon as it is too large.
func intake(ctx context.Context, w io.Writer, r io.Reader, o Options) (Blob, error) {
	r = io.LimitReader(contextReader{ctx, r}, o.MaxSize+1)
	head := make([]byte, headSize)
	n, err := io.ReadFull(r, head)
	head = head[:n]
	switch {
	case n == 0 && errors.Is(err, io.EOF):
		return Blob{}, fmt.Errorf("%w: it is empty", ErrType)
	case err != nil && !errors.Is(err, io.ErrUnexpectedEOF):
		return Blob{}, err
	}
	b := Blob{MediaType: mediaType(head)}
	if err := take(b.MediaType); err != nil && !o.AnyType {
		return Blob{}, err
	}
	sum := sha256.New()
	b.Size, err = io.CopyBuffer(plainWriter{io.MultiWriter(sum, w)}, io.MultiReader(bytes.NewReader(head), r), make([]byte, copyBuffer))
	if err != nil {
		return Blob{}, err
	}
	if b.Size > o.MaxSize {
		return Blob{}, fmt.Errorf("%w: it has more than %d bytes", ErrTooLarge, o.MaxSize)
	}
	sum.Sum(b.Hash[:0])
	return b, nil
}

// plainWriter hides every other method of a writer, so that a copy goes through the buffer that it was given.
type plainWriter struct{ io.Writer }

// contextReader stops reading when its context ends. It lives for one call.
type contextReader struct {
	ctx context.Context //nolint:containedctx // a reader is given no context
	r   io.Reader
}

func (c contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}

// verified reads the bytes of a blob, and fails at their end when they are not those of its hash.
type verified struct {
	io.ReadCloser
	want store.Hash
	sum  hash.Hash
}

func newVerified(r io.ReadCloser, want store.Hash) *verified {
	return &verified{ReadCloser: r, want: want, sum: sha256.New()}
}

func (v *verified) Read(p []byte) (int, error) {
	n, err := v.ReadCloser.Read(p)
	// Nothing that is written to a hash can fail.
	_, _ = v.sum.Write(p[:n])
	if errors.Is(err, io.EOF) && store.Hash(v.sum.Sum(nil)) != v.want {
		return n, fmt.Errorf("%s: %w", v.want, ErrAltered)
	}
	return n, err
}

// classified tells that there is no space left from other failures.
func classified(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fmt.Errorf("%w: %w", store.ErrFull, err)
	}
	return err
}
