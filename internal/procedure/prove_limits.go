package procedure

import (
	"slices"

	"chuan.dev/chuan/api/v1alpha1"
)

// proveLimits (T4, the part of the law): the procedure allows itself no more than the instruments on which it rests, and no
// longer than its entry in the catalogue announces. Where several instruments set a bound, the most generous counts: which
// of a general and a special one prevails is for lawyers to say.
func proveLimits(p *Procedure, s *Surroundings) []violation {
	l := &legal{Procedure: p, Surroundings: s}
	return slices.Concat(l.supplements(), l.extension(), l.announcedLimits())
}

// legal is a procedure before the law.
type legal struct {
	*Procedure
	*Surroundings
}

// bounds returns the limits of the bases that support any of some parts, where a limit is set.
func (l *legal) bounds(set func(*v1alpha1.LegalLimits) bool, parts ...v1alpha1.Supported) []bound {
	var found []bound
	for i := range l.Spec.LegalBasis {
		basis := &l.Spec.LegalBasis[i]
		document := l.Law[basis.Ref]
		if document == nil || document.Limits == nil || !set(document.Limits) {
			continue
		}
		if slices.ContainsFunc(parts, func(part v1alpha1.Supported) bool { return slices.Contains(basis.Supports, part) }) {
			found = append(found, bound{number: document.Number, LegalLimits: document.Limits})
		}
	}
	return found
}

// bound is what an instrument sets.
type bound struct {
	number string
	*v1alpha1.LegalLimits
}

// exceeds returns the last of the bounds when all of them are exceeded.
func exceeds(bounds []bound, by func(bound) bool) (bound, bool) {
	if len(bounds) == 0 || slices.ContainsFunc(bounds, func(b bound) bool { return !by(b) }) {
		return bound{}, false
	}
	return bounds[len(bounds)-1], true
}

// supplements looks at the actions that ask the applicant of an accepted dossier for more.
func (l *legal) supplements() []violation {
	times := l.bounds(func(b *v1alpha1.LegalLimits) bool { return b.SupplementTimes > 0 }, "documents", "intake")
	until := l.bounds(func(b *v1alpha1.LegalLimits) bool { return b.SupplementNotAfter != "" }, "documents", "intake")
	if len(times)+len(until) == 0 {
		return nil
	}
	var found []violation
	for i := range l.Spec.Steps {
		for a := range l.Spec.Steps[i].Actions {
			action := &l.Spec.Steps[i].Actions[a]
			if !l.asksForMore(action) {
				continue
			}
			if b, ok := exceeds(times, func(b bound) bool { return action.MaxTimes == 0 || action.MaxTimes > b.SupplementTimes }); ok {
				found = append(found, at(actionPath(i, a)+bounded(action.MaxTimes > 0, ".maxTimes"),
					"%[1]s lets an applicant be asked for more at most %[2]d times; set maxTimes of the action %[3]s to %[2]d or less",
					"%[1]s chỉ cho yêu cầu bổ sung tối đa %[2]d lần; đặt maxTimes của hành động %[3]s không quá %[2]d",
					b.number, b.SupplementTimes, action.ID))
			}
			if b, ok := exceeds(until, func(b bound) bool {
				return action.NotAfter == "" || surelyLonger(action.NotAfter, b.SupplementNotAfter)
			}); ok {
				found = append(found, at(actionPath(i, a)+bounded(action.NotAfter != "", ".notAfter"),
					"%[1]s lets an applicant be asked for more until %[2]s after acceptance; set notAfter of the action %[3]s to %[2]s or less",
					"%[1]s chỉ cho yêu cầu bổ sung trong %[2]s kể từ khi tiếp nhận; đặt notAfter của hành động %[3]s không quá %[2]s",
					b.number, b.SupplementNotAfter, action.ID))
			}
		}
	}
	return found
}

// bounded is the name of a field where it is there.
func bounded(there bool, field string) string {
	if there {
		return field
	}
	return ""
}

// asksForMore says whether an action leads an accepted dossier to a wait for the applicant.
func (l *legal) asksForMore(action *v1alpha1.Action) bool {
	next, ok := l.Step(ParseTarget(action.To).Step)
	return ok && next.Kind == v1alpha1.StepWait && next.For == waitApplicant && next.Clock != v1alpha1.ClockNotStarted
}

// waitApplicant says that a wait is for the applicant.
const waitApplicant = "applicant"

// extension looks at how the limit may be extended.
func (l *legal) extension() []violation {
	extension := l.Spec.Deadline.Extension
	if extension == nil {
		return nil
	}
	var found []violation
	times := max(extension.Times, 1)
	often := l.bounds(func(b *v1alpha1.LegalLimits) bool { return b.ExtensionTimes > 0 }, "apology", "deadline")
	if b, ok := exceeds(often, func(b bound) bool { return times > b.ExtensionTimes }); ok {
		found = append(found, at("spec.deadline.extension.times",
			"the limit may be extended %d times here, and %d at most by %s; correct times",
			"quy trình cho gia hạn %d lần, trong khi %[3]s chỉ cho tối đa %[2]d lần; sửa times",
			times, b.ExtensionTimes, b.number))
	}
	long := l.bounds(func(b *v1alpha1.LegalLimits) bool { return b.ExtensionMax != "" }, "apology", "deadline")
	if b, ok := exceeds(long, func(b bound) bool { return surelyLonger(extension.Max, b.ExtensionMax) }); ok {
		found = append(found, at("spec.deadline.extension.max",
			"an extension may last %s here, and %s at most by %s; correct max",
			"quy trình cho gia hạn %s, trong khi %[3]s chỉ cho tối đa %[2]s; sửa max",
			extension.Max, b.ExtensionMax, b.number))
	}
	return found
}

// announcedLimits holds the limits against those that are announced for the procedure's code.
func (l *legal) announcedLimits() []violation {
	entry, by := l.announced()
	if entry == nil {
		return nil
	}
	var found []violation
	deadline := &l.Spec.Deadline
	for _, limit := range []struct {
		field, english, vietnamese string
		own, announced             v1alpha1.WorkDuration
	}{
		{"limit", "limit", "thời hạn", deadline.Limit, entry.Limit},
		{"disadvantagedLimit", "limit of disadvantaged areas", "thời hạn của vùng khó khăn", deadline.DisadvantagedLimit, entry.DisadvantagedLimit},
	} {
		if surelyLonger(limit.own, limit.announced) {
			found = append(found, at("spec.deadline."+limit.field,
				"the %[1]s of %[3]s is longer than the %[4]s that %[5]s announces for %[6]s; a procedure may shorten what is announced, not lengthen it",
				"%[2]s %[3]s dài hơn %[4]s đã công bố tại %[5]s cho thủ tục %[6]s; quy trình chỉ được rút ngắn, không được kéo dài",
				limit.english, limit.vietnamese, limit.own, limit.announced, by.Number, entry.Code))
		}
	}
	return found
}
