package procedure

import (
	"strings"
	"testing"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/rule"
)

// sketch draws a procedure with one step a line: "B1 4wh: B2 end", with "|" for the branches of a parallel step, as
// "B4 any B5: B4A | B4B". The first step is the intake.
func sketch(limit v1alpha1.WorkDuration, lines ...string) *v1alpha1.QualityProcedureSpec {
	spec := &v1alpha1.QualityProcedureSpec{
		Issue:    v1alpha1.Issue{EffectiveFrom: "2026-01-01", Decision: v1alpha1.Decision{Date: "2026-01-01"}},
		Deadline: v1alpha1.Deadline{Limit: limit},
		Roles:    []v1alpha1.Role{{ID: "vai"}},
		Outcomes: []v1alpha1.Outcome{{ID: "xong"}},
	}
	for i, line := range lines {
		head, ways, _ := strings.Cut(line, ": ")
		words := strings.Fields(head)
		step := v1alpha1.Step{ID: v1alpha1.ID(words[0]), Kind: v1alpha1.StepTask, Role: "vai"}
		if strings.Contains(ways, "|") {
			step.Kind, step.Join, step.To = v1alpha1.StepParallel, words[1], sketchTarget(words[2])
			for branch := range strings.SplitSeq(ways, "|") {
				var ids v1alpha1.Branch
				for id := range strings.FieldsSeq(branch) {
					ids = append(ids, v1alpha1.ID(id))
				}
				step.Branches = append(step.Branches, ids)
			}
			spec.Steps = append(spec.Steps, step)
			continue
		}
		if i == 0 {
			step.Kind = v1alpha1.StepIntake
		}
		step.Time = v1alpha1.WorkDuration(words[1])
		if len(words) > 2 {
			step.Clock = v1alpha1.ClockState(words[2])
		}
		for way := range strings.FieldsSeq(ways) {
			step.Actions = append(step.Actions, v1alpha1.Action{ID: v1alpha1.ID("den-" + way), To: sketchTarget(way)})
		}
		spec.Steps = append(spec.Steps, step)
	}
	return spec
}

func sketchTarget(word string) v1alpha1.Target {
	if word == "end" {
		return "end/xong"
	}
	return v1alpha1.Target(word)
}

// TestSameDay: a limit of no days leaves the hours of the day of receipt.
func TestSameDay(t *testing.T) {
	for time, fits := range map[string]bool{"7wh": true, "8wh": false} {
		spec := sketch("0wd", "B1 1wh: B2", "B2 "+time+": end")
		broken := false
		for _, f := range check(&subject{graph: newGraph(spec)}) {
			broken = broken || f.Rule == "T1"
		}
		if broken == fits {
			t.Errorf("steps of 1wh and %s against 0wd: T1 broken is %v, want %v", time, broken, !fits)
		}
	}
}

func TestWorstWay(t *testing.T) {
	tests := map[string]struct {
		limit v1alpha1.WorkDuration
		steps []string
		hours string
		route string
	}{
		"one line": {
			limit: "8wh", steps: []string{"B1 4wh: B2", "B2 0.5wd: end"}, hours: "8", route: "B1→B2",
		},
		"the longer of two ways": {
			limit: "8wh", steps: []string{"B1 1wh: B2 B3", "B2 1.25wh: end", "B3 3wh: end"}, hours: "4", route: "B1→B3",
		},
		"a way back is walked no second time": {
			limit: "8wh", steps: []string{"B1 1wh: B2", "B2 2wh: B1 B3", "B3 4wh: B1 B2 end"}, hours: "7", route: "B1→B2→B3",
		},
		"a short cut does not hide the long way": {
			limit: "8wh", steps: []string{"B1 1wh: B3 B2", "B2 2wh: B3", "B3 4wh: B2 end"}, hours: "7", route: "B1→B2→B3",
		},
		"a wait that stands last in the text": {
			limit: "8wh", steps: []string{"B1 1wh: CHO B2", "B2 2wh: end", "CHO 50wh stopped: B2 B1"}, hours: "3", route: "B1→B2",
		},
		"time counts only while the clock runs": {
			limit: "8wh",
			steps: []string{"B1 1wh notStarted: B2", "B2 2wh running: B3", "B3 4wh finished: end"},
			hours: "2", route: "B1→B2→B3",
		},
		"all branches": {
			limit: "8wh",
			steps: []string{"B1 1wh: B2", "B2 all B3: B2A B2B | B2C", "B2A 1wh: B2B", "B2B 2wh: join", "B2C 2wh: join", "B3 1wh: end"},
			hours: "5", route: "B1→B2→B2A→B2B→B3",
		},
		"any branch": {
			limit: "8wh",
			steps: []string{"B1 1wh: B2", "B2 any B3: B2A | B2C", "B2A 3wh: join", "B2C 2wh: join", "B3 1wh: end"},
			hours: "4", route: "B1→B2→B2C→B3",
		},
		"a branch that may end the dossier late": {
			limit: "8wh",
			steps: []string{"B1 1wh: B2", "B2 all B3: B2A | B2C", "B2A 1wh: join B2X", "B2X 7wh: end", "B2C 2wh: join", "B3 1wh: end"},
			hours: "9", route: "B1→B2→B2A→B2X",
		},
		"branches within a branch": {
			limit: "8wh",
			steps: []string{
				"B1 1wh: P", "P all B9: Q X | C", "Q all X: A | B", "A 1wh: join", "B 2wh: join", "X 4wh: join", "C 3wh: join", "B9 1wh: end",
			},
			hours: "8", route: "B1→P→Q→B→X→B9",
		},
		"branches that go on at the join around them": {
			limit: "8wh",
			steps: []string{"B1 1wh: P", "P all end: Q | C", "Q all join: A | B", "A 1wh: join", "B 2wh: join", "C 1wh: join"},
			hours: "3", route: "B1→P→Q→B",
		},
		"calendar days against working time": {
			limit: "8wd", steps: []string{"B1 10d: end"}, hours: "48", route: "B1",
		},
		"calendar days against calendar days": {
			limit: "10d", steps: []string{"B1 10d: end"}, hours: "80", route: "B1",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			spec := sketch(tt.limit, tt.steps...)
			for i := range spec.Steps {
				for b, branch := range spec.Steps[i].Branches {
					// The sketch lists the first step of a branch and may leave out the rest.
					spec.Steps[i].Branches[b] = withReached(spec, branch)
				}
			}
			g := newGraph(spec)
			for _, f := range check(&subject{graph: g, accepted: true}) {
				if f.Severity == rule.Error {
					t.Fatalf("the sketch is broken: %v", f)
				}
			}
			worst := g.worst()
			if got := hours(worst.minutes); got != tt.hours {
				t.Errorf("the worst way takes %s hours, want %s", got, tt.hours)
			}
			if got := g.route(worst.steps); got != tt.route {
				t.Errorf("the worst way is %s, want %s", got, tt.route)
			}
		})
	}
}

// withReached adds to a branch the steps that its steps lead to.
func withReached(spec *v1alpha1.QualityProcedureSpec, branch v1alpha1.Branch) v1alpha1.Branch {
	listed := map[v1alpha1.ID]bool{}
	for _, id := range branch {
		listed[id] = true
	}
	for i := 0; i < len(branch); i++ {
		for _, action := range stepOf(spec, branch[i]).Actions {
			next := ParseTarget(action.To).Step
			if next != "" && !listed[next] {
				listed[next] = true
				branch = append(branch, next)
			}
		}
	}
	return branch
}

func TestMinutes(t *testing.T) {
	for _, tt := range []struct {
		duration, limit v1alpha1.WorkDuration
		want            int
	}{
		{"0.25wh", "1wd", 15},
		{"1.75wd", "1wd", 840},
		{"1d", "1wd", 0},
		{"2d", "1wd", 0},
		{"3d", "1wd", 480},
		{"7d", "1wd", 2400},
		{"9d", "1wd", 2400},
		{"10d", "1wd", 2880},
		{"7d", "7d", 3360},
	} {
		duration, err := calendar.ParseDuration(string(tt.duration))
		if err != nil {
			t.Fatal(err)
		}
		limit, err := calendar.ParseDuration(string(tt.limit))
		if err != nil {
			t.Fatal(err)
		}
		if got := minutes(duration, limit); got != tt.want {
			t.Errorf("%s against a limit of %s: %d minutes, want %d", tt.duration, tt.limit, got, tt.want)
		}
	}
}

func TestRouteIsCapped(t *testing.T) {
	g := newGraph(largest())
	all := make([]int, 100)
	for i := range all {
		all[i] = i
	}
	if got := g.route(all); !strings.HasSuffix(got, "→B29→… and 70 more") {
		t.Errorf("route = %s, want thirty steps and a count of the rest", got)
	}
}
