package procedure

import (
	"fmt"
	"regexp"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
)

// checkIdentity (S1): ids are unique among their like, and none is a word of the language.
func checkIdentity(s *subject) []violation {
	var found []violation
	unique := func(n int, path string, id func(int) v1alpha1.ID) {
		first := make(map[v1alpha1.ID]int, n)
		for i := range n {
			if before, twice := first[id(i)]; twice {
				found = append(found, at(fmt.Sprintf(path, i),
					"the id %q is already that of entry %d; give each its own",
					"mã %q đã dùng ở mục %d; mỗi mục cần một mã riêng", id(i), before+1))
				continue
			}
			first[id(i)] = i
		}
	}
	spec := s.spec
	unique(len(spec.Steps), "spec.steps[%d].id", func(i int) v1alpha1.ID { return spec.Steps[i].ID })
	unique(len(spec.Roles), "spec.roles[%d].id", func(i int) v1alpha1.ID { return spec.Roles[i].ID })
	unique(len(spec.Outcomes), "spec.outcomes[%d].id", func(i int) v1alpha1.ID { return spec.Outcomes[i].ID })
	unique(len(spec.Documents), "spec.documents[%d].id", func(i int) v1alpha1.ID { return spec.Documents[i].ID })
	unique(len(spec.Fees), "spec.fees[%d].id", func(i int) v1alpha1.ID { return spec.Fees[i].ID })
	unique(len(spec.Forms), "spec.forms[%d].id", func(i int) v1alpha1.ID { return spec.Forms[i].ID })
	for f := range spec.Forms {
		fields := spec.Forms[f].Fields
		unique(len(fields), fmt.Sprintf("spec.forms[%d].fields[%%d].name", f), func(i int) v1alpha1.ID {
			return v1alpha1.ID(fields[i].Name)
		})
	}
	for i := range spec.Steps {
		actions := spec.Steps[i].Actions
		unique(len(actions), stepPath(i)+".actions[%d].id", func(a int) v1alpha1.ID { return actions[a].ID })
		if spec.Steps[i].ID == join {
			found = append(found, at(stepPath(i)+".id",
				"%q is where a branch ends and cannot be the id of a step; choose another",
				"%q là điểm hợp của nhánh, không dùng làm mã bước; hãy chọn mã khác", join))
		}
	}
	for i := range spec.Outcomes {
		if spec.Outcomes[i].ID == outcomeSet {
			found = append(found, at(fmt.Sprintf("spec.outcomes[%d].id", i),
				"%q stands for the outcome that an action has set and cannot be the id of one; choose another",
				"%q là từ chỉ kết quả đã được ấn định, không dùng làm mã kết quả; hãy chọn mã khác", outcomeSet))
		}
	}
	return found
}

// checkDurations (S1): every length of time is a number with its unit.
func checkDurations(s *subject) []violation {
	var found []violation
	parse := func(path string, d v1alpha1.WorkDuration) {
		if d == "" {
			return
		}
		if _, err := calendar.ParseDuration(string(d)); err != nil {
			found = append(found, at(path,
				"%q is no length of time; write a number and its unit, as 4wh (working hours), 2wd (working days) or 15d (calendar days)",
				"%q không phải là thời hạn; ghi số kèm đơn vị: 4wh (giờ làm việc), 2wd (ngày làm việc) hoặc 15d (ngày)", d))
		}
	}
	deadline := &s.spec.Deadline
	if deadline.Limit == "" {
		found = append(found, at("spec.deadline.limit",
			"the statutory limit is missing; write it as 15d, 3wd or 8wh",
			"thiếu thời hạn giải quyết; ghi như 15d, 3wd hoặc 8wh"))
	}
	parse("spec.deadline.limit", deadline.Limit)
	parse("spec.deadline.disadvantagedLimit", deadline.DisadvantagedLimit)
	if deadline.Extension != nil {
		parse("spec.deadline.extension.max", deadline.Extension.Max)
	}
	for i := range s.spec.Steps {
		step := &s.spec.Steps[i]
		parse(stepPath(i)+".time", step.Time)
		if step.Expires != nil {
			parse(stepPath(i)+".expires.after", step.Expires.After)
		}
		for a := range step.Actions {
			parse(actionPath(i, a)+".notAfter", step.Actions[a].NotAfter)
		}
	}
	return found
}

// checkDates (S1): every date is a day that its month has.
func checkDates(s *subject) []violation {
	var found []violation
	exists := func(path string, date v1alpha1.Date) {
		if _, err := calendar.ParseDate(date); err != nil {
			found = append(found, at(path,
				"%q is no day of the calendar; write it as 2026-03-01",
				"%q không phải là một ngày; ghi như 2026-03-01", date))
		}
	}
	exists("spec.issue.effectiveFrom", s.spec.Issue.EffectiveFrom)
	exists("spec.issue.decision.date", s.spec.Issue.Decision.Date)
	return found
}

// checkKinds (S1): every step has what its kind needs.
func checkKinds(s *subject) []violation {
	var found []violation
	for i := range s.spec.Steps {
		step := &s.spec.Steps[i]
		need := func(present bool, field, english, vietnamese string) {
			if !present {
				found = append(found, at(stepPath(i)+"."+field,
					"step %s, of kind %s, lacks "+english, "bước %s, loại %s, còn thiếu "+vietnamese, step.ID, step.Kind))
			}
		}
		if step.Kind == v1alpha1.StepParallel {
			need(len(step.Branches) >= 2, "branches", "its branches: at least two", "các nhánh: ít nhất hai")
			need(step.To != "", "to", "to, where it goes on after the join", "to, bước tiếp theo sau khi các nhánh hợp lại")
			need(len(step.Actions) == 0, "actions", "nothing, but has actions; move them into its branches",
				"không gì cả, nhưng lại có actions; hãy chuyển vào các nhánh")
			continue
		}
		need(len(step.Actions) > 0, "actions", "actions: at least one leads out of it", "actions: cần ít nhất một hành động để đi tiếp")
		waits := step.Kind == v1alpha1.StepWait
		need(waits || step.Kind == v1alpha1.StepConsult || step.Role != "", "role", "the role that acts in it", "vai trò thực hiện")
		need(waits || step.Time != "", "time", "its time; write 0wh when it takes none", "thời gian; ghi 0wh nếu không tốn thời gian")
		need(step.Kind != v1alpha1.StepAssign || step.Assigns != nil, "assigns", "assigns, whose officer it chooses",
			"assigns, bước và vai trò được phân công")
		need(step.Kind != v1alpha1.StepConsult || step.Agency != nil, "agency", "the agency that is asked", "cơ quan được lấy ý kiến")
	}
	return found
}

// checkPatterns (S1): the pattern of a field is a regular expression.
func checkPatterns(s *subject) []violation {
	var found []violation
	for f := range s.spec.Forms {
		for k := range s.spec.Forms[f].Fields {
			field := &s.spec.Forms[f].Fields[k]
			if _, err := regexp.Compile(field.Pattern); err != nil {
				found = append(found, at(fmt.Sprintf("spec.forms[%d].fields[%d].pattern", f, k),
					"the pattern %q is no regular expression (RE2): %s",
					"mẫu %q không phải là biểu thức chính quy (RE2): %s", field.Pattern, err))
			}
		}
	}
	return found
}
