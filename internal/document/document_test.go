package document

import (
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"chuan.dev/chuan/api/v1alpha1"
)

var update = flag.Bool("update", false, "write the golden files anew")

func read(tb testing.TB, file string) *v1alpha1.QualityProcedureSpec {
	tb.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		tb.Fatal(err)
	}
	var procedure v1alpha1.QualityProcedure
	if err := yaml.UnmarshalStrict(data, &procedure); err != nil {
		tb.Fatalf("%s: %v", file, err)
	}
	return &procedure.Spec
}

func html(tb testing.TB, d *Document) string {
	tb.Helper()
	var b strings.Builder
	if err := HTML(&b, d); err != nil {
		tb.Fatal(err)
	}
	return b.String()
}

func TestGolden(t *testing.T) {
	d := Of(read(t, "testdata/permit.yaml"), Context{
		Agency: "UBND xã Thanh Nưa",
		Law: map[string]*v1alpha1.LegalDocumentSpec{
			"nd-217-2026-nd-cp": {Number: "217/2026/NĐ-CP", Title: "Nghị định về quản lý hoạt động xây dựng"},
		},
		Earlier: []v1alpha1.Issue{{
			Revision: 0, EffectiveFrom: "2025-07-01", Changes: "Bản dự thảo",
			Decision: v1alpha1.Decision{Number: "01/QĐ-UBND", Date: "2025-06-01"},
		}},
	})
	for file, got := range map[string]string{"testdata/permit.html": html(t, d), "testdata/permit.md": Markdown(d)} {
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

// TestExamplesArePrinted: every step, form, role and record of the examples is in both documents.
func TestExamplesArePrinted(t *testing.T) {
	directory := "../../examples/dien-bien/procedures/"
	files, err := os.ReadDir(directory)
	if err != nil || len(files) < 3 {
		t.Fatalf("%d examples, %v", len(files), err)
	}
	for _, file := range files {
		spec := read(t, directory+file.Name())
		d := Of(spec, Context{})
		for format, text := range map[string]string{"HTML": html(t, d), "Markdown": Markdown(d)} {
			for _, title := range titles(spec) {
				shown := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(string(title))
				if format == "Markdown" {
					shown = markdownEscaped(string(title))
				}
				if !strings.Contains(text, shown) {
					t.Errorf("%s: the %s document says nothing of %q", file.Name(), format, title)
				}
			}
		}
	}
}

func titles(spec *v1alpha1.QualityProcedureSpec) []v1alpha1.Title {
	all := []v1alpha1.Title{spec.Title}
	for i := range spec.Steps {
		all = append(all, spec.Steps[i].Title)
	}
	for i := range spec.Roles {
		all = append(all, spec.Roles[i].Title)
	}
	for i := range spec.Documents {
		all = append(all, spec.Documents[i].Title)
	}
	for i := range spec.Forms {
		all = append(all, spec.Forms[i].Title)
		for k := range spec.Forms[i].Fields {
			all = append(all, spec.Forms[i].Fields[k].Title)
		}
	}
	for i := range spec.Records {
		all = append(all, spec.Records[i].Title)
	}
	for i := range spec.Objectives {
		all = append(all, spec.Objectives[i].Title)
	}
	return all
}

var element = regexp.MustCompile(`<[a-zA-Z][a-zA-Z0-9]*`)

// TestNoTextBecomesMarkup writes texts that would mean something to HTML, CSS or Markdown wherever a person writes one; the
// documents have the same elements as with a harmless text.
func TestNoTextBecomesMarkup(t *testing.T) {
	harmless := Of(poisoned(t, "Chữ"), Context{Agency: "Chữ"})
	wantHTML := element.FindAllString(html(t, harmless), -1)
	for _, text := range []string{
		`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `</title><script>alert(1)</script>`,
		`</style><script>alert(1)</script>`, `"; } body { background: url(//x)`, `{{.Code}}`, `' onclick='x`,
	} {
		d := Of(poisoned(t, text), Context{Agency: text})
		written := html(t, d)
		// Longer titles break over more lines of the drawing; no other element may come.
		if diff := cmp.Diff(without(wantHTML), without(element.FindAllString(written, -1))); diff != "" {
			t.Errorf("%q changes the elements (-want +got):\n%s", text, diff)
		}
		_, style, _ := strings.Cut(written, "<style>")
		style, _, _ = strings.Cut(style, "</style>")
		if strings.Count(style, "{") != strings.Count(style, "}") || strings.Contains(style, "<") ||
			strings.Contains(style, "url(//x)") {
			t.Errorf("%q breaks out of its string in the style", text)
		}
	}
	for text, want := range map[string]string{
		"a | b":                  `a \| b`,
		"<b>x</b>":               "&lt;b&gt;x&lt;/b&gt;",
		"[x](javascript:a)":      `\[x\](javascript:a)`,
		"one\n\n# two":           `one \# two`,
		"`code` **bold** ~~x~~ ": "\\`code\\` \\*\\*bold\\*\\* \\~\\~x\\~\\~",
		`\| &lt;`:                `\\\| &amp;lt;`,
	} {
		if got := markdownEscaped(text); got != want {
			t.Errorf("markdownEscaped(%q) = %q, want %q", text, got, want)
		}
	}
}

func without(elements []string) []string {
	kept := []string{}
	for _, e := range elements {
		if e != "<text" && e != "<svg" && e != "<use" {
			kept = append(kept, e)
		}
	}
	return kept
}

func poisoned(t *testing.T, text string) *v1alpha1.QualityProcedureSpec {
	t.Helper()
	spec := read(t, "testdata/permit.yaml")
	title := v1alpha1.Title(text)
	spec.Code, spec.Title, spec.Issue.Changes = text, title, text
	spec.Issue.Decision = v1alpha1.Decision{Number: text, Date: v1alpha1.Date(text), Signer: title}
	spec.Issue.EffectiveFrom = v1alpha1.Date(text)
	for i := range spec.Steps {
		spec.Steps[i].Title = title
		for k := range spec.Steps[i].Actions {
			spec.Steps[i].Actions[k].Title = title
		}
	}
	for i := range spec.Roles {
		spec.Roles[i].Title = title
	}
	for i := range spec.Forms {
		spec.Forms[i].Title = title
		for k := range spec.Forms[i].Fields {
			spec.Forms[i].Fields[k].Title = title
		}
	}
	for i := range spec.Documents {
		spec.Documents[i].Title = title
	}
	for i := range spec.Outcomes {
		spec.Outcomes[i].Title, spec.Outcomes[i].Number = title, text
	}
	for i := range spec.Records {
		spec.Records[i].Title = title
	}
	return spec
}

// TestDocumentOfLittle: a text with nothing optional in it has a document all the same.
func TestDocumentOfLittle(t *testing.T) {
	spec := &v1alpha1.QualityProcedureSpec{
		Code: "QT-1", Title: "Nhỏ",
		Roles: []v1alpha1.Role{{ID: "vai", Title: "Vai"}},
		Steps: []v1alpha1.Step{{
			ID: "B1", Kind: v1alpha1.StepIntake, Title: "Nhận", Role: "vai", Time: "0wh",
			Actions: []v1alpha1.Action{{ID: "xong", To: "end/outcome"}},
		}},
	}
	d := Of(spec, Context{})
	text := Markdown(d)
	for _, want := range []string{
		"Quy trình không yêu cầu giấy tờ.", "Không thu phí, lệ phí.", "Quy trình không dùng biểu mẫu.",
		"| B1 | Nhận<br>– xong: kết thúc theo kết quả giải quyết. | Vai | – | – |",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the document does not say %q:\n%s", want, text)
		}
	}
	if html(t, d) == "" {
		t.Error("no page")
	}
}
