package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/fatih/color"
	"github.com/spf13/cobra"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/rule"
)

func newExplain() *cobra.Command {
	var output, when string
	outputs := []string{"text", "markdown"}
	cmd := &cobra.Command{
		Use:   "explain [RULE]",
		Short: "Say what a rule checks and why, or list the rules",
		Long: `explain prints the page of a rule of lint: what it checks, why, where it comes from, an example that breaks it and one
that is in order, and how a finding is waived. Rules are known by their ids, as T2, and by those of the domain
reference, as V15. Without a rule it lists all of them.`,
		Example: `  # Which rules are there?
  chuan explain

  # What does V1 check?
  chuan explain V1

  # The same as Markdown
  chuan explain V1 -o markdown`,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: completeRules,
		RunE: func(cmd *cobra.Command, args []string) error {
			if !slices.Contains(outputs, output) {
				return unknownValue("output", output, outputs)
			}
			colour, err := coloured(when, cmd.OutOrStdout())
			if err != nil {
				return err
			}
			if len(args) == 0 {
				return listRules(cmd.OutOrStdout(), output == "markdown", colour)
			}
			r, ok := rule.Find(args[0])
			if !ok {
				return unknownRule(args[0])
			}
			page := r.Page(v1alpha1.AnnotationWaivePrefix)
			if output == "text" {
				page = terminalPage(page, colour)
			}
			_, err = io.WriteString(cmd.OutOrStdout(), page)
			return err
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "text", "how to write the page: text or markdown")
	cmd.Flags().StringVar(&when, "color", "auto", "colour text: auto (on a terminal, unless NO_COLOR is set), always or never")
	completeFlag(cmd, "output", outputs)
	completeFlag(cmd, "color", colours)
	return cmd
}

// listRules lists the catalogue by its groups.
func listRules(out io.Writer, markdown, colour bool) error {
	if markdown {
		_, err := io.WriteString(out, rule.Index())
		return err
	}
	heading := painter(colour, color.Bold)
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for i, group := range rule.Groups() {
		if i > 0 {
			fmt.Fprintln(table)
		}
		fmt.Fprintf(table, "%s\n", heading(group.Title+" / "+group.TitleVi))
		for _, r := range group.Rules {
			fmt.Fprintf(table, "  %s\t%s\t%s\n", r.Known(), r.Severity, r.Title)
		}
	}
	return table.Flush()
}

// terminalPage makes a page of Markdown pleasant in a terminal: headings stand out, code is indented.
func terminalPage(page string, colour bool) string {
	heading, code := painter(colour, color.Bold), painter(colour, color.FgCyan)
	var out strings.Builder
	fenced := false
	for line := range strings.SplitSeq(strings.TrimSuffix(page, "\n"), "\n") {
		switch {
		case strings.HasPrefix(line, "```"):
			fenced = !fenced
		case fenced:
			out.WriteString(strings.TrimRight("    "+code(line), " ") + "\n")
		case strings.HasPrefix(line, "#"):
			out.WriteString(heading(strings.TrimLeft(line, "# ")) + "\n")
		default:
			out.WriteString(plain.Replace(line) + "\n")
		}
	}
	return out.String()
}

// plain takes out what only Markdown needs.
var plain = strings.NewReplacer("**", "", "`", "", "[the example province](../../examples/dien-bien/README.md)", "the example province (examples/dien-bien)")

func painter(colour bool, attributes ...color.Attribute) func(...any) string {
	c := color.New(attributes...)
	if colour {
		c.EnableColor()
	} else {
		c.DisableColor()
	}
	return c.SprintFunc()
}

// unknownRule says that there is no such rule, and which may have been meant.
func unknownRule(id string) error {
	var near []string
	for _, r := range rule.All() {
		for _, known := range append([]rule.ID{r.ID}, r.Also...) {
			if oneEditApart(strings.ToUpper(id), string(known)) {
				near = append(near, string(known))
			}
		}
	}
	slices.Sort(near)
	if near = slices.Compact(near); len(near) > 0 {
		return fmt.Errorf("there is no rule %s; did you mean %s? chuan explain lists all rules", id, strings.Join(near[:min(len(near), 5)], ", "))
	}
	return errors.New("there is no rule " + id + "; chuan explain lists all rules")
}

// oneEditApart says whether one character more, less or other makes one text the other.
func oneEditApart(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	same := 0
	for same < len(a) && a[same] == b[same] {
		same++
	}
	if len(a) == len(b) {
		return same == len(a) || a[same+1:] == b[same+1:]
	}
	return a[same:] == b[same+1:]
}
