package consultation

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/dossier"
)

var monday = time.Date(2026, time.June, 1, 1, 0, 0, 0, time.UTC)

// works knows the officers an and binh; chi has left.
func works(id v1alpha1.ID) bool { return id == "an" || id == "binh" }

func question() Question {
	return Question{
		Reference: Reference{Dossier: "H18.35.01-260601-0001", Branch: "main/B4.1", Step: "B4B", Seq: 5},
		Asker:     Asker{Code: "H18.35.01", Title: "UBND xã Thanh Nưa"},
		Procedure: Procedure{Code: "QT-XD-07", Title: "Cấp giấy phép xây dựng nhà ở riêng lẻ", Revision: 3},
		StepTitle: "Lấy ý kiến cơ quan văn hóa", AskedAt: monday, Due: monday.Add(24 * time.Hour), Silence: "consent",
		Forms: []Form{{ID: "don", Title: "Đơn đề nghị", Fields: []Field{
			{Name: "chuDauTu", Title: "Tên chủ đầu tư", Type: v1alpha1.FieldString, Value: "Lò Văn Xôm"},
			{Name: "soTang", Title: "Số tầng", Type: v1alpha1.FieldInteger, Value: float64(2)},
			{Name: "diTich", Title: "Trong khu di tích", Type: v1alpha1.FieldBoolean, Value: true},
		}}},
		Documents: []Document{{ID: "ban-ve", Title: "Bản vẽ", Copies: 2, Files: []File{
			{SHA256: strings.Repeat("ab", 32), Size: 12, MediaType: "application/pdf", Name: "bản vẽ.pdf"},
		}}},
		Answers: []AllowedAnswer{{ID: "dong-y", Title: "Đồng ý"}, {ID: "khong-dong-y", Title: "Không đồng ý", Reason: true}},
	}
}

// tale is a question on its way.
type tale struct {
	t      *testing.T
	state  State
	events []Event
	now    time.Time
}

func (s *tale) do(c Command) []Event {
	s.t.Helper()
	events, err := Decide(s.state, c, s.now, works)
	if err != nil {
		s.t.Fatalf("%+v: %v", c, err)
	}
	for _, e := range events {
		if s.state, err = Fold(s.state, e); err != nil {
			s.t.Fatal(err)
		}
	}
	s.events, s.now = append(s.events, events...), s.now.Add(time.Hour)
	return events
}

func TestAnswered(t *testing.T) {
	s := &tale{t: t, now: monday}
	s.do(Receive{Question: question()})
	s.do(Assign{Officer: "an", Version: 1, Assignee: "binh"})
	if !s.state.Open() || s.state.Overdue(monday.Add(24*time.Hour)) || !s.state.Overdue(monday.Add(25*time.Hour)) {
		t.Errorf("before the answer: %+v", s.state)
	}
	s.do(Answer{Officer: "binh", Version: 2, Action: "khong-dong-y", Reason: "Trong vùng bảo vệ I"})
	want := Reply{
		Reference: question().Reference, Code: "H18.20-260601-0007", Action: "khong-dong-y", Reason: "Trong vùng bảo vệ I",
		AnsweredAt: monday.Add(2 * time.Hour),
	}
	got, ok := s.state.Reply("H18.20-260601-0007")
	if diff := cmp.Diff(want, got); diff != "" || !ok || got.Validate() != nil {
		t.Errorf("reply %v %v (-want +got):\n%s", ok, got.Validate(), diff)
	}
	if events := s.do(Withdraw{Because: BecauseSilence}); len(events) > 0 || s.state.Overdue(monday.AddDate(1, 0, 0)) {
		t.Errorf("a cancellation that crosses the answer brings about %+v", events)
	}
	text, err := json.Marshal(s.events)
	if err != nil {
		t.Fatal(err)
	}
	var read []Event
	if err := json.Unmarshal(text, &read); err != nil {
		t.Fatal(err)
	}
	replayed, err := Replay(read)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(s.state, replayed); diff != "" {
		t.Errorf("replayed state (-want +got):\n%s", diff)
	}
}

func TestWithdrawn(t *testing.T) {
	s := &tale{t: t, now: monday}
	s.do(Receive{Question: question()})
	s.do(Withdraw{Because: BecauseEnded})
	if s.state.Standing != StandingWithdrawn || s.state.Open() || s.state.Overdue(monday.AddDate(1, 0, 0)) {
		t.Errorf("after withdrawal: %+v", s.state)
	}
	if _, ok := s.state.Reply("x"); ok {
		t.Error("a withdrawn question has a reply")
	}
	if events := s.do(Withdraw{}); len(events) > 0 {
		t.Errorf("withdrawn twice: %+v", events)
	}
}

func TestRefusals(t *testing.T) {
	received := State{Version: 1, Standing: StandingReceived, Question: question(), ChangedAt: monday}
	assigned := received
	assigned.Version, assigned.Standing, assigned.Assignee = 2, StandingAssigned, "binh"
	withdrawn, answered := received, received
	withdrawn.Standing, answered.Standing = StandingWithdrawn, StandingAnswered
	for name, tc := range map[string]struct {
		state State
		c     Command
		want  dossier.Code
	}{
		"unknown question":  {State{}, Withdraw{}, CodeUnknown},
		"not received":      {State{}, Answer{Officer: "an", Action: "dong-y"}, CodeUnknown},
		"stale":             {received, Answer{Officer: "an", Version: 2, Action: "dong-y"}, dossier.CodeStale},
		"unknown officer":   {received, Answer{Officer: "chi", Version: 1, Action: "dong-y"}, dossier.CodeOfficerUnknown},
		"unknown assignee":  {received, Assign{Officer: "an", Version: 1, Assignee: "chi"}, dossier.CodeOfficerUnknown},
		"other's":           {assigned, Answer{Officer: "an", Version: 2, Action: "dong-y"}, dossier.CodeAssignedToOther},
		"not allowed":       {received, Answer{Officer: "an", Version: 1, Action: "co-le"}, CodeAnswerUnknown},
		"reason missing":    {received, Answer{Officer: "an", Version: 1, Action: "khong-dong-y"}, dossier.CodeReasonNeeded},
		"reason too long":   {received, Answer{Officer: "an", Version: 1, Action: "dong-y", Reason: strings.Repeat("x", 4001)}, dossier.CodeReasonNeeded},
		"after withdrawal":  {withdrawn, Answer{Officer: "an", Version: 1, Action: "dong-y"}, CodeEnded},
		"after the answer":  {answered, Answer{Officer: "an", Version: 1, Action: "dong-y"}, CodeEnded},
		"assigned too late": {answered, Assign{Officer: "an", Version: 1, Assignee: "an"}, CodeEnded},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Decide(tc.state, tc.c, monday, works)
			var refusal *dossier.Refusal
			if !errors.As(err, &refusal) || refusal.Code != tc.want || refusal.Message == "" || refusal.MessageVi == "" {
				t.Errorf("%v, want a refusal with %s", err, tc.want)
			}
		})
	}
}

func TestMessages(t *testing.T) {
	body, err := json.Marshal(question())
	if err != nil {
		t.Fatal(err)
	}
	got, err := ParseQuestion(body)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(question(), got); diff != "" {
		t.Errorf("question through JSON (-want +got):\n%s", diff)
	}
	for name, change := range map[string]func(*Question){
		"dossier":                         func(q *Question) { q.Dossier = "../x" },
		"branch":                          func(q *Question) { q.Branch = "" },
		"step":                            func(q *Question) { q.Step = "-" },
		"seq":                             func(q *Question) { q.Seq = 0 },
		"asker.code":                      func(q *Question) { q.Asker.Code = "h18" },
		"procedure.code":                  func(q *Question) { q.Procedure.Code = "" },
		"stepTitle":                       func(q *Question) { q.StepTitle = "a\nb" },
		"askedAt":                         func(q *Question) { q.AskedAt = time.Time{} },
		"silence":                         func(q *Question) { q.Silence = "maybe" },
		"answers":                         func(q *Question) { q.Answers = nil },
		"answers[1].id":                   func(q *Question) { q.Answers[1].ID = "dong-y" },
		"forms":                           func(q *Question) { q.Forms = make([]Form, maxForms+1) },
		"forms[0].fields[0].value":        func(q *Question) { q.Forms[0].Fields[0].Value = []any{} },
		"forms[0].fields[1].value":        func(q *Question) { q.Forms[0].Fields[1].Value = "2" },
		"forms[0].fields[2].value":        func(q *Question) { q.Forms[0].Fields[2].Value = nil },
		"forms[0].fields[2].type":         func(q *Question) { q.Forms[0].Fields[2].Type = "blob" },
		"documents[0].copies":             func(q *Question) { q.Documents[0].Copies = -1 },
		"documents[0].files[0].sha256":    func(q *Question) { q.Documents[0].Files[0].SHA256 = "AB" },
		"documents[0].files[0].name":      func(q *Question) { q.Documents[0].Files[0].Name = "a\x00" },
		"documents[0].files[0].size":      func(q *Question) { q.Documents[0].Files[0].Size = -1 },
		"documents[0].files[0].mediaType": func(q *Question) { q.Documents[0].Files[0].MediaType = "pdf" },
	} {
		q := question()
		change(&q)
		if err := q.Validate(); err == nil || !strings.Contains(err.Error(), name+" ") {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := Decide(State{}, Receive{Question: q}, monday, works); err == nil {
			t.Errorf("%s: it was received", name)
		}
	}
	if _, err := ParseCancel([]byte(`{"dossier":"H18-260601-0001","branch":"main","step":"B4","seq":3,"because":"ended","later":1}`)); err != nil {
		t.Errorf("a cancellation of a newer version: %v", err)
	}
	for _, body := range []string{``, `null`, `[]`, `{} x`, `{"dossier":1}`, strings.Repeat(" ", MaxBody+1)} {
		if _, err := ParseReply([]byte(body)); err == nil {
			t.Errorf("%.20q was taken for a reply", body)
		}
	}
}
