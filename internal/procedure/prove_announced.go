package procedure

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
)

// proveAnnounced (L4, the part of the procedure): the administrative procedure has not been abolished, and the announcing
// decisions that the procedure cites do announce it.
func proveAnnounced(p *Procedure, s *Surroundings) []violation {
	l := &legal{Procedure: p, Surroundings: s}
	code := l.code()
	if code == "" || len(s.Law) == 0 {
		return nil
	}
	const path = "spec.administrativeProcedure.code"
	entry, by := l.announced()
	if abolishing := l.newest(func(d *v1alpha1.LegalDocumentSpec) bool { return slices.Contains(d.Abolishes, code) }); abolishing != nil &&
		(by == nil || by.EffectiveFrom < abolishing.EffectiveFrom) {
		return []violation{at(path,
			"the administrative procedure %s was abolished by %s from %s; withdraw the procedure, or give the code that takes its place",
			"thủ tục %s đã bị bãi bỏ theo %s từ ngày %s; cần hủy bỏ quy trình hoặc ghi mã thủ tục thay thế",
			code, abolishing.Number, abolishing.EffectiveFrom)}
	}
	if entry != nil {
		return nil
	}
	var cited []string
	for i := range p.Spec.LegalBasis {
		if document := s.Law[p.Spec.LegalBasis[i].Ref]; document != nil && len(document.Catalogue) > 0 {
			cited = append(cited, document.Number)
		}
	}
	if len(cited) == 0 {
		return nil
	}
	return []violation{at(path,
		"the administrative procedure %s is announced neither by %s, which the procedure cites, nor by any other document in force; correct the code, or cite the decision that announces it",
		"thủ tục %s không có trong %s mà quy trình viện dẫn, cũng không có trong văn bản công bố nào đang có hiệu lực; sửa mã hoặc viện dẫn quyết định công bố",
		code, capped(cited))}
}

// code is that of the administrative procedure in the national catalogue, without a province's suffix; empty for internal
// procedures.
func (l *legal) code() v1alpha1.CatalogueCode {
	const length = len("1.009994")
	if of := l.Spec.AdministrativeProcedure; of != nil && len(of.Code) >= length {
		return v1alpha1.CatalogueCode(of.Code[:length])
	}
	return ""
}

// announced returns the entry of the procedure in the catalogue in force, and the document that announces it.
func (l *legal) announced() (*v1alpha1.CatalogueEntry, *v1alpha1.LegalDocumentSpec) {
	code := l.code()
	if code == "" {
		return nil, nil
	}
	by := l.newest(func(d *v1alpha1.LegalDocumentSpec) bool {
		return (d.EffectiveTo == "" || dayOf(d.EffectiveTo) >= l.asked()) && announces(d, code) != nil
	})
	if by == nil {
		return nil, nil
	}
	return announces(by, code), by
}

func announces(d *v1alpha1.LegalDocumentSpec, code v1alpha1.CatalogueCode) *v1alpha1.CatalogueEntry {
	for i := range d.Catalogue {
		if d.Catalogue[i].Code == code {
			return &d.Catalogue[i]
		}
	}
	return nil
}

// newest returns the document that came into force last, by the day that is asked for, of those that are meant.
func (l *legal) newest(meant func(*v1alpha1.LegalDocumentSpec) bool) *v1alpha1.LegalDocumentSpec {
	var newest *v1alpha1.LegalDocumentSpec
	for _, d := range l.Law {
		if dayOf(d.EffectiveFrom) <= l.asked() && meant(d) && (newest == nil ||
			cmp.Or(cmp.Compare(d.EffectiveFrom, newest.EffectiveFrom), cmp.Compare(d.Number, newest.Number)) > 0) {
			newest = d
		}
	}
	return newest
}

// provePrintForms (L5): the forms that are printed are those of the instrument in force that the procedure cites for them.
func provePrintForms(p *Procedure, s *Surroundings) []violation {
	printed := printedForms(p.Spec)
	if len(printed) == 0 || len(s.Law) == 0 {
		return nil
	}
	l := &legal{Procedure: p, Surroundings: s}
	cited, unknown := l.printFormBases()
	if unknown {
		return nil // L2 says so
	}
	prescribing := l.newest(func(d *v1alpha1.LegalDocumentSpec) bool { return len(d.PrintForms) > 0 && l.standing(d, l.asked()) })
	advice, adviceVi := "cite the instrument that prescribes them", "viện dẫn văn bản quy định mẫu"
	if prescribing != nil {
		advice, adviceVi = "cite "+prescribing.Number, "viện dẫn "+prescribing.Number
	}
	inForce := slices.DeleteFunc(slices.Clone(cited), func(d *v1alpha1.LegalDocumentSpec) bool { return !l.standing(d, l.asked()) })
	switch {
	case len(cited) == 0:
		return []violation{at(printed[0].path, "the form %[1]s is printed, and no basis supports printForms; %[2]s with supports: [printForms]",
			"quy trình in %[1]s nhưng không có căn cứ nào ghi supports: [printForms]; %[3]s", printed[0].form, advice, adviceVi)}
	case len(inForce) == 0:
		return []violation{at(printed[0].path, "the form %[1]s belongs to %[2]s, which is not in force; %[3]s",
			"%[1]s là mẫu của %[2]s, văn bản này không có hiệu lực; %[4]s", printed[0].form, cited[0].Number, advice, adviceVi)}
	case prescribing == nil:
		return nil
	}
	var found []violation
	var said []v1alpha1.PrintForm
	for _, f := range printed {
		prescribes := func(d *v1alpha1.LegalDocumentSpec) bool { return slices.Contains(d.PrintForms, f.form) }
		if slices.Contains(said, f.form) || slices.ContainsFunc(inForce, prescribes) {
			continue
		}
		said = append(said, f.form)
		numbers := make([]string, len(inForce))
		for i, d := range inForce {
			numbers[i] = d.Number
		}
		found = append(found, at(f.path, "the form %[1]s is not one that %[2]s prescribes; %[3]s, or print a form of it",
			"%[1]s không phải mẫu do %[2]s quy định; %[4]s hoặc dùng mẫu của văn bản đó", f.form, strings.Join(numbers, ", "), advice, adviceVi))
	}
	return found
}

// standing says whether a document is in force on a day.
func (l *legal) standing(d *v1alpha1.LegalDocumentSpec, day calendar.Day) bool {
	last, ends := l.lastDay(d)
	return dayOf(d.EffectiveFrom) <= day && (!ends || last >= day)
}

// printFormBases returns the documents that the procedure cites for its printed forms, and whether the registry lacks one.
func (l *legal) printFormBases() (cited []*v1alpha1.LegalDocumentSpec, unknown bool) {
	for i := range l.Spec.LegalBasis {
		basis := &l.Spec.LegalBasis[i]
		if !slices.Contains(basis.Supports, "printForms") {
			continue
		}
		document := l.Law[basis.Ref]
		if document == nil {
			return nil, true
		}
		cited = append(cited, document)
	}
	return cited, false
}

// printedForm is a place where a form is printed.
type printedForm struct {
	path string
	form v1alpha1.PrintForm
}

func printedForms(spec *v1alpha1.QualityProcedureSpec) []printedForm {
	var printed []printedForm
	add := func(path string, forms []v1alpha1.PrintForm) {
		for i, form := range forms {
			printed = append(printed, printedForm{path: fmt.Sprintf("%s.prints[%d]", path, i), form: form})
		}
	}
	for i := range spec.Steps {
		for a := range spec.Steps[i].Actions {
			add(actionPath(i, a), spec.Steps[i].Actions[a].Prints)
		}
		if expires := spec.Steps[i].Expires; expires != nil {
			add(stepPath(i)+".expires", expires.Prints)
		}
	}
	if extension := spec.Deadline.Extension; extension != nil {
		add("spec.deadline.extension", extension.Prints)
	}
	return printed
}
