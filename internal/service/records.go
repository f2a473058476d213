package service

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"chuan.dev/chuan/internal/blob"
	"chuan.dev/chuan/internal/store"
	"chuan.dev/chuan/internal/store/postgres"
	"chuan.dev/chuan/internal/store/sqlite"
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
	s.metrics.writable.WithLabelValues(a.name).Set(1)
	return &records{Store: opened, keys: s.master.Agency(a.spec.Code), blobs: blobs, memory: newMemory(), post: s.post}, nil
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
