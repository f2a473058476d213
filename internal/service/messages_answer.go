package service

import (
	"context"
	"net/http"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/consultation"
	"chuan.dev/chuan/internal/dossier"
	"chuan.dev/chuan/internal/store"
)

// consultationOperations are the operations by which officers answer the questions of other agencies.
func (s *Service) consultationOperations() []operation {
	const path = agencyPath + "/consultations"
	return []operation{
		{
			id: "listConsultations", method: http.MethodGet, path: path, tag: tagConsultations, who: officers,
			summary: "The questions of other agencies", query: append(asideFilters(), paging()...), answer: AsideRegister{},
			handler: s.asOfficer(s.listAside(store.KindConsultation)),
		},
		{
			id: "getConsultation", method: http.MethodGet, path: path + "/{code}", tag: tagConsultations, who: officers,
			summary: "A question of another agency", answer: ConsultationView{}, handler: s.asOfficer(s.getConsultation),
		},
		{
			id: "getConsultationFile", method: http.MethodGet, path: path + "/{code}/files/{sha256}", tag: tagConsultations,
			who: officers, summary: "A document that came along with a question", handler: s.asOfficer(s.getConsultationFile),
		},
		{
			id: "actOnConsultation", method: http.MethodPost, path: path + "/{code}/actions", tag: tagConsultations, who: officers,
			once: true, summary: "Answer a question of another agency, or choose who answers it",
			body: ConsultationAction{}, answer: ConsultationView{}, handler: s.asOfficer(s.postConsultationAction),
		},
	}
}

// ConsultationView is a question of another agency. It holds personal data.
type ConsultationView struct {
	Code       string                `json:"code"`
	Version    int64                 `json:"version"`
	Standing   consultation.Standing `json:"standing"`
	ReceivedAt string                `json:"receivedAt"`
	EndedAt    string                `json:"endedAt,omitempty"`
	Overdue    bool                  `json:"overdue"`
	// Role that answers it here, and Assignee who was chosen among its holders.
	Role     v1alpha1.ID           `json:"role"`
	Assignee v1alpha1.ID           `json:"assignee,omitempty"`
	Question consultation.Question `json:"question"`
	// Answer that was given, with its reason, by whom.
	Answer     v1alpha1.ID `json:"answer,omitempty"`
	Reason     string      `json:"reason,omitempty"`
	AnsweredBy v1alpha1.ID `json:"answeredBy,omitempty"`
}

// ConsultationAction is what is done about a question of another agency.
type ConsultationAction struct {
	Seen
	// Action is assign or answer.
	Action string `json:"action" enum:"assign,answer"`
	// Assignee is who is to answer it.
	Assignee v1alpha1.ID `json:"assignee,omitempty"`
	// Answer is one of those that the question allows.
	Answer v1alpha1.ID `json:"answer,omitempty"`
	// Reason of the answer, or of the choice.
	Reason string `json:"reason,omitempty"`
}

// The actions on a question.
const (
	consultationAssign = "assign"
	consultationAnswer = "answer"
)

func (b *ConsultationAction) command(officer v1alpha1.ID, version int64) (consultation.Command, error) {
	switch b.Action {
	case consultationAssign:
		return consultation.Assign{Officer: officer, Version: version, Assignee: b.Assignee, Reason: b.Reason}, nil
	case consultationAnswer:
		return consultation.Answer{Officer: officer, Version: version, Action: b.Answer, Reason: b.Reason}, nil
	default:
		return nil, unknownAction([]string{consultationAssign, consultationAnswer})
	}
}

// questionFor opens a question for an officer who may answer it.
func (d *desk) questionFor(ctx context.Context, code string, officer v1alpha1.ID) (*asking, error) {
	a, err := consultations.open(ctx, d, code)
	if err != nil {
		return nil, asideError("consultation-not-found", err)
	}
	role := d.answers(&a.state.Question)
	if d.actsIn(officer, role) || a.state.Assignee == officer {
		return a, nil
	}
	return nil, &dossier.Refusal{
		Code:      dossier.CodeRoleNotHeld,
		Message:   "questions like this one are answered by holders of the role " + string(role) + ": one of them has to act",
		MessageVi: "yêu cầu lấy ý kiến này do người giữ vai trò " + string(role) + " trả lời",
	}
}

func (s *Service) getConsultation(w http.ResponseWriter, r *http.Request, d *desk, officer v1alpha1.Officer) error {
	a, err := d.questionFor(r.Context(), r.PathValue("code"), officer.ID)
	if err != nil {
		return err
	}
	return d.writeConsultation(w, a, false)
}

func (s *Service) postConsultationAction(w http.ResponseWriter, r *http.Request, d *desk, officer v1alpha1.Officer) error {
	var body ConsultationAction
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
	before, err := d.questionFor(r.Context(), r.PathValue("code"), officer.ID)
	if err != nil {
		return err
	}
	after, repeated, err := consultations.do(r.Context(), d, before.code, c, once, nil)
	if err != nil {
		return asideStale(err, func() (any, error) {
			current, err := consultations.open(r.Context(), d, before.code)
			if err != nil {
				return nil, err
			}
			return d.consultationView(current), nil
		})
	}
	return d.writeConsultation(w, after, repeated)
}

func (d *desk) writeConsultation(w http.ResponseWriter, a *asking, repeated bool) error {
	v := d.consultationView(a)
	tag(w, v.Version, repeated)
	return writeJSON(w, http.StatusOK, v)
}

func (d *desk) consultationView(a *asking) *ConsultationView {
	s := &a.state
	return &ConsultationView{
		Code: a.code, Version: s.Version, Standing: s.Standing, ReceivedAt: d.stamp(s.ReceivedAt), EndedAt: d.stamp(s.EndedAt),
		Overdue: s.Overdue(d.now), Role: d.answers(&s.Question), Assignee: s.Assignee, Question: s.Question,
		Answer: s.Answer, Reason: s.Reason, AnsweredBy: s.AnsweredBy,
	}
}
