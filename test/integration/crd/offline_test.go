package crd_test

import (
	"bytes"
	"io"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"chuan.dev/chuan/internal/admission"
	"chuan.dev/chuan/internal/manifest"
)

// wantSameOffline wants of an object the verdict of chuan lint, which knows no server, to be that of the API server. Every
// object that a test of this package tries to create comes here.
func wantSameOffline(t *testing.T, object *unstructured.Unstructured, answer error) {
	t.Helper()
	if answer != nil && !apierrors.IsInvalid(answer) && !apierrors.IsBadRequest(answer) {
		return // what stood in the way was not the object
	}
	refusals := offline(t, object)
	if (answer != nil) != (len(refusals) > 0) {
		t.Errorf("the API server answers %v, offline it is refused for %q", answer, refusals)
	}
}

// offline says what chuan lint has against an object by the schema and the rules of its kind.
func offline(t *testing.T, object *unstructured.Unstructured) []string {
	t.Helper()
	text, err := yaml.Marshal(object.Object)
	if err != nil {
		t.Fatal(err)
	}
	source := manifest.Source{Name: "x.yaml", Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil }}
	read, problem := source.Read()
	if problem != nil {
		return []string{problem.String()}
	}
	var refusals []string
	check := func(o *manifest.Read) {
		findings, err := admission.Check(t.Context(), o.Kind, o.Plain)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range findings {
			refusals = append(refusals, f.String())
		}
	}
	survey := read.Survey(check)
	for _, p := range append(survey.Problems, read.Procedures(survey, check)...) {
		refusals = append(refusals, p.String())
	}
	return refusals
}
