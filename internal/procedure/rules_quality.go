package procedure

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"chuan.dev/chuan/api/v1alpha1"
)

// checkOutcomesRecorded (Q1): every outcome leaves a record whose retention rests on an instrument.
func checkOutcomesRecorded(s *subject) []violation {
	if len(s.spec.Records) == 0 {
		return []violation{at("spec.records",
			"no record is kept of any of the %d outcomes; add one that keeps documents, forms or M07, with its keeper, retention and basis",
			"chưa có hồ sơ lưu trữ nào cho %d kết quả; thêm hồ sơ lưu documents, forms hoặc sổ M07, kèm người giữ, thời hạn và căn cứ",
			len(s.spec.Outcomes))}
	}
	printed := s.printedFor()
	var found []violation
	for i := range s.spec.Outcomes {
		outcome := &s.spec.Outcomes[i]
		var without []string
		kept := slices.ContainsFunc(s.spec.Records, func(r v1alpha1.QualityRecord) bool {
			if !slices.ContainsFunc(r.Keeps, func(what v1alpha1.ID) bool { return s.leaves(outcome, printed[i], what) }) {
				return false
			}
			if r.Basis == "" {
				without = append(without, string(r.ID))
			}
			return r.Basis != ""
		})
		switch {
		case kept:
		case len(without) > 0:
			found = append(found, at(fmt.Sprintf("spec.outcomes[%d]", i),
				"a dossier that ends with %s leaves only records whose retention rests on nothing (%s); name the LegalDocument that sets it as their basis",
				"hồ sơ kết thúc với kết quả %s chỉ lưu ở các hồ sơ chưa có căn cứ thời hạn bảo quản (%s); ghi văn bản quy định vào basis",
				outcome.ID, strings.Join(without, ", ")))
		default:
			found = append(found, at(fmt.Sprintf("spec.outcomes[%d]", i),
				"a dossier that ends with %s leaves none of the %d records; let one keep documents, forms or M07, the register",
				"hồ sơ kết thúc với kết quả %s không được lưu trong %d hồ sơ lưu trữ nào; cần có hồ sơ lưu documents, forms hoặc sổ M07",
				outcome.ID, len(s.spec.Records)))
		}
	}
	return found
}

// leaves says whether a dossier that ends with an outcome leaves something behind that a record keeps.
func (s *subject) leaves(outcome *v1alpha1.Outcome, printed map[v1alpha1.ID]bool, what v1alpha1.ID) bool {
	switch what {
	case "documents":
		return len(s.spec.Documents) > 0
	case "forms":
		return len(s.spec.Forms) > 0
	case "outcome":
		return outcome.Template != "" || outcome.Result == v1alpha1.ResultGranted || outcome.Result == v1alpha1.ResultRefused
	case "M07":
		return true // every dossier is entered in the register
	default:
		return printed[what]
	}
}

// printedFor says which print forms may have been printed when a dossier ends with each outcome.
func (s *subject) printedFor() []map[v1alpha1.ID]bool {
	ends := make([][]int, len(s.spec.Outcomes))
	printed := make([]map[v1alpha1.ID]bool, len(s.spec.Outcomes))
	for _, end := range s.flow().arrivals() {
		ends[end.outcome] = append(ends[end.outcome], end.step)
	}
	for o := range printed {
		printed[o] = map[v1alpha1.ID]bool{}
	}
	note := func(o int, forms []v1alpha1.PrintForm) {
		for _, form := range forms {
			printed[o][v1alpha1.ID(form)] = true
		}
	}
	for i := range s.spec.Steps {
		for a := range s.spec.Steps[i].Actions {
			if prints := s.spec.Steps[i].Actions[a].Prints; len(prints) > 0 {
				for _, o := range s.outcomesAfter(i, s.out[i][a], ends) {
					note(o, prints)
				}
			}
		}
		if expires := s.spec.Steps[i].Expires; expires != nil && len(expires.Prints) > 0 {
			for _, o := range s.outcomesAfter(i, s.out[i][len(s.spec.Steps[i].Actions)], ends) {
				note(o, expires.Prints)
			}
		}
	}
	return printed
}

// outcomesAfter are the outcomes with which a dossier may end that has left a step by an edge.
func (s *subject) outcomesAfter(from int, e edge, ends [][]int) []int {
	if e.End && e.Outcome != "" {
		return []int{s.flow().outcome(e.Outcome)}
	}
	var after []int
	next, _ := s.resolve(from, e)
	for o, steps := range ends {
		if slices.ContainsFunc(steps, func(step int) bool {
			return step == from && e.End || next != noStep && (step == next || s.leads(next, step))
		}) {
			after = append(after, o)
		}
	}
	return after
}

// checkEvidence (Q2): whoever decides leaves something that an auditor can look at.
func checkEvidence(s *subject) []violation {
	var found []violation
	for i := range s.spec.Steps {
		step := &s.spec.Steps[i]
		if step.Sign != nil || step.Drafts != "" || len(step.Forms) > 0 {
			continue
		}
		for a := range step.Actions {
			action := &step.Actions[a]
			decides := step.Kind == v1alpha1.StepApprove || action.Sets != nil
			requires := action.Requires
			evident := len(action.Prints) > 0 || requires != nil && (len(requires.Forms) > 0 || isTrue(requires.Reason))
			if decides && !evident && step.Kind != v1alpha1.StepIntake {
				found = append(found, at(actionPath(i, a),
					"the action %s of step %s decides and leaves nothing that an auditor can look at; let the step sign or fill in a form, or let the action require a form or a reason",
					"hành động %s của bước %s là quyết định nhưng không để lại bằng chứng; cần ký, khai biểu mẫu, hoặc yêu cầu biểu mẫu hay lý do",
					action.ID, step.ID))
			}
		}
	}
	return found
}

// checkObjectives (Q3): every objective can be measured by what the procedure leaves behind, in a unit that fits.
func checkObjectives(s *subject) []violation {
	var found []violation
	for i := range s.spec.Objectives {
		objective := &s.spec.Objectives[i]
		path := fmt.Sprintf("spec.objectives[%d]", i)
		if v, wrong := mistargeted(path+".target", objective); wrong {
			found = append(found, v)
		}
		if !slices.Contains([]string{"month", "quarter", "year"}, objective.Period) {
			found = append(found, at(path+".period", "%q is no period; write month, quarter or year",
				"%q không phải kỳ đánh giá; ghi month, quarter hoặc year", objective.Period))
		}
		if v, wanting := s.unmeasurable(path+".measure", objective); wanting {
			found = append(found, v)
		}
	}
	return found
}

// mistargeted says what is wrong with the target of an objective.
func mistargeted(path string, objective *v1alpha1.Objective) (violation, bool) {
	direction, figure, _ := strings.Cut(objective.Target, " ")
	percent, isRate := strings.CutSuffix(figure, "%")
	wants := "<="
	if objective.Measure == "onTimeRate" {
		wants = ">="
	}
	value, _ := strconv.ParseFloat(percent, 64)
	switch rate := objective.Measure != "medianDuration"; {
	case rate && !isRate:
		return at(path, "%s is a share of dossiers, and the target %q is none; write it in per cent, as %q",
			"%s là tỷ lệ hồ sơ nhưng chỉ tiêu %q không phải tỷ lệ; ghi theo phần trăm, ví dụ %q", objective.Measure, objective.Target, wants+" 98%"), true
	case !rate && isRate:
		return at(path, "%s is a length of time, and the target %q is none; write it in wh, wd or d, as \"<= 3wd\"",
			"%s là khoảng thời gian nhưng chỉ tiêu %q không phải thời gian; ghi theo wh, wd hoặc d, ví dụ \"<= 3wd\"", objective.Measure, objective.Target), true
	case direction != wants:
		return at(path, "the target %q lets %s get worse without end; write %s",
			"chỉ tiêu %q khiến %s càng kém càng đạt; hãy dùng dấu %s", objective.Target, objective.Measure, wants), true
	case rate && value > 100:
		return at(path, "the target %q of %s is more than all dossiers; write at most 100%%",
			"chỉ tiêu %q của %s vượt quá tổng số hồ sơ; tối đa là 100%%", objective.Target, objective.Measure), true
	}
	return violation{}, false
}

// unmeasurable says what a procedure lacks to measure an objective.
func (s *subject) unmeasurable(path string, objective *v1alpha1.Objective) (violation, bool) {
	lacks := func(english, vietnamese string) (violation, bool) {
		return at(path, "%s would always be 0: "+english, "%s luôn bằng 0: "+vietnamese, objective.Measure), true
	}
	switch {
	case objective.Measure == "supplementRate" && !s.supplements():
		return lacks("no action asks the applicant for more (one that prints M02, or leads to a wait for the applicant)",
			"không có hành động yêu cầu bổ sung (in M02 hoặc dẫn đến bước chờ người nộp)")
	case objective.Measure == "refusalRate" && !s.ends(v1alpha1.ResultRefused):
		return lacks("no outcome has the result refused", "không có kết quả nào thuộc loại refused")
	case objective.Measure == "returnRate" && !s.returns():
		return lacks("no action sends a dossier back to a step before it", "không có hành động trả hồ sơ về bước trước")
	}
	return violation{}, false
}

// returns says whether an action sends a dossier back within the agency.
func (g *graph) returns() bool {
	waits := func(i int) bool { return g.spec.Steps[i].Kind == v1alpha1.StepWait }
	for i := range g.spec.Steps {
		for _, e := range g.out[i] {
			if next, _ := g.resolve(i, e); next != noStep && !waits(i) && !waits(next) && (next == i || g.leads(next, i)) {
				return true
			}
		}
	}
	return false
}
