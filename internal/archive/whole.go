package archive

import (
	"errors"
	"fmt"
	"hash"
	"io"

	"chuan.dev/chuan/internal/store"
)

// whole reads a document, and fails at its end when the bytes are not those of its hash.
type whole struct {
	r    io.Reader
	sum  hash.Hash
	want store.Hash
}

func (w *whole) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	// Nothing that is written to a hash can fail.
	_, _ = w.sum.Write(p[:n])
	if errors.Is(err, io.EOF) && store.Hash(w.sum.Sum(nil)) != w.want {
		return n, fmt.Errorf("%w: its bytes have another hash", ErrDamaged)
	}
	return n, err
}
