package flowchart

import (
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chuan.dev/chuan/api/v1alpha1"
)

var update = flag.Bool("update", false, "write the golden files anew")

// writers are the three ways to write a chart, by the endings of their golden files.
var writers = map[string]func(*Chart) string{"svg": SVG, "mmd": Mermaid, "bpmn": BPMN}

func TestGolden(t *testing.T) {
	spec := read(t, "testdata/permit.yaml")
	for ending, write := range writers {
		file := "testdata/permit." + ending
		got := write(Of(spec, nil))
		if again := write(Of(spec, nil)); again != got {
			t.Errorf("%s: written twice, it differs", ending)
		}
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
			t.Errorf("%s (-want +got; -update writes it anew):\n%s", file, diff)
		}
	}
}

// hostile are texts that would mean something to XML, HTML or Mermaid if they were not escaped.
var hostile = []string{
	`<script>alert(1)</script>`, `"/><script>alert(1)</script>`, `' onload='alert(1)`, `]]><script>alert(1)</script>`,
	`--><script>alert(1)</script>`, `&lt;script&gt;`, "a\"]\nclick start call alert()", "`**x**`", "\x00\x01\u2028",
	`</svg><script>alert(1)</script>`, `"] --> end`, `%%{init: {"securityLevel": "loose"}}%%`, `javascript:alert(1)`,
}

// poisoned puts a text wherever a person writes one.
func poisoned(text string) *v1alpha1.QualityProcedureSpec {
	spec := anyProcedure(11)
	title := v1alpha1.Title(text)
	spec.Code, spec.Title = text, title
	for i := range spec.Roles {
		spec.Roles[i].Title = title
	}
	for i := range spec.Outcomes {
		spec.Outcomes[i].Title = title
	}
	for i := range spec.Steps {
		step := &spec.Steps[i]
		step.Title = title
		if step.When != "" {
			step.When = v1alpha1.Expression(text)
		}
		if step.Agency != nil {
			step.Agency = &v1alpha1.ConsultedAgency{Name: text}
		}
		for k := range step.Actions {
			step.Actions[k].Title, step.Actions[k].When = title, v1alpha1.Expression(text)
		}
	}
	return spec
}

// elements are the names of the elements of an XML text, in order. It fails where the text is not well-formed.
func elements(t *testing.T, text string) []string {
	t.Helper()
	var names []string
	decoder := xml.NewDecoder(strings.NewReader(text))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return names
		}
		if err != nil {
			t.Fatalf("not well-formed: %v", err)
		}
		if start, ok := token.(xml.StartElement); ok {
			names = append(names, start.Name.Local)
			for _, a := range start.Attr {
				if strings.HasPrefix(a.Name.Local, "on") {
					t.Errorf("<%s> has the attribute %s", start.Name.Local, a.Name.Local)
				}
			}
		}
	}
}

func TestNoTextBecomesMarkup(t *testing.T) {
	for _, text := range hostile {
		chart := Of(poisoned(text), nil)
		for _, written := range []string{SVG(chart), BPMN(chart)} {
			for _, name := range elements(t, written) {
				if name == "script" || name == "b" || name == "a" {
					t.Errorf("%q became an element <%s>", text, name)
				}
			}
		}
		checkMermaid(t, Mermaid(chart))
	}
}

// mermaidLine is every line that a chart consists of. Quoted texts hold no character that ends them or begins anything.
var mermaidLine = regexp.MustCompile(`^  (?:[a-z][A-Za-z0-9_]*(\(\[|\[/|\[\[|\[|\{\{|\{)"(?:[^"<>&\\;` + "`" + `#]|#[0-9]+;|<br/>)*"(\]\)|/\]|\]\]|\]|\}\}|\})|` +
	`[a-z][A-Za-z0-9_]* -\.?->(?:\|"(?:[^"<>&\\;` + "`" + `#]|#[0-9]+;)*"\|)? [a-z][A-Za-z0-9_]*)$`)

func checkMermaid(t *testing.T, text string) {
	t.Helper()
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if lines[0] != "flowchart TD" {
		t.Errorf("it begins with %q", lines[0])
	}
	for _, line := range lines[1:] {
		if !mermaidLine.MatchString(line) {
			t.Errorf("not a line of a flowchart: %q", line)
		}
	}
}

func TestMermaidIsWellFormed(t *testing.T) {
	checkMermaid(t, Mermaid(Of(read(t, "testdata/permit.yaml"), nil)))
	for seed := range uint64(100) {
		checkMermaid(t, Mermaid(Of(anyProcedure(seed), nil)))
	}
}

// TestSlicesShowTheWhole: the slices follow on each other from the top to the bottom, and cut no box.
func TestSlicesShowTheWhole(t *testing.T) {
	viewBox := regexp.MustCompile(`viewBox="0 (\d+) (\d+) (\d+)"`)
	for seed := range uint64(20) {
		chart := Of(anyProcedure(seed), nil)
		l := arrange(chart, &drawing)
		at := 0
		for _, slice := range Slices(chart) {
			m := viewBox.FindStringSubmatch(slice)
			if m == nil || m[1] != number(at) || m[2] != number(l.width) {
				t.Fatalf("procedure %d: a slice shows %v, want it to begin at %d", seed, m, at)
			}
			var height int
			for _, r := range m[3] {
				height = height*10 + int(r-'0')
			}
			at += height
			for _, p := range everything(l) {
				if at != l.height && p.y < at && at < p.bottom() {
					t.Errorf("procedure %d: the cut at %d goes through %s", seed, at, p.what)
				}
			}
		}
		if at != l.height {
			t.Errorf("procedure %d: the slices end at %d of %d", seed, at, l.height)
		}
	}
}
