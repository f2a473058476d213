package manifest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"unicode/utf16"

	"golang.org/x/text/unicode/norm"
)

// tcvn3 and vni spell "Thủ tục hành chính" as documents from before Unicode do, taken for Latin letters.
const (
	tcvn3 = "Thñ tôc hµnh chÝnh"
	vni   = "Thuû tuïc haønh chính"
)

// latin1 saves a text in one byte a character.
func latin1(text string) string {
	var out []byte
	for _, r := range text {
		out = append(out, byte(r))
	}
	return string(out)
}

func inUTF16(text string, mark bool) string {
	var out []byte
	if mark {
		out = append(out, 0xff, 0xfe)
	}
	for _, unit := range utf16.Encode([]rune(text)) {
		out = append(out, byte(unit), byte(unit>>8))
	}
	return string(out)
}

// TestLoadSaysWhatIsWrongWithHostileAndForeignText gives every text that must not hurt the loader a finding that helps.
func TestLoadSaysWhatIsWrongWithHostileAndForeignText(t *testing.T) {
	titled := func(title string) string { return strings.Replace(good, "title: Luật", "title: "+title, 1) }
	for name, tt := range map[string]struct{ text, want string }{
		"UTF-16 with its mark":    {inUTF16(good, true), "x.yaml: the file is saved as UTF-16; save it as UTF-8"},
		"UTF-16 without its mark": {inUTF16(good, false), "x.yaml: the file is saved as UTF-16, without its mark"},
		"NUL bytes":               {good + strings.Repeat("\x00", 100), "x.yaml:5:1: the file holds a NUL byte"},
		"TCVN3 in bytes":          {latin1(strings.ReplaceAll(titled(tcvn3), "ậ", "")), "x.yaml:4:38: the byte 0xf1 is not UTF-8; the text looks like Vietnamese in TCVN3 (ABC): convert it"},
		"VNI in bytes":            {latin1(strings.ReplaceAll(titled(vni), "ậ", "")), "x.yaml:4:39: the byte 0xfb is not UTF-8; the text looks like Vietnamese in VNI: convert it"},
		"VPS in bytes":            {"title: Th\x8a t\x96c h\x8anh ch\x91nh l\x8anh t\x96\n", "x.yaml:1:10: the byte 0x8a is not UTF-8; the text looks like Vietnamese in VPS"},
		"another encoding":        {"title: caf\xe9\n", "x.yaml:1:11: the byte 0xe9 is not UTF-8; save the file as UTF-8"},
		"TCVN3 in UTF-8":          {titled(tcvn3), `x.yaml:4:36: spec.title: "Thñ tôc hµnh chÝnh" looks like Vietnamese in TCVN3 (ABC)`},
		"VNI in UTF-8":            {titled(vni), `x.yaml:4:36: spec.title: "Thuû tuïc haønh chính" looks like Vietnamese in VNI`},
		"letters taken apart":     {titled(norm.NFD.String("Luật")), `x.yaml:4:36: spec.title: "` + norm.NFD.String("Luật") + `" is in a form of Unicode that takes letters`},
		"brackets in brackets":    {"a: " + strings.Repeat("[", 100_000), "x.yaml:1: values lie more than 10000 deep"},
		"braces in braces":        {"a: " + strings.Repeat("{a: ", 100_000), "x.yaml:1: "},
		"lists in lists":          {"a:\n" + strings.Repeat("- ", 100_000) + "b\n", "x.yaml:2: values lie more than 10000 deep"},
		"a deep object of ours":   {titled("x, a: " + strings.Repeat("[", 500) + strings.Repeat("]", 500)), `x.yaml:4:`},
		"too many values":         {"a:\n" + strings.Repeat("- b\n", maxValues), "x.yaml:1: the document holds some 800001 values"},
		"too long a document":     {"a: " + strings.Repeat("x", maxDocumentBytes), "x.yaml:1: the document holds some 1 values in 8388611 bytes"},
		"a tab":                   {"a:\n\tb: c\n", "x.yaml:2: this is not YAML: found character that cannot start any token"},
		"an unknown alias":        {"a: *b\n", "x.yaml:1: this is not YAML: unknown anchor 'b' referenced"},
		"a repeated key":          {titled("a, title: b"), `x.yaml:4:39: spec.title: the field "title" is given twice`},
		"dots between thousands":  {calendarWith("  series: vn", "  year: 2.026", "  standing: Provisional", hours), "x.yaml:6:9: spec.year: 2.026 is written with a dot between thousands or a decimal comma, which a manifest is not; if 2026 is meant"},
		"a decimal comma":         {calendarWith("  series: vn", "  year: 0,5", "  standing: Provisional", hours), "x.yaml:6:9: spec.year: 0,5 is written with a dot between thousands or a decimal comma, which a manifest is not; if 0.5 is meant"},
	} {
		t.Run(name, func(t *testing.T) {
			_, problems := Load(fstest.MapFS{"x.yaml": {Data: []byte(tt.text)}})
			if len(problems) != 1 || !strings.HasPrefix(problems[0].String(), tt.want) {
				t.Fatalf("got  %.300s\nwant %s", problems, tt.want)
			}
			if vi := problems[0].MessageVi; vi == "" || vi == problems[0].Message || strings.Contains(vi, "%!") {
				t.Errorf("Vietnamese message: %q", vi)
			}
		})
	}
}

// TestLoadReadsWhatEditorsWrite loads what looks odd and is in order.
func TestLoadReadsWhatEditorsWrite(t *testing.T) {
	for name, text := range map[string]string{
		"lines of Windows":       strings.ReplaceAll(good, "\n", "\r\n"),
		"a byte order mark":      "\xef\xbb\xbf" + good,
		"no line break":          strings.TrimSuffix(good, "\n"),
		"an anchor and an alias": strings.Replace(strings.Replace(good, "title: Luật", "title: &t Luật", 1), "source: illustrative", "source: *t", 1),
		"a list":                 "apiVersion: v1\nkind: List\nitems:\n- " + strings.ReplaceAll(good, "\n", "\n  "),
		"our own list":           "apiVersion: qms.chuan.dev/v1alpha1\nkind: LegalDocumentList\nitems:\n- " + strings.ReplaceAll(good, "\n", "\n  "),
		"JSON": `{"apiVersion":"qms.chuan.dev/v1alpha1","kind":"LegalDocument","metadata":{"name":"luat"},"spec":` +
			`{"number":"1/2020","title":"Lu\u1eadt","effectiveFrom":"2020-01-01","source":"illustrative"}}`,
		"what Helm writes":          "---\n# Source: chart/templates/luat.yaml\n" + good + "---\n# Source: chart/templates/pod.yaml\napiVersion: v1\nkind: Pod\n---\n",
		"a title in French":         strings.Replace(good, "Luật", "Noël naïf à la française", 1),
		"a title of old spelling":   strings.Replace(good, "Luật", "Hoà giải thuỷ lợi toán quê uỷ ban", 1),
		"Vietnamese of few marks":   strings.Replace(good, "Luật", "Hoàn cảnh xã hội tiêu chuẩn nhà ở công trình", 1),
		"micrometres and trademark": strings.Replace(good, "Luật", "Bụi PM 2.5 µm®", 1),
	} {
		t.Run(name, func(t *testing.T) {
			set, problems := Load(fstest.MapFS{"x.yaml": {Data: []byte(text)}})
			if len(problems) > 0 || len(set.LegalDocuments) != 1 {
				t.Fatalf("%d documents, problems %v", len(set.LegalDocuments), problems)
			}
		})
	}
}

// TestSourcesPassOverWhatIsNoFile walks a directory with a pipe, a link in a circle and a directory without right.
func TestSourcesPassOverWhatIsNoFile(t *testing.T) {
	directory := t.TempDir()
	for _, err := range []error{
		os.WriteFile(filepath.Join(directory, "luat.yaml"), []byte(good), 0o600),
		syscall.Mkfifo(filepath.Join(directory, "ong.yaml"), 0o600),
		os.Symlink(".", filepath.Join(directory, "vong")),
		os.Symlink("vong.yaml", filepath.Join(directory, "vong.yaml")),
		os.Symlink("/dev/zero", filepath.Join(directory, "zero.yaml")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	set, problems := Load(os.DirFS(directory))
	var got []string
	for _, p := range problems {
		got = append(got, p.String())
	}
	want := []string{
		"ong.yaml: cannot be read: it is a device, a pipe or a socket and no file; take it away",
		"vong.yaml: cannot be read: too many levels of symbolic links",
		"zero.yaml: cannot be read: it is a device, a pipe or a socket and no file; take it away",
	}
	if len(set.LegalDocuments) != 1 || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%d documents, problems %q, want one and %q", len(set.LegalDocuments), got, want)
	}
}
