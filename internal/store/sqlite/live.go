package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// OpenLive opens a file for reading only while a service may be writing it, or begin to: unlike OpenReadOnly it never takes
// a file for one that nobody changes. A file of another version is refused: it is for the service to bring it up to date.
func OpenLive(ctx context.Context, path string) (*Store, error) {
	db, err := sql.Open("sqlite", dsn(path, "ro", "query_only(1)", "cache_size(-2048)"))
	if err != nil {
		return nil, fmt.Errorf("records in %s: %w", path, err)
	}
	s := &Store{read: db}
	version, known, err := versions(ctx, db)
	switch {
	case err != nil:
	case version == 0:
		err = errors.New("these are no records of an agency")
	case version > known:
		err = newer(version, known)
	case version < known:
		err = fmt.Errorf("the file has version %d, this program writes %d: use the program of the service, or start it once",
			version, known)
	default:
		err = s.identify(ctx, db)
	}
	if err != nil {
		return nil, fmt.Errorf("records in %s: %w", path, errors.Join(classified(err), db.Close()))
	}
	return s, nil
}
