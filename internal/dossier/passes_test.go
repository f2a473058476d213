package dossier

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"chuan.dev/chuan/api/v1alpha1"
)

// held is a pass without its times.
type held struct {
	Step, Officer, Role v1alpha1.ID
	Late                bool
}

func heldBy(s State) []held {
	var all []held
	for _, p := range s.Passes {
		all = append(all, held{p.Step, p.Officer, p.Role, p.Late()})
	}
	return all
}

func TestLatenessBelongsToTheStepThatHeldTheFile(t *testing.T) {
	s := licence(t)
	s.act("an", "tiep-nhan")
	s.act("binh", "phan-cong", to("chi"))
	// The appraisal has two working days, and takes three.
	s.now = at(t, "2026-06-04 08:00")
	s.act("chi", "khong-dat", with(appraisal("khong-dat")))
	// The draft has four working hours from then on, and is in time.
	s.now = at(t, "2026-06-04 14:00")
	s.act("chi", "trinh")
	want := []held{
		{"B1", "an", "mot-cua", false},
		{"B2", "binh", "lanh-dao-phong", false},
		{"B3", "chi", "thu-ly", true},
		{"B5", "chi", "thu-ly", false},
	}
	if diff := cmp.Diff(want, heldBy(s.state)); diff != "" {
		t.Errorf("passes (-want +got):\n%s", diff)
	}
	if pass := s.state.Passes[2]; !pass.LeftAt.Equal(at(t, "2026-06-04 08:00")) || !pass.EnteredAt.Equal(at(t, "2026-06-01 08:00")) ||
		!pass.Due.Equal(at(t, "2026-06-03 08:00")) {
		t.Errorf("pass %+v", pass)
	}
}

func TestWhatNobodyHeldIsNoPass(t *testing.T) {
	s := untilAppraisal(t, reception())
	s.act("chi", "du-dieu-kien", with(appraisal("dat")))
	// B4 branched, and B4B does not apply.
	s.act("dung", "xong", with(survey()))
	want := []held{
		{"B1", "an", "mot-cua", false},
		{"B2", "binh", "lanh-dao-phong", false},
		{"B3", "chi", "thu-ly", false},
		{"B4A", "dung", "thu-ly", false},
	}
	if diff := cmp.Diff(want, heldBy(s.state)); diff != "" {
		t.Errorf("passes (-want +got):\n%s", diff)
	}
}

func TestStepsThatAreCutOff(t *testing.T) {
	s := begin(t, "lien-thong", Receive{Officer: "an", Channel: v1alpha1.ChannelCounter, Applicant: Applicant{Name: "X"}})
	s.act("an", "nhan")
	s.act("chi", "tiep")
	s.act("chi", "tach")
	s.act("an", "co", in("C2"))
	want := []held{
		{"B1", "an", "mot-cua", false},
		{"A1", "chi", "thu-ly", false},
		{"A2", "chi", "thu-ly", false},
		{"C2", "an", "mot-cua", false},
		{"C1", "", "", false},
	}
	if diff := cmp.Diff(want, heldBy(s.state)); diff != "" {
		t.Errorf("passes (-want +got):\n%s", diff)
	}
}

// TestOlderRecords folds events as they were recorded before there were results, passes and payments.
func TestOlderRecords(t *testing.T) {
	s := handedOver(t)
	var old State
	for _, e := range s.events {
		if e.Type == Paid {
			continue
		}
		e.Seq = old.Version + 1
		e.Data.Result = nil
		var err error
		if old, err = Fold(old, s.readBack(e)); err != nil {
			t.Fatal(err)
		}
	}
	if old.Ending == nil || old.Ending.Outcome != "cap" || old.Results != nil || old.Clock != s.state.Clock || len(old.Passes) != 8 {
		t.Errorf("state %+v", old)
	}
	s.state = old
	s.do(Correct{Officer: "an", Reason: "Sai tên"})
	s.stands("B5")
}
