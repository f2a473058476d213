package main

import (
	"context"
	"errors"
	"flag"
	"fmt"

	"chuan.dev/chuan/internal/archive"
)

const checkHelp = `workflowd check verifies the records of agencies: the chain of every dossier, the numbers of the events, the roots of the
days and their signatures, the database itself, and that the documents are there which records cite. The service may go on
running. It reads everything.

Usage:
  workflowd check [--agency NAME] [flags]

Examples:
  workflowd check --data /var/lib/chuan

Flags:
`

func runCheck(ctx context.Context, args []string, c console) error {
	var at place
	var agency string
	f := flag.NewFlagSet("check", flag.ContinueOnError)
	at.flags(f)
	f.StringVar(&agency, "agency", "", "`name` of the only agency; all when it is left out")
	switch rest, err := parseCommand(f, args, checkHelp, c.out); {
	case err != nil:
		return err
	case len(rest) > 0:
		return wrong("unexpected argument %q", rest[0])
	}
	names, err := at.names(agency)
	if err != nil {
		return err
	}
	var failures []error
	for _, name := range names {
		if err := at.check(ctx, name, c); err != nil {
			failures = append(failures, fmt.Errorf("%s: %w", name, err))
		}
	}
	return errors.Join(failures...)
}

// check verifies the records of an agency and says how they are.
func (p *place) check(ctx context.Context, name string, c console) (err error) {
	records, err := p.open(ctx, name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, records.close()) }()
	key, err := p.publicKey(records.code)
	if err != nil {
		return err
	}
	progress := newProgress(c.err, "agency "+name)
	defer progress.stop()
	report, err := archive.Inspect(ctx, records.Store, records.code, key)
	if err != nil {
		return err
	}
	if report.Broken != nil {
		return errors.New(report.Broken.String())
	}
	shelf, err := p.inventory(ctx, records.code)
	if err != nil {
		return err
	}
	absent, err := archive.Missing(ctx, records.Store, shelf)
	if err != nil {
		return err
	}
	progress.stop()
	if len(absent) > 0 {
		return fmt.Errorf("%d documents that its records cite are not there, the first is %s", len(absent), absent[0])
	}
	fmt.Fprintf(c.out, "%s (%s): whole: %d dossiers, %d events, %s; head %s\n",
		name, records.code, report.Dossiers, report.Events, report.Roots, report.Head)
	return nil
}
