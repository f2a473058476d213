package service

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"chuan.dev/chuan/internal/consultation"
	"chuan.dev/chuan/internal/dossier"
	"chuan.dev/chuan/internal/exchange"
	"chuan.dev/chuan/internal/store"
)

// Taken says what became of a message. It was taken in any case, and is not to be sent again.
type Taken struct {
	// Result is applied, repeated for one that was taken before, late for one that came too late to change anything, or
	// parked for one that could not be applied.
	Result string `json:"result"`
	// Reason of a message that was not applied, in a word.
	Reason string `json:"reason,omitempty"`
}

// The results of messages.
const (
	resultApplied  = "applied"
	resultRepeated = "repeated"
	resultLate     = "late"
	resultParked   = "parked"
)

func (s *Service) postMessage(w http.ResponseWriter, r *http.Request, d *desk) error {
	if err := s.post.mayBring(r); err != nil {
		return err
	}
	if !isJSON(r.Header.Get("Content-Type")) {
		return notJSON()
	}
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, exchange.MaxEnvelope))
	if err != nil {
		return badJSON(err)
	}
	taken, err := s.post.take(r.Context(), d, text)
	if gap := new(exchange.GapError); errors.As(err, &gap) {
		w.Header().Set(exchange.ExpectedHeader, strconv.FormatInt(gap.Expected, 10))
		return problem(http.StatusConflict, "message-early",
			"a message before this one is missing: send from number %[1]d on",
			"thiếu thông điệp trước đó; đề nghị gửi lại từ số %[1]d", gap.Expected)
	}
	if err != nil {
		return turnedAway(err)
	}
	return writeJSON(w, http.StatusOK, taken)
}

// turnedAway is why a message was not taken, as the API tells it.
func turnedAway(err error) error {
	switch {
	case errors.Is(err, exchange.ErrMalformed):
		return problem(http.StatusBadRequest, "message-malformed", "this is not a message between agencies",
			"nội dung không phải là thông điệp liên thông")
	case errors.Is(err, exchange.ErrMisdirected):
		return problem(http.StatusForbidden, "message-misdirected", "the message is for another agency",
			"thông điệp gửi cho cơ quan khác")
	case errors.Is(err, exchange.ErrUnknownSender):
		return problem(http.StatusForbidden, "sender-unknown",
			"the sender is not known here: its agency has to be listed in the peers file of this service",
			"chưa có cơ quan gửi trong danh bạ liên thông của dịch vụ này")
	case errors.Is(err, exchange.ErrForged):
		return problem(http.StatusForbidden, "signature-wrong",
			"the signature is not that of the sender: the peers file of this service has to hold its key",
			"chữ ký không khớp với cơ quan gửi")
	default:
		return err
	}
}

// attempts bounds how often a message is applied anew because the record has changed meanwhile.
const attempts = 5

// take takes a message for an agency: it is applied, or recorded as one that could not be, in one transaction with its
// number. An error means that it was not taken and is to be sent again.
func (p *post) take(ctx context.Context, d *desk, text []byte) (Taken, error) {
	e, err := exchange.Read(text)
	if err == nil {
		err = exchange.Verify(&e, d.spec.Code, p.keysOf(e.Sender))
	}
	if err != nil {
		p.taken.WithLabelValues(d.name, "", "turned away").Inc()
		return Taken{}, err
	}
	var taken Taken
	for range attempts {
		if taken, err = d.apply(ctx, &e); !errors.Is(err, store.ErrConflict) {
			break
		}
	}
	switch {
	case errors.Is(err, store.ErrRepeated):
		taken, err = Taken{Result: resultRepeated}, nil
	case errors.Is(err, store.ErrGap):
		return Taken{}, d.expected(ctx, e.Sender)
	case err != nil && !passing(ctx, err):
		p.service.log.Error("a message of another agency cannot be applied and is parked", "agency", d.name,
			"sender", e.Sender, "number", e.Number, "kind", e.Kind, "error", err)
		if taken, err = d.park(ctx, &e, "failed", true); errors.Is(err, store.ErrRepeated) {
			taken, err = Taken{Result: resultRepeated}, nil
		}
	}
	if err != nil {
		return Taken{}, err
	}
	p.taken.WithLabelValues(d.name, kindOf(e.Kind), taken.Result).Inc()
	if taken.Result == resultParked {
		p.countParked(ctx, d.agency)
	}
	return taken, nil
}

// kindOf keeps kinds that a sender invents out of the metrics.
func kindOf(kind string) string {
	switch kind {
	case consultation.KindQuestion, consultation.KindReply, consultation.KindCancel:
		return kind
	default:
		return "other"
	}
}

// passing says whether an error goes by, so that the same message can be applied later.
func passing(ctx context.Context, err error) bool {
	for _, known := range []error{
		store.ErrConflict, store.ErrBusy, store.ErrFull, store.ErrUnwritable, store.ErrClosed, store.ErrGap,
	} {
		if errors.Is(err, known) {
			return true
		}
	}
	return ctx.Err() != nil
}

// apply does what a message asks for.
func (d *desk) apply(ctx context.Context, e *exchange.Envelope) (Taken, error) {
	switch e.Kind {
	case consultation.KindQuestion:
		return d.takeQuestion(ctx, e)
	case consultation.KindReply:
		return d.takeReply(ctx, e)
	case consultation.KindCancel:
		return d.takeCancel(ctx, e)
	default:
		return d.park(ctx, e, "kind-unknown", true)
	}
}

func incomingOf(e *exchange.Envelope) *store.Incoming {
	return &store.Incoming{Sender: e.Sender, Number: e.Number}
}

// expected is the error of a message that came too early. It goes through all records for the number that is expected,
// because this happens only where somebody restored theirs from a backup.
func (d *desk) expected(ctx context.Context, sender string) error {
	gap := &exchange.GapError{Expected: 1}
	for record, err := range d.records.Records(ctx) {
		if err != nil {
			return err
		}
		if in := record.Incoming; in != nil && in.Sender == sender {
			gap.Expected = max(gap.Expected, in.Number+1)
		}
	}
	return gap
}

// takeReply takes the answer of another agency to a question of a dossier. One that comes too late, because the time has
// run out or the dossier has gone on, is recorded as that.
func (d *desk) takeReply(ctx context.Context, e *exchange.Envelope) (Taken, error) {
	reply, err := consultation.ParseReply(e.Body)
	if err != nil {
		return d.park(ctx, e, "malformed", true)
	}
	r, err := d.open(ctx, reply.Dossier)
	if errors.Is(err, store.ErrNotFound) {
		return d.park(ctx, e, "dossier-unknown", true)
	}
	if err != nil {
		return Taken{}, err
	}
	if r, err = d.expired(ctx, r); err != nil {
		return Taken{}, err
	}
	asked, ok := waitsFor(r, reply.Reference, e.Sender)
	if !ok {
		return d.park(ctx, e, "late", false)
	}
	asked.Reference = reply.Code
	answer := dossier.Answer{Consultation: asked, Action: reply.Action, Reason: reply.Reason}
	_, err = d.recordTaken(ctx, r, answer, incomingOf(e))
	if refusal := new(dossier.Refusal); errors.As(err, &refusal) {
		return d.park(ctx, e, string(refusal.Code), true)
	}
	return Taken{Result: resultApplied}, err
}

// waitsFor returns the consultation of a dossier that waits for an answer to this very question.
func waitsFor(r *recorded, to consultation.Reference, agency string) (dossier.Consultation, bool) {
	last, ok := referenceTo(r.code, r.events, to.Branch)
	if !ok || last.Seq != to.Seq {
		return dossier.Consultation{}, false
	}
	for _, c := range r.state.Consultations {
		if c.Branch == to.Branch && c.Agency == agency {
			return c, true
		}
	}
	return dossier.Consultation{}, false
}

// markOfMessage stands in the codes of messages that were not applied.
const markOfMessage = "TD"

// park records a message that was not applied. An open one waits for somebody to look at it.
func (d *desk) park(ctx context.Context, e *exchange.Envelope, reason string, open bool) (Taken, error) {
	key, kept := d.records.keys.NewDataKey()
	at := d.now.UTC().Truncate(time.Millisecond)
	data, err := json.Marshal(parked{
		Sender: e.Sender, Number: e.Number, Kind: e.Kind, SentAt: e.At, Reason: reason, Sealed: key.Seal(1, e.Body),
	})
	if err != nil {
		return Taken{}, err
	}
	taken := Taken{Result: resultLate, Reason: reason}
	head := store.Head{Kind: store.KindMessage, Open: open, Outcome: reason, ReceivedAt: at}
	if open {
		taken.Result = resultParked
	} else {
		head.EndedAt = at
	}
	day := d.now.In(d.calendar.Location()).Format("060102")
	_, err = d.records.Create(ctx, store.New{
		Period: markOfMessage + "-" + day, Key: kept,
		Code: func(serial int64) string {
			return fmt.Sprintf("%s-%s-%s-%04d", d.spec.Code, markOfMessage, day, serial)
		},
		Change: store.Change{
			Events: []store.Event{{Seq: 1, At: at, Type: "parked", Data: data}}, Head: head, Incoming: incomingOf(e),
		},
	})
	return taken, err
}

// parked is what is kept of a message that was not applied. Its body is encrypted.
type parked struct {
	Sender string    `json:"sender"`
	Number int64     `json:"number"`
	Kind   string    `json:"kind"`
	SentAt time.Time `json:"sentAt"`
	Reason string    `json:"reason"`
	Sealed []byte    `json:"sealed"`
}
