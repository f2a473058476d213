package service

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/dossier"
)

func (s *Service) dossierOperations() []operation {
	const path = agencyPath + "/dossiers"
	return []operation{
		{
			id: "listDossiers", method: http.MethodGet, path: path, tag: tagDossiers, who: officers,
			summary: "The register of dossiers", query: append(registerFilters(), paging()...), answer: Register{},
			handler: s.asOfficer(s.listDossiers),
		},
		{
			id: "searchDossiers", method: http.MethodPost, path: path + "/search", tag: tagDossiers, who: officers,
			summary: "The dossiers of an identity number",
			description: "What is searched for is in the body, because personal data never stand in an address. " +
				"The number is compared by a keyed hash.",
			body: Search{}, answer: Register{}, handler: s.asOfficer(s.searchDossiers),
		},
		{
			id: "receiveDossier", method: http.MethodPost, path: path, tag: tagDossiers, who: officers, once: true,
			summary: "Receive a dossier", status: http.StatusCreated, body: NewDossier{}, answer: DossierView{},
			description: "The answer warns of open dossiers of the same applicant under the same procedure.",
			handler:     s.asOfficer(s.postDossier),
		},
		{
			id: "checkDossier", method: http.MethodPost, path: path + "/check", tag: tagDossiers, who: officers,
			summary: "Say what would become of a dossier that is received, without receiving it",
			body:    NewDossier{}, answer: CheckedDossier{}, handler: s.asOfficer(s.checkDossier),
		},
		{
			id: "getDossier", method: http.MethodGet, path: path + "/{code}", tag: tagDossiers, who: officers,
			summary: "A dossier with its history", answer: DossierView{}, handler: s.asOfficer(s.getDossier),
		},
	}
}

// NewDossier is the body by which a dossier is received.
type NewDossier struct {
	Procedure string                         `json:"procedure"`
	Channel   v1alpha1.Channel               `json:"channel"`
	Applicant dossier.Applicant              `json:"applicant"`
	Forms     map[v1alpha1.ID]map[string]any `json:"forms,omitempty"`
	Documents []HandedIn                     `json:"documents,omitempty"`
	// Attachments whose bytes were uploaded before.
	Attachments []AttachmentRef `json:"attachments,omitempty"`
	// Agencies that have to do with it, by their codes; the receiving one is this agency when none is named.
	Agencies dossier.Agencies `json:"agencies,omitzero"`
	// ReturnBy is how the result is to be given: counter, online or post.
	ReturnBy v1alpha1.Channel `json:"returnBy,omitempty"`
	// Sets of papers that were handed in. Default 1.
	Sets int32 `json:"sets,omitempty"`
}

// HandedIn is a document that is handed in.
type HandedIn struct {
	ID v1alpha1.ID `json:"id"`
	// Copies of it. Default 1.
	Copies *int32 `json:"copies,omitempty"`
}

// copiesOf are the copies of each document; one that is named several times counts with its last number.
func copiesOf(documents []HandedIn) map[v1alpha1.ID]int32 {
	if len(documents) == 0 {
		return nil
	}
	copies := make(map[v1alpha1.ID]int32, len(documents))
	for _, d := range documents {
		copies[d.ID] = 1
		if d.Copies != nil {
			copies[d.ID] = *d.Copies
		}
	}
	return copies
}

// command is what the body asks for, and the procedure under which.
func (b *NewDossier) command(r *http.Request, d *desk, officer v1alpha1.ID) (*adopted, dossier.Receive, error) {
	p, ok := d.procedure(b.Procedure)
	if !ok {
		return nil, dossier.Receive{}, unknownProcedure(b.Procedure)
	}
	attachments, err := d.attachments(r.Context(), b.Attachments)
	return p, dossier.Receive{
		Officer: officer, Channel: b.Channel, Applicant: b.Applicant, Forms: b.Forms, Documents: copiesOf(b.Documents),
		Attachments: attachments, Agencies: b.Agencies, ReturnBy: b.ReturnBy, Sets: b.Sets,
	}, err
}

func (s *Service) postDossier(w http.ResponseWriter, r *http.Request, d *desk, officer v1alpha1.Officer) error {
	var body NewDossier
	once, err := d.readOnce(r, officer.ID, &body)
	if err != nil {
		return err
	}
	p, c, err := body.command(r, d, officer.ID)
	if err != nil {
		return err
	}
	// They are looked for before, so that the dossier does not find itself.
	warnings, err := d.duplicates(r.Context(), p, c)
	if err != nil {
		return err
	}
	received, repeated, err := d.receive(r.Context(), p, c, once)
	if err != nil {
		return err
	}
	view := d.view(received, officer.ID)
	view.CheckCode = checkCode(d.records.Secret(), received.code)
	view.ExpectedDue = d.stamp(d.expectedDue(received.procedure))
	view.Warnings = without(warnings, received.code)
	w.Header().Set("Location", "/api/v1/agencies/"+d.name+"/dossiers/"+received.code)
	return d.writeDossier(w, http.StatusCreated, view, received, repeated)
}

// CheckedDossier is what would become of a dossier that is received now.
type CheckedDossier struct {
	// ExpectedDue is the time that would be promised if the dossier were accepted now.
	ExpectedDue string        `json:"expectedDue,omitempty"`
	Procedure   ProcedureName `json:"procedure"`
	Revision    int32         `json:"revision"`
	// Warnings for who receives it. They keep nobody from receiving it.
	Warnings []Warning `json:"warnings"`
}

func (s *Service) checkDossier(w http.ResponseWriter, r *http.Request, d *desk, officer v1alpha1.Officer) error {
	var body NewDossier
	if err := readJSON(r, &body); err != nil {
		return err
	}
	p, c, err := body.command(r, d, officer.ID)
	if err != nil {
		return err
	}
	_, current, err := d.reception(p, c)
	if err != nil {
		return err
	}
	warnings, err := d.duplicates(r.Context(), p, c)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, CheckedDossier{
		ExpectedDue: d.stamp(d.expectedDue(current.procedure)), Procedure: nameOf(current.procedure),
		Revision: current.number, Warnings: append([]Warning{}, warnings...),
	})
}

func (s *Service) getDossier(w http.ResponseWriter, r *http.Request, d *desk, officer v1alpha1.Officer) error {
	found, err := d.open(r.Context(), r.PathValue("code"))
	if err != nil {
		return err
	}
	view := d.view(found, officer.ID)
	view.Commands = d.commands(found, officer.ID)
	return d.writeDossier(w, http.StatusOK, view, found, false)
}

// noHistory is how the JSON of a dossier without its history ends.
const noHistory = "]}\n"

// writeDossier answers with a dossier and its history, most of which was written before: it is put in the place of the
// empty one. The version is the tag of the answer, which a write may give back.
func (d *desk) writeDossier(w http.ResponseWriter, status int, v *DossierView, r *recorded, repeated bool) error {
	history, err := r.historyIn(d.calendar.Location())
	if err != nil {
		return err
	}
	b := buffers.Get().(*bytes.Buffer)
	defer putBuffer(b)
	if err := json.NewEncoder(b).Encode(v); err != nil {
		return err
	}
	b.Truncate(b.Len() - len(noHistory))
	b.Write(history)
	b.WriteString(noHistory)
	tag(w, v.Version, repeated)
	writeBody(w, status, b.Bytes())
	return nil
}

// tag puts the version of what is answered into the header, and whether the request was answered before.
func tag(w http.ResponseWriter, version int64, repeated bool) {
	w.Header()["Etag"] = []string{`"` + strconv.FormatInt(version, 10) + `"`}
	if repeated {
		w.Header().Set(repeatedHeader, "true")
	}
}
