package manifest

import (
	"bytes"
	"io"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"chuan.dev/chuan/internal/admission"
)

// admitted reads a file in two steps, as the linter does, and holds what it finds against the rules of the CRDs: the steps
// find what one reading finds, and every finding has a place.
func admitted(t *testing.T, data []byte) {
	t.Helper()
	text, problem := Source{Name: "x.yaml", Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }}.Read()
	if problem != nil {
		return
	}
	check := func(o *Read) {
		findings, err := admission.Check(t.Context(), o.Kind, o.Plain)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range findings {
			if at := o.Locate(f.Path); at.Line < o.Position.Line || at.Column < 1 {
				t.Fatalf("%s lies at %s, before the object at %s", f.Path, at, o.Position)
			}
		}
	}
	survey := text.Survey(check)
	text.Procedures(survey, check)
}

// FuzzLoad loads whatever comes: nothing may panic, every problem has a place and words, and what loads can be written
// and read back.
func FuzzLoad(f *testing.F) {
	for _, file := range []string{"agencies.yaml", "procedures.yaml", "calendar.json", "other.yml"} {
		seed, err := os.ReadFile("testdata/province/" + file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(seed)
	}
	f.Add([]byte("a: &a [*a]\n---\n<<: {}\n"))
	f.Add([]byte("\xff\xfea\x00"))
	f.Add([]byte("title: " + tcvn3 + "\n---\n" + good + "---\n" + good))
	f.Add([]byte(strings.Replace(good, "title: Luật", "title: &t "+vni+", source: *t", 1)))
	f.Add([]byte("apiVersion: qms.chuan.dev/v1alpha1\nkind: QualityProcedure\nmetadata:\n  name: a\nspec: {code: 1.000, steps: [{id: a}]}\n"))
	f.Add([]byte("apiVersion: v1\nkind: List\nitems:\n- a: &a\n- {apiVersion: qms.chuan.dev/v1alpha1, kind: QualityProcedure, metadata: {name: a}, spec: *a}\n"))
	f.Add([]byte("a: " + strings.Repeat("[", 200) + "\n"))
	f.Add([]byte("kind: List\napiVersion: v1\nitems: [{kind: List, apiVersion: v1, items: [1, [2]]}]\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		set, problems := Load(fstest.MapFS{"x.yaml": {Data: data}})
		for _, p := range problems {
			if p.File == "" || p.Message == "" || p.MessageVi == "" || p.Rule == "" {
				t.Fatalf("incomplete problem %+v", p)
			}
			locate(data, p.Position, p.Path)
		}
		admitted(t, data)
		Resolve(set)
		var written bytes.Buffer
		if err := Write(&written, objects(set)...); err != nil {
			t.Fatalf("what was loaded cannot be written: %v", err)
		}
		if set.Size() == 0 {
			return
		}
		again, problems := Load(fstest.MapFS{"x.yaml": {Data: written.Bytes()}})
		if again.Size() != set.Size() {
			t.Fatalf("%d objects were written, %d read back: %v\n%s", set.Size(), again.Size(), problems, written.Bytes())
		}
	})
}
