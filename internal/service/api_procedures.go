package service

import (
	"net/http"

	"chuan.dev/chuan/api/v1alpha1"
)

func (s *Service) procedureOperations() []operation {
	return []operation{
		{
			id: "listAgencies", method: http.MethodGet, path: "/api/v1/agencies", tag: tagProcedures,
			summary: "The agencies that are served", answer: Agencies{}, handler: s.answer(s.listAgencies),
		},
		{
			id: "listProcedures", method: http.MethodGet, path: agencyPath + "/procedures", tag: tagProcedures,
			summary: "The procedures by which an agency works", answer: Procedures{}, handler: s.atDesk(s.listProcedures),
		},
		{
			id: "getProcedure", method: http.MethodGet, path: agencyPath + "/procedures/{procedure}", tag: tagProcedures,
			summary: "A procedure with its whole text", answer: ProcedureView{}, handler: s.atDesk(s.getProcedure),
		},
		{
			id: "lookUpDossier", method: http.MethodPost, path: agencyPath + "/lookup", tag: tagProcedures,
			summary:     "What everybody may know of a dossier, by its code and the check code of its slip",
			description: "Rate-limited by address. A wrong check code and an unknown code give the same answer.",
			body:        Lookup{}, answer: LookedUp{}, handler: s.atDesk(s.postLookup),
		},
	}
}

// Agencies are the agencies that are served.
type Agencies struct {
	Items []AgencyView `json:"items"`
}

// Procedures are the procedures by which an agency works.
type Procedures struct {
	Items []ProcedureView `json:"items"`
}

// AgencyView is an agency that is served.
type AgencyView struct {
	Name       string               `json:"name"`
	Code       string               `json:"code"`
	Title      v1alpha1.Title       `json:"title"`
	Level      v1alpha1.AgencyLevel `json:"level"`
	Procedures int                  `json:"procedures"`
}

func (s *Service) listAgencies(w http.ResponseWriter, _ *http.Request) error {
	now := s.served.Load()
	list := Agencies{Items: make([]AgencyView, 0, len(now.agencies))}
	for _, a := range now.agencies {
		list.Items = append(list.Items, AgencyView{
			Name: a.name, Code: a.spec.Code, Title: a.spec.Title, Level: a.spec.Level, Procedures: len(a.procedures),
		})
	}
	return writeJSON(w, http.StatusOK, list)
}

// ProcedureView is a procedure by which an agency works.
type ProcedureView struct {
	ProcedureName
	// AdministrativeProcedure is the code in the national catalogue.
	AdministrativeProcedure string `json:"administrativeProcedure,omitempty"`
	// Revision in force today; absent when the first comes into force later.
	Revision      int32                 `json:"revision,omitempty"`
	EffectiveFrom v1alpha1.Date         `json:"effectiveFrom,omitempty"`
	Digest        string                `json:"digest,omitempty"`
	Limit         v1alpha1.WorkDuration `json:"limit,omitempty"`
	Channels      []v1alpha1.Channel    `json:"channels,omitempty"`
	// Coming are the revisions that will take its place.
	Coming []ComingRevision `json:"coming,omitempty"`
	// Spec is the whole text; given for a single procedure only.
	Spec *v1alpha1.QualityProcedureSpec `json:"spec,omitempty"`
}

// ComingRevision is a revision that is not in force yet.
type ComingRevision struct {
	Revision      int32         `json:"revision"`
	EffectiveFrom v1alpha1.Date `json:"effectiveFrom"`
}

func (s *Service) listProcedures(w http.ResponseWriter, _ *http.Request, d *desk) error {
	list := Procedures{Items: make([]ProcedureView, 0, len(d.procedures))}
	for _, p := range d.procedures {
		list.Items = append(list.Items, d.procedureView(p, false))
	}
	return writeJSON(w, http.StatusOK, list)
}

func (s *Service) getProcedure(w http.ResponseWriter, r *http.Request, d *desk) error {
	p, ok := d.procedure(r.PathValue("procedure"))
	if !ok {
		return unknownProcedure(r.PathValue("procedure"))
	}
	return writeJSON(w, http.StatusOK, d.procedureView(p, true))
}

func (d *desk) procedureView(p *adopted, whole bool) ProcedureView {
	current, coming := d.inForce(p, d.now)
	text := current
	if text == nil {
		text = coming[0]
	}
	spec := text.procedure.Spec
	v := ProcedureView{ProcedureName: nameOf(text.procedure), Limit: d.limit(text.procedure), Channels: spec.Channels}
	if spec.AdministrativeProcedure != nil {
		v.AdministrativeProcedure = spec.AdministrativeProcedure.Code
	}
	if current != nil {
		v.Revision, v.EffectiveFrom, v.Digest = current.number, current.effectiveFrom, current.digest
	}
	for _, r := range coming {
		v.Coming = append(v.Coming, ComingRevision{Revision: r.number, EffectiveFrom: r.effectiveFrom})
	}
	if whole {
		v.Spec = spec
	}
	return v
}

func unknownProcedure(name string) error {
	return problem(http.StatusNotFound, "procedure-unknown",
		"the agency does not work by a procedure %[1]q", "cơ quan không áp dụng thủ tục %[1]q", name)
}
