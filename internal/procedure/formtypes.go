package procedure

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"

	"chuan.dev/chuan/api/v1alpha1"
)

// celType is the type that a field has in expressions. A date is its text, as 2026-03-01, which sorts as dates do; a
// file is the name under which it is kept.
func celType(t v1alpha1.FieldType) *types.Type {
	switch t {
	case v1alpha1.FieldInteger:
		return types.IntType
	case v1alpha1.FieldNumber:
		return types.DoubleType
	case v1alpha1.FieldBoolean:
		return types.BoolType
	default:
		return types.StringType
	}
}

// formTypes tells the expression language which forms a procedure has, which fields they have, and of which types.
type formTypes struct {
	types.Provider
	// forms are those of the procedure whose expressions are being compiled.
	forms map[v1alpha1.ID]*v1alpha1.Form
}

func (t *formTypes) form(structType string) (*v1alpha1.Form, bool) {
	id, isForm := strings.CutPrefix(structType, "form('")
	if !isForm {
		return nil, false
	}
	form, ok := t.forms[v1alpha1.ID(strings.TrimSuffix(id, "')"))]
	return form, ok
}

// FindStructType implements types.Provider.
func (t *formTypes) FindStructType(structType string) (*types.Type, bool) {
	if _, ok := t.form(structType); ok || structType == formsVariable {
		return types.NewTypeTypeWithParam(types.NewObjectType(structType)), true
	}
	return t.Provider.FindStructType(structType)
}

// FindStructFieldNames implements types.Provider.
func (t *formTypes) FindStructFieldNames(structType string) ([]string, bool) {
	form, ok := t.form(structType)
	if !ok {
		return t.Provider.FindStructFieldNames(structType)
	}
	names := make([]string, len(form.Fields))
	for i := range form.Fields {
		names[i] = form.Fields[i].Name
	}
	return names, true
}

// FindStructFieldType implements types.Provider.
func (t *formTypes) FindStructFieldType(structType, name string) (*types.FieldType, bool) {
	if structType == formsVariable {
		return formOfDossier(v1alpha1.ID(name)), true
	}
	form, ok := t.form(structType)
	if !ok {
		return t.Provider.FindStructFieldType(structType, name)
	}
	field := fieldOf(form, name)
	if field == nil {
		return nil, false
	}
	return &types.FieldType{
		Type: celType(field.Type),
		IsSet: func(values any) bool {
			filled, isForm := values.(map[string]any)
			return isForm && filled[name] != nil
		},
		GetFrom: func(values any) (any, error) {
			filled, _ := values.(map[string]any)
			return fieldValue(form.ID, field, filled)
		},
	}, true
}

// formOfDossier is the field that a form is among the forms of a dossier; nothing is filled in of one that is not there.
func formOfDossier(id v1alpha1.ID) *types.FieldType {
	return &types.FieldType{
		Type:  types.NewObjectType(formVariable(id)),
		IsSet: func(any) bool { return true },
		GetFrom: func(values any) (any, error) {
			forms, _ := values.(Forms)
			return forms[id], nil
		},
	}
}

// fieldValue returns the value of a field as its declared type, or an error that wraps ErrNotFilledIn.
func fieldValue(form v1alpha1.ID, field *v1alpha1.FormField, filled map[string]any) (any, error) {
	value := filled[field.Name]
	if value == nil {
		return nil, &notFilledIn{fieldRef{form, field.Name}}
	}
	converted, ok := convert(value, celType(field.Type))
	if !ok {
		return nil, fmt.Errorf("%s.%s holds a %T where the form wants a value of type %s", formVariable(form), field.Name, value, field.Type)
	}
	return converted, nil
}

// convert brings a value that came from JSON to the type of its field.
func convert(value any, to *types.Type) (any, bool) {
	switch to {
	case types.BoolType:
		b, ok := value.(bool)
		return b, ok
	case types.IntType:
		return integer(value)
	case types.DoubleType:
		return number(value)
	default:
		s, ok := value.(string)
		return s, ok
	}
}

// integer accepts whole numbers in every form in which a decoder may hand them over.
func integer(value any) (int64, bool) {
	switch v := value.(type) {
	case int:
		return int64(v), true
	case int32:
		return int64(v), true
	case int64:
		return v, true
	case json.Number:
		n, err := v.Int64()
		return n, err == nil
	case float64:
		// Beyond 2^53 a float64 no longer tells whole numbers apart.
		return int64(v), v == math.Trunc(v) && math.Abs(v) <= 1<<53
	default:
		return 0, false
	}
}

func number(value any) (float64, bool) {
	switch v := value.(type) {
	case float64:
		return v, true
	case json.Number:
		f, err := v.Float64()
		return f, err == nil
	default:
		n, ok := integer(value)
		return float64(n), ok
	}
}

// activation gives an expression the values of a dossier's forms.
type activation struct{ forms Forms }

// ResolveName implements cel.Activation.
func (a *activation) ResolveName(name string) (any, bool) { return a.forms, name == formsVariable }

// Parent implements cel.Activation.
func (a *activation) Parent() cel.Activation { return nil }
