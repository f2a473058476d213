package main

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"

	"sigs.k8s.io/yaml"

	"chuan.dev/chuan/config/crd"
)

// writeSchema derives the JSON schema of procedures from their CRD, without the CEL rules, and returns the location by
// which kubeconform finds it.
func writeSchema(directory string) (location string, err error) {
	data, err := crd.Bases.ReadFile("bases/qms.chuan.dev_qualityprocedures.yaml")
	if err != nil {
		return "", err
	}
	var definition struct {
		Spec struct {
			Versions []struct {
				Schema struct {
					Root map[string]any `json:"openAPIV3Schema"`
				} `json:"schema"`
			} `json:"versions"`
		} `json:"spec"`
	}
	if err := yaml.Unmarshal(data, &definition); err != nil {
		return "", err
	}
	if len(definition.Spec.Versions) != 1 {
		return "", errors.New("the CRD of procedures has not one version")
	}
	root := definition.Spec.Versions[0].Schema.Root
	strict(root)
	encoded, err := json.Marshal(root)
	if err != nil {
		return "", err
	}
	return filepath.Join(directory, "{{.ResourceKind}}.json"), os.WriteFile(filepath.Join(directory, "qualityprocedure.json"), encoded, 0o600)
}

// strict takes the CEL rules out of a schema and refuses fields that it does not know.
func strict(value any) {
	switch v := value.(type) {
	case map[string]any:
		delete(v, "x-kubernetes-validations")
		if properties, ok := v["properties"].(map[string]any); ok && v["type"] == "object" {
			if _, said := v["additionalProperties"]; !said {
				v["additionalProperties"] = false
			}
			for _, property := range properties {
				strict(property)
			}
			return
		}
		for _, inner := range v {
			strict(inner)
		}
	case []any:
		for _, inner := range v {
			strict(inner)
		}
	}
}
