package flowchart

import (
	"os"
	"testing"

	"sigs.k8s.io/yaml"

	"chuan.dev/chuan/api/v1alpha1"
)

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
