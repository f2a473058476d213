package petition

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

var monday = time.Date(2026, time.June, 1, 1, 0, 0, 123_456_789, time.UTC)

// works knows the officers an and binh; chi has left.
func works(id v1alpha1.ID) bool { return id == "an" || id == "binh" }

func receipt() Receipt {
	return Receipt{
		Procedure: "cap-phep", Dossier: "H18.35.01-260601-0001", Channel: v1alpha1.ChannelOnline,
		Subject: "Chậm trả kết quả", Content: "Hồ sơ đã quá hẹn ba ngày.", Contact: Contact{Name: "Lò Văn Xôm"},
	}
}

func TestLife(t *testing.T) {
	var s State
	var events []Event
	now := monday
	do := func(c Command) {
		t.Helper()
		got, err := Decide(s, c, now, works)
		if err != nil {
			t.Fatalf("%+v: %v", c, err)
		}
		for _, e := range got {
			if s, err = Fold(s, e); err != nil {
				t.Fatal(err)
			}
		}
		events, now = append(events, got...), now.Add(time.Hour)
	}
	do(Receive{Receipt: receipt()})
	do(Assign{Officer: "an", Version: 1, Assignee: "binh"})
	do(Answer{Officer: "binh", Version: 2, Text: "Kết quả đã có tại Trung tâm."})
	do(Close{Officer: "an", Version: 3})

	at := func(hours int) time.Time {
		return monday.Truncate(time.Millisecond).Add(time.Duration(hours) * time.Hour)
	}
	want := State{
		Version: 4, Standing: StandingClosed, Receipt: receipt(), ReceivedAt: at(0), ChangedAt: at(3), AnsweredAt: at(2),
		ClosedAt: at(3), Assignee: "binh", Answer: "Kết quả đã có tại Trung tâm.",
	}
	if diff := cmp.Diff(want, s); diff != "" {
		t.Errorf("state (-want +got):\n%s", diff)
	}
	if s.Open() {
		t.Error("a closed petition is open")
	}
	text, err := json.Marshal(events)
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
	if diff := cmp.Diff(want, replayed); diff != "" {
		t.Errorf("replayed state (-want +got):\n%s", diff)
	}
}

func TestRefusals(t *testing.T) {
	received := State{Version: 1, Standing: StandingReceived, Receipt: receipt(), ChangedAt: monday}
	assigned := received
	assigned.Version, assigned.Standing, assigned.Assignee = 2, StandingAssigned, "binh"
	closed := received
	closed.Version, closed.Standing = 2, StandingClosed
	with := func(change func(*Receipt)) Receive {
		r := receipt()
		change(&r)
		return Receive{Receipt: r}
	}
	for name, tc := range map[string]struct {
		state State
		c     Command
		want  dossier.Code
	}{
		"no content":        {State{}, with(func(r *Receipt) { r.Content = " \n" }), CodeInvalid},
		"too long":          {State{}, with(func(r *Receipt) { r.Content = strings.Repeat("ạ", maxText+1) }), CodeInvalid},
		"control character": {State{}, with(func(r *Receipt) { r.Content = "a\x00b" }), CodeInvalid},
		"two lines":         {State{}, with(func(r *Receipt) { r.Contact.Name = "a\nb" }), CodeInvalid},
		"no channel":        {State{}, with(func(r *Receipt) { r.Channel = "fax" }), CodeInvalid},
		"unknown receiver":  {State{}, Receive{Officer: "chi", Receipt: receipt()}, dossier.CodeOfficerUnknown},
		"not received":      {State{}, Answer{Officer: "an", Text: "x"}, CodeInvalid},
		"unknown assignee":  {received, Assign{Officer: "an", Version: 1, Assignee: "chi"}, dossier.CodeOfficerUnknown},
		"stale":             {received, Answer{Officer: "an", Version: 7, Text: "x"}, dossier.CodeStale},
		"empty answer":      {received, Answer{Officer: "an", Version: 1}, CodeInvalid},
		"other's":           {assigned, Answer{Officer: "an", Version: 2, Text: "x"}, dossier.CodeAssignedToOther},
		"closed silently":   {received, Close{Officer: "an", Version: 1}, CodeAnswerNeeded},
		"closed already":    {closed, Close{Officer: "an", Version: 2, Reason: "x"}, CodeClosed},
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

func TestAssigneeWhoLeft(t *testing.T) {
	s := State{Version: 2, Standing: StandingAssigned, Assignee: "chi", ChangedAt: monday}
	events, err := Decide(s, Answer{Officer: "an", Version: 2, Text: "x"}, monday.Add(-time.Hour), works)
	if err != nil {
		t.Fatal(err)
	}
	if !events[0].At.Equal(monday) {
		t.Errorf("time goes back to %v", events[0].At)
	}
}

func TestFoldRefusesWhatIsNotTheRecord(t *testing.T) {
	r := receipt()
	for name, e := range map[string]Event{
		"gap":            {Seq: 2, Type: Received, Data: Data{Receipt: &r}},
		"begins late":    {Seq: 1, Type: Answered},
		"without itself": {Seq: 1, Type: Received},
	} {
		if _, err := Fold(State{}, e); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := Fold(State{Version: 1}, Event{Seq: 2, Type: "mended"}); err == nil {
		t.Error("an unknown type was folded")
	}
}
