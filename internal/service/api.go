package service

import (
	"net/http"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/dossier"
)

// api routes the JSON API.
func (s *Service) api() http.Handler {
	mux := http.NewServeMux()
	const agencyPath = "/api/v1/agencies/{agency}"
	mux.Handle("GET /api/v1/agencies", s.answer(s.listAgencies))
	mux.Handle("GET "+agencyPath+"/procedures", s.atDesk(s.listProcedures))
	mux.Handle("GET "+agencyPath+"/procedures/{procedure}", s.atDesk(s.getProcedure))
	mux.Handle("GET "+agencyPath+"/inbox", s.asOfficer(s.getInbox))
	mux.Handle("POST "+agencyPath+"/dossiers", s.asOfficer(s.postDossier))
	mux.Handle("GET "+agencyPath+"/dossiers/{code}", s.asOfficer(s.getDossier))
	mux.Handle("POST "+agencyPath+"/dossiers/{code}/actions", s.asOfficer(s.postAction))
	mux.Handle("GET "+agencyPath+"/evidence", s.atDesk(s.getEvidence))
	mux.Handle("/api/", s.answer(func(http.ResponseWriter, *http.Request) error {
		return problem(http.StatusNotFound, "route-unknown",
			"the API has no such path with this method", "API không có đường dẫn hoặc phương thức này")
	}))
	return mux
}

// answer runs a handler and tells its error as a problem.
func (s *Service) answer(handle func(http.ResponseWriter, *http.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := handle(w, r)
		if err == nil {
			return
		}
		p := problemOf(err)
		if p.Status >= http.StatusInternalServerError && p.Code != "busy" {
			s.log.Error("a request failed", "method", r.Method, "route", r.Pattern, "agency", r.PathValue("agency"), "error", err)
		}
		writeProblem(w, p)
	})
}

// atDesk runs a handler with the agency that the path names, whose records stay open for so long.
func (s *Service) atDesk(handle func(http.ResponseWriter, *http.Request, *desk) error) http.Handler {
	return s.answer(func(w http.ResponseWriter, r *http.Request) error {
		d, release, err := s.desk(r.PathValue("agency"))
		if err != nil {
			return err
		}
		defer release()
		return handle(w, r, d)
	})
}

// asOfficer runs a handler for an officer of the agency.
func (s *Service) asOfficer(handle func(http.ResponseWriter, *http.Request, *desk, v1alpha1.Officer) error) http.Handler {
	return s.atDesk(func(w http.ResponseWriter, r *http.Request, d *desk) error {
		officer, err := s.signedIn(r, d.agency)
		if err != nil {
			return err
		}
		return handle(w, r, d, officer)
	})
}

// desk is the desk of an agency that is served. Its records stay open until the returned function is called.
func (s *Service) desk(name string) (*desk, func(), error) {
	unknown := problem(http.StatusNotFound, "agency-unknown",
		"this service serves no agency of that name", "dịch vụ không phục vụ cơ quan này")
	a, ok := s.served.Load().agency(name)
	if !ok {
		return nil, nil, unknown
	}
	release, ok := a.records.use()
	if !ok {
		return nil, nil, unknown
	}
	return &desk{agency: a, now: s.config.Now(), metrics: s.metrics}, release, nil
}

// NewDossier is the body by which a dossier is received.
type NewDossier struct {
	Procedure string                         `json:"procedure"`
	Channel   v1alpha1.Channel               `json:"channel"`
	Applicant dossier.Applicant              `json:"applicant"`
	Forms     map[v1alpha1.ID]map[string]any `json:"forms"`
	Documents []HandedIn                     `json:"documents"`
}

// HandedIn is a document that is handed in.
type HandedIn struct {
	ID v1alpha1.ID `json:"id"`
	// Copies of it. Default 1.
	Copies *int32 `json:"copies"`
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

func (s *Service) postDossier(w http.ResponseWriter, r *http.Request, d *desk, officer v1alpha1.Officer) error {
	var body NewDossier
	if err := readJSON(r, &body); err != nil {
		return err
	}
	p, ok := d.procedure(body.Procedure)
	if !ok {
		return unknownProcedure(body.Procedure)
	}
	received, err := d.receive(r.Context(), p, dossier.Receive{
		Officer: officer.ID, Channel: body.Channel, Applicant: body.Applicant,
		Forms: body.Forms, Documents: copiesOf(body.Documents),
	})
	if err != nil {
		return err
	}
	view := d.view(received, officer.ID)
	view.CheckCode = checkCode(d.records.Secret(), received.code)
	view.ExpectedDue = d.stamp(d.expectedDue(received.procedure))
	w.Header().Set("Location", "/api/v1/agencies/"+d.name+"/dossiers/"+received.code)
	return writeJSON(w, http.StatusCreated, view)
}

func (s *Service) getDossier(w http.ResponseWriter, r *http.Request, d *desk, officer v1alpha1.Officer) error {
	found, err := d.open(r.Context(), r.PathValue("code"))
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, d.view(found, officer.ID))
}

// TakenAction is the body by which an action is taken.
type TakenAction struct {
	Action v1alpha1.ID `json:"action"`
	// Step may be left out where only one open step offers the action.
	Step      v1alpha1.ID                    `json:"step"`
	Reason    string                         `json:"reason"`
	Forms     map[v1alpha1.ID]map[string]any `json:"forms"`
	Documents []HandedIn                     `json:"documents"`
	Assignee  v1alpha1.ID                    `json:"assignee"`
	// Version of the dossier that the officer has seen.
	Version int64 `json:"version"`
}

func (s *Service) postAction(w http.ResponseWriter, r *http.Request, d *desk, officer v1alpha1.Officer) error {
	var body TakenAction
	if err := readJSON(r, &body); err != nil {
		return err
	}
	if body.Version == 0 {
		return problem(http.StatusBadRequest, "version-needed",
			"say which version of the dossier you have seen: send its version",
			"thiếu phiên bản hồ sơ (version) mà cán bộ đang xem")
	}
	after, err := d.act(r.Context(), r.PathValue("code"), dossier.Act{
		Officer: officer.ID, Version: body.Version, Step: body.Step, Action: body.Action, Reason: body.Reason,
		Forms: body.Forms, Documents: copiesOf(body.Documents), Assignee: body.Assignee,
	})
	if err != nil {
		return s.withCurrent(r, d, officer, err)
	}
	return writeJSON(w, http.StatusOK, d.view(after, officer.ID))
}

// withCurrent puts the dossier as it is now beside the refusal of an action that was taken on an older version.
func (s *Service) withCurrent(r *http.Request, d *desk, officer v1alpha1.Officer, err error) error {
	p := problemOf(err)
	if p.Code != string(dossier.CodeStale) {
		return err
	}
	current, failure := d.open(r.Context(), r.PathValue("code"))
	if failure != nil {
		return failure
	}
	p.Dossier = d.view(current, officer.ID)
	return p
}
