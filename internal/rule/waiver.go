package rule

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// Waiver is a decision, written into a manifest, that the findings of one rule on that object are known and borne for a
// time.
type Waiver struct {
	Rule ID
	// Until is the last day on which it holds, as 2027-03-31.
	Until string
	// Reason is why.
	Reason string
}

// Waivers reads the waivers of an object from its annotations, those whose key begins with the prefix, in the order of
// rules. What is wrong with one of them is a finding of the rule W1, and it then waives nothing.
func Waivers(annotations map[string]string, prefix string) (waivers []Waiver, faults []Finding) {
	for _, key := range slices.Sorted(maps.Keys(annotations)) {
		id, ours := strings.CutPrefix(key, prefix)
		if !ours {
			continue
		}
		fault := func(english, vietnamese string) {
			faults = append(faults, Finding{Rule: "W1", Severity: Error, Path: annotationPath(key),
				Message: english, MessageVi: vietnamese})
		}
		until, reason, _ := strings.Cut(annotations[key], ":")
		until, reason = strings.TrimSpace(until), strings.TrimSpace(reason)
		known, found := Find(id)
		_, err := time.Parse(time.DateOnly, until)
		switch {
		case !found || known.ID != ID(id):
			fault("there is no rule "+id+"; chuan explain lists those that there are",
				"không có quy tắc "+id+"; lệnh chuan explain liệt kê các quy tắc")
		case known.Severity == Error && !known.Waivable:
			fault("findings of "+id+" cannot be waived: what breaks it cannot work; mend it and take the waiver out",
				"không thể miễn quy tắc "+id+": vi phạm thì không thể vận hành; hãy sửa và bỏ miễn trừ")
		case err != nil || reason == "":
			fault(`write the last day, a colon and the reason, as "2027-03-31: chờ thông báo của Bộ Nội vụ"`,
				`ghi ngày cuối, dấu hai chấm và lý do, ví dụ "2027-03-31: chờ thông báo của Bộ Nội vụ"`)
		default:
			waivers = append(waivers, Waiver{Rule: known.ID, Until: until, Reason: reason})
		}
	}
	return waivers, faults
}

// Apply parts findings into those that stand and those that a waiver covers on a day, given as 2026-11-27. A waiver whose
// last day is over covers nothing, which is itself a finding of W1.
func Apply(findings []Finding, waivers []Waiver, prefix, today string) (standing []Finding, waived []Waived) {
	for _, f := range findings {
		i := slices.IndexFunc(waivers, func(w Waiver) bool { return w.Rule == f.Rule })
		if i < 0 || waivers[i].Until < today {
			standing = append(standing, f)
		} else {
			waived = append(waived, Waived{Finding: f, Waiver: waivers[i]})
		}
	}
	for _, w := range waivers {
		if w.Until < today {
			standing = append(standing, Finding{Rule: "W1", Severity: Warning, Path: annotationPath(prefix + string(w.Rule)),
				Message:   "the waiver of " + string(w.Rule) + " ended on " + w.Until + "; mend what it waived, or decide again until when it is borne",
				MessageVi: "miễn trừ quy tắc " + string(w.Rule) + " đã hết hạn ngày " + w.Until + "; hãy khắc phục hoặc quyết định lại thời hạn"})
		}
	}
	return standing, waived
}

// Unneeded finds the waivers that hold on a day and have nothing to waive among the findings of their object, which are
// those of all rules that the function names as checked.
func Unneeded(findings []Finding, waivers []Waiver, prefix, today string, checked func(ID) bool) []Finding {
	var unneeded []Finding
	for _, w := range waivers {
		if w.Until < today || !checked(w.Rule) || slices.ContainsFunc(findings, func(f Finding) bool { return f.Rule == w.Rule }) {
			continue
		}
		unneeded = append(unneeded, Finding{Rule: "W1", Severity: Warning, Path: annotationPath(prefix + string(w.Rule)),
			Message:   "nothing here breaks " + string(w.Rule) + " any more; take the waiver out",
			MessageVi: "không còn vi phạm quy tắc " + string(w.Rule) + "; hãy bỏ miễn trừ"})
	}
	return unneeded
}

// annotationPath leads to an annotation.
func annotationPath(key string) string { return `metadata.annotations["` + key + `"]` }

// Waived is a finding that a waiver covers.
type Waived struct {
	Finding
	Waiver Waiver
}
