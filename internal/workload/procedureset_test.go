package workload

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	coreac "k8s.io/client-go/applyconfigurations/core/v1"

	"github.com/google/go-cmp/cmp"

	"chuan.dev/chuan/api/v1alpha1"
)

func TestProcedureSetName(t *testing.T) {
	name := ProcedureSetName([]string{"khai-sinh", "ban-sao"})
	if !regexp.MustCompile(`^procedures-[0-9a-f]{10}$`).MatchString(name) {
		t.Errorf("unexpected form: %q", name)
	}
	tests := map[string]struct {
		members []string
		same    bool
	}{
		"another order":      {[]string{"ban-sao", "khai-sinh"}, true},
		"a repetition":       {[]string{"ban-sao", "khai-sinh", "ban-sao"}, true},
		"one more":           {[]string{"ban-sao", "khai-sinh", "xay-dung"}, false},
		"one less":           {[]string{"ban-sao"}, false},
		"names run together": {[]string{"ban-saokhai-sinh"}, false},
		"none":               {nil, false},
	}
	for title, tc := range tests {
		t.Run(title, func(t *testing.T) {
			if same := ProcedureSetName(tc.members) == name; same != tc.same {
				t.Errorf("same name: got %t, want %t", same, tc.same)
			}
		})
	}
	if got := ProcedureSetName(nil); got != "" {
		t.Errorf("no members: got %q", got)
	}
}

// revisions makes n revisions of n procedures, each of a compressed size.
func revisions(n, size int) []ProcedureManifest {
	var all []ProcedureManifest
	for i := range n {
		all = append(all, ProcedureManifest{Procedure: fmt.Sprintf("tthc-%03d", i), Revision: 1, Content: make([]byte, size)})
	}
	return all
}

func TestPartCount(t *testing.T) {
	tests := map[string]struct {
		manifests []ProcedureManifest
		want      int
	}{
		"none":                     {nil, 1},
		"three":                    {revisions(3, 5<<10), 1},
		"just beyond one":          {revisions(185, 5<<10), 2},
		"a province's communes":    {revisions(400, 5<<10), 4},
		"two that need one each":   {revisions(2, 800<<10), 2},
		"too many to fit in parts": {revisions(800, 5<<10), 0},
		"one too large":            {revisions(1, 901<<10), 0},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := PartCount(tc.manifests)
			var tooLarge *BundleTooLargeError
			if got != tc.want || errors.As(err, &tooLarge) != (tc.want == 0) {
				t.Errorf("got %d, %v; want %d", got, err, tc.want)
			}
		})
	}
}

func TestProcedureSet(t *testing.T) {
	manifests := revisions(400, 5<<10)
	manifests = append(manifests, ProcedureManifest{Procedure: "tthc-007", Revision: 2, Content: []byte("second")})
	objects, err := ProcedureSet("dien-bien", "procedures-0123456789", manifests)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for i, object := range objects {
		if want := fmt.Sprintf("procedures-0123456789-%d", len(objects)-1-i); object.Name() != want {
			t.Errorf("object %d is %s, want %s: the last part comes first", i, object.Name(), want)
		}
		if got := object.Meta.Labels[v1alpha1.LabelProcedureSet]; got != "procedures-0123456789" {
			t.Errorf("%s is labelled as a part of %q", object.Name(), got)
		}
		size := 0
		for file, content := range object.Configuration.(*coreac.ConfigMapApplyConfiguration).BinaryData {
			if before := files[file]; before != "" {
				t.Errorf("%s is in %s and in %s", file, before, object.Name())
			}
			files[file] = object.Name()
			size += len(file) + len(content)
		}
		if size > MaxConfigMapBytes {
			t.Errorf("%s holds %d bytes", object.Name(), size)
		}
	}
	if len(files) != 401 {
		t.Errorf("%d files, want 401", len(files))
	}
	if files["tthc-007-r1.yaml.gz"] != files["tthc-007-r2.yaml.gz"] {
		t.Error("the revisions of one procedure are in two parts")
	}
}

// A change of law is one write: the part that holds the procedure.
func TestNewRevisionChangesOnePart(t *testing.T) {
	render := func(manifests []ProcedureManifest) map[string]string {
		objects, err := ProcedureSet("n", "s", manifests)
		if err != nil {
			t.Fatal(err)
		}
		parts := map[string]string{}
		for i, text := range configurations(t, objects) {
			parts[objects[i].Name()] = text
		}
		return parts
	}
	before := render(revisions(400, 5<<10))
	after := render(append(revisions(400, 5<<10), ProcedureManifest{Procedure: "tthc-123", Revision: 2, Content: []byte("x")}))
	changed := 0
	for name := range after {
		if before[name] != after[name] {
			changed++
		}
	}
	if len(before) != len(after) || changed != 1 {
		t.Errorf("%d of %d parts changed, want 1 of %d", changed, len(after), len(before))
	}
}

func TestNewProcedureManifest(t *testing.T) {
	spec := &v1alpha1.QualityProcedureSpec{Code: "QT-01", Title: "Cấp bản sao", Issue: v1alpha1.Issue{Revision: 3}}
	m, err := NewProcedureManifest("ban-sao", map[string]string{"field": "ho-tich"}, spec)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("ban-sao-r3.yaml.gz", m.file()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	text := unpack(t, m.Content)
	for _, part := range []string{"kind: QualityProcedure", "name: ban-sao", "field: ho-tich", "title: Cấp bản sao"} {
		if !strings.Contains(text, part) {
			t.Errorf("%q is missing in:\n%s", part, text)
		}
	}
}
