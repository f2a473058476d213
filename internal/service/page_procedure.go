package service

import (
	"net/http"
	"strings"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/procedure"
	"chuan.dev/chuan/internal/wording"
)

// procedurePage is the text of a procedure as a province prints it.
type procedurePage struct {
	Code, National, Limit, Cutoff, EffectiveFrom, DecidedOn, Channels string
	// InForce is false for a revision that comes into force later.
	InForce    bool
	Issue      v1alpha1.Issue
	Coming     []comingRow
	Fees       []feeRow
	Documents  []documentRow
	Steps      []stepRow
	LegalBasis []string
}

type comingRow struct {
	Revision      int32
	EffectiveFrom string
}

type feeRow struct{ Title, Amount string }

type documentRow struct {
	Title, Kind, Required string
	Copies                int32
}

// stepRow is a row of the table bước – nội dung – trách nhiệm – thời gian – biểu mẫu.
type stepRow struct{ ID, Title, Note, Role, Time, Forms string }

func (p *public) showProcedure(w http.ResponseWriter, r *http.Request, d *desk) {
	adopted, ok := d.procedure(r.PathValue("procedure"))
	if !ok {
		p.missing(w, r, d)
		return
	}
	current, coming := d.inForce(adopted, d.now)
	shown := current
	if shown == nil {
		shown, coming = coming[0], coming[1:]
	}
	text := p.procedurePage(shown.procedure)
	text.Limit = wording.Limit(d.limit(shown.procedure))
	text.InForce = current != nil
	for _, c := range coming {
		text.Coming = append(text.Coming, comingRow{Revision: c.number, EffectiveFrom: wording.Date(c.effectiveFrom)})
	}
	p.show(w, r, http.StatusOK, "procedure", struct {
		page
		Procedure procedurePage
	}{p.page(string(shown.procedure.Spec.Title), d), text})
}

func (p *public) procedurePage(compiled *procedure.Procedure) procedurePage {
	spec := compiled.Spec
	text := procedurePage{
		Code: spec.Code, Issue: spec.Issue, Cutoff: string(spec.Deadline.ReceiptCutoff),
		EffectiveFrom: wording.Date(spec.Issue.EffectiveFrom), DecidedOn: wording.Date(spec.Issue.Decision.Date),
	}
	if spec.AdministrativeProcedure != nil {
		text.National = spec.AdministrativeProcedure.Code
	}
	channels := make([]string, 0, len(spec.Channels))
	for _, c := range spec.Channels {
		channels = append(channels, channelWords[c])
	}
	text.Channels = strings.Join(channels, ", ")
	for _, fee := range spec.Fees {
		row := feeRow{Title: string(fee.Title)}
		if fee.Amount != nil {
			row.Amount = wording.Money(*fee.Amount)
		}
		text.Fees = append(text.Fees, row)
	}
	for i := range spec.Documents {
		text.Documents = append(text.Documents, documentRowOf(&spec.Documents[i]))
	}
	for i := range spec.Steps {
		text.Steps = append(text.Steps, stepRowOf(spec, &spec.Steps[i]))
	}
	for _, basis := range spec.LegalBasis {
		text.LegalBasis = append(text.LegalBasis, p.legalTitle(basis))
	}
	return text
}

func documentRowOf(d *v1alpha1.RequiredDocument) documentRow {
	row := documentRow{Title: string(d.Title), Kind: documentKindWords[d.Kind], Copies: max(d.Copies, 1), Required: "không"}
	if d.Required != nil && *d.Required {
		row.Required = "có"
		if d.When != "" {
			row.Required = "tùy trường hợp"
		}
	}
	return row
}

func stepRowOf(spec *v1alpha1.QualityProcedureSpec, step *v1alpha1.Step) stepRow {
	row := stepRow{ID: string(step.ID), Title: string(step.Title), Role: responsible(spec, step), Time: wording.Duration(step.Time)}
	if step.Expires != nil {
		row.Time = "tối đa " + wording.Duration(step.Expires.After)
	}
	switch {
	case step.Kind == v1alpha1.StepParallel:
		row.Note = "Thực hiện đồng thời các nhánh."
	case step.When != "":
		row.Note = "Tùy trường hợp."
	case step.Clock == v1alpha1.ClockStopped:
		row.Note = "Không tính vào thời hạn giải quyết."
	}
	row.Forms = strings.Join(formTitles(spec, step), "; ")
	return row
}

// responsible is who acts in a step.
func responsible(spec *v1alpha1.QualityProcedureSpec, step *v1alpha1.Step) string {
	switch {
	case step.Kind == v1alpha1.StepWait:
		return waitWords[step.For]
	case step.Kind == v1alpha1.StepConsult:
		return "Cơ quan được lấy ý kiến"
	case step.Role == "":
		return "–"
	}
	for _, role := range spec.Roles {
		if role.ID == step.Role {
			return string(role.Title)
		}
	}
	return string(step.Role)
}

// formTitles are the forms that are filled in and printed in a step.
func formTitles(spec *v1alpha1.QualityProcedureSpec, step *v1alpha1.Step) []string {
	wanted := map[v1alpha1.ID]bool{}
	for _, id := range step.Forms {
		wanted[id] = true
	}
	var prints []string
	seen := map[v1alpha1.PrintForm]bool{}
	for _, action := range step.Actions {
		if action.Requires != nil {
			for _, id := range action.Requires.Forms {
				wanted[id] = true
			}
		}
		for _, print := range action.Prints {
			if !seen[print] {
				seen[print] = true
				prints = append(prints, "Mẫu số "+strings.TrimPrefix(string(print), "M"))
			}
		}
	}
	var titles []string
	for i := range spec.Forms {
		if wanted[spec.Forms[i].ID] {
			titles = append(titles, string(spec.Forms[i].Title))
		}
	}
	return append(titles, prints...)
}
