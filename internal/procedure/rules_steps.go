package procedure

import (
	"slices"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/rule"
)

// checkStepTimes (V08): a step takes a multiple of half an hour or of a quarter of a day, and nothing only where nobody
// works on the dossier: the hand-over and a wait.
func checkStepTimes(s *subject) []violation {
	var found []violation
	for i := range s.spec.Steps {
		step := &s.spec.Steps[i]
		budget, err := calendar.ParseDuration(string(step.Time))
		if step.Time == "" || err != nil {
			continue
		}
		works := step.Kind != v1alpha1.StepHandover && step.Kind != v1alpha1.StepWait && step.Kind != v1alpha1.StepParallel
		switch {
		case budget.Unit == calendar.WorkingHours && budget.Quarters%2 != 0:
			found = append(found, at(stepPath(i)+".time",
				"step %s takes %s, and times are measured in half hours; write %s or %s",
				"bước %s có thời gian %s; thời gian tính theo bội số của 0.5 giờ, hãy ghi %s hoặc %s", step.ID, step.Time,
				calendar.Duration{Quarters: budget.Quarters - 1, Unit: budget.Unit}, calendar.Duration{Quarters: budget.Quarters + 1, Unit: budget.Unit}))
		case budget.IsZero() && works:
			found = append(found, at(stepPath(i)+".time",
				"step %s, of kind %s, takes no time (%s), which only a hand-over or a wait does; give it at least 0.5wh",
				"bước %s, loại %s, không có thời gian (%s); chỉ bước trả kết quả hoặc chờ mới được bằng 0, hãy ghi ít nhất 0.5wh",
				step.ID, step.Kind, step.Time))
		}
	}
	return found
}

// checkBeginning (V09): the first step of the text is the intake.
func checkBeginning(s *subject) []violation {
	first := s.intake()
	if first <= 0 {
		return nil // there is none, which G1 says, or it is the first
	}
	v := at(stepPath(0),
		"the first step, %s, is of kind %s; put the intake %s first, as people read the procedure in the order of the text",
		"bước đầu tiên %s thuộc loại %s; hãy đưa bước tiếp nhận %s lên đầu vì quy trình được đọc theo thứ tự",
		s.id(0), s.spec.Steps[0].Kind, s.id(first))
	v.severity = rule.Warning
	return []violation{v}
}

// checkEnding (V09): who gets what was asked for, gets it from somebody: the last step is a hand-over or an issue.
func checkEnding(s *subject) []violation {
	var found []violation
	seen := map[string]bool{}
	for _, end := range s.flow().arrivals() {
		step, outcome := &s.spec.Steps[end.step], &s.spec.Outcomes[end.outcome]
		if outcome.Result != v1alpha1.ResultGranted || step.Kind == v1alpha1.StepHandover || step.Kind == v1alpha1.StepIssue || seen[end.path] {
			continue
		}
		seen[end.path] = true
		found = append(found, at(end.path,
			"step %s, of kind %s, ends the dossier with %s, and nobody hands the result over; let it lead to a handover or an issue step",
			"bước %s, loại %s, kết thúc hồ sơ với kết quả %s mà không có bước trả kết quả; hãy dẫn đến bước handover hoặc issue",
			step.ID, step.Kind, outcome.ID))
	}
	return found
}

// checkSignature (V09): on every way to a granting outcome somebody signs, and nobody signs twice.
func checkSignature(s *subject) []violation {
	var found []violation
	for _, end := range s.flow().arrivals() {
		if outcome := &s.spec.Outcomes[end.outcome]; outcome.Result == v1alpha1.ResultGranted && end.facts&signed == 0 {
			found = append(found, at(end.path,
				"a dossier can end with %s at step %s and nobody has signed; let an approve step with sign lie on every way there",
				"hồ sơ có thể kết thúc với kết quả %s tại bước %s mà chưa ai ký; cần có bước approve có sign trên mọi đường",
				outcome.ID, s.id(end.step)))
			break
		}
	}
	signers := s.stepsThat(signs)
	for k, later := range signers {
		for _, earlier := range signers[:k] {
			if s.spec.Steps[earlier].Role == s.spec.Steps[later].Role && (s.leads(earlier, later) || s.leads(later, earlier)) {
				found = append(found, at(stepPath(later)+".sign",
					"the role %s signs in step %s and again in step %s; one signature is enough, so let the other step review without sign",
					"vai trò %s ký ở bước %s và ký lại ở bước %s; chỉ cần một bước ký, bước còn lại bỏ sign",
					s.spec.Steps[later].Role, s.id(earlier), s.id(later)))
			}
		}
	}
	return found
}

// stepsThat lists the steps with a property.
func (g *graph) stepsThat(has func(*v1alpha1.Step) bool) []int {
	var steps []int
	for i := range g.spec.Steps {
		if has(&g.spec.Steps[i]) {
			steps = append(steps, i)
		}
	}
	return steps
}

// leads says whether a dossier can come from one step to another.
func (g *graph) leads(from, to int) bool {
	seen := map[int]bool{from: true}
	for queue := []int{from}; len(queue) > 0; queue = queue[1:] {
		for _, e := range g.out[queue[0]] {
			next, _ := g.resolve(queue[0], e)
			if next == to {
				return true
			}
			if next != noStep && !seen[next] {
				seen[next] = true
				queue = append(queue, next)
			}
		}
	}
	return false
}

// checkFourEyes (V10): who drafts a result does not sign it. Roles that differ are kept apart for persons as well.
func checkFourEyes(s *subject) []violation {
	var found []violation
	apart := s.separations()
	reported := map[[2]v1alpha1.ID]bool{}
	signers := s.stepsThat(signs)
	for _, d := range s.stepsThat(func(step *v1alpha1.Step) bool { return step.Drafts != "" }) {
		for _, i := range signers {
			drafter, signer := s.spec.Steps[d].Role, s.spec.Steps[i].Role
			pair := [2]v1alpha1.ID{drafter, signer}
			switch {
			case reported[pair] || apart[pair]:
			case drafter == signer:
				found = append(found, at(stepPath(i)+".role",
					"the role %s drafts the result in step %s and signs it in step %s; let another role sign",
					"vai trò %s vừa dự thảo kết quả ở bước %s vừa ký ở bước %s; cần giao vai trò khác ký", signer, s.id(d), s.id(i)))
			default:
				v := at(stepPath(i)+".role",
					"the role %s drafts in step %s what the role %s signs in step %s, and one person may play both; add separateFrom: [%[3]s] to the role %[1]s",
					"vai trò %s dự thảo ở bước %s, vai trò %s ký ở bước %s nhưng một người có thể giữ cả hai; thêm separateFrom: [%[3]s] vào vai trò %[1]s",
					drafter, s.id(d), signer, s.id(i))
				v.severity = rule.Warning
				found = append(found, v)
			}
			reported[pair] = true
		}
	}
	return found
}

// separations are the pairs of roles that one person must not play, both ways round.
func (g *graph) separations() map[[2]v1alpha1.ID]bool {
	apart := map[[2]v1alpha1.ID]bool{}
	for i := range g.spec.Roles {
		for _, other := range g.spec.Roles[i].SeparateFrom {
			apart[[2]v1alpha1.ID{g.spec.Roles[i].ID, other}] = true
			apart[[2]v1alpha1.ID{other, g.spec.Roles[i].ID}] = true
		}
	}
	return apart
}

// checkBranchesPresent (V11): who asks for documents may have to ask for more of them, or refuse; and who takes days may
// see an application taken back.
func checkBranchesPresent(s *subject) []violation {
	var found []violation
	if len(s.spec.Documents) > 0 && !s.supplements() {
		found = append(found, at("spec.steps",
			"%d documents are asked for, and no action asks for what is missing of them; add one that prints M02 and leads to a wait for the applicant",
			"quy trình yêu cầu %d giấy tờ nhưng không có hành động yêu cầu bổ sung; thêm hành động in M02 và dẫn đến bước chờ người nộp",
			len(s.spec.Documents)))
	}
	if len(s.spec.Documents) > 0 && !s.ends(v1alpha1.ResultRefused, v1alpha1.ResultNotAccepted) {
		found = append(found, at("spec.outcomes",
			"%d documents are asked for, and no outcome refuses a dossier without them; add one with result notAccepted or refused",
			"quy trình yêu cầu %d giấy tờ nhưng không có kết quả từ chối; thêm kết quả notAccepted hoặc refused",
			len(s.spec.Documents)))
	}
	overnight := s.limit.Unit != calendar.WorkingHours && !s.limit.IsZero()
	if overnight && !s.ends(v1alpha1.ResultWithdrawn, v1alpha1.ResultDiscontinued) {
		found = append(found, at("spec.outcomes",
			"the limit is %s, and an applicant who changes their mind meanwhile cannot take the application back; add an outcome with result withdrawn, and an action that leads to it",
			"thời hạn là %s nhưng người nộp không thể rút hồ sơ trong thời gian đó; thêm kết quả withdrawn và hành động dẫn đến kết quả này",
			s.spec.Deadline.Limit))
	}
	return found
}

// supplements says whether an action asks the applicant for more.
func (g *graph) supplements() bool {
	return slices.ContainsFunc(g.spec.Steps, func(step v1alpha1.Step) bool {
		return slices.ContainsFunc(step.Actions, func(action v1alpha1.Action) bool {
			if slices.Contains(action.Prints, "M02") {
				return true
			}
			to, leads := g.steps[ParseTarget(action.To).Step]
			return leads && g.spec.Steps[to].Kind == v1alpha1.StepWait && g.spec.Steps[to].For == waitForApplicant
		})
	})
}

// ends says whether an outcome has one of some results.
func (g *graph) ends(results ...v1alpha1.OutcomeResult) bool {
	return slices.ContainsFunc(g.spec.Outcomes, func(o v1alpha1.Outcome) bool { return slices.Contains(results, o.Result) })
}
