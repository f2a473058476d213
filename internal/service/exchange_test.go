package service

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"chuan.dev/chuan/internal/consultation"
	"chuan.dev/chuan/internal/exchange"
	"chuan.dev/chuan/internal/store"
)

func TestQuestionWithinOneService(t *testing.T) {
	b := start(t, asksNeighbour).following()
	v := b.ask()
	if !at(v, "B2A") || len(v.Consultations) != 1 || v.Consultations[0].Agency != "H18.35.02" {
		t.Fatalf("the dossier stands at %+v and asks %+v", v.Steps, v.Consultations)
	}
	eventually(t, "the question arrives", func() bool { return len(b.questions("xa-b")) == 1 })
	entry := b.questions("xa-b")[0]
	var inbox Inbox
	b.send("GET", api+"xa-b/inbox?role=lanh-dao", "an", nil).want(http.StatusOK, &inbox)
	if len(inbox.Items) != 1 || inbox.Items[0].Code != entry.Code || inbox.Items[0].Title == "" {
		t.Errorf("the inbox of those who answer: %+v", inbox.Items)
	}
	var asked ConsultationView
	b.send("GET", api+"xa-b/consultations/"+entry.Code, "an", nil).want(http.StatusOK, &asked)
	q := asked.Question
	if q.Dossier != v.Code || q.Asker.Code != "H18.35.01" || asked.Role != "lanh-dao" || entry.Code != "H18.35.02-LT-260601-0001" ||
		len(q.Answers) != 2 || !q.Answers[1].Reason || q.Silence != "consent" || q.Due.IsZero() ||
		len(q.Forms) != 1 || len(q.Forms[0].Fields) != 3 || q.Forms[0].Fields[0].Value != personal[0] ||
		len(q.Documents) != 1 || q.Documents[0].Copies != 2 {
		t.Errorf("the question: %+v", asked)
	}
	b.answer(entry.Code, "khong-dong-y", "").problem(http.StatusUnprocessableEntity, "reason-needed")
	b.answer(entry.Code, "khong-dong-y", "Trong vùng bảo vệ").want(http.StatusOK, &asked)
	if asked.Standing != consultation.StandingAnswered || asked.AnsweredBy != "an" {
		t.Errorf("after the answer: %+v", asked)
	}
	eventually(t, "the dossier moves on", func() bool { return at(b.dossier(v.Code), "B3") })
	if v = b.dossier(v.Code); len(v.Consultations) != 0 {
		t.Errorf("it still asks: %+v", v.Consultations)
	}
	b.answer(entry.Code, "dong-y", "").problem(http.StatusConflict, "consultation-ended")
	if status := b.questions("xa-b")[0].Outcome; status != "answered" {
		t.Errorf("the question is %s", status)
	}
	for _, word := range personal {
		if strings.Contains(b.log.String(), word) {
			t.Errorf("the log says %q", word)
		}
	}
	b.nothingPersonalOnDisk()
}

func TestAgencyThatIsDownDelaysAndLosesNothing(t *testing.T) {
	p := startPair(t)
	p.down.Store(true)
	first, second := p.a.ask(), p.a.ask()
	eventually(t, "it is noticed", func() bool {
		return strings.HasSuffix(p.a.metric(`chuan_messages_delayed{agency="xa-a",receiver="H18.35.02"}`), " 1")
	}, p.a)
	var ready Readiness
	p.a.send("GET", "/readyz", "", nil).want(http.StatusOK, &ready)
	if d := ready.Messages["xa-a"].Delayed; !slices.Equal(d, []string{"H18.35.02"}) {
		t.Errorf("readyz: delayed %v", d)
	}
	p.down.Store(false)
	p.pass(10 * time.Minute)
	eventually(t, "both questions arrive", func() bool { return len(p.b.questions("xa-b")) == 2 }, p.a)
	entries := p.b.questions("xa-b")
	p.b.answer(entries[0].Code, "dong-y", "").want(http.StatusOK, nil)
	p.b.answer(entries[1].Code, "dong-y", "").want(http.StatusOK, nil)
	eventually(t, "both dossiers move on", func() bool {
		return at(p.a.dossier(first.Code), "B3") && at(p.a.dossier(second.Code), "B3")
	}, p.a, p.b)
	eventually(t, "nothing is delayed", func() bool {
		var ready Readiness
		p.a.send("GET", "/readyz", "", nil).want(http.StatusOK, &ready)
		return ready.Messages == nil
	}, p.a)
}

func TestMessageIsTakenOnce(t *testing.T) {
	p := startPair(t)
	v := p.a.ask()
	eventually(t, "the question arrives", func() bool { return len(p.b.questions("xa-b")) == 1 }, p.a)
	text := <-p.envelopes
	var e exchange.Envelope
	if err := json.Unmarshal(text, &e); err != nil {
		t.Fatal(err)
	}
	bring := func(e exchange.Envelope) answer {
		t.Helper()
		return p.b.send("POST", api+"xa-b/messages", "", e)
	}
	var taken Taken
	p.b.send("POST", api+"xa-b/messages", "", string(text)).want(http.StatusOK, &taken)
	if taken.Result != resultRepeated {
		t.Errorf("brought once more, by whomever: %+v", taken)
	}
	keys := p.a.keys("xa-a")
	with := func(change func(*exchange.Envelope)) exchange.Envelope {
		changed := e
		change(&changed)
		return changed
	}
	bring(with(func(e *exchange.Envelope) { e.Body = []byte(`{}`) })).problem(http.StatusForbidden, "signature-wrong")
	bring(exchange.Sign(e, p.b.keys("xa-b"))).problem(http.StatusForbidden, "signature-wrong")
	bring(exchange.Sign(with(func(e *exchange.Envelope) { e.Receiver = "H18.35.09" }), keys)).
		problem(http.StatusForbidden, "message-misdirected")
	bring(exchange.Sign(with(func(e *exchange.Envelope) { e.Sender = "H18.35.09" }), keys)).
		problem(http.StatusForbidden, "sender-unknown")
	early := bring(exchange.Sign(with(func(e *exchange.Envelope) { e.Number = 5 }), keys))
	early.problem(http.StatusConflict, "message-early")
	if expected := early.Header().Get(exchange.ExpectedHeader); expected != "2" {
		t.Errorf("number %s is expected", expected)
	}
	p.b.send("POST", api+"xa-b/messages", "", `{"sender":1}`).problem(http.StatusBadRequest, "message-malformed")
	p.b.send("POST", api+"xa-b/messages", "", strings.Repeat(" ", exchange.MaxEnvelope+1)).
		problem(http.StatusRequestEntityTooLarge, "body-too-large")
	p.b.send("POST", api+"xa-b/messages", "", string(text), "Content-Type", "text/plain").
		problem(http.StatusUnsupportedMediaType, "not-json")
	if n := len(p.b.questions("xa-b")); n != 1 {
		t.Errorf("%d questions", n)
	}
	if !at(p.a.dossier(v.Code), "B2A") {
		t.Error("the dossier has moved")
	}
}

func TestCrashBetweenApplyingAndAcknowledging(t *testing.T) {
	p := startPair(t)
	// The first attempt is recorded nowhere, as when the process dies after the receiver has taken the message.
	open, failed := p.a.service.post.sender.Open, &atomic.Int32{}
	p.a.service.post.sender.Open = func(agency string) (exchange.Box, bool) {
		box, ok := open(agency)
		if ok {
			box.Outbox = forgetful{box: box.Outbox, failed: failed}
		}
		return box, ok
	}
	v := p.a.ask()
	eventually(t, "it is sent twice", func() bool { return len(p.envelopes) == 2 }, p.a)
	eventually(t, "the question is there", func() bool { return len(p.b.questions("xa-b")) == 1 }, p.a)
	entry := p.b.questions("xa-b")[0]
	p.b.answer(entry.Code, "dong-y", "").want(http.StatusOK, nil)
	eventually(t, "the dossier moves on", func() bool { return at(p.a.dossier(v.Code), "B3") }, p.a, p.b)
	if n := len(p.b.questions("xa-b")); n != 1 {
		t.Errorf("%d questions", n)
	}
}

// forgetful is an outbox that fails to record the first delivery.
type forgetful struct {
	box    exchange.Outbox
	failed *atomic.Int32
}

func (f forgetful) Outbox(ctx context.Context, now time.Time, limit int) ([]store.Message, error) {
	return f.box.Outbox(ctx, now, limit)
}

func (f forgetful) Sent(ctx context.Context, d store.Delivery) error {
	if f.failed.Add(1) == 1 {
		return store.ErrBusy
	}
	return f.box.Sent(ctx, d)
}

func TestSilenceAndLateAnswer(t *testing.T) {
	p := startPair(t)
	v := p.a.ask()
	eventually(t, "the question arrives", func() bool { return len(p.b.questions("xa-b")) == 1 }, p.a)
	code := p.b.questions("xa-b")[0].Code
	p.down.Store(true)
	p.pass(72 * time.Hour)
	a, _ := p.a.service.served.Load().agency("xa-a")
	p.a.service.sweepAgency(t.Context(), a)
	if !at(p.a.dossier(v.Code), "B3") {
		t.Fatalf("silence is no answer: %+v", p.a.dossier(v.Code).Steps)
	}
	// The word that nothing is awaited cannot come through, and the answer crosses it.
	p.b.answer(code, "khong-dong-y", "Trong vùng bảo vệ").want(http.StatusOK, nil)
	version := p.a.dossier(v.Code).Version
	late := func(of *bench, kind string) func() bool {
		return func() bool {
			metrics := of.send("GET", "/metrics", "", nil).Body.String()
			return strings.Contains(metrics, `kind="consultation.`+kind+`",result="late"} 1`)
		}
	}
	eventually(t, "the answer is acknowledged as too late", late(p.a, "reply"), p.b)
	p.down.Store(false)
	p.pass(10 * time.Minute)
	eventually(t, "so is the word that none is awaited", late(p.b, "cancel"), p.a)
	if v := p.a.dossier(v.Code); !at(v, "B3") || v.Version != version {
		t.Errorf("the late answer has moved the dossier: %+v", v.Steps)
	}
}

func TestQuestionIsWithdrawn(t *testing.T) {
	p := startPair(t)
	v := p.a.ask()
	eventually(t, "the question arrives", func() bool { return len(p.b.questions("xa-b")) == 1 }, p.a)
	// The neighbour has answered on paper, and an officer here records it.
	p.a.act(v, "giang", "dong-y")
	eventually(t, "the question is withdrawn", func() bool { return p.b.questions("xa-b")[0].Outcome == "withdrawn" }, p.a)
	code := p.b.questions("xa-b")[0].Code
	p.b.answer(code, "dong-y", "").problem(http.StatusConflict, "consultation-ended")
}

func TestPoisonIsParked(t *testing.T) {
	p := startPair(t)
	for number, c := range []struct{ kind, body string }{
		{"consultation.question", `{"dossier":1}`},
		{"something.new", `{}`},
		{"consultation.reply", `{"dossier":"H18.35.02-260601-0009","branch":"main","step":"B2A","seq":3,"code":"X","action":"co","answeredAt":"2026-06-01T08:00:00Z"}`},
	} {
		e := exchange.Sign(exchange.Envelope{
			Sender: "H18.35.01", Receiver: "H18.35.02", Number: int64(number + 1), Kind: c.kind, At: p.a.clock(), Body: []byte(c.body),
		}, p.a.keys("xa-a"))
		for _, want := range []string{resultParked, resultRepeated} {
			var taken Taken
			p.b.send("POST", api+"xa-b/messages", "", e).want(http.StatusOK, &taken)
			if taken.Result != want {
				t.Errorf("%s: %+v, want %s", c.kind, taken, want)
			}
		}
	}
	var list AsideRegister
	p.b.send("GET", api+"xa-b/messages?status=open", "an", nil).want(http.StatusOK, &list)
	if len(list.Items) != 3 || list.Items[0].Outcome != "malformed" || list.Items[2].Outcome != "dossier-unknown" {
		t.Errorf("parked messages: %+v", list.Items)
	}
	if line := p.b.metric("chuan_messages_parked"); line != `chuan_messages_parked{agency="xa-b"} 3` {
		t.Errorf("metric %q", line)
	}
	var ready Readiness
	p.b.send("GET", "/readyz", "", nil).want(http.StatusOK, &ready)
	if ready.Messages["xa-b"].Parked != 3 {
		t.Errorf("readyz: %+v", ready.Messages)
	}
}

func TestReceiverThatWasRestored(t *testing.T) {
	p := startPair(t)
	p.a.ask()
	eventually(t, "the question arrives", func() bool { return len(p.b.questions("xa-b")) == 1 }, p.a)
	eventually(t, "and is recorded as sent", func() bool {
		d, release, err := p.a.service.desk("xa-a")
		if err != nil {
			t.Fatal(err)
		}
		defer release()
		waiting, err := d.records.Outbox(t.Context(), p.a.clock(), 10)
		return err == nil && len(waiting) == 0
	}, p.a)
	// Its records are as they were before.
	p.down.Store(true)
	if err := p.b.service.Close(); err != nil {
		t.Fatal(err)
	}
	p.b.service = nil
	files, err := filepath.Glob(filepath.Join(p.b.config.Data, "xa-b.db*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
	}
	p.b.restart()
	p.down.Store(false)
	p.a.ask()
	p.pass(10 * time.Minute)
	eventually(t, "both questions are there", func() bool { return len(p.b.questions("xa-b")) == 2 }, p.a)
}
