package procedure

import (
	"os"
	"testing"

	"sigs.k8s.io/yaml"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/rule"
)

// FuzzCompile compiles whatever decodes: nothing may panic, a procedure is there exactly when there is no error, and the
// same text gives the same findings.
func FuzzCompile(f *testing.F) {
	seed, err := os.ReadFile("testdata/qt-xd-07.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seed)
	f.Add([]byte("spec: {steps: [{id: B1, kind: intake, actions: [{id: a, to: join}]}]}"))
	f.Add([]byte("spec: {steps: [{id: P, kind: parallel, to: P, branches: [[P], [Q]]}, {id: Q, kind: parallel, branches: [[P], []]}]}"))
	f.Add([]byte(`spec: {deadline: {startsAt: "/"}, forms: [{id: d, fields: [{name: int, type: integer, requiredWhen: int > 0}]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var source v1alpha1.QualityProcedure
		if yaml.Unmarshal(data, &source) != nil {
			return
		}
		p, findings := Compile("fuzz", &source.Spec)
		if (p == nil) != (len(rule.Errors(findings)) > 0) {
			t.Fatalf("procedure %v with findings %v", p, findings)
		}
		_, again := Compile("fuzz", &source.Spec)
		if len(again) != len(findings) {
			t.Fatalf("findings %v, then %v", findings, again)
		}
		if p != nil {
			p.Intake()
			Digest(p.Spec)
			MissingRoles(p, nil)
		}
	})
}
