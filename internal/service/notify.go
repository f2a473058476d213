package service

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/dossier"
	"chuan.dev/chuan/internal/exchange"
	"chuan.dev/chuan/internal/procedure"
	"chuan.dev/chuan/internal/store"
	"chuan.dev/chuan/internal/wording"
)

// The ways by which applicants are told of things. They are receivers in the outbox beside the codes of agencies, which
// are written in capitals.
const (
	byText   = "sms"
	byMail   = "email"
	byPortal = "portal"
)

var ways = []string{byText, byMail, byPortal}

// kindNotice is the kind of message by which an applicant is told something.
const kindNotice = "applicant.notice"

// notice is what an applicant is to be told. The code of the dossier, which is not known yet while a dossier is received,
// is put into the text when it is sent.
type notice struct {
	To   string `json:"to,omitempty"`
	Text string `json:"text"`
}

// notices are what the applicant is to be told about the steps that were reached. Without a service that tells them
// nothing is written down: it would be told years later, all at once.
func (d *desk) notices(
	r *recorded, p *procedure.Procedure, s dossier.State, events []dossier.Event,
) ([]store.Outgoing, error) {
	if d.records.post == nil || d.records.post.peers.Now().Notifications == nil {
		return nil, nil
	}
	var messages []store.Outgoing
	for i := range events {
		for _, t := range events[i].Data.Entered {
			step, ok := p.Step(t.Step)
			if !ok || events[i].Type == dossier.Rebased {
				continue
			}
			for _, way := range step.Notify {
				to, ok := addressOf(s.Receipt.Applicant, way)
				if !ok {
					continue
				}
				m, err := outgoingOf(r.key, way, kindNotice, events[i].Seq, notice{To: to, Text: d.words(p, s, step)})
				if err != nil {
					return nil, err
				}
				messages = append(messages, m)
			}
		}
	}
	return messages, nil
}

// addressOf is where an applicant is reached by a way; false when they gave none.
func addressOf(a dossier.Applicant, way string) (string, bool) {
	switch way {
	case byText:
		return a.Phone, a.Phone != ""
	case byMail:
		return a.Email, a.Email != ""
	default:
		return "", true
	}
}

// maxNotice bounds what an applicant is told, in characters.
const maxNotice = 1000

// words are what the applicant is told when a step is reached: what the procedure says, or the usual words.
func (d *desk) words(p *procedure.Procedure, s dossier.State, step *v1alpha1.Step) string {
	text := step.Message
	if text == "" {
		text = usualWords(step)
	}
	text = placeholder.ReplaceAllStringFunc(text, func(name string) string {
		switch name = strings.TrimSpace(name[2 : len(name)-2]); name {
		case "dossier":
			return dossierPlace
		case "due":
			if s.Clock.Due.IsZero() {
				return "chưa xác định"
			}
			return d.moment(s.Clock.Due)
		}
		form, field, _ := strings.Cut(name, ".")
		return spoken(p, v1alpha1.ID(form), field, s.Forms)
	})
	if runes := []rune(text); len(runes) > maxNotice {
		text = string(runes[:maxNotice]) + "…"
	}
	return text
}

// placeholder stands for a value in what an applicant is told.
var placeholder = regexp.MustCompile(`\{\{[^{}]*\}\}`)

// dossierPlace is where the code of the dossier goes.
const dossierPlace = "{{dossier}}"

// usualWords are what an applicant is told where the procedure does not say what.
func usualWords(step *v1alpha1.Step) string {
	switch {
	case step.Kind == v1alpha1.StepIntake:
		return "Hồ sơ {{dossier}} đã được gửi đến bộ phận một cửa và đang chờ kiểm tra."
	case step.Kind == v1alpha1.StepWait && step.For == waitForApplicant:
		return "Hồ sơ {{dossier}} cần ông (bà) bổ sung, hoàn thiện. Đề nghị xem phiếu yêu cầu của bộ phận một cửa."
	case step.Kind == v1alpha1.StepHandover:
		return "Hồ sơ {{dossier}} đã có kết quả. Mời ông (bà) đến nhận."
	default:
		return "Hồ sơ {{dossier}} đang ở bước: " + string(step.Title) + ". Hẹn trả kết quả: {{due}}."
	}
}

// waitForApplicant is what a wait says that waits for the applicant.
const waitForApplicant = "applicant"

// spoken is the value of a field as an applicant reads it; a dash where there is none.
func spoken(p *procedure.Procedure, form v1alpha1.ID, field string, forms procedure.Forms) string {
	kind := v1alpha1.FieldString
	if f, ok := p.Form(form); ok {
		for i := range f.Fields {
			if f.Fields[i].Name == field {
				kind = f.Fields[i].Type
			}
		}
	}
	switch value := forms[form][field].(type) {
	case nil:
		return wording.None
	case bool:
		if value {
			return "có"
		}
		return "không"
	case string:
		if kind == v1alpha1.FieldDate {
			return wording.Date(v1alpha1.Date(value))
		}
		// What an applicant has filled in is no placeholder.
		return strings.ReplaceAll(value, "{{", "{ {")
	case float64:
		return strings.ReplaceAll(strconv.FormatFloat(value, 'f', -1, 64), ".", ",")
	default:
		return fmt.Sprint(value)
	}
}

// notify hands what an applicant is to be told to the service that does so.
func (p *post) notify(ctx context.Context, d *desk, m store.Message, body []byte) error {
	to := p.peers.Now().Notifications
	if to == nil {
		return &exchange.RefusedError{Reason: "the peers file names no service for notifications any more"}
	}
	var n notice
	if err := json.Unmarshal(body, &n); err != nil {
		return &exchange.RefusedError{Reason: "the notice as it was kept cannot be read"}
	}
	token := ""
	if to.TokenFile != "" {
		text, err := os.ReadFile(to.TokenFile)
		if err != nil {
			return fmt.Errorf("token of the service for notifications: %w", err)
		}
		token = strings.TrimSpace(string(text))
	}
	return exchange.Notify(ctx, p.client, to.URL, token, exchange.Notification{
		ID: d.spec.Code + "/" + m.To + "/" + strconv.FormatInt(m.Number, 10), Agency: d.spec.Code, Dossier: m.Code,
		Way: m.To, To: n.To, Text: strings.ReplaceAll(n.Text, dossierPlace, m.Code), At: m.At,
	})
}
