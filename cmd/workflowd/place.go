package main

import (
	"context"
	"crypto/ed25519"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"chuan.dev/chuan/internal/archive"
	"chuan.dev/chuan/internal/blob"
	"chuan.dev/chuan/internal/store"
	"chuan.dev/chuan/internal/store/sqlite"
	"chuan.dev/chuan/internal/vault"
)

// suffix is that of the files of records in a data directory.
const suffix = ".db"

// place is where a service keeps what it keeps, as its own flags say.
type place struct {
	data, databaseURIFile, documents, masterKeyFile string
}

// flags adds the flags of a place.
func (p *place) flags(f *flag.FlagSet) {
	f.StringVar(&p.data, "data", defaultData, "`directory` of the records, one file an agency")
	f.StringVar(&p.databaseURIFile, "database-uri-file", "",
		"`file` with the connection string of the PostgreSQL database that keeps the records; agencies are then named by their codes")
	f.StringVar(&p.documents, "documents", "", "where documents are kept: a `directory`, or s3+https://HOST/BUCKET (default DATA/documents)")
	f.StringVar(&p.masterKeyFile, "master-key-file", "", "`file` of the key that signs and protects personal data (default DATA/master.key)")
}

// parse reads the flags of a command, which may stand before and behind its arguments, and returns the arguments.
func parseCommand(f *flag.FlagSet, args []string, help string, out io.Writer) ([]string, error) {
	f.SetOutput(io.Discard)
	var rest []string
	for {
		err := f.Parse(args)
		switch {
		case errors.Is(err, flag.ErrHelp):
			f.SetOutput(out)
			fmt.Fprint(out, help)
			f.PrintDefaults()
			fmt.Fprint(out, commandExitCodes)
			return nil, err
		case err != nil:
			return nil, usageError{err}
		case f.NArg() == 0:
			return rest, nil
		}
		rest, args = append(rest, f.Arg(0)), f.Args()[1:]
	}
}

const commandExitCodes = `
Exit codes:
  0  done, and everything is whole
  1  it could not be done, or something is broken or missing: the message says what
  2  wrong flags or arguments
`

// names are the agencies whose records are in the data directory, in order; only one of them when it is named.
func (p *place) names(only string) ([]string, error) {
	if p.databaseURIFile != "" {
		if only == "" {
			return nil, wrong("--agency is missing: name the code of the agency whose records are in the database")
		}
		return []string{only}, nil
	}
	entries, err := os.ReadDir(p.data)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, entry := range entries {
		name, ok := strings.CutSuffix(entry.Name(), suffix)
		if ok && entry.Type().IsRegular() && !strings.HasPrefix(name, ".") && (only == "" || name == only) {
			names = append(names, name)
		}
	}
	if len(names) == 0 && only != "" {
		return nil, fmt.Errorf("there are no records of an agency %s in %s", only, p.data)
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("there are no records in %s: name the directory with --data", p.data)
	}
	return names, nil
}

// opened are the records of an agency that are read, perhaps while a service writes them.
type opened struct {
	store.Store
	name, code string
	close      func() error
}

// open opens the records of an agency for reading, while a service may write them.
func (p *place) open(ctx context.Context, name string) (*opened, error) {
	if p.databaseURIFile != "" {
		s, end, err := p.database(ctx, name)
		if err != nil {
			return nil, err
		}
		tail, err := s.Tail(ctx)
		if err == nil && tail == 0 {
			err = fmt.Errorf("the database has no records of an agency with the code %s", name)
		}
		if err != nil {
			return nil, errors.Join(err, end())
		}
		return &opened{Store: s, name: name, code: name, close: end}, nil
	}
	s, err := sqlite.OpenLive(ctx, p.file(name))
	if err != nil {
		return nil, err
	}
	return &opened{Store: s, name: name, code: s.Agency(), close: s.Close}, nil
}

// file is the file of the records of an agency.
func (p *place) file(name string) string { return filepath.Join(p.data, name+suffix) }

// shelf opens the documents of an agency.
func (p *place) shelf(code string, o blob.Options) (blob.Store, error) {
	location := p.documents
	if location == "" {
		location = filepath.Join(p.data, "documents")
	}
	o.Spool = p.data
	return blob.Open(location, code, o)
}

// inventory is what documents of an agency there are.
func (p *place) inventory(ctx context.Context, code string) (archive.Shelf, error) {
	shelf, err := p.shelf(code, blob.Options{})
	if err != nil {
		return archive.Shelf{}, err
	}
	var all []archive.Document
	for b, err := range shelf.All(ctx) {
		if err != nil {
			return archive.Shelf{}, err
		}
		all = append(all, archive.Document{Hash: b.Hash, Size: b.Size})
	}
	return archive.Shelf{All: archive.Sorted(all), Open: func(ctx context.Context, hash store.Hash) (io.ReadCloser, error) {
		content, _, err := shelf.Open(ctx, hash)
		return content, err
	}}, nil
}

// publicKey is the key by which the signatures of an agency are verified; nil when the master key is not here.
func (p *place) publicKey(code string) (ed25519.PublicKey, error) {
	path := p.masterKeyFile
	if path == "" {
		path = filepath.Join(p.data, "master.key")
	}
	master, err := vault.ReadMaster(path)
	if errors.Is(err, fs.ErrNotExist) && p.masterKeyFile == "" {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return master.Agency(code).Public(), nil
}
