// Package admission holds objects against the CEL rules of their CustomResourceDefinitions as the API server does: with its
// compiler, its values and its limits on what rules may cost. It needs no server.
//
// It is apart from internal/manifest, which holds objects against the rest of the schema, because the workflow service
// reads manifests too and has no use for the API server's libraries.
package admission

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	v1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	apiservercel "k8s.io/apiserver/pkg/apis/cel"
	"sigs.k8s.io/yaml"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/config/crd"
	"chuan.dev/chuan/internal/rule"
)

// ruleSchema is the id of the findings: what the API server would refuse.
const ruleSchema rule.ID = "S1"

// compiled are the rules of the kinds of this project, each compiled when it is needed first.
var compiled = map[string]func() (*node, error){
	v1alpha1.AgencyKind:           compileOnce("agencies"),
	v1alpha1.AuditPlanKind:        compileOnce("auditplans"),
	v1alpha1.LegalDocumentKind:    compileOnce("legaldocuments"),
	v1alpha1.QualityProcedureKind: compileOnce("qualityprocedures"),
	v1alpha1.WorkCalendarKind:     compileOnce("workcalendars"),
}

func compileOnce(plural string) func() (*node, error) {
	return sync.OnceValues(func() (*node, error) {
		schema, err := readSchema(plural)
		if err != nil {
			return nil, fmt.Errorf("the definition of %s: %w", plural, err)
		}
		return compile(schema)
	})
}

// Prepare compiles the rules of a kind, which takes some tens of milliseconds, so that it can be done while other work goes
// on. It may be called any number of times.
func Prepare(kind string) {
	if rules := compiled[kind]; rules != nil {
		_, _ = rules() // Check returns the error.
	}
}

// Check holds a new object against the rules of its kind. The object has its defaults filled in and fits the rest of the
// schema; whole numbers in it are int64. Rules that compare with what was there before do not apply to it. The error says
// that the rules themselves cannot be used, or that the context ended.
func Check(ctx context.Context, kind string, object map[string]any) ([]rule.Finding, error) {
	rules := compiled[kind]
	if rules == nil {
		return nil, fmt.Errorf("there are no rules for the kind %s", kind)
	}
	root, err := rules()
	if err != nil || root == nil {
		return nil, err
	}
	w := &walk{ctx: ctx, budget: apiservercel.RuntimeCELCostBudget}
	w.value(root, nil, object)
	return w.findings, ctx.Err()
}

// readSchema reads the schema of the served version of a kind.
func readSchema(plural string) (*structuralschema.Structural, error) {
	data, err := crd.Bases.ReadFile("bases/" + v1alpha1.Group + "_" + plural + ".yaml")
	if err != nil {
		return nil, err
	}
	encoded, err := yaml.YAMLToJSON(data)
	if err != nil {
		return nil, err
	}
	var definition v1.CustomResourceDefinition
	if err := json.Unmarshal(encoded, &definition); err != nil {
		return nil, err
	}
	for _, version := range definition.Spec.Versions {
		if version.Name != v1alpha1.GroupVersion.Version || version.Schema == nil {
			continue
		}
		var schema apiextensions.JSONSchemaProps
		if err := v1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(version.Schema.OpenAPIV3Schema, &schema, nil); err != nil {
			return nil, err
		}
		return structuralschema.NewStructural(&schema)
	}
	return nil, errors.New("it has no version " + v1alpha1.GroupVersion.Version)
}
