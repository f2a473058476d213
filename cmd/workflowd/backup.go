package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"chuan.dev/chuan/internal/archive"
)

const backupHelp = `workflowd backup writes the records of agencies, with the documents that they cite, into files: one an agency, whole and
on the disk or not at all. The service may go on running. The master key is not in them: keep it apart, and keep it.

Usage:
  workflowd backup --to DIR|FILE [--agency NAME] [flags]

Examples:
  # Every agency of a data directory, into files named after the agency and the time
  workflowd backup --data /var/lib/chuan --to /backup

  # One agency, into a file that is not there yet
  workflowd backup --data /var/lib/chuan --agency xa-thanh-nua --to /backup/xa-thanh-nua.tar

Flags:
`

const exportHelp = `workflowd export writes the records of one agency, with the documents that they cite, into a file that workflowd import
reads: it moves the agency to another directory or database, and chuan verify proves it. The master key is not in it: the
agency's personal data can be read only where the same key is.

Usage:
  workflowd export AGENCY --to FILE [flags]

Examples:
  workflowd export xa-thanh-nua --data /var/lib/chuan --to xa-thanh-nua.tar

  # Out of a database, in which agencies are named by their codes
  workflowd export H18.35.01 --database-uri-file /etc/chuan/database/uri --to xa-thanh-nua.tar

Flags:
`

func runBackup(ctx context.Context, args []string, c console) error {
	var from place
	var agency, to string
	f := flag.NewFlagSet("backup", flag.ContinueOnError)
	from.flags(f)
	f.StringVar(&agency, "agency", "", "`name` of the only agency; all when it is left out")
	f.StringVar(&to, "to", "", "`directory` that is there, or, with --agency, a file that is not there yet")
	switch rest, err := parseCommand(f, args, backupHelp, c.out); {
	case err != nil:
		return err
	case len(rest) > 0:
		return wrong("unexpected argument %q", rest[0])
	case to == "":
		return wrong("--to is missing: name the directory for the backups")
	}
	names, err := from.names(agency)
	if err != nil {
		return err
	}
	info, err := os.Stat(to)
	directory := err == nil && info.IsDir()
	if !directory && agency == "" {
		return wrong("--to is %s, which is no directory: several agencies need one", to)
	}
	// One agency that cannot be backed up does not keep the others from it.
	var failures []error
	for _, name := range names {
		path := to
		if directory {
			path = filepath.Join(to, name+"-"+time.Now().UTC().Format("20060102T150405Z")+".tar")
		}
		if err := from.write(ctx, name, path, c); err != nil {
			failures = append(failures, err)
		}
	}
	return errors.Join(failures...)
}

func runExport(ctx context.Context, args []string, c console) error {
	var from place
	var to string
	f := flag.NewFlagSet("export", flag.ContinueOnError)
	from.flags(f)
	f.StringVar(&to, "to", "", "`file` that is not there yet")
	rest, err := parseCommand(f, args, exportHelp, c.out)
	switch {
	case err != nil:
		return err
	case len(rest) != 1:
		return wrong("name one agency: workflowd export AGENCY --to FILE")
	case to == "":
		return wrong("--to is missing: name the file to be written")
	}
	names, err := from.names(rest[0])
	if err != nil {
		return err
	}
	return from.write(ctx, names[0], to, c)
}

// write writes the records of an agency into a file. What is broken or missing is written as it is, and fails.
func (p *place) write(ctx context.Context, name, path string, c console) (err error) {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(fmt.Errorf("%s is there already: name a file that is not", path), err)
	}
	records, err := p.open(ctx, name)
	if err != nil {
		return fmt.Errorf("agency %s: %w", name, err)
	}
	defer func() { err = errors.Join(err, records.close()) }()
	shelf, err := p.inventory(ctx, records.code)
	if err != nil {
		return fmt.Errorf("agency %s: %w", name, err)
	}
	key, err := p.publicKey(records.code)
	if err != nil {
		return err
	}
	progress := newProgress(c.err, "agency "+name)
	m, broken, err := archive.Write(ctx, path, archive.Source{
		Name: name, Agency: records.code, Store: records.Store, Shelf: shelf, PublicKey: key, Now: time.Now(),
	}, progress.report)
	progress.stop()
	if err != nil {
		return fmt.Errorf("agency %s: %w", name, err)
	}
	fmt.Fprintf(c.out, "%s (%s): %d dossiers, %d events, %d documents in %s\n",
		name, m.Agency, m.Records.Dossiers, m.Records.Events, m.Documents.Count, path)
	if broken != nil {
		err = fmt.Errorf("agency %s: its records are broken, and were written as they are: dossier %s, event %d: %s",
			name, broken.Code, broken.Seq, broken.Detail)
	}
	if n := m.Documents.Missing; n > 0 {
		err = errors.Join(err, fmt.Errorf("agency %s: %d documents that its records cite are not there, the first is %s",
			name, n, m.Documents.FirstMissing[0]))
	}
	return err
}
