package service

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/manifest"
	"chuan.dev/chuan/internal/procedure"
	"chuan.dev/chuan/internal/rule"
)

// served is everything that is served at one time. It is never changed.
type served struct {
	agencies []*agency // in the order of names
	// legal are the legal documents that procedures cite, by name, as far as the manifests hold them.
	legal map[string]*v1alpha1.LegalDocumentSpec
	// problems are what of the manifests is not served, in words; empty while all of it is.
	problems []string
	// again says that some of it may be served without a change of the manifests: records could not be opened.
	again bool
}

func (s *served) agency(name string) (*agency, bool) {
	i, ok := slices.BinarySearchFunc(s.agencies, name, func(a *agency, name string) int { return cmp.Compare(a.name, name) })
	if !ok {
		return nil, false
	}
	return s.agencies[i], true
}

// LoadError says why manifests cannot be served.
type LoadError struct {
	// Problems in the order of files and lines, each beginning with its place.
	Problems []string
}

// Error returns the problems, one a line.
func (e *LoadError) Error() string { return strings.Join(e.Problems, "\n") }

// maxShown bounds the problems of one log line or answer.
const maxShown = 5

// summary is the first problems in one line.
func summary(problems []string) string {
	shown := strings.Join(problems[:min(len(problems), maxShown)], "; ")
	if more := len(problems) - maxShown; more > 0 {
		shown += fmt.Sprintf("; and %d more", more)
	}
	return shown
}

// load reads the manifests and returns what is to be served from now on. Files that cannot be read as manifests leave what
// was served before as it was; so does a directory without any agency. Otherwise what is sound is served: an agency or a
// revision that is not keeps its last good form, if it has one.
func (s *Service) load(ctx context.Context, before *served) (*served, error) {
	set, found := manifest.Load(os.DirFS(s.config.Manifests))
	l := newLoader(s, before)
	l.add(found)
	if before != nil && len(l.problems) > 0 {
		return nil, &LoadError{Problems: l.problems}
	}
	if len(set.Agencies) == 0 {
		l.problems = append(l.problems, fmt.Sprintf(
			"%s: there is no Agency: give the directory with the manifests of at least one", s.config.Manifests))
		return nil, &LoadError{Problems: l.problems}
	}
	resolution := manifest.Resolve(set)
	l.add(resolution.Problems)
	l.reserve(resolution.Agencies)
	now := &served{legal: make(map[string]*v1alpha1.LegalDocumentSpec, len(set.LegalDocuments))}
	for _, document := range set.LegalDocuments {
		now.legal[document.Value.Name] = &document.Value.Spec
	}
	for i := range resolution.Agencies {
		a, err := l.agency(ctx, &resolution.Agencies[i])
		if err != nil {
			l.problems = append(l.problems, err.Error())
		}
		if a != nil {
			now.agencies = append(now.agencies, a)
		}
	}
	if len(now.agencies) == 0 {
		return nil, &LoadError{Problems: l.problems}
	}
	slices.SortFunc(now.agencies, func(a, b *agency) int { return cmp.Compare(a.name, b.name) })
	now.problems, now.again = l.problems, l.again
	return now, nil
}

// loader makes what is served out of manifests.
type loader struct {
	service  *Service
	before   *served
	problems []string
	again    bool
	// made are the revisions that were looked at, nil where they are not sound: agencies share them.
	made map[*v1alpha1.QualityProcedureSpec]*revision
	// calendars are those of the agencies taken so far, by what the agencies say of theirs.
	calendars map[string]*calendar.Calendar
	names     map[string]string // where the agencies taken so far stand, by name
	codes     map[string]string // whose codes are taken
}

func newLoader(s *Service, before *served) *loader {
	return &loader{
		service: s, before: before, made: map[*v1alpha1.QualityProcedureSpec]*revision{},
		calendars: map[string]*calendar.Calendar{}, names: map[string]string{}, codes: map[string]string{},
	}
}

// reserve keeps the codes of agencies that are served and stay.
func (l *loader) reserve(agencies []manifest.ResolvedAgency) {
	for i := range agencies {
		if last := l.last(agencies[i].Agency.Value.Name); last != nil {
			l.codes[last.spec.Code] = last.name
		}
	}
}

// add takes the problems of manifests that are not mere warnings.
func (l *loader) add(found []manifest.Problem) {
	for _, p := range found {
		if !p.Warning {
			l.problems = append(l.problems, p.String())
		}
	}
}

// last is the agency as it was served before; nil when it was not.
func (l *loader) last(name string) *agency {
	if l.before == nil {
		return nil
	}
	a, _ := l.before.agency(name)
	return a
}

// agency makes an agency that can be served. Where it cannot be made, the last good one is returned with the error.
func (l *loader) agency(ctx context.Context, r *manifest.ResolvedAgency) (*agency, error) {
	name, place := r.Agency.Value.Name, r.Agency.Position().String()
	if err := l.claim(r.Agency.Value, place); err != nil {
		return nil, err
	}
	last := l.last(name)
	failed := func(err error) (*agency, error) {
		return last, fmt.Errorf("%s: agency %s: %w", place, name, err)
	}
	if last != nil && last.spec.Code != r.Agency.Value.Spec.Code {
		return failed(fmt.Errorf("spec.code is %s and was %s: the code of an agency does not change; make a new Agency",
			r.Agency.Value.Spec.Code, last.spec.Code))
	}
	cal, err := l.calendar(r)
	if err != nil {
		return failed(err)
	}
	a := &agency{name: name, spec: &r.Agency.Value.Spec, calendar: cal}
	for i := range r.Procedures {
		if p := l.procedure(a, &r.Procedures[i], last); p != nil {
			a.procedures = append(a.procedures, p)
		}
	}
	if last != nil {
		a.records = last.records
		return a, nil
	}
	if a.records, err = l.service.openRecords(ctx, a); err != nil {
		l.again = true
		return failed(err)
	}
	return a, nil
}

// calendar makes the calendar of an agency. Agencies that say the same of theirs share one: most have the hours and the days
// off of their series.
func (l *loader) calendar(r *manifest.ResolvedAgency) (*calendar.Calendar, error) {
	local := r.Agency.Value.Spec.Calendar
	key, err := json.Marshal(local)
	if err != nil {
		return nil, err
	}
	if known, ok := l.calendars[string(key)]; ok {
		return known, nil
	}
	years := make([]v1alpha1.WorkCalendarSpec, 0, len(r.Calendars))
	for _, c := range r.Calendars {
		years = append(years, c.Value.Spec)
	}
	made, err := calendar.New(years, local)
	if err != nil {
		return nil, err
	}
	l.calendars[string(key)] = made
	return made, nil
}

// claim refuses a second agency of one name or one code: their dossiers could not be told apart. The one that is served
// already has the better right.
func (l *loader) claim(a *v1alpha1.Agency, place string) error {
	if other, taken := l.names[a.Name]; taken {
		return fmt.Errorf("%s: agency %s: the name is that of the agency at %s: one service serves every name once",
			place, a.Name, other)
	}
	if owner, taken := l.codes[a.Spec.Code]; taken && owner != a.Name {
		return fmt.Errorf("%s: agency %s: the code %s is that of agency %s: give every agency its own",
			place, a.Name, a.Spec.Code, owner)
	}
	l.names[a.Name], l.codes[a.Spec.Code] = place, a.Name
	return nil
}

// procedure makes a procedure by which an agency works; nil when no revision of it is sound. A revision that is not keeps
// its last good text.
func (l *loader) procedure(a *agency, r *manifest.ResolvedProcedure, last *agency) *adopted {
	var before *adopted
	if last != nil {
		before, _ = last.procedure(r.Name)
	}
	overrides, _ := procedure.Overrides(a.spec, r.Name)
	p := &adopted{name: r.Name}
	for _, object := range r.Revisions {
		made := l.revision(r.Name, object)
		if made != nil && overrides != nil {
			made = l.overlaid(a, r.Name, made, overrides)
		}
		if made == nil && before != nil {
			made = before.revision(object.Value.Spec.Issue.Revision)
		}
		if made != nil {
			p.revisions = append(p.revisions, made)
		}
	}
	if len(p.revisions) == 0 {
		return nil
	}
	slices.SortFunc(p.revisions, func(a, b *revision) int { return cmp.Compare(a.number, b.number) })
	return p
}

// revision makes a revision, or says why it is not sound, once for all agencies that adopt it.
func (l *loader) revision(name string, object manifest.Object[v1alpha1.QualityProcedure]) *revision {
	spec := &object.Value.Spec
	if known, ok := l.made[spec]; ok {
		return known
	}
	made, findings := l.service.compiled(name, spec)
	l.made[spec] = made
	if made == nil {
		for _, f := range rule.Errors(findings) {
			l.problems = append(l.problems, fmt.Sprintf("%s: procedure %s revision %d: %s",
				object.Position(), name, spec.Issue.Revision, f))
		}
	}
	return made
}

// overlaid is a revision as an agency works by it, with its own overrides; nil when they do not leave it sound. What would
// loosen the framework is left out, and said.
func (l *loader) overlaid(a *agency, name string, framework *revision, overrides *v1alpha1.ProcedureOverrides) *revision {
	text, findings := procedure.Overlay(framework.procedure.Spec, overrides)
	made, unsound := l.service.compiled(name, text)
	if made == nil {
		findings = append(findings, rule.Errors(unsound)...)
	}
	for _, f := range findings {
		l.problems = append(l.problems, fmt.Sprintf("agency %s: its overrides of procedure %s revision %d: %s",
			a.name, name, framework.number, f))
	}
	return made
}

// compiled compiles a revision, or returns it as it was compiled before: many agencies adopt the same ones, and most
// changes leave most of them as they are.
func (s *Service) compiled(name string, spec *v1alpha1.QualityProcedureSpec) (*revision, []rule.Finding) {
	digest := procedure.Digest(spec)
	key := name + "\n" + digest
	if known, ok := s.compilations[key]; ok {
		return known, nil
	}
	p, findings := procedure.Compile(name, spec)
	if p == nil {
		// It was accepted by whoever put it here, perhaps under fewer rules.
		var faults []rule.Finding
		if p, faults = procedure.CompileAccepted(name, spec); p == nil {
			return nil, faults
		}
		s.log.Warn("a procedure breaks rules and is served all the same: it can be followed",
			"procedure", name, "revision", spec.Issue.Revision, "findings", summary(lines(rule.Errors(findings))))
	}
	made := &revision{
		number: spec.Issue.Revision, effectiveFrom: spec.Issue.EffectiveFrom, digest: digest, procedure: p,
	}
	made.text = textOf(made)
	s.compilations[key] = made
	return made, nil
}

// lines writes findings, one a line.
func lines(findings []rule.Finding) []string {
	written := make([]string, len(findings))
	for i, f := range findings {
		written[i] = f.String()
	}
	return written
}
