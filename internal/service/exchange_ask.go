package service

import (
	"encoding/json"
	"slices"
	"unicode/utf8"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/consultation"
	"chuan.dev/chuan/internal/dossier"
	"chuan.dev/chuan/internal/exchange"
	"chuan.dev/chuan/internal/procedure"
	"chuan.dev/chuan/internal/store"
	"chuan.dev/chuan/internal/vault"
)

// dataKey is the key of a record; nil for one that has none.
type dataKey = *vault.DataKey

// asked adds to what was decided the questions to other agencies that follow from it: where the dossier has come to a
// consult step whose agency this service can reach, that agency is asked in the same change. Any other agency is asked on
// paper, and an officer records its answer.
func (d *desk) asked(p *procedure.Procedure, before dossier.State, events []dossier.Event) ([]dossier.Event, error) {
	state, err := folded(before, events)
	if err != nil {
		return nil, err
	}
	for _, t := range state.Tokens {
		agency, ok := d.asks(p, t)
		if !ok || !entered(events, t) {
			continue
		}
		more, err := dossier.Decide(p, state, dossier.Ask{
			Consultation: dossier.Consultation{Step: t.Step, Branch: t.Branch, Agency: agency},
		}, d.now, d.place)
		if err != nil {
			return nil, err
		}
		if state, err = folded(state, more); err != nil {
			return nil, err
		}
		events = append(events, more...)
	}
	return events, nil
}

// asks returns the agency that is asked by a message where a token stands.
func (d *desk) asks(p *procedure.Procedure, t dossier.Token) (code string, ok bool) {
	step, ok := p.Step(t.Step)
	if !ok || step.Kind != v1alpha1.StepConsult || step.Agency == nil || step.Agency.Name == "" || d.records.post == nil {
		return "", false
	}
	code, ok = d.records.post.codeOf(step.Agency.Name)
	return code, ok && code != d.spec.Code && len(answersOf(step)) > 0
}

// entered says whether a token was put down by one of the events. One that came from another revision stands where it stood.
func entered(events []dossier.Event, t dossier.Token) bool {
	return slices.ContainsFunc(events, func(e dossier.Event) bool {
		return e.Type != dossier.Rebased && slices.ContainsFunc(e.Data.Entered, func(in dossier.Token) bool {
			return in.Branch == t.Branch && in.Step == t.Step
		})
	})
}

// outgoing are the messages that a decision brings about: questions to other agencies, word that an answer is no longer
// awaited, and what the applicant is told.
func (d *desk) outgoing(
	r *recorded, p *procedure.Procedure, after dossier.State, events []dossier.Event,
) ([]store.Outgoing, error) {
	var messages []store.Outgoing
	for _, c := range r.state.Consultations {
		because, seq := cancelled(c, after, events)
		reference, ok := referenceTo(r.code, r.events, c.Branch)
		if because == "" || !ok {
			continue
		}
		word := consultation.Cancel{Reference: reference, Because: because}
		m, err := outgoingOf(r.key, c.Agency, consultation.KindCancel, seq, word)
		if err != nil {
			return nil, err
		}
		messages = append(messages, m)
	}
	for i := range events {
		e := &events[i]
		if e.Type != dossier.Asked || e.Data.Consultation == nil {
			continue
		}
		question := d.question(r.code, p, after, e)
		m, err := outgoingOf(r.key, e.Data.Consultation.Agency, consultation.KindQuestion, e.Seq, question)
		if err != nil {
			return nil, err
		}
		messages = append(messages, m)
	}
	notices, err := d.notices(r, p, after, events)
	return append(messages, notices...), err
}

// cancelled says why an answer that was awaited is no longer, and by which event; nothing while it is, or when it has come.
func cancelled(c dossier.Consultation, after dossier.State, events []dossier.Event) (because string, seq int64) {
	for i := range events {
		e := &events[i]
		if !slices.Contains(e.Data.Left, c.Branch) {
			continue
		}
		switch e.Type {
		case dossier.Rebased:
			if slices.ContainsFunc(after.Consultations, func(w dossier.Consultation) bool { return w.Branch == c.Branch }) {
				continue
			}
			return consultation.BecauseMoved, e.Seq
		case dossier.Answered:
			return "", 0
		case dossier.Expired:
			return consultation.BecauseSilence, e.Seq
		case dossier.Ended, dossier.Withdrawn, dossier.Discontinued:
			return consultation.BecauseEnded, e.Seq
		default:
			return consultation.BecauseMoved, e.Seq
		}
	}
	return "", 0
}

// referenceTo names the question that was asked last in a branch.
func referenceTo(code string, events []dossier.Event, branch string) (consultation.Reference, bool) {
	for _, e := range slices.Backward(events) {
		c := e.Data.Consultation
		if e.Type == dossier.Asked && c != nil && c.Branch == branch {
			return consultation.Reference{Dossier: code, Branch: branch, Step: c.Step, Seq: e.Seq}, true
		}
	}
	return consultation.Reference{}, false
}

// question is what another agency is asked.
func (d *desk) question(code string, p *procedure.Procedure, s dossier.State, e *dossier.Event) consultation.Question {
	c := e.Data.Consultation
	step, _ := p.Step(c.Step)
	q := consultation.Question{
		Reference: consultation.Reference{Dossier: code, Branch: c.Branch, Step: c.Step, Seq: e.Seq},
		Asker:     consultation.Asker{Code: d.spec.Code, Title: d.spec.Title},
		Procedure: consultation.Procedure{Code: p.Spec.Code, Title: p.Spec.Title, Revision: s.Receipt.Revision},
		StepTitle: step.Title, Role: step.Role, AskedAt: e.At, Silence: step.Silence, Answers: answersOf(step),
	}
	for _, t := range s.Tokens {
		if t.Branch == c.Branch {
			q.Due = t.Due
		}
	}
	if step.Sends == nil {
		return q
	}
	forms := slices.Clone(step.Sends.Forms)
	for _, id := range step.Sends.Documents {
		i := slices.IndexFunc(p.Spec.Documents, func(r v1alpha1.RequiredDocument) bool { return r.ID == id })
		if i < 0 {
			continue
		}
		document := &p.Spec.Documents[i]
		if document.Form != "" && !slices.Contains(forms, document.Form) {
			forms = append(forms, document.Form)
		}
		q.Documents = append(q.Documents, consultation.Document{
			ID: id, Title: document.Title, Copies: s.Documents[id], Files: filesOf(s, id),
		})
	}
	for _, id := range forms {
		if form, ok := p.Form(id); ok && len(s.Forms[id]) > 0 {
			q.Forms = append(q.Forms, formOf(form, s.Forms[id]))
		}
	}
	return fitted(q)
}

// answersOf are the answers that another agency can give to a consult step by a message: those that ask for no more than a
// reason.
func answersOf(step *v1alpha1.Step) []consultation.AllowedAnswer {
	var answers []consultation.AllowedAnswer
	for i := range step.Actions {
		action := &step.Actions[i]
		needs := action.Requires
		if needs != nil && (len(needs.Forms) > 0 || needs.Documents != "") {
			continue
		}
		answers = append(answers, consultation.AllowedAnswer{
			ID: action.ID, Title: action.Title, Reason: needs != nil && needs.Reason != nil && *needs.Reason,
		})
	}
	return answers
}

// maxSentFiles bounds the files of a document that are named in a question.
const maxSentFiles = 100

func filesOf(s dossier.State, document v1alpha1.ID) []consultation.File {
	var files []consultation.File
	for _, a := range s.Attachments {
		if a.Document == string(document) && len(files) < maxSentFiles {
			files = append(files, consultation.File{
				SHA256: a.SHA256, Size: a.Size, MediaType: a.MediaType, Name: a.Name,
			})
		}
	}
	return files
}

// formOf is a form with the fields that are filled in.
func formOf(form *v1alpha1.Form, values map[string]any) consultation.Form {
	sent := consultation.Form{ID: form.ID, Title: form.Title}
	for i := range form.Fields {
		field := &form.Fields[i]
		if value, ok := values[field.Name]; ok && value != nil {
			sent.Fields = append(sent.Fields, consultation.Field{
				Name: field.Name, Title: field.Title, Type: field.Type, Value: value,
			})
		}
	}
	return sent
}

// fitted is a question that a message can carry. Texts that make it too long are cut, visibly; the asked agency asks for
// the rest in other ways.
func fitted(q consultation.Question) consultation.Question {
	for _, limit := range []int{2000, 200, 0} {
		text, err := json.Marshal(q)
		if err != nil || len(text) <= exchange.MaxBody {
			return q
		}
		if limit == 0 {
			q.Forms = nil
		}
		for i := range q.Forms {
			for j := range q.Forms[i].Fields {
				q.Forms[i].Fields[j].Value = shortened(q.Forms[i].Fields[j].Value, limit)
			}
		}
	}
	return q
}

func shortened(value any, limit int) any {
	text, ok := value.(string)
	if !ok || utf8.RuneCountInString(text) <= limit {
		return value
	}
	return string([]rune(text)[:limit]) + "…"
}
