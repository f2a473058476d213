package service

import (
	"context"
	"errors"
	"time"

	"chuan.dev/chuan/internal/blob"
	"chuan.dev/chuan/internal/dossier"
	"chuan.dev/chuan/internal/store"
)

const (
	// orphanSweepEvery is how often it is looked for documents that nobody cites.
	orphanSweepEvery = 6 * time.Hour
	// orphanAge is how old such a document is when it is deleted, and citeWithin how old one may be when a dossier begins to
	// cite it: the difference is the time for recording that it does.
	orphanAge  = 24 * time.Hour
	citeWithin = 23 * time.Hour
)

// clearOrphans deletes documents that no dossier cites, until the context ends: what was uploaded and never used, and what
// records cited that were disposed of.
func (s *Service) clearOrphans(ctx context.Context) {
	tick := time.NewTicker(orphanSweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		for _, a := range s.served.Load().agencies {
			s.clearOrphansOf(ctx, a)
		}
		s.tired()
	}
}

func (s *Service) clearOrphansOf(ctx context.Context, a *agency) {
	leave, ok := a.records.visit()
	if !ok {
		return
	}
	defer leave()
	deleted := 0
	for b, err := range a.records.blobs.All(ctx) {
		gone := false
		if err == nil && olderThan(b, orphanAge) {
			gone, err = a.records.discard(ctx, b.Hash, orphanAge)
		}
		if err != nil {
			if ctx.Err() == nil {
				s.log.Error("documents that nobody cites cannot be cleared", "agency", a.name, "error", err)
			}
			break
		}
		if gone {
			deleted++
		}
	}
	if deleted > 0 {
		s.log.Info("documents that no dossier cites were deleted", "agency", a.name, "documents", deleted)
	}
}

// olderThan says how long a document has been kept, by the clock of this machine: that of its disk, or of its bucket, says
// when it came.
func olderThan(b blob.Blob, age time.Duration) bool { return time.Since(b.At) > age }

// discard deletes a document that no dossier cites, if it is old enough, and says whether it did. While a document is coming
// in it does not: it may be the same. There will be another time.
func (r *records) discard(ctx context.Context, hash store.Hash, age time.Duration) (bool, error) {
	if !r.documents.arriving.TryLock() {
		return false, nil
	}
	defer r.documents.arriving.Unlock()
	cited, err := r.Cites(ctx, hash)
	if err != nil || cited {
		return false, err
	}
	// It may have come again since it was listed.
	content, known, err := r.blobs.Open(ctx, hash)
	if errors.Is(err, blob.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if err := content.Close(); err != nil {
		return false, err
	}
	if age > 0 && !olderThan(known, age) {
		return false, nil
	}
	return true, r.blobs.Delete(ctx, hash)
}

// discardDisposed deletes the documents of a record that was disposed of, unless another dossier cites them. What cannot be
// deleted now is deleted with the orphans.
func (s *Service) discardDisposed(ctx context.Context, d *desk, attachments []dossier.Attachment) {
	for _, a := range attachments {
		hash, err := hashOf(a.SHA256)
		if err == nil {
			_, err = d.records.discard(ctx, hash, 0)
		}
		if err != nil {
			s.log.Error("a document of a record that was disposed of is still there: it will be deleted later",
				"agency", d.name, "error", err)
		}
	}
}
