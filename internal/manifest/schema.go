package manifest

import (
	"fmt"
	"regexp"
	"sync"

	"go.yaml.in/yaml/v3"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/config/crd"
)

// schema is the structural part of an OpenAPI schema, as far as the CRDs of this project use it.
type schema struct {
	Type         string             `yaml:"type"`
	Format       string             `yaml:"format"`
	Properties   map[string]*schema `yaml:"properties"`
	Additional   *schema            `yaml:"additionalProperties"`
	Items        *schema            `yaml:"items"`
	Required     []string           `yaml:"required"`
	Enum         []string           `yaml:"enum"`
	Pattern      *pattern           `yaml:"pattern"`
	MinLength    *int               `yaml:"minLength"`
	MaxLength    *int               `yaml:"maxLength"`
	Minimum      *int64             `yaml:"minimum"`
	Maximum      *int64             `yaml:"maximum"`
	MinItems     *int               `yaml:"minItems"`
	MaxItems     *int               `yaml:"maxItems"`
	Default      any                `yaml:"default"`
	ListType     string             `yaml:"x-kubernetes-list-type"`
	ListMapKeys  []string           `yaml:"x-kubernetes-list-map-keys"`
	IntOrString  bool               `yaml:"x-kubernetes-int-or-string"`
	anythingGoes bool
}

// pattern is a regular expression (RE2, as in the API server).
type pattern struct{ *regexp.Regexp }

// UnmarshalYAML implements yaml.Unmarshaler.
func (p *pattern) UnmarshalYAML(node *yaml.Node) (err error) {
	p.Regexp, err = regexp.Compile(node.Value)
	return err
}

// schemas are those of the kinds of this project. Each is read from its CRD when it is needed first.
var schemas = map[string]func() *schema{
	v1alpha1.AgencyKind:           readOnce("agencies"),
	v1alpha1.AuditPlanKind:        readOnce("auditplans"),
	v1alpha1.LegalDocumentKind:    readOnce("legaldocuments"),
	v1alpha1.QualityProcedureKind: readOnce("qualityprocedures"),
	v1alpha1.WorkCalendarKind:     readOnce("workcalendars"),
}

func readOnce(plural string) func() *schema {
	return sync.OnceValue(func() *schema {
		file := "bases/" + v1alpha1.Group + "_" + plural + ".yaml"
		data, err := crd.Bases.ReadFile(file)
		if err == nil {
			var s *schema
			if _, s, err = parseDefinition(data); err == nil {
				return s
			}
		}
		// The CRDs are part of the program; a test reads them all.
		panic("manifest: read the embedded definition " + file + ": " + err.Error())
	})
}

// parseDefinition reads the schema of the served version out of a CustomResourceDefinition.
func parseDefinition(data []byte) (kind string, s *schema, err error) {
	var definition struct {
		Spec struct {
			Names struct {
				Kind string `yaml:"kind"`
			} `yaml:"names"`
			Versions []struct {
				Name   string `yaml:"name"`
				Schema struct {
					Root *schema `yaml:"openAPIV3Schema"`
				} `yaml:"schema"`
			} `yaml:"versions"`
		} `yaml:"spec"`
	}
	if err := yaml.Unmarshal(data, &definition); err != nil {
		return "", nil, err
	}
	for _, version := range definition.Spec.Versions {
		if version.Name == v1alpha1.GroupVersion.Version {
			root := version.Schema.Root
			root.Properties["metadata"] = metadataSchema
			root.Required = append(root.Required, "metadata")
			if status, ok := root.Properties["status"]; ok {
				// What a cluster observed is not what a manifest says: it is passed over, whatever it is.
				root.Properties["status"] = &schema{anythingGoes: true, Default: status.Default}
			}
			return definition.Spec.Names.Kind, root, nil
		}
	}
	return "", nil, fmt.Errorf("no version %s", v1alpha1.GroupVersion.Version)
}

// metadataSchema is the part of ObjectMeta that a manifest says something by. What only a cluster writes there is passed
// over.
var metadataSchema = func() *schema {
	longest, shortest := 253, 1
	texts := &schema{Type: "object", Additional: &schema{Type: "string"}}
	metadata := &schema{
		Type:     "object",
		Required: []string{"name"},
		Properties: map[string]*schema{
			"name": {Type: "string", MinLength: &shortest, MaxLength: &longest, Pattern: &pattern{
				regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`),
			}},
			"namespace": {Type: "string", MinLength: &shortest, MaxLength: &longest, Pattern: &pattern{
				regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`),
			}},
			"labels":      texts,
			"annotations": texts,
		},
	}
	for _, field := range []string{
		"creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp", "finalizers", "generateName", "generation",
		"managedFields", "ownerReferences", "resourceVersion", "selfLink", "uid",
	} {
		metadata.Properties[field] = &schema{anythingGoes: true}
	}
	return metadata
}()
