package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"chuan.dev/chuan/internal/store"
	"chuan.dev/chuan/internal/store/postgres"
)

// database opens the records of an agency, given by its code, in the database. The returned function closes both.
func (p *place) database(ctx context.Context, code string) (store.Store, func() error, error) {
	uri, err := os.ReadFile(p.databaseURIFile)
	if err != nil {
		return nil, nil, fmt.Errorf("--database-uri-file: %w", err)
	}
	db, err := postgres.Open(ctx, postgres.Options{URI: strings.TrimSpace(string(uri))})
	if err != nil {
		return nil, nil, err
	}
	s, err := db.Agency(ctx, code)
	if err != nil {
		db.Close()
		return nil, nil, err
	}
	return s, func() error {
		err := s.Close()
		db.Close()
		return err
	}, nil
}
