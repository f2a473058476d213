// Package crd_test checks, against a real API server, what the CRDs promise: their rules, bounds, defaults and columns, and
// that what config/ installs is accepted.
package crd_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"chuan.dev/chuan/internal/testenv"
)

var env *testenv.Environment

func TestMain(m *testing.M) { os.Exit(testenv.Run(m, &env)) }

// crds returns the CRDs of config/crd/bases by kind.
func crds(t *testing.T) map[string]*apiextensionsv1.CustomResourceDefinition {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", "..", "config", "crd", "bases", "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no CRDs in config/crd/bases (%v)", err)
	}
	byKind := map[string]*apiextensionsv1.CustomResourceDefinition{}
	for _, file := range files {
		crd := &apiextensionsv1.CustomResourceDefinition{}
		if err := yaml.UnmarshalStrict(readFile(t, file), crd); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		byKind[crd.Spec.Names.Kind] = crd
	}
	return byKind
}

// walk visits the schema and everything below it. A path is that of a field, as spec.steps[].actions; that of the whole
// object is empty.
func walk(schema *apiextensionsv1.JSONSchemaProps, path string, visit func(path string, schema *apiextensionsv1.JSONSchemaProps)) {
	visit(path, schema)
	for name, property := range schema.Properties {
		walk(&property, strings.TrimPrefix(path+"."+name, "."), visit)
	}
	if schema.Items != nil && schema.Items.Schema != nil {
		walk(schema.Items.Schema, path+"[]", visit)
	}
	if schema.AdditionalProperties != nil && schema.AdditionalProperties.Schema != nil {
		walk(schema.AdditionalProperties.Schema, path+"{}", visit)
	}
}

// valid returns the object of a kind that breaks no rule, from testdata.
func valid(t *testing.T, kind string) *unstructured.Unstructured {
	t.Helper()
	text := readFile(t, filepath.Join("testdata", strings.ToLower(kind)+".yaml"))
	return &unstructured.Unstructured{Object: parse(t, string(text)).(map[string]any)}
}

// change puts a value, given as YAML, in the place of a field, as spec.steps[2].role. No value takes the field away.
type change struct{ path, value string }

// changed returns a copy of an object with some changes.
func changed(t *testing.T, object *unstructured.Unstructured, changes ...change) *unstructured.Unstructured {
	t.Helper()
	copied := object.DeepCopy()
	for _, c := range changes {
		var value any
		if c.value != "" {
			value = parse(t, c.value)
		}
		copied.Object = replace(t, copied.Object, steps(c.path), value).(map[string]any)
	}
	return copied
}

// steps splits a path into the names and the indices that lead along it.
func steps(path string) []string {
	return strings.FieldsFunc(path, func(r rune) bool { return strings.ContainsRune(".[]", r) })
}

// replace returns the node with the value, or without anything when it is nil, where the path leads.
func replace(t *testing.T, node any, path []string, value any) any {
	t.Helper()
	if len(path) == 0 {
		return value
	}
	switch node := node.(type) {
	case []any:
		index, err := strconv.Atoi(path[0])
		if err != nil || index > len(node) {
			t.Fatalf("no item %s in a list of %d", path[0], len(node))
		}
		if index == len(node) {
			node = append(node, nil)
		}
		node[index] = replace(t, node[index], path[1:], value)
		return node
	case map[string]any:
		if node[path[0]] = replace(t, node[path[0]], path[1:], value); node[path[0]] == nil {
			delete(node, path[0])
		}
		return node
	case nil:
		return replace(t, map[string]any{}, path, value)
	}
	t.Fatalf("%v has no field %s", node, path[0])
	return nil
}

// create stores an object under a name that is free: its own in a namespace of its own, or one that the server makes up.
func create(t *testing.T, object *unstructured.Unstructured) *unstructured.Unstructured {
	t.Helper()
	stored := placed(t, object)
	if err := env.Client(t).Create(t.Context(), stored); err != nil {
		t.Fatalf("create %s: %v", object.GetKind(), err)
	}
	return stored
}

// tryCreate returns the answer of the server to the creation of an object, which is not stored. What is checked offline has
// to come to the same.
func tryCreate(t *testing.T, object *unstructured.Unstructured) error {
	t.Helper()
	err := env.Client(t).Create(t.Context(), placed(t, object), client.DryRunAll)
	wantSameOffline(t, object, err)
	return err
}

// placed returns a copy of an object with the place in which it can be created.
func placed(t *testing.T, object *unstructured.Unstructured) *unstructured.Unstructured {
	t.Helper()
	copied := object.DeepCopy()
	switch copied.GetKind() {
	case "WorkCalendar", "LegalDocument":
		copied.SetGenerateName(copied.GetName() + "-")
		copied.SetName("")
	default:
		copied.SetNamespace(env.Namespace(t))
	}
	return copied
}

// setStatus writes the status of a stored object, given as YAML.
func setStatus(t *testing.T, object *unstructured.Unstructured, status string) {
	t.Helper()
	object.Object["status"] = parse(t, status)
	if err := env.Client(t).Status().Update(t.Context(), object); err != nil {
		t.Fatalf("update the status of %s: %v", object.GetKind(), err)
	}
}

// wholeObject is what the server names as the field of a rule over the whole object.
const wholeObject = "<nil>"

// wantOneCause fails the test unless an error is the refusal of an object for one reason, in one field.
func wantOneCause(t *testing.T, err error, field, message string) {
	t.Helper()
	got := causes(t, err)
	if len(got) != 1 || got[0].Field != field || !strings.Contains(got[0].Message, message) {
		t.Errorf("refused because of\n%v\nwant only\n%s: … %s", got, field, message)
	}
}

// wantCause fails the test unless an error is the refusal of an object for a reason in a field, perhaps among others.
func wantCause(t *testing.T, err error, field, message string) {
	t.Helper()
	got := causes(t, err)
	if !slices.ContainsFunc(got, func(cause metav1.StatusCause) bool {
		return cause.Field == field && strings.Contains(cause.Message, message)
	}) {
		t.Errorf("refused because of\n%v\nwant among them\n%s: … %s", got, field, message)
	}
}

// causes returns why the server refuses an object.
func causes(t *testing.T, err error) []metav1.StatusCause {
	t.Helper()
	var refusal apierrors.APIStatus
	if !errors.As(err, &refusal) || !apierrors.IsInvalid(err) {
		t.Fatalf("got the answer %v, want the object refused as invalid", err)
	}
	return refusal.Status().Details.Causes
}

// wantAccepted fails the test when an error says that an object was refused.
func wantAccepted(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Errorf("got the answer %v, want the object accepted", err)
	}
}

// parse reads a YAML text as the values that an object without Go types is made of.
func parse(t *testing.T, text string) any {
	t.Helper()
	asJSON, err := yaml.YAMLToJSONStrict([]byte(text))
	if err != nil {
		t.Fatalf("%v in:\n%s", err, text)
	}
	var value any
	if err := json.Unmarshal(asJSON, &value); err != nil {
		t.Fatalf("%v in:\n%s", err, text)
	}
	return value
}

func readFile(t *testing.T, file string) []byte {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// sortedLines joins texts for a comparison in which their order says nothing.
func sortedLines(lines []string) string {
	slices.Sort(lines)
	return strings.Join(slices.Compact(lines), "\n")
}

var kinds = []string{"Agency", "AuditPlan", "LegalDocument", "QualityProcedure", "WorkCalendar"}

func TestValidObjectsAreAccepted(t *testing.T) {
	for _, kind := range kinds {
		t.Run(kind, func(t *testing.T) {
			wantAccepted(t, tryCreate(t, valid(t, kind)))
		})
	}
	if diff := cmp.Diff(len(kinds), len(crds(t))); diff != "" {
		t.Errorf("kinds (-listed +with a CRD):\n%s", diff)
	}
}
