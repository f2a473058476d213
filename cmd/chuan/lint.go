package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/lint"
	"chuan.dev/chuan/internal/rule"
)

func newLint(now func() time.Time) *cobra.Command {
	var output string
	var strict bool
	cmd := &cobra.Command{
		Use:   "lint [PATH...]",
		Short: "Check manifests before anyone works by them",
		Long: `lint checks files and directories of manifests together: the schema of every object, what objects say of one
another, and the rules of procedures, which prove that a procedure can work: every step can be reached and left,
the steps' times fit the statutory limit, roles are declared and held, conditions are sound.

Without a path it checks the current directory; "-" reads standard input. Findings are errors or warnings. Warnings
alone leave the exit code at 0, unless --strict is given.`,
		Example: `  # Check a directory
  chuan lint examples/dien-bien

  # Check one file, with the rest of the province for what it refers to
  chuan lint new-procedure.yaml examples/dien-bien

  # Check what another program writes, for a program to read
  kustomize build province | chuan lint -o json -`,
		RunE: func(cmd *cobra.Command, paths []string) error {
			if len(paths) == 0 {
				paths = []string{"."}
			}
			if !slices.Contains(lintOutputs, output) {
				return fmt.Errorf("--output %q is not known; write one of %q", output, lintOutputs)
			}
			zone, err := calendar.LoadZone("")
			if err != nil {
				return err
			}
			today := calendar.DayOf(now(), zone)
			loader, set, problems, err := loadPaths(paths, cmd.InOrStdin())
			if err != nil {
				return err
			}
			report := lint.Check(set, problems, loader.Text, lint.Options{Today: today})
			if output == "json" {
				err = lint.WriteJSON(cmd.OutOrStdout(), report)
			} else {
				err = lint.WriteText(cmd.OutOrStdout(), report)
			}
			if err != nil {
				return fmt.Errorf("write the report: %w", err)
			}
			if report.Count(rule.Error) > 0 || strict && len(report.Findings) > 0 {
				return errFindings
			}
			return nil
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "text", "how to write the findings: text or json")
	cmd.Flags().BoolVar(&strict, "strict", false, "exit with 1 for warnings too")
	return cmd
}

var lintOutputs = []string{"text", "json"}
