package admission

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	schemacel "k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apimachinery/pkg/util/json"
	apiservercel "k8s.io/apiserver/pkg/apis/cel"
	"sigs.k8s.io/yaml"
)

// read reads the first object of a file as the API server holds it.
func read(t testing.TB, file string) map[string]any {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := yaml.YAMLToJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	var object map[string]any
	if err := json.Unmarshal(encoded, &object); err != nil {
		t.Fatal(err)
	}
	return object
}

// TestCheckAgreesWithTheAPIServersValidator changes sound objects in every place and wants the messages and paths of the API
// server's own validator.
func TestCheckAgreesWithTheAPIServersValidator(t *testing.T) {
	for kind, plural := range map[string]string{
		"Agency": "agencies", "AuditPlan": "auditplans", "LegalDocument": "legaldocuments",
		"QualityProcedure": "qualityprocedures", "WorkCalendar": "workcalendars",
	} {
		t.Run(kind, func(t *testing.T) {
			schema, err := readSchema(plural)
			if err != nil {
				t.Fatal(err)
			}
			theirs := schemacel.NewValidator(schema, true, apiservercel.PerCallLimit)
			object := read(t, filepath.Join("..", "..", "test", "integration", "crd", "testdata", strings.ToLower(kind)+".yaml"))
			defaulting.Default(object, schema)
			broken := 0
			compare := func(what string) {
				t.Helper()
				got := []string{}
				findings, err := Check(t.Context(), kind, object)
				if err != nil {
					t.Fatal(err)
				}
				for _, f := range findings {
					got = append(got, f.Path+": "+strings.TrimPrefix(f.Message, "the API server refuses this: "))
				}
				want := []string{}
				errs, _ := theirs.Validate(t.Context(), nil, nil, object, nil, apiservercel.RuntimeCELCostBudget)
				for _, e := range errs {
					want = append(want, strings.TrimPrefix(e.Field, "<nil>")+": "+e.Detail)
				}
				broken += len(want)
				// The order of fields is theirs of a map.
				if diff := cmp.Diff(counted(want), counted(got)); diff != "" {
					t.Errorf("%s (-theirs +ours):\n%s", what, diff)
				}
			}
			compare("as it is")
			mutate(object, kind, compare)
			t.Logf("%d violations of changed objects", broken)
			if broken == 0 {
				t.Error("no change breaks a rule")
			}
		})
	}
}

func counted(texts []string) map[string]int {
	counts := map[string]int{}
	for _, text := range texts {
		counts[text]++
	}
	return counts
}

// mutate takes out every field in turn, changes every text, and calls a function each time.
func mutate(value any, path string, changed func(what string)) {
	switch v := value.(type) {
	case map[string]any:
		for name, inner := range v {
			at := path + "." + name
			delete(v, name)
			changed(at + " taken out")
			v[name] = inner
			if _, ok := inner.(string); ok {
				for _, other := range []string{"", "wait", "parallel"} {
					v[name] = other
					changed(at + " = " + other)
				}
				v[name] = inner
			}
			mutate(inner, at, changed)
		}
	case []any:
		for _, inner := range v {
			mutate(inner, path+"[]", changed)
		}
	}
}

func TestCheckOfAnUnknownKind(t *testing.T) {
	if _, err := Check(t.Context(), "Pod", nil); err == nil {
		t.Error("no error for a kind that has no rules")
	}
}

func BenchmarkCheck(b *testing.B) {
	object := read(b, "../../examples/dien-bien/procedures/cap-giay-phep-xay-dung-nha-o.yaml")
	Prepare("QualityProcedure")
	b.ReportAllocs()
	for b.Loop() {
		if findings, err := Check(b.Context(), "QualityProcedure", object); err != nil || len(findings) > 0 {
			b.Fatal(findings, err)
		}
	}
}
