package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"chuan.dev/chuan/api/v1alpha1"
)

// Write writes objects as one canonical stream of YAML documents, in the order given, with sorted keys. It leaves out
// the status and what only a cluster knows of an object: of the metadata the name, namespace, labels and annotations
// remain, without the annotations that speak of the cluster's own work. The same objects always give the same bytes,
// and Load reads them back as they were.
func Write(w io.Writer, objects ...runtime.Object) error {
	for _, object := range objects {
		kind, err := kindOf(object)
		if err != nil {
			return err
		}
		document, err := canonical(kind, object)
		if err != nil {
			return fmt.Errorf("write a manifest of kind %s: %w", kind, err)
		}
		if _, err := w.Write(document); err != nil {
			return fmt.Errorf("write a manifest of kind %s: %w", kind, err)
		}
	}
	return nil
}

// kindOf names the kind by the type of the object: objects that come from a client have no TypeMeta.
func kindOf(object runtime.Object) (string, error) {
	switch object.(type) {
	case *v1alpha1.Agency:
		return v1alpha1.AgencyKind, nil
	case *v1alpha1.QualityProcedure:
		return v1alpha1.QualityProcedureKind, nil
	case *v1alpha1.WorkCalendar:
		return v1alpha1.WorkCalendarKind, nil
	case *v1alpha1.LegalDocument:
		return v1alpha1.LegalDocumentKind, nil
	case *v1alpha1.AuditPlan:
		return v1alpha1.AuditPlanKind, nil
	default:
		return "", fmt.Errorf("write a manifest: %T is no kind of %s", object, v1alpha1.Group)
	}
}

// clusterAnnotations speak of what was done with an object, not of the object.
var clusterAnnotations = []string{
	v1alpha1.AnnotationRequestedAt,
	"kubectl.kubernetes.io/last-applied-configuration",
}

func canonical(kind string, object runtime.Object) ([]byte, error) {
	encoded, err := json.Marshal(object)
	if err != nil {
		return nil, err
	}
	var source struct {
		Metadata struct {
			Name        string            `json:"name,omitempty"`
			Namespace   string            `json:"namespace,omitempty"`
			Labels      map[string]string `json:"labels,omitempty"`
			Annotations map[string]string `json:"annotations,omitempty"`
		} `json:"metadata"`
		Spec json.RawMessage `json:"spec"`
	}
	if err := json.Unmarshal(encoded, &source); err != nil {
		return nil, err
	}
	if source.Metadata.Name == "" {
		return nil, errors.New("the object has no name")
	}
	for _, annotation := range clusterAnnotations {
		delete(source.Metadata.Annotations, annotation)
	}
	text, err := yaml.Marshal(map[string]any{
		"apiVersion": v1alpha1.GroupVersion.String(),
		"kind":       kind,
		"metadata":   source.Metadata,
		"spec":       source.Spec,
	})
	if err != nil {
		return nil, err
	}
	return bytes.Join([][]byte{[]byte("---\n"), text}, nil), nil
}
