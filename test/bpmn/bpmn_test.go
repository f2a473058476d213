// Package bpmn_test reads the BPMN that chuan writes as process tools do: with the reader of bpmn-js, in Node.
package bpmn_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/flowchart"
)

// run runs a program of Node. The test fails where there is none: what is not read is not proved.
func run(t *testing.T, name string, args ...string) {
	t.Helper()
	output, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v (the test needs node and npm)\n%s", name, strings.Join(args, " "), err, output)
	}
}

func TestProcessToolsReadTheCharts(t *testing.T) {
	run(t, "npm", "ci", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts")
	examples, err := filepath.Glob("../../examples/dien-bien/procedures/*.yaml")
	if err != nil || len(examples) < 3 {
		t.Fatalf("%d example procedures, %v", len(examples), err)
	}
	directory := t.TempDir()
	args := []string{"check.mjs"}
	write := func(name string, spec *v1alpha1.QualityProcedureSpec) {
		file := filepath.Join(directory, name+".bpmn")
		if err := os.WriteFile(file, []byte(flowchart.BPMN(flowchart.Of(spec, nil))), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, file)
	}
	for _, file := range examples {
		var example v1alpha1.QualityProcedure
		read(t, file, &example)
		write(strings.TrimSuffix(filepath.Base(file), ".yaml"), &example.Spec)
	}
	var every v1alpha1.QualityProcedureSpec
	read(t, "testdata/every-construct.yaml", &every)
	write("every-construct", &every)
	run(t, "node", args...)
}

func read(t *testing.T, file string, into any) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.UnmarshalStrict(text, into); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}
