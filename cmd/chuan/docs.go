//go:build docs

package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"

	"github.com/invopop/jsonschema"
	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/lint"
	"chuan.dev/chuan/internal/rule"
)

// extraCommands adds the command that writes what documentation is made from the program. It is run from the root of the
// repository, by hack/generate.sh, and is no part of the program that people get.
func extraCommands() []*cobra.Command {
	return []*cobra.Command{{
		Use:    "docs DIRECTORY",
		Short:  "Write the pages of rules and commands, and the schema of reports",
		Hidden: true,
		Args:   cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := writeRulePages(filepath.Join(args[0], "rules")); err != nil {
				return err
			}
			if err := writeReportSchema(filepath.Join(args[0], "reference", "lint-report.schema.json")); err != nil {
				return err
			}
			return writeCommandPages(cmd.Root(), filepath.Join(args[0], "reference", "cli"))
		},
	}}
}

// emptied makes a directory anew, so that pages of what is no more do not stay.
func emptied(directory string) error {
	if err := os.RemoveAll(directory); err != nil {
		return err
	}
	return os.MkdirAll(directory, 0o755) //nolint:gosec // documentation is for everybody to read
}

func writeRulePages(directory string) error {
	if err := emptied(directory); err != nil {
		return err
	}
	pages := map[string]string{"README.md": rule.Index()}
	for _, r := range rule.All() {
		pages[string(r.ID)+".md"] = r.Page(v1alpha1.AnnotationWaivePrefix)
	}
	for name, page := range pages {
		if err := writePage(filepath.Join(directory, name), []byte(page)); err != nil {
			return err
		}
	}
	return nil
}

func writeCommandPages(root *cobra.Command, directory string) error {
	if err := emptied(directory); err != nil {
		return err
	}
	root.DisableAutoGenTag = true // it carries the day
	return doc.GenMarkdownTree(root, directory)
}

// writeReportSchema writes the JSON Schema of reports, with the comments of the Go types as descriptions.
func writeReportSchema(file string) error {
	reflector := &jsonschema.Reflector{AllowAdditionalProperties: true}
	if err := reflector.AddGoComments("chuan.dev/chuan", "internal/lint"); err != nil {
		return err
	}
	schema := reflector.Reflect(&lint.JSONReport{})
	schema.ID = ""
	schema.Title = "Report of chuan lint"
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(schema); err != nil {
		return err
	}
	return writePage(file, out.Bytes())
}

func writePage(file string, text []byte) error {
	return os.WriteFile(file, text, 0o644) //nolint:gosec // documentation is for everybody to read
}
