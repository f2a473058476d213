package lint

import "slices"

// Since keeps of a report what a change of files touches: the findings of changed files, and those elsewhere that a report
// on the state before does not have. A finding whose numbers are others counts as one that it does not have.
func Since(report, before *Report, changed map[string]bool) *Report {
	had := map[Finding]bool{}
	key := func(f *Finding) Finding {
		k := *f
		k.Excerpt = Excerpt{}
		return k
	}
	for i := range before.Findings {
		had[key(&before.Findings[i])] = true
	}
	for i := range before.Waived {
		had[key(&before.Waived[i].Finding)] = true
	}
	old := func(f *Finding) bool { return !changed[f.Position.File] && had[key(f)] }
	kept := *report
	kept.Findings = slices.DeleteFunc(slices.Clone(report.Findings), func(f Finding) bool { return old(&f) })
	kept.Waived = slices.DeleteFunc(slices.Clone(report.Waived), func(w Waived) bool { return old(&w.Finding) })
	return &kept
}
