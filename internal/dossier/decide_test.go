package dossier

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chuan.dev/chuan/api/v1alpha1"
)

func types(events []Event) []EventType {
	var names []EventType
	for _, e := range events {
		names = append(names, e.Type)
	}
	return names
}

// untilAppraisal brings a dossier to the appraisal by chi.
func untilAppraisal(t *testing.T, r Receive) *story {
	t.Helper()
	s := begin(t, "cap-phep", r)
	s.act("an", "tiep-nhan")
	s.act("binh", "phan-cong", to("chi"))
	return s
}

func TestFromReceptionToResult(t *testing.T) {
	s := untilAppraisal(t, reception())
	s.stands("B3")
	got := types(s.act("chi", "du-dieu-kien", with(appraisal("dat"))))
	if want := []EventType{Moved, Branched, Passed}; !slices.Equal(got, want) {
		t.Errorf("appraisal of a house outside the protected area: %v, want %v", got, want)
	}
	s.stands("B4A")
	if got, want := types(s.act("chi", "xong", with(survey()))), []EventType{Moved, Joined}; !slices.Equal(got, want) {
		t.Errorf("end of the last branch: %v, want %v", got, want)
	}
	s.act("chi", "trinh")
	s.act("giang", "ky")
	s.act("ha", "phat-hanh")
	if got := s.state.Clock; got.State != v1alpha1.ClockFinished || !got.FinishedAt.Equal(s.now) {
		t.Errorf("clock at the handover: %+v, want finished now", got)
	}
	s.act("an", "da-tra")
	if got := s.state.Ending; got == nil || got.Outcome != "cap-phep" || got.Result != v1alpha1.ResultGranted {
		t.Fatalf("ending %+v, want cap-phep", got)
	}
	s.stands()
	s.refused(Act{Officer: "an", Action: "da-tra"}, CodeEnded)
	replayed, err := Replay(s.events)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(s.state, replayed); diff != "" {
		t.Errorf("replayed state (-folded +replayed):\n%s", diff)
	}
}

func TestParallelBranches(t *testing.T) {
	r := reception()
	r.Forms = application(map[string]any{"diTich": true})
	s := untilAppraisal(t, r)
	s.act("chi", "du-dieu-kien", with(appraisal("dat")))
	s.stands("B4A", "B4B")
	if got := s.state.Tokens; got[0].Branch != "main/B4.0" || got[1].Branch != "main/B4.1" {
		t.Errorf("branches %+v", got)
	}
	s.refused(Act{Officer: "an", Action: "la"}, CodeStepNeeded)
	s.refused(Act{Officer: "an", Step: "B9", Action: "da-tra"}, CodeStepNotOpen)
	// The consult names no role: the counter records the answer. It may change the outcome.
	s.act("an", "khong-dong-y", reason)
	s.stands("B4A")
	if s.state.Heading != "tu-choi" {
		t.Errorf("heading for %s, want tu-choi", s.state.Heading)
	}
	s.act("dung", "xong", in("B4A"), with(survey()))
	s.stands("B5")
}

func TestSilenceMeansWhatTheProcedureSays(t *testing.T) {
	r := reception()
	r.Forms = application(map[string]any{"diTich": true})
	s := untilAppraisal(t, r)
	s.act("chi", "du-dieu-kien", with(appraisal("dat")))
	s.now = at(t, "2026-06-02 07:59")
	if events := s.do(Expire{}); len(events) != 0 {
		t.Fatalf("the answer's time is not over: %v", types(events))
	}
	s.now = at(t, "2026-06-02 08:00")
	events := s.do(Expire{})
	if len(events) != 1 || events[0].Type != Expired || events[0].Action != "dong-y" || events[0].Officer != "" {
		t.Errorf("no answer in time: %+v, want consent", events)
	}
	s.stands("B4A")
	if s.state.Heading != "cap-phep" {
		t.Errorf("heading for %s, want cap-phep", s.state.Heading)
	}
}

func TestBranchesWithinBranches(t *testing.T) {
	s := begin(t, "lien-thong", Receive{Officer: "an", Channel: v1alpha1.ChannelCounter, Applicant: Applicant{Name: "X"}})
	s.act("an", "nhan")
	s.stands("A1", "W1")
	if s.state.Clock.State != v1alpha1.ClockRunning {
		t.Errorf("the clock is %s while one branch is still at work, want running", s.state.Clock.State)
	}
	s.act("chi", "tiep")
	s.act("chi", "tach")
	s.stands("C1", "C2", "W1")
	if got := s.state.Tokens[0].Branch; got != "main/P1.0/P2.0" {
		t.Errorf("first branch is %s", got)
	}
	events := s.act("an", "co", in("C2"))
	if got, want := types(events), []EventType{Moved, Joined}; !slices.Equal(got, want) {
		t.Errorf("one answer is enough: %v, want %v", got, want)
	}
	s.stands("W1")
	if s.state.Clock.State != v1alpha1.ClockStopped {
		t.Errorf("the clock is %s while everything waits for the applicant, want stopped", s.state.Clock.State)
	}
	s.now = at(t, "2026-06-08 08:00")
	s.do(Expire{})
	s.stands("B9")
	if got, want := s.state.Clock.StoppedQuarters, 5*8*4; got != want {
		t.Errorf("the clock stood still for %d quarters of an hour, want %d", got, want)
	}
}

func TestAnEndInABranchEndsTheDossier(t *testing.T) {
	s := begin(t, "lien-thong", Receive{Officer: "an", Channel: v1alpha1.ChannelCounter, Applicant: Applicant{Name: "X"}})
	s.act("an", "nhan")
	s.act("chi", "tiep")
	s.act("chi", "tach")
	s.now = at(t, "2026-06-02 08:00")
	// Silence is a refusal at the first place, and refusal ends the dossier with everything that is open.
	s.do(Expire{})
	s.stands()
	if s.state.Ending == nil || s.state.Ending.Outcome != "dung" {
		t.Errorf("ending %+v, want dung", s.state.Ending)
	}
}

func TestStatutoryClock(t *testing.T) {
	s := begin(t, "cap-phep", reception())
	if got := s.state.Clock; got.State != v1alpha1.ClockNotStarted || !got.Due.IsZero() {
		t.Errorf("clock before acceptance: %+v", got)
	}
	s.now = at(t, "2026-06-01 15:30")
	s.act("an", "tiep-nhan")
	// After the cut-off it counts as received on the second; fifteen days later is the 17th, a Wednesday.
	if want := at(t, "2026-06-17 17:30"); !s.state.Clock.Due.Equal(want) {
		t.Errorf("due %s, want %s", s.state.Clock.Due, want)
	}
	s.act("binh", "phan-cong", to("chi"))
	s.now = at(t, "2026-06-03 09:00")
	s.act("chi", "bo-sung", reason)
	if s.state.Clock.State != v1alpha1.ClockStopped {
		t.Fatalf("clock %+v, want stopped", s.state.Clock)
	}
	// A working day and ten minutes later; ten minutes count as a quarter of an hour.
	s.now = at(t, "2026-06-04 09:10")
	s.do(Act{Officer: "an", Version: s.state.Version, Action: "da-bo-sung"})
	if got, want := s.state.Clock.Due, at(t, "2026-06-19 07:45"); !got.Equal(want) || s.state.Clock.StoppedQuarters != 33 {
		t.Errorf("due %s after a stop of %d quarters, want %s after 33", got, s.state.Clock.StoppedQuarters, want)
	}
	if s.state.Clock.Overdue(at(t, "2026-06-19 07:45")) || !s.state.Clock.Overdue(at(t, "2026-06-19 07:46")) {
		t.Error("overdue does not begin after the time promised")
	}
}

func TestStepBudget(t *testing.T) {
	s := begin(t, "cap-phep", reception())
	if got, want := s.state.Tokens[0].Due, at(t, "2026-06-01 14:00"); !got.Equal(want) {
		t.Errorf("intake of 4wh begun at 08:00 is due %s, want %s", got, want)
	}
	s.act("an", "yeu-cau-bo-sung", reason)
	if got := s.state.Tokens[0]; !got.Due.IsZero() || !got.Expires.Equal(at(t, "2026-07-01 17:30")) {
		t.Errorf("wait of 30d: %+v", got)
	}
}

func TestWaitRunsOut(t *testing.T) {
	s := begin(t, "cap-phep", reception())
	s.act("an", "yeu-cau-bo-sung", reason)
	s.now = at(t, "2026-07-01 17:30")
	if got, want := types(s.do(Expire{})), []EventType{Expired, Ended}; !slices.Equal(got, want) {
		t.Errorf("events %v, want %v", got, want)
	}
	if s.state.Ending.Outcome != "khong-nop-lai" || s.state.Clock.State != v1alpha1.ClockNotStarted {
		t.Errorf("ending %+v, clock %+v", s.state.Ending, s.state.Clock)
	}
}

func TestTimeDoesNotGoBack(t *testing.T) {
	s := begin(t, "cap-phep", reception())
	last := s.now
	s.now = at(t, "2020-01-01 00:00")
	s.act("an", "tiep-nhan")
	if got := s.events[1].At; !got.Equal(last) {
		t.Errorf("event at %s after the clock was set back, want %s", got, last)
	}
}

func TestWhoMayAct(t *testing.T) {
	s := begin(t, "cap-phep", reception())
	s.refused(Act{Officer: "nobody", Action: "tiep-nhan"}, CodeOfficerUnknown)
	r := s.refused(Act{Officer: "chi", Action: "tiep-nhan"}, CodeRoleNotHeld)
	for _, want := range []string{"B1", "Tiếp nhận hồ sơ", "mot-cua", "chi"} {
		if !strings.Contains(r.Message, want) || !strings.Contains(r.MessageVi, want) {
			t.Errorf("the refusal does not name %q: %+v", want, r)
		}
	}
	s.act("an", "tiep-nhan")
	s.refused(Act{Officer: "binh", Action: "phan-cong"}, CodeAssigneeNeeded)
	s.refused(Act{Officer: "binh", Action: "phan-cong", Assignee: "ha"}, CodeAssigneeUnfit)
	s.act("binh", "phan-cong", to("chi"))
	s.refused(Act{Officer: "dung", Action: "bo-sung", Reason: "x"}, CodeAssignedToOther)

	// When chi has left, every other holder of the role may act.
	s.office.Officers = slices.DeleteFunc(s.office.Officers, func(o v1alpha1.Officer) bool { return o.ID == "chi" })
	s.act("dung", "khong-du", with(appraisal("khong-dat")))
}

func TestSeparationOfDuties(t *testing.T) {
	s := begin(t, "cap-phep", reception())
	s.act("an", "tiep-nhan")
	s.act("binh", "phan-cong", to("kiem"))
	s.act("kiem", "khong-du", with(appraisal("khong-dat")))
	s.act("dung", "trinh")
	s.refused(Act{Officer: "kiem", Action: "ky"}, CodeSeparation)
	s.act("giang", "tra-lai", reason)
	// The separation is declared on the other role, and holds both ways.
	s.office.Officers[4].Roles = append(s.office.Officers[4].Roles, "thu-ly")
	s.refused(Act{Officer: "giang", Action: "trinh"}, CodeSeparation)
}

func TestAssigneeIsHeldToSeparation(t *testing.T) {
	s := begin(t, "cap-phep", reception())
	s.state.Parts = append(s.state.Parts, Part{Officer: "kiem", Role: "lanh-dao-ubnd"})
	s.act("an", "tiep-nhan")
	s.refused(Act{Officer: "binh", Action: "phan-cong", Assignee: "kiem"}, CodeAssigneeUnfit)
}

func TestWhatAnActionAsksFor(t *testing.T) {
	r := reception()
	r.Documents = nil
	r.Forms = application(map[string]any{"lienKe": true, "soTang": nil})
	s := begin(t, "cap-phep", r)
	s.refused(Act{Officer: "an", Action: "la"}, CodeActionUnknown)
	s.refused(Act{Officer: "an", Action: "tu-choi"}, CodeReasonNeeded)
	s.refused(Act{Officer: "an", Action: "tu-choi", Reason: strings.Repeat("x", maxReason+1)}, CodeReasonNeeded)
	s.refused(Act{Officer: "an", Action: "tiep-nhan"}, CodeFormInvalid)
	forms := application(map[string]any{"lienKe": true})
	refusal := s.refused(Act{Officer: "an", Action: "tiep-nhan", Forms: forms}, CodeDocumentsMissing)
	if !strings.Contains(refusal.Message, "ban-ve") || !strings.Contains(refusal.Message, "cam-ket") || strings.Contains(refusal.Message, "anh-chup") {
		t.Errorf("missing documents: %s", refusal.Message)
	}
	documents := map[v1alpha1.ID]int32{"ban-ve": 1, "cam-ket": 1}
	s.refused(Act{Officer: "an", Action: "tiep-nhan", Forms: forms, Documents: documents}, CodeDocumentsMissing)
	documents["ban-ve"] = 2
	s.refused(Act{Officer: "an", Action: "tiep-nhan", Version: 9, Forms: forms, Documents: documents}, CodeStale)
	s.do(Act{Officer: "an", Action: "tiep-nhan", Forms: forms, Documents: documents})
	s.stands("B2")
}

func TestConditionsAndLimits(t *testing.T) {
	s := untilAppraisal(t, reception())
	s.refused(Act{Officer: "chi", Action: "du-dieu-kien"}, CodeActionNotOffered)
	s.refused(Act{Officer: "chi", Action: "du-dieu-kien", Forms: appraisal("khong-dat")}, CodeActionNotOffered)
	s.refused(Act{Officer: "chi", Action: "bo-sung", Assignee: "dung", Reason: "x"}, CodeAssigneeUnfit)
	s.act("chi", "bo-sung", reason)
	s.act("an", "da-bo-sung")
	s.refused(Act{Officer: "chi", Action: "bo-sung", Reason: "x"}, CodeMaxTimes)

	late := untilAppraisal(t, reception())
	late.now = at(t, "2026-06-10 08:00")
	if _, err := late.try(Act{Officer: "chi", Action: "bo-sung", Reason: "x"}); err != nil {
		t.Errorf("at the end of seven working days: %v", err)
	}
	late = untilAppraisal(t, reception())
	late.now = at(t, "2026-06-10 08:01")
	late.refused(Act{Officer: "chi", Action: "bo-sung", Reason: "x"}, CodeTooLate)
}

func TestReceptionIsChecked(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Receive)
		want   Code
	}{
		"role":           {func(r *Receive) { r.Officer = "chi" }, CodeRoleNotHeld},
		"channel":        {func(r *Receive) { r.Channel = v1alpha1.ChannelPost }, CodeChannelNotOffered},
		"no name":        {func(r *Receive) { r.Applicant.Name = " \t" }, CodeApplicantInvalid},
		"endless name":   {func(r *Receive) { r.Applicant.Name = strings.Repeat("x", maxName+1) }, CodeApplicantInvalid},
		"name of lines":  {func(r *Receive) { r.Applicant.Name = "a\nb" }, CodeApplicantInvalid},
		"no such paper":  {func(r *Receive) { r.Documents = map[v1alpha1.ID]int32{"la": 1} }, CodeDocumentUnknown},
		"minus one copy": {func(r *Receive) { r.Documents = map[v1alpha1.ID]int32{"ban-ve": -1} }, CodeDocumentUnknown},
		"endless agency": {func(r *Receive) { r.Agencies.Competent = strings.Repeat("x", maxAgency+1) }, CodeReceiptInvalid},
		"by pigeon":      {func(r *Receive) { r.ReturnBy = "pigeon" }, CodeReceiptInvalid},
		"no sets":        {func(r *Receive) { r.Sets = -1 }, CodeReceiptInvalid},
		"no bytes":       {func(r *Receive) { r.Attachments = []Attachment{{Name: "a.pdf"}} }, CodeAttachmentInvalid},
		"later form":     {func(r *Receive) { r.Forms = appraisal("dat") }, CodeFormNotInStep},
		"wrong value":    {func(r *Receive) { r.Forms = application(map[string]any{"soTang": "hai"}) }, CodeFormInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			r := reception()
			c.change(&r)
			s := &story{t: t, p: load(t, "cap-phep"), office: office(t), now: at(t, "2026-06-01 08:00")}
			s.refused(r, c.want)
		})
	}
}

func TestWhatAReceiptSays(t *testing.T) {
	r := reception()
	r.Agencies = Agencies{SupportPoint: "H18.01", Receiving: "H18.02", Competent: "H18.03"}
	r.ReturnBy, r.Sets = v1alpha1.ChannelPost, 2
	r.Attachments = []Attachment{{Document: "anh-chup", SHA256: strings.Repeat("00", 32), Size: 1, MediaType: "image/png", Name: "nha.png"}}
	s := begin(t, "cap-phep", r)
	got := s.state.Receipt
	if got.Agencies != r.Agencies || got.ReturnBy != r.ReturnBy || got.Sets != 2 || !slices.Equal(s.state.Attachments, r.Attachments) {
		t.Errorf("receipt %+v, attachments %+v", got, s.state.Attachments)
	}
}

func TestNothingHappensBeforeTheReception(t *testing.T) {
	if _, err := Decide(load(t, "cap-phep"), State{}, Shelve{Officer: "an", Place: "Kho"}, at(t, "2026-06-01 08:00"), office(t)); err == nil {
		t.Error("a dossier that has not come in was shelved")
	}
}

func TestAMissingCalendarIsARefusal(t *testing.T) {
	s := begin(t, "cap-phep", reception())
	s.now = at(t, "2032-12-30 08:00")
	refusal := s.refused(Act{Officer: "an", Action: "tiep-nhan"}, CodeCalendarMissing)
	if !strings.Contains(refusal.Message, "2033") || !strings.Contains(refusal.Message, `"vn"`) {
		t.Errorf("the refusal does not name the year and the series: %s", refusal.Message)
	}
}

func TestOffered(t *testing.T) {
	s := untilAppraisal(t, reception())
	ids := func(officer v1alpha1.ID) (ids []v1alpha1.ID) {
		for _, action := range Offered(s.p, s.state, s.state.Tokens[0], officer, s.office) {
			ids = append(ids, action.ID)
		}
		return ids
	}
	// What depends on the form of the step itself is open until the form says otherwise.
	if got, want := ids("chi"), []v1alpha1.ID{"du-dieu-kien", "khong-du", "bo-sung"}; !slices.Equal(got, want) {
		t.Errorf("offered to chi: %v, want %v", got, want)
	}
	if got := ids("dung"); got != nil {
		t.Errorf("offered to dung, to whom the step is not assigned: %v", got)
	}
	s.act("chi", "bo-sung", reason)
	s.act("an", "da-bo-sung")
	if got, want := ids("chi"), []v1alpha1.ID{"du-dieu-kien", "khong-du"}; !slices.Equal(got, want) {
		t.Errorf("offered to chi after the supplement: %v, want %v", got, want)
	}
}

func TestFoldRefusesAGap(t *testing.T) {
	s := begin(t, "cap-phep", reception())
	event := s.events[0]
	if _, err := Fold(s.state, event); err == nil {
		t.Error("the first event was folded twice")
	}
	event.Seq = 3
	if _, err := Fold(s.state, event); err == nil {
		t.Error("an event was folded over a gap")
	}
}

func TestDecideLeavesItsStateAlone(t *testing.T) {
	s := untilAppraisal(t, reception())
	before, err := Replay(s.events)
	if err != nil {
		t.Fatal(err)
	}
	c := Act{Officer: "chi", Version: s.state.Version, Action: "khong-du", Forms: appraisal("khong-dat")}
	if _, err := Decide(s.p, s.state, c, s.now, s.office); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, s.state); diff != "" {
		t.Errorf("Decide changed the state it was given (-before +after):\n%s", diff)
	}
}
