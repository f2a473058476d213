package agency

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/procedure"
	"chuan.dev/chuan/internal/rule"
)

// checkOnceOnly (F3): no procedure asks the applicant for a document that the agency itself issues.
func checkOnceOnly(a *v1alpha1.Agency, own []*procedure.Profile) []rule.Finding {
	issuers := map[string]*procedure.Profile{}
	for _, p := range own {
		for _, title := range p.Gives {
			if key := folded(v1alpha1.Title(title)); issuers[key] == nil {
				issuers[key] = p
			}
		}
	}
	if len(issuers) == 0 {
		return nil
	}
	var found []rule.Finding
	for _, p := range own {
		for _, title := range p.Asks {
			if issuer := issuers[folded(v1alpha1.Title(title))]; issuer != nil {
				found = append(found, say("F3", rule.Warning, adoptionPath(a, p.Name),
					"%s asks the applicant for %q, which this agency itself issues by %s; mark the document with reuse, the data store from which it is taken",
					"quy trình %s yêu cầu người dân nộp %q do chính cơ quan này cấp theo quy trình %s; hãy ghi reuse là kho dữ liệu để khai thác lại",
					p.Name, title, issuer.Name))
			}
		}
	}
	return found
}

// adoptionPath is where an agency adopts a procedure: by its name, or by the selector.
func adoptionPath(a *v1alpha1.Agency, name string) string {
	for i := range a.Spec.Procedures.Refs {
		if a.Spec.Procedures.Refs[i].Name == name {
			return fmt.Sprintf("spec.procedures.refs[%d].name", i)
		}
	}
	return "spec.procedures.selector"
}

// checkCoverage (L4): a People's Committee has a procedure for every administrative procedure that the catalogue makes
// mandatory at its level.
func checkCoverage(
	a *v1alpha1.Agency, own []*procedure.Profile, law map[string]*v1alpha1.LegalDocumentSpec, today calendar.Day,
) []rule.Finding {
	if a.Spec.Type != "" && a.Spec.Type != v1alpha1.AgencyTypePeoplesCommittee {
		return nil
	}
	mandatory := mandatoryAt(a.Spec.Level, law, v1alpha1.Date(today.String()))
	all := len(mandatory)
	for _, p := range own {
		delete(mandatory, v1alpha1.CatalogueCode(p.Catalogue))
	}
	if len(mandatory) == 0 {
		return nil
	}
	var names []string
	for _, code := range slices.Sorted(maps.Keys(mandatory)) {
		names = append(names, fmt.Sprintf("%s %s", code, mandatory[code]))
	}
	return []rule.Finding{say("L4", rule.Warning, "spec.procedures",
		"%d of the %d administrative procedures that are mandatory at this level have no adopted quality procedure: %s; adopt one for each",
		"%d trong %d thủ tục hành chính bắt buộc ở cấp này chưa có quy trình được áp dụng: %s; hãy áp dụng quy trình cho từng thủ tục",
		len(mandatory), all, list(names))}
}

// mandatoryAt are the titles of the administrative procedures that are mandatory at a level on a day, by their codes.
func mandatoryAt(level v1alpha1.AgencyLevel, law map[string]*v1alpha1.LegalDocumentSpec, today v1alpha1.Date) map[v1alpha1.CatalogueCode]v1alpha1.Title {
	mandatory := map[v1alpha1.CatalogueCode]v1alpha1.Title{}
	for _, document := range law {
		if document.EffectiveFrom > today || document.EffectiveTo != "" && document.EffectiveTo < today {
			continue
		}
		for i := range document.Catalogue {
			entry := &document.Catalogue[i]
			// Of several announcements of one code the title that sorts first is shown, whatever the order of the map.
			if before, known := mandatory[entry.Code]; slices.Contains(entry.Levels, level) && (!known || entry.Title < before) {
				mandatory[entry.Code] = entry.Title
			}
		}
	}
	for _, document := range law {
		if document.EffectiveFrom > today {
			continue
		}
		for _, code := range document.Abolishes {
			delete(mandatory, code)
		}
	}
	return mandatory
}

// checkScope (V22): the procedures that the agency works by are those for which it announced conformity.
func checkScope(a *v1alpha1.Agency, own []*procedure.Profile) []rule.Finding {
	if a.Spec.QMS == nil || a.Spec.QMS.Announcement == nil || len(a.Spec.QMS.Announcement.Scope) == 0 {
		return nil
	}
	announcement := a.Spec.QMS.Announcement
	works := map[string]bool{}
	for _, p := range own {
		works[p.Code] = true
	}
	var gone []string
	for _, code := range announcement.Scope {
		if !works[code] {
			gone = append(gone, code)
		}
		delete(works, code)
	}
	var parts []words
	if added := slices.Sorted(maps.Keys(works)); len(added) > 0 {
		l := list(added)
		parts = append(parts, words{"not announced: " + l.english, "chưa công bố: " + l.vietnamese})
	}
	if len(gone) > 0 {
		slices.Sort(gone)
		l := list(gone)
		parts = append(parts, words{"no longer adopted: " + l.english, "không còn áp dụng: " + l.vietnamese})
	}
	if len(parts) == 0 {
		return nil
	}
	return []rule.Finding{say("V22", rule.Warning, "spec.qms.announcement.scope",
		"the adopted procedures differ from the %d that were announced by %s (%s); announce conformity again, and list the codes of the new announcement",
		"các quy trình đang áp dụng khác với %d quy trình đã công bố tại %s (%s); cần công bố lại và cập nhật danh mục",
		len(announcement.Scope), announcement.Decision.Number, joined(parts, "; "))}
}

// fitted returns the profiles of the texts by which the agency works, with its overrides, and what is wrong with those.
func fitted(a *v1alpha1.Agency, adopted []Adopted) ([]*procedure.Profile, []rule.Finding) {
	own := make([]*procedure.Profile, 0, len(adopted))
	var found []rule.Finding
	for _, by := range adopted {
		if by.Profile == nil {
			continue
		}
		overrides, ref := procedure.Overrides(&a.Spec, by.Profile.Name)
		if overrides == nil || by.Procedure == nil {
			own = append(own, by.Profile)
			continue
		}
		profile, refused := overlaid(by, overrides, fmt.Sprintf("spec.procedures.refs[%d].overrides", ref))
		own, found = append(own, profile), append(found, refused...)
	}
	return own, found
}

// overlaid is the profile of a procedure with overrides, or of the framework where they break it. What the overrides break is
// reported at the overrides: V3 at its place, and the rules of procedures at the whole.
func overlaid(by Adopted, overrides *v1alpha1.ProcedureOverrides, path string) (*procedure.Profile, []rule.Finding) {
	text, found := procedure.Overlay(by.Procedure.Spec, overrides)
	for i := range found {
		found[i].Path = path + "." + found[i].Path
	}
	compiled, broken := procedure.Compile(by.Profile.Name, text)
	broken = rule.Errors(broken)
	if compiled != nil && by.Around != nil {
		broken = append(broken, newErrors(procedure.Prove(by.Procedure, by.Around), procedure.Prove(compiled, by.Around))...)
	}
	for _, f := range broken {
		f.Message = fmt.Sprintf("with these overrides %s breaks a rule at %s: %s", by.Profile.Name, f.Path, f.Message)
		f.MessageVi = fmt.Sprintf("với các điều chỉnh này, quy trình %s vi phạm tại %s: %s", by.Profile.Name, f.Path, f.MessageVi)
		f.Path = path
		found = append(found, f)
	}
	if compiled == nil {
		return by.Profile, found
	}
	return compiled.Profile(), found
}

// newErrors are the errors of a text at places where the framework had none of the same rule.
func newErrors(before, after []rule.Finding) []rule.Finding {
	known := map[string]bool{}
	for _, f := range rule.Errors(before) {
		known[strings.Join([]string{string(f.Rule), f.Path}, " ")] = true
	}
	return slices.DeleteFunc(rule.Errors(after), func(f rule.Finding) bool {
		return known[strings.Join([]string{string(f.Rule), f.Path}, " ")]
	})
}
