package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"chuan.dev/chuan/api/v1alpha1"
	printed "chuan.dev/chuan/internal/document"
	"chuan.dev/chuan/internal/flowchart"
	"chuan.dev/chuan/internal/manifest"
	"chuan.dev/chuan/internal/procedure"
)

// procedureRequest says which procedure is shown, for whom and how.
type procedureRequest struct {
	output, name, with, agency, file string
	revision                         int32
}

func newRenderProcedure() *cobra.Command {
	var request procedureRequest
	cmd := &cobra.Command{
		Use:   "procedure FILE",
		Short: "Print a procedure: the ISO document, the flow chart, BPMN",
		Long: `procedure writes the document that a QualityProcedure is, in Vietnamese: front page, history, purpose, scope,
references, the table of steps with who does what in which time, forms and records. FILE is a file or a directory
with one procedure, or with several of which --name chooses one; - is standard input.

  html      one page for the screen and for A4 paper, with the flow chart in it; print it from a browser
  markdown  the same as GitHub-flavoured Markdown, with the flow chart as Mermaid
  svg       the flow chart, with a lane for every role
  mermaid   the flow chart as Mermaid text
  bpmn      BPMN 2.0 with its diagram, as bpmn-js and other process tools open it

Legal documents and agencies stand by their names where they are neither in FILE nor in the directory of --with.`,
		Example: `  # The document, as it is printed
  chuan render procedure examples/dien-bien --name dang-ky-khai-sinh -f khai-sinh.html

  # One file; the legal documents are elsewhere
  chuan render procedure examples/dien-bien/procedures/dang-ky-khai-sinh.yaml --with examples/dien-bien -o markdown

  # As an agency works by it, with its own times and names
  chuan render procedure examples/dien-bien --name dang-ky-khai-sinh --agency ubnd-xa-thanh-nua -f khai-sinh.html

  # The flow chart alone, and for a process tool
  chuan render procedure examples/dien-bien --name dang-ky-khai-sinh -o svg -f khai-sinh.svg
  chuan render procedure examples/dien-bien --name dang-ky-khai-sinh -o bpmn -f khai-sinh.bpmn`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !slices.Contains(procedureOutputs, request.output) {
				return fmt.Errorf("--output %q is not known; use one of %s", request.output, strings.Join(procedureOutputs, ", "))
			}
			text, err := renderProcedure(args[0], request, cmd.InOrStdin())
			if err != nil {
				return err
			}
			return writeText(cmd.OutOrStdout(), request.file, text)
		},
	}
	flags := cmd.Flags()
	flags.StringVarP(&request.output, "output", "o", "html", "what to write: "+strings.Join(procedureOutputs, ", "))
	flags.StringVar(&request.name, "name", "", "name or code of the QualityProcedure, where FILE holds several")
	flags.Int32Var(&request.revision, "revision", 0, "revision of the procedure; default the newest in FILE")
	flags.StringVar(&request.with, "with", "", "file or directory with the legal documents and agencies that the procedure names")
	flags.StringVar(&request.agency, "agency", "", "name of the Agency for which the procedure is printed, with its overrides")
	flags.StringVarP(&request.file, "output-file", "f", "", "file to write; default standard output")
	return cmd
}

var procedureOutputs = []string{"html", "markdown", "svg", "mermaid", "bpmn"}

func renderProcedure(path string, request procedureRequest, in io.Reader) (string, error) {
	set, err := loadSound([]string{path}, in)
	if err != nil {
		return "", err
	}
	context := *set
	if request.with != "" {
		if request.with == "-" && path == "-" {
			return "", errors.New("--with cannot be standard input as well; name a file or a directory")
		}
		more, err := loadSound([]string{request.with}, in)
		if err != nil {
			return "", fmt.Errorf("--with: %w", err)
		}
		context.Agencies = slices.Concat(set.Agencies, more.Agencies)
		context.LegalDocuments = slices.Concat(set.LegalDocuments, more.LegalDocuments)
		context.Procedures = slices.Concat(set.Procedures, more.Procedures)
	}
	chosen, err := findProcedure(set, request)
	if err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	spec, about := &chosen.Spec, documentContext(&context, chosen)
	if request.agency != "" {
		agency, err := findProcedureAgency(&context, chosen, request.agency)
		if err != nil {
			return "", err
		}
		about.Agency = string(agency.Spec.Title)
		if spec, err = overlaid(agency, chosen); err != nil {
			return "", err
		}
	}
	return writeProcedure(spec, about, request.output)
}

func writeProcedure(spec *v1alpha1.QualityProcedureSpec, about printed.Context, output string) (string, error) {
	switch output {
	case "svg":
		return flowchart.SVG(flowchart.Of(spec, about.Agencies)), nil
	case "mermaid":
		return flowchart.Mermaid(flowchart.Of(spec, about.Agencies)), nil
	case "bpmn":
		return flowchart.BPMN(flowchart.Of(spec, about.Agencies)), nil
	case "markdown":
		return printed.Markdown(printed.Of(spec, about)), nil
	default:
		var b strings.Builder
		err := printed.HTML(&b, printed.Of(spec, about))
		return b.String(), err
	}
}

// findProcedure returns the revision that is asked for, or the newest, of the procedure that is asked for, or of the only
// one there is.
func findProcedure(set *manifest.Set, request procedureRequest) (*v1alpha1.QualityProcedure, error) {
	var names []string
	var found []*v1alpha1.QualityProcedure
	for _, o := range set.Procedures {
		if !slices.Contains(names, o.Value.Name) {
			names = append(names, o.Value.Name)
		}
		if request.name == "" || request.name == o.Value.Name || request.name == o.Value.Spec.Code {
			found = append(found, o.Value)
		}
	}
	switch {
	case len(names) == 0:
		return nil, errors.New("there is no QualityProcedure in it")
	case len(found) == 0:
		return nil, fmt.Errorf("there is no QualityProcedure %s; there are %s", request.name, listed(names))
	}
	var revisions []string
	var chosen *v1alpha1.QualityProcedure
	for _, p := range found {
		if p.Name != found[0].Name || p.Namespace != found[0].Namespace {
			return nil, fmt.Errorf("there are several procedures; say which with --name: %s", listed(names))
		}
		revisions = append(revisions, strconv.Itoa(int(p.Spec.Issue.Revision)))
		if request.revision == p.Spec.Issue.Revision ||
			request.revision == 0 && (chosen == nil || p.Spec.Issue.Revision > chosen.Spec.Issue.Revision) {
			chosen = p
		}
	}
	if chosen == nil {
		return nil, fmt.Errorf("QualityProcedure %s has no revision %d here; there are %s", found[0].Name, request.revision,
			listed(revisions))
	}
	return chosen, nil
}

// documentContext is what the manifests say about the legal documents, agencies and earlier revisions that a procedure
// names.
func documentContext(set *manifest.Set, chosen *v1alpha1.QualityProcedure) printed.Context {
	context := printed.Context{
		Law:      make(map[string]*v1alpha1.LegalDocumentSpec, len(set.LegalDocuments)),
		Agencies: map[string]string{},
	}
	for _, o := range set.LegalDocuments {
		context.Law[o.Value.Name] = &o.Value.Spec
	}
	for _, o := range set.Agencies {
		if o.Value.Namespace == chosen.Namespace {
			context.Agencies[o.Value.Name] = string(o.Value.Spec.Title)
		}
	}
	seen := map[int32]bool{}
	for _, o := range set.Procedures {
		issue := o.Value.Spec.Issue
		if o.Value.Name == chosen.Name && o.Value.Namespace == chosen.Namespace &&
			issue.Revision < chosen.Spec.Issue.Revision && !seen[issue.Revision] {
			seen[issue.Revision] = true
			context.Earlier = append(context.Earlier, issue)
		}
	}
	return context
}

func findProcedureAgency(set *manifest.Set, chosen *v1alpha1.QualityProcedure, name string) (*v1alpha1.Agency, error) {
	var names []string
	for _, o := range set.Agencies {
		if o.Value.Namespace != chosen.Namespace {
			continue
		}
		if o.Value.Name == name {
			return o.Value, nil
		}
		names = append(names, o.Value.Name)
	}
	return nil, fmt.Errorf("--agency: there is no Agency %s in the namespace of the procedure; there are %s "+
		"(--with DIR reads more)", name, listed(names))
}

// overlaid is the text by which an agency works.
func overlaid(agency *v1alpha1.Agency, chosen *v1alpha1.QualityProcedure) (*v1alpha1.QualityProcedureSpec, error) {
	if agency.Spec.Procedures == nil {
		return &chosen.Spec, nil
	}
	for _, ref := range agency.Spec.Procedures.Refs {
		if ref.Name != chosen.Name || ref.Overrides == nil {
			continue
		}
		spec, findings := procedure.Overlay(&chosen.Spec, ref.Overrides)
		if len(findings) > 0 {
			return nil, fmt.Errorf("the overrides of Agency %s do not fit QualityProcedure %s: %s; chuan lint shows all of them",
				agency.Name, chosen.Name, findings[0])
		}
		return spec, nil
	}
	return &chosen.Spec, nil
}

// writeText writes to a file or, without one, to the output.
func writeText(out io.Writer, file, text string) error {
	if file == "" {
		_, err := io.WriteString(out, text)
		return err
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil { //nolint:gosec // a document is to be read by others
		return fmt.Errorf("%s: %w", file, cause(err))
	}
	return nil
}
