package admission

import (
	"maps"
	"slices"

	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel/model"
	"k8s.io/apiserver/pkg/cel/common"
)

// typed is the API server's view of a schema for CEL, with what lies below it made once. The API server's own makes the
// properties of an object anew each time a rule reads one of its fields, which is nine tenths of the cost of a rule.
type typed struct {
	*model.Structural
	items      *typed
	properties map[string]*typed
	// fields are the properties as CEL asks for them.
	fields map[string]common.Schema
}

func newTyped(schema *structuralschema.Structural) *typed {
	t := &typed{Structural: &model.Structural{Structural: schema}}
	if schema.Items != nil {
		t.items = newTyped(schema.Items)
	}
	if schema.Properties == nil {
		return t
	}
	t.properties = make(map[string]*typed, len(schema.Properties))
	t.fields = make(map[string]common.Schema, len(schema.Properties))
	for name, property := range schema.Properties {
		t.properties[name] = newTyped(&property)
		t.fields[name] = t.properties[name]
	}
	return t
}

// Items returns the schema of the entries of a list.
func (t *typed) Items() common.Schema {
	if t.items == nil {
		return nil
	}
	return t.items
}

// Properties returns the schemas of the fields of an object.
func (t *typed) Properties() map[string]common.Schema { return t.fields }

func sortedNames(properties map[string]structuralschema.Structural) []string {
	return slices.Sorted(maps.Keys(properties))
}
