package admission

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/google/cel-go/cel"
	v1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	schemacel "k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel/model"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	apiservercel "k8s.io/apiserver/pkg/cel"
	"k8s.io/apiserver/pkg/cel/environment"
)

// node is a place of a schema at which, or below which, there are rules.
type node struct {
	rules []compiledRule
	// schema gives CEL the types of the values.
	schema *typed
	// reads are the fields that the rules read; nil where that is not known.
	reads *reads

	properties map[string]*node
	// order holds the names of properties, so that findings come in the same order every time.
	order []string
	items *node
}

// compiledRule is one rule of a schema.
type compiledRule struct {
	// source is the rule itself.
	source string
	// text names the rule where it could not be evaluated.
	text string
	// message is what the rule says of an object that breaks it.
	message string
	// field is the field below the value that the rule blames, as .time. Empty for the value itself.
	field   string
	program cel.Program
	// reason is the program that words the message; nil where the message is fixed.
	reason cel.Program
}

// compile compiles the rules of the schema of a kind, or returns nil where there are none.
func compile(schema *structuralschema.Structural) (*node, error) {
	c := &compiler{environment: environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion())}
	// The API server knows the name of every object, whether or not the schema speaks of metadata.
	root := model.WithTypeAndObjectMeta(schema)
	return c.node(schema, newTyped(root), model.SchemaDeclType(schema, true))
}

type compiler struct{ environment *environment.EnvSet }

func (c *compiler) node(schema *structuralschema.Structural, types *typed, declared *apiservercel.DeclType) (*node, error) {
	if schema.ValueValidation != nil && len(schema.ValueValidation.AllOf) > 0 || schema.AdditionalProperties != nil && holdsRules(schema.AdditionalProperties.Structural) {
		return nil, errors.New("rules below allOf or additionalProperties are not looked at; write them on the field")
	}
	n := &node{schema: types}
	if declared == nil {
		return nil, nil
	}
	if err := c.rules(n, schema, declared); err != nil {
		return nil, err
	}
	for _, name := range sortedNames(schema.Properties) {
		property := schema.Properties[name]
		if !holdsRules(&property) {
			continue
		}
		escaped, _ := apiservercel.Escape(name)
		field := declared.Fields[escaped]
		if field == nil {
			return nil, fmt.Errorf("the field %s is unknown to the rules around it", name)
		}
		inner, err := c.node(&property, types.properties[name], field.Type)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		n.add(name, inner)
	}
	if schema.Items != nil && holdsRules(schema.Items) {
		items, err := c.node(schema.Items, types.items, declared.ElemType)
		if err != nil {
			return nil, fmt.Errorf("items: %w", err)
		}
		n.items = items
	}
	return n, nil
}

func (n *node) add(name string, inner *node) {
	if n.properties == nil {
		n.properties = map[string]*node{}
	}
	n.properties[name] = inner
	n.order = append(n.order, name)
}

// rules compiles the rules of one place, but for those of changes, which a new object cannot break.
func (c *compiler) rules(n *node, schema *structuralschema.Structural, declared *apiservercel.DeclType) error {
	ofNew := *schema
	ofNew.XValidations = nil
	for _, r := range schema.XValidations {
		if !strings.Contains(r.Rule, schemacel.OldScopedVarName) || r.OptionalOldSelf != nil && *r.OptionalOldSelf {
			ofNew.XValidations = append(ofNew.XValidations, r)
		}
	}
	results, err := schemacel.Compile(&ofNew, declared, celconfig.PerCallLimit, c.environment, schemacel.StoredExpressionsEnvLoader())
	if err != nil {
		return err
	}
	for i, result := range results {
		r := &ofNew.XValidations[i]
		switch {
		case result.Error != nil:
			return fmt.Errorf("the rule %q: %w", r.Rule, result.Error)
		case result.MessageExpressionError != nil:
			return fmt.Errorf("the message of the rule %q: %w", r.Rule, result.MessageExpressionError)
		case result.UsesOldSelf:
			return fmt.Errorf("the rule %q asks for the old object even of a new one, which is not looked at", r.Rule)
		}
		n.rules = append(n.rules, compiledRule{
			source: r.Rule, text: cmp.Or(strings.TrimSpace(r.Message), strings.TrimSpace(r.Rule)), message: messageOf(r), field: result.NormalizedRuleFieldPath,
			program: result.Program, reason: result.MessageExpression,
		})
	}
	if len(n.rules) > 0 {
		n.reads = readsOf(n.rules, n.schema)
	}
	return nil
}

func messageOf(r *v1.ValidationRule) string {
	if r.Message == "" {
		return "failed rule: " + strings.TrimSpace(r.Rule)
	}
	return strings.TrimSpace(r.Message)
}

// holdsRules says whether there are rules in a schema.
func holdsRules(schema *structuralschema.Structural) bool {
	if schema == nil {
		return false
	}
	if len(schema.XValidations) > 0 || holdsRules(schema.Items) {
		return true
	}
	for _, property := range schema.Properties {
		if holdsRules(&property) {
			return true
		}
	}
	return schema.AdditionalProperties != nil && holdsRules(schema.AdditionalProperties.Structural)
}
