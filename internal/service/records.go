package service

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"chuan.dev/chuan/internal/blob"
	"chuan.dev/chuan/internal/store"
	"chuan.dev/chuan/internal/store/postgres"
	"chuan.dev/chuan/internal/store/sqlite"
	"chuan.dev/chuan/internal/vault"
)

// openRecords opens the records of an agency that was not served so far, and where its documents are.
func (s *Service) openRecords(ctx context.Context, a *agency) (*records, error) {
	location := s.config.Documents
	if location == "" {
		location = filepath.Join(s.config.Data, "documents")
	}
	blobs, err := blob.Open(location, a.spec.Code, blob.Options{MaxSize: s.config.MaxDocument})
	if err != nil {
		return nil, err
	}
	opened, err := s.openStore(ctx, a)
	if err != nil {
		return nil, err
	}
	keys := s.master.Agency(a.spec.Code)
	if err := s.fits(ctx, opened, keys); err != nil {
		return nil, errors.Join(err, opened.Close())
	}
	s.metrics.writable.WithLabelValues(a.name).Set(1)
	return &records{Store: opened, keys: keys, blobs: blobs, memory: newMemory(), post: s.post}, nil
}

// fits says whether the keys are those of the records: they open the data key of the newest dossier or, where that has none,
// have signed the last root. Records without either fit every key.
func (s *Service) fits(ctx context.Context, kept store.Store, keys *vault.Keys) error {
	newest, err := kept.Find(ctx, store.Query{Kind: store.KindDossier, Order: store.Newest, Limit: 1})
	if err != nil {
		return err
	}
	if len(newest.Items) > 0 {
		d, err := kept.Load(ctx, newest.Items[0].Code)
		if err != nil {
			return err
		}
		if len(d.Key) > 0 {
			if _, err = keys.DataKey(d.Key); err != nil {
				err = s.wrongMaster(err)
			}
			return err
		}
	}
	roots, err := kept.Roots(ctx, "")
	if err != nil || len(roots) == 0 {
		return err
	}
	if last := roots[len(roots)-1].KeyID; last != keys.KeyID() {
		return s.wrongMaster(fmt.Errorf("the last root was signed by the key %s, not by %s: %w", last, keys.KeyID(), vault.ErrWrongKey))
	}
	return nil
}

// wrongMaster says what to do about records that were made under another master key.
func (s *Service) wrongMaster(err error) error {
	return fmt.Errorf("the master key in %s is not the one under which the records were made, so that they are not served: "+
		"put that one back, or restore the records that belong to this one: %w", s.config.MasterKeyFile, err)
}

// openStore opens what the agency has in the database, or a file of its own.
func (s *Service) openStore(ctx context.Context, a *agency) (store.Store, error) {
	if s.database != nil {
		return s.database.Agency(ctx, a.spec.Code)
	}
	path := filepath.Join(s.config.Data, a.name+".db")
	return sqlite.Open(ctx, path, a.spec.Code, sqlite.Options{Committed: s.metrics.committed})
}

// openDatabase connects to the database that keeps the records, if there is one.
func (s *Service) openDatabase(ctx context.Context) error {
	if s.config.DatabaseURIFile == "" {
		return nil
	}
	uri, err := os.ReadFile(s.config.DatabaseURIFile)
	if err != nil {
		return fmt.Errorf("connection string of the database: %w", err)
	}
	s.database, err = postgres.Open(ctx, postgres.Options{
		URI: strings.TrimSpace(string(uri)), Committed: s.metrics.committed,
	})
	return err
}

// closeDatabase closes the connections to the database, once the records are closed.
func (s *Service) closeDatabase() {
	if s.database != nil {
		s.database.Close()
	}
}
