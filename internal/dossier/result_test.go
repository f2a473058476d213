package dossier

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chuan.dev/chuan/api/v1alpha1"
)

func TestResultsAreNumbered(t *testing.T) {
	s := decided(t, "dat")
	want := []Result{{Outcome: "cap", Book: "GP-UBND/2026", Number: 1, Text: "01/GP-UBND"}}
	if diff := cmp.Diff(want, s.state.Results); diff != "" {
		t.Errorf("results (-want +got):\n%s", diff)
	}
	s.act("an", "da-tra", paying(75000))
	if !slices.Equal(s.state.Results, want) {
		t.Errorf("the end issued another result: %+v", s.state.Results)
	}
}

func TestAResultWithoutANumber(t *testing.T) {
	s := decided(t, "khong-dat")
	if want := []Result{{Outcome: "tu-choi"}}; !slices.Equal(s.state.Results, want) {
		t.Errorf("results %+v, want %+v", s.state.Results, want)
	}
}

func TestAWayBackIssuesNothing(t *testing.T) {
	s := accepted(t)
	s.act("chi", "dat", with(appraisal("dat")))
	s.act("an", "dong-y")
	s.act("chi", "trinh")
	s.act("giang", "ky")
	s.act("ha", "tra-lai", reason)
	if len(s.state.Results) != 0 {
		t.Fatalf("results %+v of a dossier that was sent back", s.state.Results)
	}
	s.act("giang", "ky")
	s.act("ha", "phat-hanh")
	if len(s.state.Results) != 1 {
		t.Errorf("results %+v, want one", s.state.Results)
	}
}

func TestAnEndWithoutAnIssueStepIsNumbered(t *testing.T) {
	s := licence(t)
	s.now = at(t, "2026-12-31 23:59")
	events := s.act("an", "tu-choi", reason)
	want := Result{Outcome: "khong-nhan", Book: "TC/2026", Number: 1, Text: "1/TC"}
	if got := events[1].Data.Result; got == nil || *got != want {
		t.Errorf("result %+v, want %+v", got, want)
	}
	s = licence(t)
	s.now = at(t, "2027-01-01 00:00")
	s.act("an", "tu-choi", reason)
	if got := s.state.Results[0].Book; got != "TC/2027" {
		t.Errorf("book %s in the new year of the agency, want TC/2027", got)
	}
}

// TestOnlyTheLastResultOfADecisionCounts lets a dossier go on by itself, from the step that issues, to an end with another
// outcome.
func TestOnlyTheLastResultOfADecisionCounts(t *testing.T) {
	s := accepted(t)
	s.act("chi", "dat", with(appraisal("dat")))
	s.act("an", "dong-y")
	s.act("chi", "trinh")
	s.act("giang", "ky")
	spec := s.p.Spec.DeepCopy()
	spec.Outcomes[1].Number = "{seq:0000}-TB"
	handover := &spec.Steps[len(spec.Steps)-1]
	handover.When, handover.Actions[0].Sets = "form('phieu-tham-dinh').ketLuan == 'khong-dat'", &v1alpha1.ActionEffects{Outcome: "tu-choi"}
	s.p = load(t, "giay-phep", func(changed *v1alpha1.QualityProcedureSpec) { *changed = *spec })
	events := s.act("ha", "phat-hanh")
	if want := []EventType{Moved, Passed, Ended}; !slices.Equal(types(events), want) {
		t.Fatalf("events %v, want %v", types(events), want)
	}
	want := []Result{{Outcome: "tu-choi", Book: "TB/2026", Number: 1, Text: "0001-TB"}}
	if !slices.Equal(s.state.Results, want) {
		t.Errorf("results %+v, want %+v", s.state.Results, want)
	}
}

func TestNumberText(t *testing.T) {
	for _, c := range []struct {
		pattern    string
		number     int64
		text, book string
	}{
		{"{seq:00}/GPXD-UBND", 7, "07/GPXD-UBND", "GPXD-UBND/2026"},
		{"{seq:00}/GPXD-UBND", 107, "107/GPXD-UBND", "GPXD-UBND/2026"},
		{"{seq}/KS", 7, "7/KS", "KS/2026"},
		{"{seq:}/KS", 7, "7/KS", "KS/2026"},
		{"GP-{seq:0000}", 7, "GP-0007", "GP/2026"},
		{"{seq}", 7, "7", "QT-GP-01/cap/2026"},
		{"KS", 7, "7/KS", "KS/2026"},
	} {
		outcome := &v1alpha1.Outcome{ID: "cap", Number: c.pattern}
		if got := numberText(patternOf(outcome), c.number); got != c.text {
			t.Errorf("%s: number %d is %q, want %q", c.pattern, c.number, got, c.text)
		}
		if got := bookOf(load(t, "giay-phep"), outcome, 2026); got != c.book {
			t.Errorf("%s: book %q, want %q", c.pattern, got, c.book)
		}
	}
}

func TestANumberMayBePutTwice(t *testing.T) {
	s := licence(t)
	events, err := Decide(s.p, s.state, Act{Officer: "an", Version: 1, Action: "tu-choi", Reason: "x"}, s.now, s.office)
	if err != nil {
		t.Fatal(err)
	}
	n, ok := Numbering(s.p, events)
	if !ok || n.Event != 1 || n.Book != "TC/2026" {
		t.Fatalf("numbering %+v, %t", n, ok)
	}
	first, second := n.Put(7, events[n.Event].Data), n.Put(8, events[n.Event].Data)
	if first.Result.Text != "7/TC" || second.Result.Text != "8/TC" || events[n.Event].Data.Result.Number != 0 {
		t.Errorf("results %+v, %+v of %+v", first.Result, second.Result, events[n.Event].Data.Result)
	}
	if _, ok := Numbering(s.p, s.events); ok {
		t.Error("a dossier that comes in asks for a number")
	}
}
