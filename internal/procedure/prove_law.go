package procedure

import (
	"cmp"
	"fmt"
	"slices"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/rule"
)

var lawProofs = []proof{
	{id: "L2", severity: rule.Error, check: proveInForce},
	{id: "L3", severity: rule.Warning, check: proveStaysInForce},
	{id: "L4", severity: rule.Warning, check: proveAnnounced},
	{id: "L5", severity: rule.Error, check: provePrintForms},
}

// proveInForce (L2): every basis is known and in force on the first day of the revision, and on the day of the question
// when that is later.
func proveInForce(p *Procedure, s *Surroundings) []violation {
	if len(s.Law) == 0 {
		return nil
	}
	l := &legal{Procedure: p, Surroundings: s}
	var found []violation
	for i := range p.Spec.LegalBasis {
		ref := p.Spec.LegalBasis[i].Ref
		path := fmt.Sprintf("spec.legalBasis[%d].ref", i)
		document := s.Law[ref]
		if document == nil {
			english, vietnamese := l.nearWords(ref)
			found = append(found, at(path, "there is no legal document %[1]s%[2]s", "không có văn bản %[1]s%[3]s", ref, english, vietnamese))
			continue
		}
		if v, broken := l.inForce(path, document); broken {
			found = append(found, v)
		}
	}
	return found
}

// asked is the day on which a basis must be in force.
func (l *legal) asked() calendar.Day { return max(l.begins(), l.Today) }

// begins is the first day of the revision.
func (l *legal) begins() calendar.Day { return dayOf(l.Spec.Issue.EffectiveFrom) }

// dayOf reads a date whose form the schema keeps; a date that is none is the first day of all.
func dayOf(date v1alpha1.Date) calendar.Day {
	day, _ := calendar.ParseDate(date)
	return day
}

func (l *legal) inForce(path string, document *v1alpha1.LegalDocumentSpec) (violation, bool) {
	asked := l.asked()
	next, nextVi := l.successorWords(document, asked)
	successor := l.successor(document)
	switch from := dayOf(document.EffectiveFrom); {
	case document.EffectiveTo != "" && dayOf(document.EffectiveTo) < l.begins():
		return at(path, "%[1]s ended on %[2]s, before the revision comes into force on %[3]s%[4]s",
			"%[1]s hết hiệu lực sau ngày %[2]s, trước ngày hiệu lực của lần ban hành là %[3]s%[5]s",
			document.Number, document.EffectiveTo, l.begins(), next, nextVi), true
	case document.EffectiveTo != "" && dayOf(document.EffectiveTo) < asked:
		return at(path, "%[1]s ended on %[2]s%[3]s", "%[1]s đã hết hiệu lực sau ngày %[2]s%[4]s",
			document.Number, document.EffectiveTo, next, nextVi), true
	case successor != nil && dayOf(successor.EffectiveFrom) <= asked:
		return at(path, "%[1]s was replaced on %[2]s%[3]s", "%[1]s đã được thay thế từ ngày %[2]s%[4]s",
			document.Number, successor.EffectiveFrom, next, nextVi), true
	case from > l.begins() && l.Spec.Transition == nil:
		return at(path,
			"%s comes into force on %s, after the revision does on %s; cite what is in force then, let the revision begin later, or say in spec.transition what becomes of open dossiers",
			"%s có hiệu lực từ ngày %s, sau ngày hiệu lực của lần ban hành là %s; viện dẫn văn bản đang có hiệu lực, lùi ngày hiệu lực hoặc quy định xử lý hồ sơ dở dang trong spec.transition",
			document.Number, document.EffectiveFrom, l.begins()), true
	}
	return violation{}, false
}

// successor is the instrument that takes the place of another, if the registry knows it.
func (l *legal) successor(document *v1alpha1.LegalDocumentSpec) *v1alpha1.LegalDocumentSpec {
	if document.ReplacedBy == nil {
		return nil
	}
	return l.Law[document.ReplacedBy.Name]
}

// successorWords names what is in force on a day in place of an instrument, which may itself have been replaced.
func (l *legal) successorWords(document *v1alpha1.LegalDocumentSpec, day calendar.Day) (english, vietnamese string) {
	if document.ReplacedBy == nil {
		return "; cite what is in force", "; viện dẫn văn bản đang có hiệu lực"
	}
	name := document.ReplacedBy.Name
	// The bound is for instruments that replace each other in a circle.
	for range len(l.Law) {
		successor := l.Law[name]
		if successor == nil || successor.ReplacedBy == nil || successor.EffectiveTo == "" || dayOf(successor.EffectiveTo) >= day {
			break
		}
		name = successor.ReplacedBy.Name
	}
	number := name
	if successor := l.Law[name]; successor != nil {
		number = successor.Number + " (" + name + ")"
	}
	return "; it was replaced by " + number + ": issue a revision that rests on that",
		"; văn bản thay thế là " + number + ": cần ban hành lần mới theo văn bản này"
}

// nearWords names documents of the registry whose names are like one that is not there.
func (l *legal) nearWords(ref string) (english, vietnamese string) {
	const most, farthest = 3, 4
	type near struct {
		name     string
		distance int
	}
	var candidates []near
	for name := range l.Law {
		if d := distance(ref, name, farthest); d <= farthest {
			candidates = append(candidates, near{name, d})
		}
	}
	if len(candidates) == 0 {
		return "; declare it as a LegalDocument, or correct the name", "; hãy khai báo LegalDocument hoặc sửa lại tên"
	}
	slices.SortFunc(candidates, func(a, b near) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(a.name, b.name))
	})
	var names []string
	for _, c := range candidates[:min(most, len(candidates))] {
		names = append(names, c.name)
	}
	return "; near names are " + capped(names), "; tên gần giống: " + capped(names)
}

// distance is the number of letters that must be put in, taken out or changed to make one name of another, or more than a
// bound where it is more.
func distance(a, b string, bound int) int {
	if len(a)-len(b) > bound || len(b)-len(a) > bound {
		return bound + 1
	}
	row := make([]int, len(b)+1)
	for k := range row {
		row[k] = k
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for k := range len(b) {
			changed := diagonal
			if a[i] != b[k] {
				changed++
			}
			diagonal = row[k+1]
			row[k+1] = min(changed, row[k]+1, row[k+1]+1)
		}
	}
	return row[len(b)]
}

// noticeDays is how long before the end of a basis a warning comes.
const noticeDays = 90

// proveStaysInForce (L3): no basis that is in force ends within 90 days.
func proveStaysInForce(p *Procedure, s *Surroundings) []violation {
	l := &legal{Procedure: p, Surroundings: s}
	var found []violation
	for i := range p.Spec.LegalBasis {
		document := s.Law[p.Spec.LegalBasis[i].Ref]
		if document == nil {
			continue
		}
		last, ends := l.lastDay(document)
		if !ends || last < l.asked() || last > s.Today.AddDays(noticeDays) {
			continue
		}
		next, nextVi := "; find out what takes its place", "; cần xác định văn bản thay thế"
		if successor := l.successor(document); successor != nil {
			number := successor.Number + " (" + document.ReplacedBy.Name + ")"
			next = "; prepare a revision that rests on " + number + ", in force from " + string(successor.EffectiveFrom)
			nextVi = "; cần chuẩn bị lần ban hành mới theo " + number + ", có hiệu lực từ ngày " + string(successor.EffectiveFrom)
		}
		found = append(found, at(fmt.Sprintf("spec.legalBasis[%d].ref", i),
			"%[1]s ends on %[2]s, %[3]d days from %[4]s%[5]s", "%[1]s hết hiệu lực sau ngày %[2]s, còn %[3]d ngày kể từ %[4]s%[6]s",
			document.Number, last, int(last-s.Today), s.Today, next, nextVi))
	}
	return found
}

// lastDay is the last day on which an instrument is in force, by its own end or by its successor's beginning.
func (l *legal) lastDay(document *v1alpha1.LegalDocumentSpec) (calendar.Day, bool) {
	if document.EffectiveTo != "" {
		return dayOf(document.EffectiveTo), true
	}
	if successor := l.successor(document); successor != nil {
		return dayOf(successor.EffectiveFrom).AddDays(-1), true
	}
	return 0, false
}

// NextChange returns the next day after Today on which the law may change the verdict of Prove: a basis comes into force,
// ends or is about to end, or a document that announces or abolishes the procedure comes into force. It is false when no
// such day is known.
func NextChange(p *Procedure, s *Surroundings) (calendar.Day, bool) {
	l := &legal{Procedure: p, Surroundings: s}
	var next calendar.Day
	known := false
	consider := func(day calendar.Day) {
		if day > s.Today && (!known || day < next) {
			next, known = day, true
		}
	}
	consider(l.begins())
	consider(calendar.NewDay(s.Today.Year()+1, 1, 1))
	code := l.code()
	for _, document := range s.Law {
		if code != "" && (announces(document, code) != nil || slices.Contains(document.Abolishes, code)) || len(document.PrintForms) > 0 {
			consider(dayOf(document.EffectiveFrom))
			if document.EffectiveTo != "" {
				consider(dayOf(document.EffectiveTo).AddDays(1))
			}
		}
	}
	for i := range p.Spec.LegalBasis {
		document := s.Law[p.Spec.LegalBasis[i].Ref]
		if document == nil {
			continue
		}
		consider(dayOf(document.EffectiveFrom))
		if last, ends := l.lastDay(document); ends {
			consider(last.AddDays(-noticeDays))
			consider(last.AddDays(1))
		}
		if successor := l.successor(document); successor != nil {
			consider(dayOf(successor.EffectiveFrom))
		}
	}
	return next, known
}
