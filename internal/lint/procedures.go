package lint

import (
	"context"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/manifest"
	"chuan.dev/chuan/internal/procedure"
	"chuan.dev/chuan/internal/rule"
)

// proved is what the second reading of a file gave.
type proved struct {
	problems   []Finding
	procedures []provedProcedure
}

// provedProcedure is a procedure that was checked.
type provedProcedure struct {
	subject
	// value is the procedure or, of most, only what others refer to.
	value    *v1alpha1.QualityProcedure
	compiled compiledProcedure
	// places are where the findings lie, by their paths.
	places map[string]placed
}

// compiledProcedure is a procedure that can be used; of most, only its profile is kept.
type compiledProcedure struct {
	profile *procedure.Profile
	whole   *procedure.Procedure
}

// prove reads the procedures of a file, compiles each and holds it against its surroundings.
func (r *run) prove(ctx context.Context, source int) error {
	survey := r.surveys[source].Survey
	if len(survey.Procedures) == 0 {
		return nil
	}
	text, problem := r.sources[source].Read()
	out := &r.proved[source]
	if problem != nil {
		out.problems = []Finding{{Finding: ofProblem(*problem), Position: problem.Position}}
		return nil
	}
	var failed error
	problems := text.Procedures(survey, func(o *manifest.Read) {
		p, err := r.proveOne(ctx, text, o)
		if err != nil && failed == nil {
			failed = err
		}
		out.procedures = append(out.procedures, p)
	})
	for _, p := range problems {
		out.problems = append(out.problems, Finding{Finding: ofProblem(p), Position: p.Position, Excerpt: excerptAt(text.Data, p.Position)})
	}
	return failed
}

func (r *run) proveOne(ctx context.Context, text *manifest.Text, o *manifest.Read) (provedProcedure, error) {
	value, _ := o.Object.(*v1alpha1.QualityProcedure)
	out := provedProcedure{subject: subject{object: value, kind: o.Kind, position: o.Position}}
	refused, err := r.admit(ctx, o)
	p, findings := procedure.Compile(value.Name, &value.Spec)
	if p != nil {
		out.compiled.profile = p.Profile()
		if r.reported(o.Position.File) {
			findings = append(findings, procedure.Prove(p, r.around.of(value))...)
		}
	}
	findings = append(findings, procedure.CheckIssue(&value.Spec)...)
	out.refused, out.findings = refused, findings
	if len(findings)+len(refused) > 0 {
		out.places = make(map[string]placed, len(findings)+len(refused))
		for _, f := range slices.Concat(findings, refused) {
			if _, there := out.places[f.Path]; !there {
				at := o.Locate(f.Path)
				out.places[f.Path] = placed{at, excerptAt(text.Data, at)}
			}
		}
	}
	out.value = value
	if r.whole[manifest.Head{Namespace: value.Namespace, Name: value.Name}] {
		out.compiled.whole = p
	} else {
		out.value = outline(value)
	}
	out.object = out.value
	return out, err
}

// outline keeps of a procedure what others refer to.
func outline(p *v1alpha1.QualityProcedure) *v1alpha1.QualityProcedure {
	return &v1alpha1.QualityProcedure{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: p.Namespace, Name: p.Name, Labels: p.Labels, Annotations: waivers(p.Annotations),
		},
		Spec: v1alpha1.QualityProcedureSpec{
			Code: p.Spec.Code, AppliesTo: p.Spec.AppliesTo,
			Issue: v1alpha1.Issue{Revision: p.Spec.Issue.Revision, EffectiveFrom: p.Spec.Issue.EffectiveFrom},
		},
	}
}

// gatherProcedures puts together what the second reading gave.
func (r *run) gatherProcedures() {
	r.profiles = map[*v1alpha1.QualityProcedure]compiledProcedure{}
	for i := range r.proved {
		out := &r.proved[i]
		for _, f := range out.problems {
			if r.reported(f.Position.File) {
				r.report.Findings = append(r.report.Findings, f)
			}
		}
		for _, p := range out.procedures {
			r.set.Add(p.value, p.position)
			r.register(p.subject).places = p.places
			if p.compiled.profile != nil {
				r.profiles[p.value] = p.compiled
			}
		}
		r.proved[i] = proved{}
	}
}

func ofProblem(p manifest.Problem) rule.Finding {
	severity := rule.Error
	if p.Warning {
		severity = rule.Warning
	}
	return rule.Finding{Rule: p.Rule, Severity: severity, Path: p.Path, Message: p.Message, MessageVi: p.MessageVi}
}
