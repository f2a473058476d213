package dossier

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/procedure"
)

// TestRandomLives lets officers do whatever comes to their minds, over many dossiers, and checks after every step what
// holds for all of them.
func TestRandomLives(t *testing.T) {
	for _, name := range []string{"cap-phep", "lien-thong"} {
		t.Run(name, func(t *testing.T) {
			p, o := load(t, name), office(t)
			ended := map[v1alpha1.ID]int{}
			for seed := range uint64(400) {
				life := &life{t: t, seed: seed, p: p, office: o, rand: rand.New(rand.NewPCG(seed, 1)), now: at(t, "2026-06-01 08:00")}
				ended[life.run()]++
			}
			for _, outcome := range p.Spec.Outcomes {
				if ended[outcome.ID] == 0 {
					t.Errorf("no life ended with %s: %v", outcome.ID, ended)
				}
			}
		})
	}
}

// life is a dossier in the hands of chance.
type life struct {
	t      *testing.T
	seed   uint64
	p      *procedure.Procedure
	office Office
	rand   *rand.Rand
	now    time.Time
	state  State
	events []Event
}

func (l *life) run() v1alpha1.ID {
	l.t.Helper()
	r := Receive{Officer: "an", Digest: "d", Revision: 1, Channel: v1alpha1.ChannelCounter, Applicant: Applicant{Name: "X"}}
	if err := l.try(r); err != nil {
		l.t.Fatalf("seed %d: %v", l.seed, err)
	}
	for range 400 {
		l.now = l.now.Add(time.Duration(l.rand.Int64N(int64(40 * time.Hour))))
		if l.rand.IntN(20) == 0 {
			l.now = l.now.AddDate(0, 0, 70)
		}
		if err := l.try(Expire{}); err != nil {
			l.t.Fatalf("seed %d: Expire: %v", l.seed, err)
		}
		if l.state.Ending != nil {
			return l.state.Ending.Outcome
		}
		if l.rand.IntN(2) == 0 {
			l.anything()
		} else {
			l.something()
		}
		if l.state.Ending != nil {
			return l.state.Ending.Outcome
		}
	}
	l.t.Fatalf("seed %d: still open after 400 attempts, at %+v", l.seed, l.state.Tokens)
	return ""
}

// anything tries a random action by a random officer; most are refused.
func (l *life) anything() {
	c := Act{Officer: l.officer(), Version: l.state.Version - int64(l.rand.IntN(10)/9), Reason: "x", Forms: l.forms()}
	step := l.p.Spec.Steps[l.rand.IntN(len(l.p.Spec.Steps))]
	if len(step.Actions) > 0 {
		c.Step, c.Action = step.ID, step.Actions[l.rand.IntN(len(step.Actions))].ID
	}
	var refusal *Refusal
	if err := l.try(c); err != nil && !errors.As(err, &refusal) {
		l.t.Fatalf("seed %d: %+v: %v", l.seed, c, err)
	}
}

// something takes a random action of a random open step, and checks that some officer could take some.
func (l *life) something() {
	l.t.Helper()
	tokens := l.state.Tokens
	t := tokens[l.rand.IntN(len(tokens))]
	step, _ := l.p.Step(t.Step)
	var refusals []error
	for _, a := range l.rand.Perm(len(step.Actions)) {
		for _, officer := range l.office.Officers {
			for _, conclusion := range []string{"dat", "khong-dat"} {
				c := Act{
					Officer: officer.ID, Version: l.state.Version, Step: step.ID, Action: step.Actions[a].ID, Reason: "x",
					Forms: l.formsOf(step, conclusion), Documents: l.documents(),
				}
				if step.Assigns != nil {
					c.Assignee = []v1alpha1.ID{"chi", "dung", "kiem"}[l.rand.IntN(3)]
				}
				err := l.try(c)
				if err == nil {
					return
				}
				refusals = append(refusals, err)
			}
		}
	}
	l.t.Fatalf("seed %d: nobody can do anything at step %s: %v", l.seed, step.ID, errors.Join(refusals...))
}

func (l *life) officer() v1alpha1.ID {
	return l.office.Officers[l.rand.IntN(len(l.office.Officers))].ID
}

func (l *life) documents() map[v1alpha1.ID]int32 {
	all := map[v1alpha1.ID]int32{}
	for _, d := range l.p.Spec.Documents {
		all[d.ID] = d.Copies
	}
	return all
}

// formsOf fills in what a step asks for.
func (l *life) formsOf(step *v1alpha1.Step, conclusion string) procedure.Forms {
	forms := procedure.Forms{}
	d := &decision{p: l.p}
	for _, id := range d.formsOf(step) {
		switch id {
		case "don-de-nghi":
			forms[id] = application(map[string]any{"diTich": l.rand.IntN(2) == 0})[id]
		case "phieu-tham-dinh":
			forms[id] = appraisal(conclusion)[id]
		case "bien-ban":
			forms[id] = survey()[id]
		}
	}
	return forms
}

// forms are whatever an unreliable client may send.
func (l *life) forms() procedure.Forms {
	values := []any{nil, "", "dat", "khong-dat", 1.0, -1.0, true, false, "011234567890", []any{}, map[string]any{}}
	forms := procedure.Forms{}
	for _, form := range l.p.Spec.Forms {
		if l.rand.IntN(3) > 0 {
			continue
		}
		forms[form.ID] = map[string]any{}
		for _, field := range form.Fields {
			forms[form.ID][field.Name] = values[l.rand.IntN(len(values))]
		}
	}
	return forms
}

// try applies a command and, when it is accepted, checks the dossier.
func (l *life) try(c Command) error {
	l.t.Helper()
	events, err := Decide(l.p, l.state, c, l.now, l.office)
	if err != nil {
		return err
	}
	folded := l.state
	for _, e := range events {
		if folded, err = Fold(folded, e); err != nil {
			l.t.Fatalf("seed %d: %v", l.seed, err)
		}
	}
	l.events = append(l.events, throughJSON(l.t, events)...)
	if l.state, err = Replay(l.events); err != nil {
		l.t.Fatalf("seed %d: %v", l.seed, err)
	}
	if diff := cmp.Diff(folded, l.state, numbersAlike); diff != "" {
		l.t.Fatalf("seed %d: replayed state (-decided +replayed):\n%s", l.seed, diff)
	}
	l.check()
	return nil
}

// numbersAlike compares whole numbers with the same numbers read from JSON.
var numbersAlike = cmp.FilterValues(func(a, b any) bool {
	_, ofA := number(a)
	_, ofB := number(b)
	return ofA && ofB
}, cmp.Comparer(func(a, b any) bool {
	x, _ := number(a)
	y, _ := number(b)
	return x == y
}))

func number(v any) (float64, bool) {
	switch n := v.(type) {
	case int64:
		return float64(n), true
	case float64:
		return n, true
	}
	return 0, false
}

// throughJSON returns events as they are read back from the record.
func throughJSON(t *testing.T, events []Event) []Event {
	t.Helper()
	read := make([]Event, len(events))
	for i, e := range events {
		text, err := json.Marshal(e.Data)
		if err != nil {
			t.Fatal(err)
		}
		e.Data = Data{}
		if err := json.Unmarshal(text, &e.Data); err != nil {
			t.Fatal(err)
		}
		read[i] = e
	}
	return read
}

// check holds what is true of every dossier at any time.
func (l *life) check() {
	l.t.Helper()
	s := l.state
	branches := map[string]bool{}
	for _, t := range s.Tokens {
		if branches[t.Branch] {
			l.t.Fatalf("seed %d: two tokens in branch %s", l.seed, t.Branch)
		}
		branches[t.Branch] = true
		step, ok := l.p.Step(t.Step)
		if !ok || step.Kind == v1alpha1.StepParallel {
			l.t.Fatalf("seed %d: a token rests at %s", l.seed, t.Step)
		}
	}
	if (len(s.Tokens) == 0) != (s.Ending != nil) {
		l.t.Fatalf("seed %d: %d tokens, ending %+v", l.seed, len(s.Tokens), s.Ending)
	}
	if c := s.Clock; !c.StartedAt.IsZero() && (c.Due.Before(c.StartedAt) || c.StoppedQuarters < 0 ||
		(c.State == v1alpha1.ClockStopped) == c.StoppedAt.IsZero() || (c.State == v1alpha1.ClockFinished) == c.FinishedAt.IsZero()) {
		l.t.Fatalf("seed %d: clock %+v", l.seed, c)
	}
	for i, e := range l.events {
		if i > 0 && e.At.Before(l.events[i-1].At) {
			l.t.Fatalf("seed %d: event %d lies before the one in front of it", l.seed, e.Seq)
		}
	}
}
