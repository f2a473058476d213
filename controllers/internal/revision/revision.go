// Package revision keeps accepted revisions of procedures as ControllerRevisions: how one is written, and how it is read
// back. The data of a ControllerRevision cannot change, which is what an accepted text needs.
package revision

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/procedure"
)

// Text is what an accepted revision says.
type Text struct {
	// Spec is the approved text, without suspend.
	Spec v1alpha1.QualityProcedureSpec `json:"spec"`
	// Labels are those of the QualityProcedure when the revision was accepted; the selectors of agencies match them.
	Labels map[string]string `json:"labels,omitempty"`
}

// Name returns the name of the ControllerRevision of a revision of a procedure.
func Name(procedure string, number int32) string {
	return procedure + "-r" + strconv.Itoa(int(number))
}

// Labels returns the labels by which the ControllerRevisions of a procedure are found.
func Labels(procedure string) map[string]string {
	return map[string]string{
		v1alpha1.LabelManagedBy: v1alpha1.ManagedByValue,
		v1alpha1.LabelProcedure: procedure,
	}
}

// New returns the ControllerRevision that records the present text of a procedure. It is removed with the procedure.
func New(p *v1alpha1.QualityProcedure) (*appsv1.ControllerRevision, error) {
	text := Text{Spec: p.Spec, Labels: p.Labels}
	text.Spec.Suspend = nil
	data, err := json.Marshal(text)
	if err != nil {
		return nil, fmt.Errorf("encode revision %d of procedure %s: %w", p.Spec.Issue.Revision, p.Name, err)
	}
	isController := true
	return &appsv1.ControllerRevision{
		ObjectMeta: metav1.ObjectMeta{
			Namespace:   p.Namespace,
			Name:        Name(p.Name, p.Spec.Issue.Revision),
			Labels:      Labels(p.Name),
			Annotations: map[string]string{v1alpha1.AnnotationEffectiveFrom: string(p.Spec.Issue.EffectiveFrom)},
			OwnerReferences: []metav1.OwnerReference{{
				APIVersion: v1alpha1.GroupVersion.String(), Kind: v1alpha1.QualityProcedureKind,
				Name: p.Name, UID: p.UID, Controller: &isController,
			}},
		},
		Data:     runtime.RawExtension{Raw: data},
		Revision: int64(p.Spec.Issue.Revision),
	}, nil
}

// Of returns the number of a recorded revision and its first day in force, without reading its text.
func Of(record *appsv1.ControllerRevision) (procedure.Revision, error) {
	day := v1alpha1.Date(record.Annotations[v1alpha1.AnnotationEffectiveFrom])
	if day == "" {
		return procedure.Revision{}, fmt.Errorf("the ControllerRevision %s lacks the annotation %s: delete it; it is made again when its text is the present one",
			record.Name, v1alpha1.AnnotationEffectiveFrom)
	}
	if record.Revision < 1 || record.Revision > math.MaxInt32 {
		return procedure.Revision{}, fmt.Errorf("the ControllerRevision %s has the number %d, which no procedure has: delete it",
			record.Name, record.Revision)
	}
	return procedure.Revision{Revision: int32(record.Revision), EffectiveFrom: day}, nil
}

// Read returns the text of a recorded revision.
func Read(record *appsv1.ControllerRevision) (*Text, error) {
	var text Text
	if err := json.Unmarshal(record.Data.Raw, &text); err != nil {
		return nil, fmt.Errorf("read the text of the ControllerRevision %s: %w", record.Name, err)
	}
	return &text, nil
}
