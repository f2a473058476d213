package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"

	"chuan.dev/chuan/internal/archive"
	"chuan.dev/chuan/internal/blob"
	"chuan.dev/chuan/internal/service"
	"chuan.dev/chuan/internal/store"
	"chuan.dev/chuan/internal/store/sqlite"
	"chuan.dev/chuan/internal/vault"
)

const restoreHelp = `workflowd restore fills a data directory, or a database, with the records of agencies from backups. It verifies what it
reads and that the same was written, and takes no agency of which there are records already. No service may work in the
directory meanwhile. Put the master key there first: without it personal data cannot be read.

Usage:
  workflowd restore FILE... [flags]
  workflowd restore DIR [flags]

Examples:
  # The backups of one night: a directory with one file an agency
  workflowd restore /backup/2026-11-27 --data /var/lib/chuan

  # One agency, into a database
  workflowd restore /backup/xa-thanh-nua-20261127T013000Z.tar --database-uri-file /etc/chuan/database/uri

Flags:
`

const importHelp = `workflowd import takes the records of one agency from a file that workflowd export or backup has written, or from a plain
file of records. It verifies what it reads and that the same was written, and takes no agency of which there are records
already. No service may work in the data directory meanwhile.

Usage:
  workflowd import FILE [flags]

Examples:
  workflowd import xa-thanh-nua.tar --data /var/lib/chuan

  # Into a database
  workflowd import xa-thanh-nua.tar --database-uri-file /etc/chuan/database/uri --documents s3+https://s3.example/chuan

  # Out of a database into a directory, where the agency has the name of its manifest
  workflowd import H18.35.01.tar --name xa-thanh-nua --data /var/lib/chuan

Flags:
`

func runRestore(ctx context.Context, args []string, c console) error {
	var to place
	f := flag.NewFlagSet("restore", flag.ContinueOnError)
	to.flags(f)
	rest, err := parseCommand(f, args, restoreHelp, c.out)
	if err != nil {
		return err
	}
	files, err := backups(rest)
	if err != nil {
		return err
	}
	return to.locked(func() error {
		var failures []error
		for _, file := range files {
			if err := to.restore(ctx, file, "", c); err != nil {
				failures = append(failures, err)
			}
		}
		return errors.Join(failures...)
	})
}

func runImport(ctx context.Context, args []string, c console) error {
	var to place
	var name string
	f := flag.NewFlagSet("import", flag.ContinueOnError)
	to.flags(f)
	f.StringVar(&name, "name", "", "`name` of the agency in the manifests by which it will be served; that of the file when it is left out")
	rest, err := parseCommand(f, args, importHelp, c.out)
	switch {
	case err != nil:
		return err
	case len(rest) != 1:
		return wrong("name one file: workflowd import FILE")
	}
	return to.locked(func() error { return to.restore(ctx, rest[0], name, c) })
}

// backups are the files that are named, and those of a directory that is named.
func backups(named []string) ([]string, error) {
	if len(named) == 0 {
		return nil, wrong("name the files of the backups, or their directory")
	}
	var files []string
	for _, path := range named {
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			files = append(files, path)
			continue
		}
		found, err := filepath.Glob(filepath.Join(path, "*.tar"))
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			return nil, fmt.Errorf("%s has no backups: their names end with .tar", path)
		}
		files = append(files, found...)
	}
	return files, nil
}

// locked does something while no service works in the data directory.
func (p *place) locked(do func() error) error {
	if err := os.MkdirAll(p.data, 0o700); err != nil {
		return err
	}
	if p.databaseURIFile != "" {
		// The services of a database do not work in its directory.
		return do()
	}
	lock, err := service.LockData(p.data)
	if err != nil {
		return err
	}
	return errors.Join(do(), lock.Close())
}

// restore takes the records of an agency from a file.
func (p *place) restore(ctx context.Context, file, name string, c console) (err error) {
	a, err := archive.Open(ctx, file, p.data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	code := a.Records.Agency()
	switch {
	case name != "":
	case a.Manifest != nil:
		name = a.Manifest.Name
	default:
		name = strings.TrimSuffix(filepath.Base(file), suffix)
	}
	if err := p.sameKey(a, c); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	shelf, err := p.shelf(code, blob.Options{MaxSize: math.MaxInt64 - 1, AnyType: true})
	if err != nil {
		return err
	}
	progress := newProgress(c.err, "agency "+name)
	defer progress.stop()
	var copied store.Copied
	err = p.fill(ctx, name, code, func(into store.Store) error {
		var err error
		copied, err = a.Restore(ctx, into, keepIn(shelf), progress.report)
		return err
	})
	if errors.Is(err, store.ErrConflict) {
		err = fmt.Errorf("agency %s (%s) has records here already, and nothing was changed: %w", name, code, err)
	}
	if err != nil {
		return err
	}
	progress.stop()
	fmt.Fprintf(c.out, "%s (%s): %d dossiers, %d events, the same as in %s (head %s)\n",
		name, code, copied.Tally.Dossiers, copied.Tally.Events, file, copied.Evidence.Head)
	return nil
}

// keepIn keeps documents on a shelf, under the hash that they are said to have.
func keepIn(shelf blob.Store) archive.Keep {
	return func(ctx context.Context, hash store.Hash, content io.Reader) error {
		kept, err := shelf.Put(ctx, content)
		if err == nil && kept.Hash != hash {
			err = fmt.Errorf("it was kept as %s", kept.Hash)
		}
		return err
	}
}

// sameKey makes sure that the personal data of an archive can be read here.
func (p *place) sameKey(a *archive.Archive, c console) error {
	key, err := p.publicKey(a.Records.Agency())
	switch {
	case err != nil:
		return err
	case key == nil:
		fmt.Fprintf(c.err, "There is no master key here: put the one under which the records were made into %s before the service starts.\n",
			filepath.Join(p.data, "master.key"))
	case a.Manifest != nil && len(a.Manifest.PublicKey) > 0 && !bytes.Equal(a.Manifest.PublicKey, key):
		return fmt.Errorf("its records were made under another master key (its signing key is %s, the one here gives %s): "+
			"put that master key here, or personal data cannot be read", a.Manifest.KeyID, vault.KeyID(key))
	}
	return nil
}

// fill fills the records of an agency, which have to be empty, whole or not at all.
func (p *place) fill(ctx context.Context, name, code string, fill func(store.Store) error) error {
	if p.databaseURIFile != "" {
		into, end, err := p.database(ctx, code)
		if err != nil {
			return err
		}
		return errors.Join(fill(into), end())
	}
	if err := p.vacant(ctx, name); err != nil {
		return err
	}
	work, err := os.MkdirTemp(p.data, ".import-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	made := filepath.Join(work, name+suffix)
	into, err := sqlite.Open(ctx, made, code, sqlite.Options{})
	if err != nil {
		return err
	}
	if err := errors.Join(fill(into), into.Close()); err != nil {
		return err
	}
	if err := os.Rename(made, p.file(name)); err != nil {
		return err
	}
	return syncDirectory(p.data)
}

// vacant makes sure that there is no file of an agency, or an empty one, which it takes away.
func (p *place) vacant(ctx context.Context, name string) error {
	if name != filepath.Base(name) || strings.HasPrefix(name, ".") {
		return wrong("the agency is named %q: give the name of its manifest with --name", name)
	}
	path := p.file(name)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	there, err := sqlite.OpenReadOnly(ctx, path)
	if err != nil {
		return err
	}
	evidence, err := there.Verify(ctx)
	if err := errors.Join(err, there.Close()); err != nil {
		return err
	}
	if evidence.Events > 0 || evidence.Dossiers > 0 {
		return fmt.Errorf("%s: %w", path, store.ErrConflict)
	}
	for _, file := range []string{path, path + "-wal", path + "-shm"} {
		if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// syncDirectory brings the names of a directory to the disk.
func syncDirectory(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
