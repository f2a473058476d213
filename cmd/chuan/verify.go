package main

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/spf13/cobra"

	"chuan.dev/chuan/internal/archive"
	"chuan.dev/chuan/internal/vault"
)

// The forms in which verify tells what it found.
const (
	verifyText = "text"
	verifyJSON = "json"
)

func newVerify() *cobra.Command {
	v := &verifier{}
	var key string
	cmd := &cobra.Command{
		Use:   "verify FILE...",
		Short: "Verify the records of an agency in an export, a backup or a file of records",
		Long: `verify proves, without the service and without its keys, that the records in a file are those that were recorded: the
chain of every dossier, the numbers of the events, the roots of the days with their signatures, the documents, and the
counts that the file says of itself. It names the first event that is not what was recorded.

The signatures are verified by the public key in the file unless another is given. Whoever can make a file can put a key
into it: compare the name of the key with the one that the agency publishes, or give the published key.`,
		Example: `  # Is a backup whole?
  chuan verify /backup/xa-thanh-nua-20261127T013000Z.tar

  # Was it made by the agency? Its key is published by the service, at /api/v1/agencies/xa-thanh-nua/keys
  chuan verify xa-thanh-nua.tar --public-key xa-thanh-nua.pem

  # For a program
  chuan verify /var/lib/chuan/xa-thanh-nua.db -o json`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if v.output != verifyText && v.output != verifyJSON {
				return fmt.Errorf("-o %s: choose %s or %s", v.output, verifyText, verifyJSON)
			}
			if err := v.readKey(key); err != nil {
				return err
			}
			return v.run(cmd.Context(), args, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	cmd.Flags().StringVar(&key, "public-key", "", "file with the agency's public key in PEM or Base64, or the key itself in Base64")
	cmd.Flags().StringVarP(&v.output, "output", "o", verifyText, "format of what was found: text or json")
	cmd.Flags().StringVar(&v.temporary, "temporary", "", "directory below which records are unpacked (default that of the system)")
	return cmd
}

// verifier verifies files.
type verifier struct {
	output, temporary string
	key               ed25519.PublicKey
}

// verified is what was found in a file.
type verified struct {
	File  string `json:"file"`
	Whole bool   `json:"whole"`
	archive.Report
}

// readKey reads the key that is given, if one is.
func (v *verifier) readKey(given string) error {
	if given == "" {
		return nil
	}
	text, err := os.ReadFile(given)
	if errors.Is(err, fs.ErrNotExist) {
		text, err = []byte(given), nil
	}
	if err == nil {
		v.key, err = vault.ParsePublic(text)
	}
	if err != nil {
		return fmt.Errorf("--public-key %s: %w", given, err)
	}
	return nil
}

func (v *verifier) run(ctx context.Context, files []string, out, notes io.Writer) error {
	found := make([]verified, 0, len(files))
	whole := true
	for _, file := range files {
		p := startProgress(notes, isTerminal(notes))
		report, err := archive.InspectFile(ctx, file, v.temporary, v.key, func(done, total int64) { p.report(int(done>>10), int(total>>10)) })
		p.stop()
		if err != nil {
			return err
		}
		one := verified{File: file, Report: report, Whole: report.Broken == nil && (report.Documents == nil || report.Documents.Missing == 0)}
		whole = whole && one.Whole
		if v.output == verifyText {
			if err := v.tell(out, one); err != nil {
				return err
			}
		}
		found = append(found, one)
	}
	if v.output == verifyJSON {
		encoder := json.NewEncoder(out)
		encoder.SetIndent("", "  ")
		if err := encoder.Encode(map[string]any{"files": found}); err != nil {
			return err
		}
	}
	if !whole {
		return errFindings
	}
	return nil
}

// tell tells a person what was found in a file.
func (v *verifier) tell(out io.Writer, f verified) error {
	text := f.File + "\n  agency     " + f.Agency
	if f.Name != "" {
		text += fmt.Sprintf(" (%s), made %s", f.Name, f.MadeAt.Format(time.RFC3339))
	}
	text += fmt.Sprintf("\n  dossiers   %d with %d events\n  head       %s\n  roots      %s\n", f.Dossiers, f.Events, f.Head, f.Roots)
	switch {
	case f.Roots.KeyID != "" && len(v.key) == 0:
		text += "             that key is from the file itself: compare it with the one that the agency publishes\n"
	case f.Roots.Covered < f.Events && f.Roots.Count > 0:
		text += fmt.Sprintf("             events after number %d have no root yet\n", f.Roots.Covered)
	}
	if f.Documents != nil {
		text += fmt.Sprintf("  documents  %d\n", f.Documents.Count)
	}
	switch {
	case f.Broken != nil:
		text += fmt.Sprintf("  BROKEN     %s\n", f.Broken)
	case !f.Whole:
		text += fmt.Sprintf("  MISSING    %d documents that the records cite were not there, the first is %s\n",
			f.Documents.Missing, f.Documents.FirstMissing[0])
	default:
		text += "  whole\n"
	}
	_, err := io.WriteString(out, text)
	return err
}
