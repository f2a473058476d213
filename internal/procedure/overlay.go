package procedure

import (
	"fmt"
	"slices"
	"strings"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/rule"
)

// Overlay fits a framework procedure to an agency and returns the text by which the agency works. The framework stays as it
// is. What would loosen it is a finding of the rule V3, with a path within the overrides, and is left out of the text; so
// is what names something that the framework does not have, or adds what it has already.
//
// Nothing of the result is longer, later or asked of fewer people than in the framework. Whether its times still add up is
// for [Compile] to say.
func Overlay(framework *v1alpha1.QualityProcedureSpec, overrides *v1alpha1.ProcedureOverrides) (*v1alpha1.QualityProcedureSpec, []rule.Finding) {
	o := &overlay{text: framework.DeepCopy()}
	if overrides == nil {
		return o.text, nil
	}
	o.limit(overrides.Limit)
	for i := range overrides.Roles {
		o.role(fmt.Sprintf("roles[%d]", i), &overrides.Roles[i])
	}
	added := o.forms(overrides.Forms)
	for i := range overrides.Steps {
		o.step(fmt.Sprintf("steps[%d]", i), &overrides.Steps[i], added)
	}
	o.records(overrides.Records)
	for i := range overrides.Objectives {
		o.objective(fmt.Sprintf("objectives[%d]", i), &overrides.Objectives[i])
	}
	return o.text, o.findings
}

// overlay is a text on its way from the framework to the agency.
type overlay struct {
	text     *v1alpha1.QualityProcedureSpec
	findings []rule.Finding
}

// refuse notes what cannot be laid over the framework.
func (o *overlay) refuse(path, english, vietnamese string, args ...any) {
	o.findings = append(o.findings, finding("V3", rule.Error, at(path, english, vietnamese, args...)))
}

// limit puts a shorter limit in the place of both that the framework has: an agency of a disadvantaged area that commits
// itself to a time gives up the longer one.
func (o *overlay) limit(limit v1alpha1.WorkDuration) {
	deadline := &o.text.Deadline
	if limit == "" || !o.notLonger("limit", limit, deadline.Limit) {
		return
	}
	deadline.Limit = limit
	if deadline.DisadvantagedLimit != "" {
		deadline.DisadvantagedLimit = limit
	}
}

func (o *overlay) role(path string, override *v1alpha1.RoleOverride) {
	i := slices.IndexFunc(o.text.Roles, func(r v1alpha1.Role) bool { return r.ID == override.ID })
	if i < 0 {
		o.refuse(path+".id", "the framework has no role %s; name one of its roles", "quy trình khung không có vai trò %s; hãy ghi vai trò có trong đó", override.ID)
		return
	}
	role := &o.text.Roles[i]
	if override.Title != "" {
		role.Title = override.Title
	}
	switch least := max(1, role.MinHolders); {
	case override.MinHolders == 0:
	case override.MinHolders < least:
		o.refuse(path+".minHolders",
			"minHolders %d of the role %s is fewer than the framework's %d; ask for %[3]d or more",
			"minHolders %d của vai trò %s ít hơn mức %d của quy trình khung; cần từ %[3]d người trở lên", override.MinHolders, role.ID, least)
	default:
		role.MinHolders = override.MinHolders
	}
}

// forms adds forms, and returns the ids of those that were asked for, whether they are new or not.
func (o *overlay) forms(forms []v1alpha1.Form) map[v1alpha1.ID]bool {
	asked := map[v1alpha1.ID]bool{}
	known := idSet(o.text.Forms, func(f *v1alpha1.Form) v1alpha1.ID { return f.ID })
	for i := range forms {
		id := forms[i].ID
		if known[id] {
			o.refuse(fmt.Sprintf("forms[%d].id", i),
				"there is a form %s already; a form of the agency's own needs an id of its own",
				"đã có biểu mẫu %s; biểu mẫu riêng của cơ quan cần mã riêng", id)
			continue
		}
		known[id], asked[id] = true, true
		o.text.Forms = append(o.text.Forms, *forms[i].DeepCopy())
	}
	return asked
}

func (o *overlay) records(records []v1alpha1.QualityRecord) {
	known := idSet(o.text.Records, func(r *v1alpha1.QualityRecord) v1alpha1.ID { return r.ID })
	for i := range records {
		if known[records[i].ID] {
			o.refuse(fmt.Sprintf("records[%d].id", i),
				"there is a record %s already; a record of the agency's own needs an id of its own",
				"đã có hồ sơ lưu %s; hồ sơ lưu riêng của cơ quan cần mã riêng", records[i].ID)
			continue
		}
		known[records[i].ID] = true
		o.text.Records = append(o.text.Records, *records[i].DeepCopy())
	}
}

func (o *overlay) step(path string, override *v1alpha1.StepOverride, added map[v1alpha1.ID]bool) {
	i := slices.IndexFunc(o.text.Steps, func(s v1alpha1.Step) bool { return s.ID == override.ID })
	if i < 0 {
		o.refuse(path+".id", "the framework has no step %s; name one of its steps", "quy trình khung không có bước %s; hãy ghi bước có trong đó", override.ID)
		return
	}
	step := &o.text.Steps[i]
	if override.Time != "" && (step.Time == "" || o.notLonger(path+".time", override.Time, step.Time)) {
		step.Time = override.Time
	}
	o.consulted(path+".agency", step, override.Agency)
	for k, form := range override.Forms {
		switch {
		case !added[form]:
			o.refuse(fmt.Sprintf("%s.forms[%d]", path, k),
				"the form %s is not among those that these overrides add; add it to forms, or take it out",
				"biểu mẫu %s không nằm trong các biểu mẫu bổ sung tại đây; thêm vào forms hoặc bỏ đi", form)
		case !slices.Contains(step.Forms, form):
			step.Forms = append(step.Forms, form)
		}
	}
	for k, way := range override.Notify {
		if slices.Contains(step.Notify, way) {
			o.refuse(fmt.Sprintf("%s.notify[%d]", path, k),
				"step %s tells the applicant by %s already; take it out",
				"bước %s đã báo cho người nộp qua %s; hãy bỏ đi", step.ID, way)
			continue
		}
		step.Notify = append(step.Notify, way)
	}
}

// consulted fills in which agency a consult step asks.
func (o *overlay) consulted(path string, step *v1alpha1.Step, name string) {
	switch {
	case name == "" || step.Agency != nil && step.Agency.Name == name:
	case step.Agency == nil:
		o.refuse(path, "step %s asks no other agency; take this out", "bước %s không hỏi cơ quan khác; hãy bỏ mục này", step.ID)
	case step.Agency.Name != "":
		o.refuse(path, "step %s asks %s by the framework's own word, and cannot ask %s instead; take this out",
			"bước %s hỏi %s theo quy trình khung, không thể đổi sang %s; hãy bỏ mục này", step.ID, step.Agency.Name, name)
	default:
		step.Agency = &v1alpha1.ConsultedAgency{Name: name}
	}
}

func (o *overlay) objective(path string, override *v1alpha1.ObjectiveOverride) {
	i := slices.IndexFunc(o.text.Objectives, func(x v1alpha1.Objective) bool { return x.ID == override.ID })
	if i < 0 {
		o.refuse(path+".id", "the framework has no objective %s; name one of its objectives",
			"quy trình khung không có mục tiêu %s; hãy ghi mục tiêu có trong đó", override.ID)
		return
	}
	objective := &o.text.Objectives[i]
	mine, ok := parseTarget(override.Target)
	theirs, known := parseTarget(objective.Target)
	switch {
	case !ok || !known || mine.sign != theirs.sign || mine.unit != theirs.unit:
		o.refuse(path+".target", "the target %q cannot be held against the framework's %q; write it with the same sign and unit",
			"chỉ tiêu %q không so được với chỉ tiêu %q của quy trình khung; hãy ghi cùng dấu và cùng đơn vị", override.Target, objective.Target)
	case mine.sign == noLess && mine.hundredths < theirs.hundredths || mine.sign == noMore && mine.hundredths > theirs.hundredths:
		o.refuse(path+".target", "the target %q is lower than the framework's %q; keep it or set a stricter one",
			"chỉ tiêu %q thấp hơn chỉ tiêu %q của quy trình khung; hãy giữ nguyên hoặc đặt chặt hơn", override.Target, objective.Target)
	default:
		objective.Target = override.Target
	}
}

// notLonger says whether a limit or the time of a step may take the place of the framework's, and refuses it where it may
// not.
func (o *overlay) notLonger(path string, mine, theirs v1alpha1.WorkDuration) bool {
	step := path != "limit"
	what, whatVi := "limit", "thời hạn"
	if step {
		what, whatVi = "time", "thời gian"
	}
	short, err := calendar.ParseDuration(string(mine))
	long, other := calendar.ParseDuration(string(theirs))
	switch {
	case err != nil || other != nil:
		o.refuse(path, "%[1]s %[3]q is no length of time that can be held against the framework's %[4]q; write it as 4wh, 2wd or 15d",
			"%[2]s %[3]q không so được với mức %[4]q của quy trình khung; ghi như 4wh, 2wd hoặc 15d", what, whatVi, mine, theirs)
	case surelyNotLonger(short, long, step):
		return true
	case short.Unit == long.Unit:
		o.refuse(path, "%[1]s %[3]s is longer than the framework's %[4]s; an agency may shorten it, not lengthen it",
			"%[2]s %[3]s dài hơn mức %[4]s của quy trình khung; cơ quan chỉ được rút ngắn", what, whatVi, mine, theirs)
	default:
		o.refuse(path, "%[1]s %[3]s may be longer than the framework's %[4]s on some day, for their units differ; write it in %[5]s",
			"%[2]s %[3]s có ngày dài hơn mức %[4]s của quy trình khung vì khác đơn vị; hãy ghi theo đơn vị %[5]s",
			what, whatVi, mine, theirs, long.Unit)
	}
	return false
}

// surelyNotLonger says whether a time ends no later than another whatever the calendar and the beginning. Times of one unit
// are compared by their numbers. Working hours and working days cannot be compared, because a day has as many hours as its
// calendar gives it and a half day fewer; neither can working time against calendar days, which may all be days off.
//
// A limit of calendar days ends at the close of a working day no later than as many working days. A step of working days
// keeps the hour at which it began, so that of calendar days must be one day shorter. No working time at all is never
// longer, save that a limit of 0wd is the whole day of receipt.
func surelyNotLonger(a, b calendar.Duration, step bool) bool {
	switch {
	case a.Unit == b.Unit:
		return a.Quarters <= b.Quarters
	case a.Unit == calendar.CalendarDays && b.Unit == calendar.WorkingDays:
		if step {
			return a.Quarters+4 <= b.Quarters
		}
		return a.Quarters <= b.Quarters
	case a.Unit == calendar.WorkingDays:
		return a.IsZero() && (step || b.Unit == calendar.CalendarDays)
	default:
		return a.IsZero() && a.Unit == calendar.WorkingHours
	}
}

// The signs of a target.
const (
	noLess = ">="
	noMore = "<="
)

// target is the target of an objective, taken apart: >= 98.5% is noLess, 9850 and %.
type target struct {
	sign, unit string
	hundredths int
}

func parseTarget(text string) (target, bool) {
	sign, amount, ok := strings.Cut(text, " ")
	if !ok || sign != noLess && sign != noMore {
		return target{}, false
	}
	number := strings.TrimRight(amount, "%whd")
	whole, fraction, _ := strings.Cut(number, ".")
	if whole == "" || len(whole) > 4 || len(fraction) > 2 {
		return target{}, false
	}
	t := target{sign: sign, unit: amount[len(number):]}
	for _, digit := range whole + (fraction + "00")[:2] {
		if digit < '0' || digit > '9' {
			return target{}, false
		}
		t.hundredths = 10*t.hundredths + int(digit-'0')
	}
	return t, t.unit != ""
}
