package procedure

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chuan.dev/chuan/api/v1alpha1"
)

func TestCheckSuccession(t *testing.T) {
	migrate := func(s *spec, pairs ...v1alpha1.ID) {
		s.Transition = &v1alpha1.Transition{OpenCases: "migrate"}
		for pair := range slices.Chunk(pairs, 2) {
			s.Transition.Steps = append(s.Transition.Steps, v1alpha1.StepMapping{From: pair[0], To: pair[1]})
		}
	}
	next := func(s *spec) { s.Issue.Revision, s.Issue.Changes = s.Issue.Revision+1, "Sửa" }
	withoutB9 := func(s *spec) {
		next(s)
		s.Steps = s.Steps[:12]
	}
	for name, tt := range map[string]struct {
		change func(*spec)
		want   []string
	}{
		"nothing":                    {func(*spec) {}, nil},
		"a new revision":             {func(s *spec) { next(s); s.Deadline.Limit = "10d" }, nil},
		"a limit, no new revision":   {func(s *spec) { s.Deadline.Limit = "10d" }, []string{"error spec.issue.revision: the text changes and is still revision 3 (tightening change, 1 in all, first statutory limit: 15d becomes 10d)"}},
		"a title, no new revision":   {func(s *spec) { s.Title = "Khác" }, []string{"warning spec.issue.revision: the text changes and is still revision 3 (editorial"}},
		"a revision back":            {func(s *spec) { s.Issue.Revision = 2 }, []string{"error spec.issue.revision: the revision goes back from 3 to 2; issue the older text again as revision 4"}},
		"no words about the changes": {func(s *spec) { s.Issue.Revision++ }, []string{"error spec.issue.changes: revision 4 does not say"}},
		"in force too early":         {func(s *spec) { next(s); s.Issue.EffectiveFrom = "2020-01-01" }, []string{"error spec.issue.effectiveFrom: revision 4 is in force from 2020-01-01, before revision 3"}},
		"structure, no transition":   {func(s *spec) { withoutB9(s); s.Transition = nil }, []string{"error spec.transition: revision 4 changes the structure of revision 3 (step B9 is taken out)"}},
		"structure, kept dossiers":   {withoutB9, nil},
		"a step that is not mapped":  {func(s *spec) { withoutB9(s); migrate(s, "B8", "B8") }, []string{"error spec.transition.steps: dossiers may be in step B9 of revision 3"}},
		"a step that is mapped":      {func(s *spec) { withoutB9(s); migrate(s, "B9", "B8") }, nil},
		"a step of another kind":     {func(s *spec) { next(s); stepOf(s, "B9").Kind = "task"; migrate(s, "B8", "B8") }, []string{"error spec.transition.steps: dossiers may be in step B9"}},
		"a map from nowhere":         {func(s *spec) { withoutB9(s); migrate(s, "B9", "B8", "B10", "B8") }, []string{"error spec.transition.steps[1].from: B10 is no step of revision 3"}},
		"a map to nowhere":           {func(s *spec) { withoutB9(s); migrate(s, "B9", "B10") }, []string{"error spec.transition.steps[0].to: dossiers of step B9 are moved to B10, which is no step"}},
		"a map into a branch":        {func(s *spec) { withoutB9(s); migrate(s, "B9", "B4A") }, []string{"error spec.transition.steps[0].to: dossiers of step B9 are moved into B4A, one branch of B4"}},
	} {
		t.Run(name, func(t *testing.T) {
			before, after := &buildingPermit(t).Spec, &buildingPermit(t).Spec
			before.Issue.Changes = "Có sửa đổi"
			after.Issue.Changes = "Có sửa đổi"
			tt.change(after)
			if name == "no words about the changes" {
				after.Issue.Changes = ""
			}
			found := slices.Concat(CheckIssue(after), CheckSuccession(before, after, Compare(before, after)))
			var got []string
			for i, f := range found {
				shown := string(f.Severity) + " " + strings.TrimPrefix(f.String(), "V1 ")
				if i < len(tt.want) && strings.HasPrefix(shown, tt.want[i]) {
					shown = tt.want[i]
				}
				got = append(got, shown)
				if f.Rule != "V1" || f.MessageVi == "" || strings.Contains(f.Message+f.MessageVi, "%!") {
					t.Errorf("finding %+v is not of V1 or badly worded", f)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}
