package procedure

import (
	"os"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"chuan.dev/chuan/api/v1alpha1"
)

// TestTheGuide: the example of docs/guides/qualityprocedure.md breaks no rule, and its fragments are of the language.
func TestTheGuide(t *testing.T) {
	guide, err := os.ReadFile("../../docs/guides/qualityprocedure.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(guide), "```yaml\n")[1:]
	if len(blocks) < 3 {
		t.Fatalf("%d examples, want the procedure, a migration and a template", len(blocks))
	}
	for i, block := range blocks {
		text, _, _ := strings.Cut(block, "```")
		if i > 0 {
			var fragment spec
			if err := yaml.UnmarshalStrict([]byte(text), &fragment); err != nil {
				t.Errorf("%v in\n%s", err, text)
			}
			continue
		}
		var whole v1alpha1.QualityProcedure
		if err := yaml.UnmarshalStrict([]byte(text), &whole); err != nil {
			t.Fatal(err)
		}
		if _, findings := Compile(whole.Name, &whole.Spec); len(findings) > 0 {
			t.Errorf("the example of the guide breaks %v", findings)
		}
	}
}
