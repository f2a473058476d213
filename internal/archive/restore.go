package archive

import (
	"context"
	"fmt"
	"io"

	"chuan.dev/chuan/internal/store"
)

// Keep keeps a document of an archive where documents are kept from now on.
type Keep func(ctx context.Context, hash store.Hash, content io.Reader) error

// Restore fills an empty store with what is in an archive, documents first, so that a restore that failed can be begun
// again. It verifies the chains and counts of what it reads, and that those of what was written are the same. An archive
// that is not what its manifest says is not restored.
func (a *Archive) Restore(ctx context.Context, into store.Store, keep Keep, progress Progress) (store.Copied, error) {
	if a.Altered() {
		return store.Copied{}, fmt.Errorf("%s: %w: its records are not the file of which its manifest speaks; "+
			"chuan verify says where", a.path, ErrDamaged)
	}
	err := a.Documents(ctx, func(hash store.Hash, content io.Reader) error {
		if progress != nil {
			progress(a.Position())
		}
		return keep(ctx, hash, content)
	})
	if err != nil {
		return store.Copied{}, err
	}
	copied, err := store.Copy(ctx, into, a.Records)
	if err != nil {
		return store.Copied{}, fmt.Errorf("%s: %w", a.path, err)
	}
	if m := a.Manifest; m != nil && m.Records.Head != copied.Evidence.Head.String() {
		return store.Copied{}, fmt.Errorf("%s: %w: the head of all chains is not the one of which its manifest speaks",
			a.path, ErrDamaged)
	}
	return copied, nil
}
