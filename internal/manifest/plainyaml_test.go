package manifest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// FuzzPlainYAML holds the plain parser against the YAML library: what it reads, the library reads alike.
func FuzzPlainYAML(f *testing.F) {
	for _, seed := range plainSeeds {
		f.Add(seed)
	}
	files, err := filepath.Glob("../../examples/dien-bien/*/*.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for _, d := range splitDocuments(text) {
			f.Add(string(d.text))
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		if checkText("x", []byte(text)) != nil {
			return
		}
		for _, d := range splitDocuments([]byte(text)) {
			got, ok := parsePlain(d.text)
			if !ok {
				continue
			}
			want, err := parseAny(d.text)
			if err != nil {
				t.Fatalf("the library refuses what was read: %v\n%q", err, d.text)
			}
			if g, w := written(got), written(want); g != w {
				t.Fatalf("read\n%s\nthe library reads\n%s\nof %q", g, w, d.text)
			}
		}
	})
}

// plainSeeds are texts of which some are read and some are left to the library.
var plainSeeds = []string{
	"a: b\n", "a:\n- b\n- c: d\n  e: f\n", "a:\n  - - b\n    - c\n  -\n    d: e\n", "a: [b, 'c', \"d\"]\nb: {c: d, \"e\":f}\n",
	"{\"a\": [1, 2.5, true, null],\n \"b\": {}}\n", "a: b # c\n# d\n\ne: f#g\n", "a: -1\nb: - 1\nc: -\n", "? a\n: b\n", "a: |\n  b\n",
	"a: b\n  c\n", "a: 'b''c'\n", "a: \"b\\n\"\n", "---\na: b\n", "--- a: b\n", "a: &x b\nc: *x\n", "a: !t b\n", "<<: {a: b}\n", "a : b\n",
	"a: b: c\n", "a: {b, c}\n", "a: [b: c]\n", "a: [\n  b,\n  c # d\n  ]\n", "a:\n", "ô: ă\nb: [đ, {ế: ừ}]\n", "a: ~\nb: yes\nc: 2026-01-01\n",
	"a: b\n c: d\n", "a:\n  b: c\n d: e\n", "a: 'b\n  c'\n", "'a': b\n\"c d\": e\n", "a: [b c, d  , e:f]\n", "- a\n- b\n", "a: {b: c d, e: 'f'}\n",
	"a: [,]\n", "a: [b,]\n", "a: {b: }\n", "a: {b: c,}\n", "{}\n", "[]\n", "a: {}x\n", "a:\n# b\n  c: d\n", "-a: b\n", "a: b \n", "\n\na: b", "a: #b\n  c: d\n",
	"a: >-\n  b\n  c\n\n  d\ne: f\n", "a: |\n  b\n   c\n\n\n  d\n\n", "- >\n  a\n  b\n- c\n", "a: |-\n  b\n # c\nd: e\n", "a: >\n  b\n   c\n", "a: |\n\n  b\n",
	"a: |\n   b\n  c\n", "a: |2\n  b\n", "a: |+\n  b\n\n", "a: |\n  b", "a: |\n  b \n   \n  c\n", "a:\n- b: |\n    c\n  d: e\n", "a: >- # b\n  c # d\n", "a: |\nb: c\n",
	"a: [b]\n- c\n", "a: {\nb: c}\n", "a: 'b'#c\n", "a: {b: [c, {d: e}], f: g}\n", "a: ?b\n", "a: [b?c]\n", "a: [-1, -]\n", "a: 'b': c\n", "a: \"b: c\"\n", "'a: b': c\n", "\"a\" b: c\n",
}

// written writes a node with everything that the loader reads of it.
func written(node *yaml.Node) string {
	var out strings.Builder
	var write func(node *yaml.Node, depth int)
	write = func(node *yaml.Node, depth int) {
		style := node.Style & (yaml.SingleQuotedStyle | yaml.DoubleQuotedStyle | yaml.FlowStyle | yaml.LiteralStyle | yaml.FoldedStyle)
		fmt.Fprintf(&out, "%*s%d %s %q %d %d:%d\n", depth, "", node.Kind, node.ShortTag(), node.Value, style, node.Line, node.Column)
		for _, inner := range node.Content {
			write(inner, depth+1)
		}
	}
	if node != nil {
		write(node, 0)
	}
	return out.String()
}

// TestThePlainParserReadsWhatPeopleWrite keeps the fast way from being lost: every example procedure is read by it.
func TestThePlainParserReadsWhatPeopleWrite(t *testing.T) {
	files, err := filepath.Glob("../../examples/dien-bien/procedures/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range splitDocuments(text) {
			if _, ok := parsePlain(d.text); !ok && len(strings.TrimSpace(string(d.text))) > 0 {
				t.Errorf("%s:%d: the document is left to the library", file, d.line)
			}
		}
	}
}
