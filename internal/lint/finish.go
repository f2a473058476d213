package lint

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/manifest"
	"chuan.dev/chuan/internal/rule"
)

// examined is an object and what was found of it.
type examined struct {
	position manifest.Position
	// object is its kind and name.
	object string
	// annotations are those that are waivers.
	annotations map[string]string
	// refused is what the rules of its CRD say of it, and findings what Chuan's own rules say.
	refused, findings []rule.Finding
	// places are where findings lie, by their paths, as far as that is known.
	places map[string]placed
}

// placed is a place in a file and its line.
type placed struct {
	position manifest.Position
	excerpt  Excerpt
}

// waivers are those annotations that waive findings.
func waivers(annotations map[string]string) map[string]string {
	var of map[string]string
	for key, value := range annotations {
		if strings.HasPrefix(key, v1alpha1.AnnotationWaivePrefix) {
			if of == nil {
				of = map[string]string{}
			}
			of[key] = value
		}
	}
	return of
}

// finish applies the waivers of every object, finds the places of the findings and puts them in order.
func (r *run) finish(ctx context.Context) error {
	r.report.Objects, r.report.Skipped = r.set.Size(), r.set.Skipped
	r.report.NotChecked = r.notChecked()
	for _, e := range r.found {
		if r.reported(e.position.File) {
			r.waive(e)
		}
	}
	if err := r.place(ctx); err != nil {
		return err
	}
	slices.SortStableFunc(r.report.Findings, compare)
	slices.SortStableFunc(r.report.Waived, func(a, b Waived) int { return compare(a.Finding, b.Finding) })
	return nil
}

// waive parts the findings of an object into those that stand and those that are waived.
func (r *run) waive(e *examined) {
	of, faults := rule.Waivers(e.annotations, v1alpha1.AnnotationWaivePrefix)
	all, today := e.all(), r.options.Today.String()
	standing, waived := rule.Apply(all, of, v1alpha1.AnnotationWaivePrefix, today)
	// An error keeps other rules from being checked.
	if len(rule.Errors(all)) == 0 {
		standing = append(standing, rule.Unneeded(all, of, v1alpha1.AnnotationWaivePrefix, today, r.checked)...)
	}
	for _, f := range slices.Concat(standing, faults) {
		r.report.Findings = append(r.report.Findings, e.finding(f))
	}
	for _, w := range waived {
		r.report.Waived = append(r.report.Waived, Waived{Finding: e.finding(w.Finding), Waiver: w.Waiver})
	}
}

// all are the findings of the object. What its CRD says of a place is left out where a rule of ours says it in both
// languages.
func (e *examined) all() []rule.Finding {
	all := e.findings
	for _, refused := range e.refused {
		if !slices.ContainsFunc(e.findings, func(f rule.Finding) bool { return f.Severity == rule.Error && f.Path == refused.Path }) {
			all = append(all, refused)
		}
	}
	return all
}

// finding is a finding of the object; where its place is not known yet, it lies where the object begins.
func (e *examined) finding(f rule.Finding) Finding {
	at := e.places[f.Path]
	if at.position == (manifest.Position{}) {
		at.position = e.position
	}
	return Finding{Finding: f, Position: at.position, Object: e.object, Excerpt: at.excerpt}
}

func compare(a, b Finding) int {
	return cmp.Or(
		cmp.Compare(a.Position.File, b.Position.File),
		cmp.Compare(a.Position.Line, b.Position.Line),
		cmp.Compare(a.Position.Column, b.Position.Column),
		cmp.Compare(a.Rule, b.Rule),
		cmp.Compare(a.Object, b.Object),
		cmp.Compare(a.Path, b.Path),
		cmp.Compare(a.Message, b.Message),
	)
}

// place reads the files of findings whose lines are not known yet once more, and finds them.
func (r *run) place(ctx context.Context) error {
	unplaced := map[string][]*Finding{}
	note := func(f *Finding) {
		if f.Excerpt == (Excerpt{}) && f.Position.Line > 0 {
			unplaced[f.Position.File] = append(unplaced[f.Position.File], f)
		}
	}
	for i := range r.report.Findings {
		note(&r.report.Findings[i])
	}
	for i := range r.report.Waived {
		note(&r.report.Waived[i].Finding)
	}
	for _, source := range r.sources {
		if err := ctx.Err(); err != nil {
			return err
		}
		findings := unplaced[source.Name]
		if len(findings) == 0 {
			continue
		}
		text, problem := source.Read()
		if problem != nil {
			continue // the file has gone since, and its findings lie where their objects began
		}
		slices.SortStableFunc(findings, func(a, b *Finding) int { return cmp.Compare(a.Position.Line, b.Position.Line) })
		locator := manifest.NewLocator(text)
		for _, f := range findings {
			if f.Object != "" {
				f.Position = locator.Locate(f.Position, f.Path)
			}
			f.Excerpt = excerptAt(text.Data, f.Position)
		}
	}
	return nil
}

func excerptAt(text []byte, at manifest.Position) Excerpt {
	if at.Line == 0 {
		return Excerpt{}
	}
	return excerpt(text, at)
}
