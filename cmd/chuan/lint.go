package main

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/mattn/go-isatty"
	"github.com/spf13/cobra"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/admission"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/lint"
	"chuan.dev/chuan/internal/manifest"
	"chuan.dev/chuan/internal/rule"
)

// linting is a run of lint as its flags describe it.
type linting struct {
	output, language, colour, pages, failOn, today, since string
	now                                                   func() time.Time
}

// The values of --color and --fail-on.
var (
	colours = []string{"auto", "always", "never"}
	failOns = []string{"warning", "error", "never"}
)

func newLint(now func() time.Time) *cobra.Command {
	l := &linting{now: now}
	cmd := &cobra.Command{
		Use:   "lint [PATH...]",
		Short: "Check manifests before anyone works by them",
		Long: `lint checks files and directories of manifests together: the schema of every object, what objects say of one
another, and the rules of procedures, which prove that a procedure can work: every step can be reached and left,
the steps' times fit the statutory limit on every day of the year, roles are declared and held, the law is in force.

Without a path it checks the current directory; "-" reads standard input. Objects of other kinds are skipped and
counted. Findings are errors, which cannot work as written, or warnings, which somebody should look at. A finding is
waived only in the file, by an annotation with the rule, the last day and the reason:

  qms.chuan.dev/waive-T3: "2027-03-31: hồ sơ trả lại rất ít"

With --changed-since REV, everything is read and what the change since the merge base with REV touches is reported:
the findings of changed files, and those elsewhere that were not there before. Each changed procedure is labelled
editorial, tightening, loosening or structural, and its revision is held against the one before (rule V1).

The exit code is 0 when nothing is found, 1 when findings stand (see --fail-on), 2 when lint could not run.
chuan explain RULE says what a rule checks and why.`,
		Example: `  # Check a directory
  chuan lint examples/dien-bien

  # Check one file, with the rest of the province for what it refers to
  chuan lint new-procedure.yaml examples/dien-bien

  # Check what another program writes, for a program to read
  kustomize build province | chuan lint -o json -

  # What does a branch change, and may it be merged?
  chuan lint --changed-since origin/main province

  # Report to a CI service
  chuan lint -o sarif province > chuan.sarif
  chuan lint -o gitlab province > .gl-code-quality-report.json

  # Would everything still hold on the first day of next year?
  chuan lint --today 2027-01-01 province`,
		ValidArgsFunction: completeManifests,
		RunE:              l.run,
	}
	l.flags(cmd)
	return cmd
}

func (l *linting) flags(cmd *cobra.Command) {
	languages := make([]string, len(lint.Languages))
	for i, language := range lint.Languages {
		languages[i] = string(language)
	}
	formats, described := formatNames()
	cmd.Flags().StringVarP(&l.output, "output", "o", "text", "how to write the findings: "+strings.Join(formats, ", "))
	cmd.Flags().StringVar(&l.language, "language", string(lint.Both), "language of the findings: "+strings.Join(languages, ", "))
	cmd.Flags().StringVar(&l.colour, "color", "auto", "colour text: auto (on a terminal, unless NO_COLOR is set), always or never")
	cmd.Flags().StringVar(&l.pages, "rules-url", "", "address at which docs/rules is published, to which SARIF then links")
	cmd.Flags().StringVar(&l.failOn, "fail-on", "warning", "least severity of the findings that make the exit code 1: warning, error or never")
	cmd.Flags().StringVar(&l.today, "today", "", "day on which the question is asked, as 2026-11-27 (default today in Asia/Ho_Chi_Minh)")
	cmd.Flags().StringVar(&l.since, "changed-since", "", "report what changed since the merge base with this Git revision")
	completeFlag(cmd, "output", described)
	completeFlag(cmd, "language", languages)
	completeFlag(cmd, "color", colours)
	completeFlag(cmd, "fail-on", failOns)
	for _, free := range []string{"today", "changed-since", "rules-url"} {
		completeFlag(cmd, free, nil)
	}
}

// formatNames lists the formats, plain and as shells show them while completing.
func formatNames() (names, described []string) {
	for _, format := range lint.Formats {
		names = append(names, format.Name)
		described = append(described, format.Name+"\t"+format.About)
	}
	return names, described
}

func (l *linting) run(cmd *cobra.Command, paths []string) error {
	if len(paths) == 0 {
		paths = []string{"."}
	}
	format, ok := lint.FindFormat(l.output)
	if !ok {
		names, _ := formatNames()
		return unknownValue("output", l.output, names)
	}
	style, err := l.style(cmd.OutOrStdout())
	if err != nil {
		return err
	}
	if !slices.Contains(failOns, l.failOn) {
		return unknownValue("fail-on", l.failOn, failOns)
	}
	today, err := l.day()
	if err != nil {
		return err
	}
	told := startProgress(cmd.ErrOrStderr(), isTerminal(cmd.ErrOrStderr()))
	options := lint.Options{Today: today, Admit: admission.Check, Progress: told.report}
	report, err := l.check(cmd.Context(), paths, cmd.InOrStdin(), options)
	told.stop()
	if err != nil {
		return err
	}
	if err := format.Write(cmd.OutOrStdout(), report, style); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	if l.fails(report) {
		return errFindings
	}
	return nil
}

// check checks what the paths hold, or what of it changed.
func (l *linting) check(ctx context.Context, paths []string, in io.Reader, options lint.Options) (*lint.Report, error) {
	tuneMemory()
	// It takes a while and is needed nearly always; the files are found and read meanwhile.
	go admission.Prepare(v1alpha1.QualityProcedureKind)
	now, problems, err := sources(paths, in)
	if err != nil {
		return nil, err
	}
	if l.since == "" {
		return lint.Run(ctx, now, problems, options)
	}
	past, err := openPast(ctx, paths, l.since)
	if err != nil {
		return nil, err
	}
	then, err := past.sources(ctx)
	if err != nil {
		return nil, err
	}
	before, err := lint.Run(ctx, then, nil, options)
	if err != nil {
		return nil, err
	}
	options.Changed = func(file string) bool { return past.changed[file] }
	// What is wrong with those files was found by the run over all of them.
	options.Before, _ = manifest.LoadSources(slices.DeleteFunc(then, func(s manifest.Source) bool { return !past.changed[s.Name] }), nil)
	report, err := lint.Run(ctx, now, problems, options)
	if err != nil {
		return nil, err
	}
	return lint.Since(report, before, past.changed), nil
}

// fails says whether a report makes the exit code 1.
func (l *linting) fails(report *lint.Report) bool {
	switch l.failOn {
	case "never":
		return false
	case "error":
		return report.Count(rule.Error) > 0
	default:
		return len(report.Findings) > 0
	}
}

// style says how the report is to look.
func (l *linting) style(out io.Writer) (lint.Style, error) {
	style := lint.Style{Language: lint.Language(l.language)}
	if !slices.Contains(lint.Languages, style.Language) {
		return style, unknownValue("language", l.language, lint.Languages)
	}
	if address, err := url.Parse(l.pages); l.pages != "" && (err != nil || !address.IsAbs()) {
		return style, fmt.Errorf("--rules-url %q is no address; write one as https://example.org/chuan/rules", l.pages)
	}
	style.Pages = l.pages
	colour, err := coloured(l.colour, out)
	style.Colour = colour
	return style, err
}

// coloured decides whether to colour what is written to out.
func coloured(when string, out io.Writer) (bool, error) {
	switch when {
	case "always":
		return true, nil
	case "never":
		return false, nil
	case "auto":
		// See no-color.org: any value that is not empty asks for none.
		return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && isTerminal(out), nil
	default:
		return false, unknownValue("color", when, colours)
	}
}

func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && (isatty.IsTerminal(file.Fd()) || isatty.IsCygwinTerminal(file.Fd()))
}

// day is the day on which the question is asked.
func (l *linting) day() (calendar.Day, error) {
	if l.today != "" {
		day, err := calendar.ParseDate(v1alpha1.Date(l.today))
		if err != nil {
			return 0, fmt.Errorf("--today: %w", err)
		}
		return day, nil
	}
	zone, err := calendar.LoadZone("")
	if err != nil {
		return 0, err
	}
	return calendar.DayOf(l.now(), zone), nil
}

func unknownValue[T ~string](flag, value string, known []T) error {
	return fmt.Errorf("--%s %q is not known; write one of %q", flag, value, known)
}
