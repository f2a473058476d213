package procedure

import (
	"fmt"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/rule"
)

// ruleChange is the id of the rule on what a revision changes against the one before it.
const ruleChange rule.ID = "V1"

// CheckIssue says what is wrong with a revision by itself (V1): one that is not the first says what it changes, and a map of
// open dossiers leads to steps that can take them.
func CheckIssue(spec *v1alpha1.QualityProcedureSpec) []rule.Finding {
	var found []violation
	if spec.Issue.Revision > 1 && spec.Issue.Changes == "" {
		found = append(found, at("spec.issue.changes",
			"revision %d does not say what it changes; write it in issue.changes, for those who work by the one before",
			"lần ban hành %d không nêu nội dung sửa đổi; hãy ghi vào issue.changes để người đang áp dụng bản trước biết", spec.Issue.Revision))
	}
	found = append(found, checkMapTargets(spec)...)
	return findingsOf(found)
}

// CheckSuccession says what is wrong when a text takes the place of an earlier one of the same procedure (V1). The change is
// what Compare says of the two.
func CheckSuccession(before, after *v1alpha1.QualityProcedureSpec, change Change) []rule.Finding {
	old, now := before.Issue.Revision, after.Issue.Revision
	switch {
	case now < old:
		return findingsOf([]violation{at("spec.issue.revision",
			"the revision goes back from %d to %d; issue the older text again as revision %d",
			"lần ban hành lùi từ %d về %d; muốn dùng lại văn bản cũ thì ban hành thành lần %d", old, now, old+1)})
	case now == old:
		return findingsOf(keptRevision(now, change))
	}
	var found []violation
	if after.Issue.EffectiveFrom < before.Issue.EffectiveFrom {
		found = append(found, at("spec.issue.effectiveFrom",
			"revision %d is in force from %s, before revision %d (%s), which then never is; let it begin on that day or later",
			"lần ban hành %d có hiệu lực từ %s, trước lần %d (%s), nên lần đó không bao giờ được áp dụng; hãy ghi ngày đó hoặc muộn hơn",
			now, after.Issue.EffectiveFrom, old, before.Issue.EffectiveFrom))
	}
	if change.Kind == Structural && after.Transition == nil {
		first := firstOf(change, Structural)
		found = append(found, violation{
			path: "spec.transition",
			message: fmt.Sprintf("revision %d changes the structure of revision %d (%s); say in transition what becomes of open dossiers",
				now, old, first.Message),
			messageVi: fmt.Sprintf("lần ban hành %d thay đổi cấu trúc của lần %d (%s); hãy ghi transition: hồ sơ đang giải quyết xử lý thế nào",
				now, old, first.MessageVi),
		})
	}
	return findingsOf(append(found, checkMap(before, after)...))
}

// keptRevision says that a text changed under the number that it had.
func keptRevision(revision int32, change Change) []violation {
	if change.Kind == Unchanged {
		return nil
	}
	first := firstOf(change, change.Kind)
	v := violation{path: "spec.issue.revision"}
	if change.Kind == Editorial {
		v.severity = rule.Warning
	}
	v.message = fmt.Sprintf("the text changes and is still revision %d (%s change, %d in all, first %s); raise issue.revision, for an accepted revision does not change",
		revision, change.Kind, len(change.Differences), first.Message)
	v.messageVi = fmt.Sprintf("văn bản thay đổi mà vẫn là lần ban hành %d (%s, tất cả %d điểm, trước hết: %s); hãy tăng issue.revision vì bản đã ban hành không được sửa",
		revision, change.Kind.Vietnamese(), len(change.Differences), first.MessageVi)
	return []violation{v}
}

// Vietnamese names the kind for officers.
func (k ChangeKind) Vietnamese() string {
	return map[ChangeKind]string{
		Unchanged: "không đổi", Editorial: "sửa câu chữ", Tightening: "siết chặt", Loosening: "nới lỏng", Structural: "thay đổi cấu trúc",
	}[k]
}

func firstOf(change Change, kind ChangeKind) Difference {
	for _, d := range change.Differences {
		if d.Kind == kind {
			return d
		}
	}
	return Difference{}
}

// checkMapTargets looks at where a map of open dossiers leads.
func checkMapTargets(spec *v1alpha1.QualityProcedureSpec) []violation {
	if spec.Transition == nil {
		return nil
	}
	var found []violation
	g := newGraph(spec)
	for i, m := range spec.Transition.Steps {
		path := fmt.Sprintf("spec.transition.steps[%d].to", i)
		n, ok := g.steps[m.To]
		switch {
		case !ok:
			found = append(found, at(path, "dossiers of step %s are moved to %s, which is no step of this revision",
				"hồ sơ ở bước %s được chuyển đến %s, không phải là bước của lần ban hành này", m.From, m.To))
		case g.line[n].parallel != mainLine:
			found = append(found, at(path,
				"dossiers of step %s are moved into %s, one branch of %s, and the other branches would never begin; move them to %[3]s itself",
				"hồ sơ ở bước %s được chuyển vào %s, một nhánh của %s, nên các nhánh khác không bắt đầu; hãy chuyển đến chính %[3]s",
				m.From, m.To, g.id(g.line[n].parallel)))
		}
	}
	return found
}

// checkMap sees that a map of open dossiers leaves none behind: every step of the text before that may hold one is mapped,
// unless it is still there, of the same kind and on the same line.
func checkMap(before, after *v1alpha1.QualityProcedureSpec) []violation {
	if after.Transition == nil || after.Transition.OpenCases != "migrate" {
		return nil
	}
	mapped := map[v1alpha1.ID]bool{}
	old, now := newGraph(before), newGraph(after)
	var found []violation
	for i, m := range after.Transition.Steps {
		mapped[m.From] = true
		if _, ok := old.steps[m.From]; !ok {
			found = append(found, at(fmt.Sprintf("spec.transition.steps[%d].from", i),
				"%s is no step of revision %d, so that no dossier can be there; take the entry out",
				"%s không phải là bước của lần ban hành %d nên không có hồ sơ nào ở đó; hãy bỏ mục này", m.From, before.Issue.Revision))
		}
	}
	for i := range before.Steps {
		step := &before.Steps[i]
		// A dossier in a parallel step is in the steps of its branches.
		if mapped[step.ID] || step.Kind == v1alpha1.StepParallel {
			continue
		}
		n, ok := now.steps[step.ID]
		stays := ok && after.Steps[n].Kind == step.Kind && (now.line[n].parallel == mainLine) == (old.line[i].parallel == mainLine)
		if !stays {
			found = append(found, at("spec.transition.steps",
				"dossiers may be in step %s of revision %d, which this revision does not have in the same place; map it to the step in which they go on",
				"hồ sơ có thể đang ở bước %s của lần ban hành %d, bước này không còn như cũ; hãy ghi bước tiếp nhận chúng", step.ID, before.Issue.Revision))
		}
	}
	return found
}

func findingsOf(found []violation) []rule.Finding {
	findings := make([]rule.Finding, len(found))
	for i, v := range found {
		findings[i] = finding(ruleChange, rule.Error, v)
	}
	return findings
}
