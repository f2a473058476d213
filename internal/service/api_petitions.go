package service

import (
	"net/http"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/petition"
	"chuan.dev/chuan/internal/store"
)

func (s *Service) petitionOperations() []operation {
	const path = agencyPath + "/petitions"
	return []operation{
		{
			id: "listPetitions", method: http.MethodGet, path: path, tag: tagPetitions, who: officers,
			summary: "The register of petitions", query: append(asideFilters(), paging()...), answer: AsideRegister{},
			handler: s.asOfficer(s.listAside(store.KindPetition)),
		},
		{
			id: "receivePetition", method: http.MethodPost, path: path, tag: tagPetitions, who: officers, once: true,
			summary: "Receive feedback or a petition", status: http.StatusCreated, body: petition.Receipt{}, answer: PetitionView{},
			handler: s.asOfficer(s.postPetition),
		},
		{
			id: "getPetition", method: http.MethodGet, path: path + "/{code}", tag: tagPetitions, who: officers,
			summary: "A petition with its history", answer: PetitionView{}, handler: s.asOfficer(s.getPetition),
		},
		{
			id: "actOnPetition", method: http.MethodPost, path: path + "/{code}/actions", tag: tagPetitions, who: officers, once: true,
			summary: "Assign, answer or close a petition", body: PetitionAction{}, answer: PetitionView{},
			handler: s.asOfficer(s.postPetitionAction),
		},
	}
}

// PetitionView is a petition as officers see it. It holds personal data.
type PetitionView struct {
	Code       string            `json:"code"`
	Version    int64             `json:"version"`
	Standing   petition.Standing `json:"standing"`
	Receipt    petition.Receipt  `json:"receipt"`
	Assignee   v1alpha1.ID       `json:"assignee,omitempty"`
	Answer     string            `json:"answer,omitempty"`
	ReceivedAt string            `json:"receivedAt"`
	AnsweredAt string            `json:"answeredAt,omitempty"`
	ClosedAt   string            `json:"closedAt,omitempty"`
	// History is everything that happened.
	History []PetitionEvent `json:"history"`
}

// PetitionEvent is something that happened to a petition.
type PetitionEvent struct {
	Seq     int64              `json:"seq"`
	At      string             `json:"at"`
	Type    petition.EventType `json:"type"`
	Officer v1alpha1.ID        `json:"officer,omitempty"`
	Data    petition.Data      `json:"data"`
	Hash    string             `json:"hash"`
}

// PetitionAction is what is done about a petition.
type PetitionAction struct {
	Seen
	// Action is assign, answer or close.
	Action string `json:"action" enum:"assign,answer,close"`
	// Assignee is who is to answer it.
	Assignee v1alpha1.ID `json:"assignee,omitempty"`
	// Text of the answer, or why it is assigned or closed.
	Text string `json:"text,omitempty"`
}

// The actions on a petition.
const (
	petitionAssign = "assign"
	petitionAnswer = "answer"
	petitionClose  = "close"
)

func (b *PetitionAction) command(officer v1alpha1.ID, version int64) (petition.Command, error) {
	switch b.Action {
	case petitionAssign:
		return petition.Assign{Officer: officer, Version: version, Assignee: b.Assignee, Reason: b.Text}, nil
	case petitionAnswer:
		return petition.Answer{Officer: officer, Version: version, Text: b.Text}, nil
	case petitionClose:
		return petition.Close{Officer: officer, Version: version, Reason: b.Text}, nil
	default:
		return nil, unknownAction([]string{petitionAssign, petitionAnswer, petitionClose})
	}
}

func unknownAction(actions []string) error {
	return problem(http.StatusUnprocessableEntity, "action-unknown", "there is no such action: it is one of %[1]v",
		"không có thao tác này; các thao tác: %[1]v", actions)
}

func (s *Service) postPetition(w http.ResponseWriter, r *http.Request, d *desk, officer v1alpha1.Officer) error {
	var body petition.Receipt
	once, err := d.readOnce(r, officer.ID, &body)
	if err != nil {
		return err
	}
	if body.Procedure != "" {
		if _, ok := d.procedure(body.Procedure); !ok {
			return unknownProcedure(body.Procedure)
		}
	}
	if body.Dossier != "" {
		if _, err := d.open(r.Context(), body.Dossier); err != nil {
			return err
		}
	}
	received, repeated, err := petitions.create(r.Context(), d, petition.Receive{Officer: officer.ID, Receipt: body}, once, nil)
	if err != nil {
		return err
	}
	w.Header().Set("Location", "/api/v1/agencies/"+d.name+"/petitions/"+received.code)
	return d.writePetition(w, http.StatusCreated, received, repeated)
}

func (s *Service) getPetition(w http.ResponseWriter, r *http.Request, d *desk, _ v1alpha1.Officer) error {
	found, err := petitions.open(r.Context(), d, r.PathValue("code"))
	if err != nil {
		return asideError("petition-not-found", err)
	}
	return d.writePetition(w, http.StatusOK, found, false)
}

func (s *Service) postPetitionAction(w http.ResponseWriter, r *http.Request, d *desk, officer v1alpha1.Officer) error {
	var body PetitionAction
	once, err := d.readOnce(r, officer.ID, &body)
	if err != nil {
		return err
	}
	version, err := versionOf(r, body.Version)
	if err != nil {
		return err
	}
	c, err := body.command(officer.ID, version)
	if err != nil {
		return err
	}
	after, repeated, err := petitions.do(r.Context(), d, r.PathValue("code"), c, once, nil)
	if err != nil {
		return asideStale(asideError("petition-not-found", err), func() (any, error) {
			current, err := petitions.open(r.Context(), d, r.PathValue("code"))
			if err != nil {
				return nil, err
			}
			return d.petitionView(current)
		})
	}
	return d.writePetition(w, http.StatusOK, after, repeated)
}

func (d *desk) writePetition(w http.ResponseWriter, status int, r *asideRecord[petition.State], repeated bool) error {
	v, err := d.petitionView(r)
	if err != nil {
		return err
	}
	tag(w, v.Version, repeated)
	return writeJSON(w, status, v)
}

func (d *desk) petitionView(r *asideRecord[petition.State]) (*PetitionView, error) {
	s := r.state
	v := &PetitionView{
		Code: r.code, Version: s.Version, Standing: s.Standing, Receipt: s.Receipt, Assignee: s.Assignee, Answer: s.Answer,
		ReceivedAt: d.stamp(s.ReceivedAt), AnsweredAt: d.stamp(s.AnsweredAt), ClosedAt: d.stamp(s.ClosedAt),
		History: make([]PetitionEvent, 0, len(r.events)),
	}
	for _, kept := range r.events {
		e, err := petitionEvent(kept)
		if err != nil {
			return nil, err
		}
		v.History = append(v.History, PetitionEvent{
			Seq: e.Seq, At: d.stamp(e.At), Type: e.Type, Officer: e.Officer, Data: e.Data, Hash: kept.Hash.String(),
		})
	}
	return v, nil
}
