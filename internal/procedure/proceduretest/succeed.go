package proceduretest

import (
	"encoding/json"
	"fmt"
	"strings"

	"chuan.dev/chuan/api/v1alpha1"
)

// Succeed is the next revision of a procedure, onto which open dossiers move: by itself or when their applicants ask. Its
// steps may have other names.
func Succeed(c Chance, spec *v1alpha1.QualityProcedureSpec) *v1alpha1.QualityProcedureSpec {
	text, err := json.Marshal(spec)
	if err != nil {
		panic(err)
	}
	transition := &v1alpha1.Transition{OpenCases: One(c, "migrate", "onApplicantRequest")}
	if renames := In(c, 2) && transition.OpenCases == "migrate"; renames || transition.OpenCases == "migrate" {
		for i := range spec.Steps {
			to := spec.Steps[i].ID
			if renames {
				to = "X" + to
			}
			text = []byte(strings.ReplaceAll(string(text), fmt.Sprintf("%q", spec.Steps[i].ID), fmt.Sprintf("%q", to)))
			transition.Steps = append(transition.Steps, v1alpha1.StepMapping{From: spec.Steps[i].ID, To: to})
		}
	}
	next := new(v1alpha1.QualityProcedureSpec)
	if err := json.Unmarshal(text, next); err != nil {
		panic(err)
	}
	next.Issue.Revision++
	next.Transition = transition
	return next
}
