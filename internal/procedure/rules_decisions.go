package procedure

import (
	"fmt"
	"slices"

	"chuan.dev/chuan/api/v1alpha1"
)

// decisions are what the search through the fillings of forms says of a step whose actions have conditions.
type decisions struct {
	step int
	// dead are the actions that no filling opens. Empty unless the fillings stand for all.
	dead []int
	// stuck is a filling for which no action is open.
	stuck *filling
	// overlaps are pairs of actions of which only one may apply, and a filling that opens both.
	overlaps []overlap
}

type filling struct{ english, vietnamese string }

type overlap struct {
	first, second int
	filling
}

// decide searches the fillings of every step that decides by conditions, once for all rules.
func (s *subject) decide() []decisions {
	if s.decided == nil {
		s.decided = []decisions{}
		for i := range s.spec.Steps {
			if search := newSearch(s, i); search != nil {
				s.decided = append(s.decided, search.run())
			}
		}
	}
	return s.decided
}

// search looks through the fillings of one step.
type search struct {
	*subject
	step *v1alpha1.Step
	// conditional are the actions with a condition, and conditions these conditions.
	conditional []int
	conditions  []*condition
	// enters is the condition of the step itself, or nil.
	enters   *condition
	fillings *fillings
	open     []bool
	opened   []bool
	// covers says that a filling which opens no action leaves an officer stuck, and alternatives that two open ones are
	// one too many: neither where another step has looked at the same fields before, and sent other dossiers elsewhere.
	covers, alternatives bool
	found                decisions
}

// newSearch is nil for a step that decides nothing by conditions, or not all of whose conditions compile.
func newSearch(s *subject, i int) *search {
	step := &s.spec.Steps[i]
	w := &search{subject: s, step: step, found: decisions{step: i}}
	waysOut := step.Expires != nil || step.Silence == silenceConsent || step.Silence == silenceRefusal
	for a := range step.Actions {
		action := &step.Actions[a]
		if action.When == "" {
			waysOut = waysOut || action.MaxTimes == 0 && action.NotAfter == ""
			continue
		}
		compiled, ok := s.conditions[place{actionWhen, step.ID, string(action.ID)}]
		if !ok {
			return nil
		}
		w.conditional, w.conditions = append(w.conditional, a), append(w.conditions, compiled)
	}
	if len(w.conditional) == 0 {
		return nil
	}
	asked := w.conditions
	if step.When != "" {
		if w.enters = s.conditions[place{stepWhen, step.ID, ""}]; w.enters == nil {
			return nil
		}
		asked = append(slices.Clone(asked), w.enters)
	}
	w.alternatives = !s.decidedElsewhere(i, w.conditions)
	w.covers = w.alternatives && !waysOut
	w.fillings = s.fillingsOf(asked)
	w.open, w.opened = make([]bool, len(w.conditional)), make([]bool, len(w.conditional))
	return w
}

// decidedElsewhere says whether conditions of a step read a field that another step has decided by, in a form that is not
// filled in here: not every filling of it then comes to this step.
func (s *subject) decidedElsewhere(i int, here []*condition) bool {
	filledHere := s.formsOf(i)
	elsewhere := map[fieldRef]bool{}
	for at, c := range s.conditions {
		if (at.kind == actionWhen || at.kind == stepWhen) && at.owner != s.spec.Steps[i].ID {
			for _, u := range c.reading.uses {
				elsewhere[u.field] = true
			}
		}
	}
	return slices.ContainsFunc(here, func(c *condition) bool {
		return slices.ContainsFunc(c.reading.uses, func(u use) bool {
			return elsewhere[u.field] && !slices.Contains(filledHere, u.field.form)
		})
	})
}

func (w *search) run() decisions {
	through := w.fillings.each(len(w.conditions), "", w.visit)
	if through && w.fillings.all {
		for k, a := range w.conditional {
			if !w.opened[k] {
				w.found.dead = append(w.found.dead, a)
			}
		}
	}
	return w.found
}

// visit looks at one filling.
func (w *search) visit(forms Forms) bool {
	if w.enters != nil {
		if enters, err := w.enters.holds(forms); err == nil && !enters {
			return true
		}
	}
	decided, anyOpen := true, false
	for k, c := range w.conditions {
		open, err := c.holds(forms)
		w.open[k] = open
		w.opened[k] = w.opened[k] || open
		anyOpen = anyOpen || open
		// A field that may be left empty is for the rule F2 to say.
		decided = decided && err == nil
	}
	if w.covers && decided && !anyOpen && w.found.stuck == nil {
		english, vietnamese := w.fillings.witness(forms)
		w.found.stuck = &filling{english, vietnamese}
	}
	if w.alternatives {
		w.compare(forms)
	}
	return true
}

// compare notes pairs of open actions that lead to different places or outcomes.
func (w *search) compare(forms Forms) {
	for k := range w.open {
		for other := k + 1; other < len(w.open); other++ {
			first, second := w.conditional[k], w.conditional[other]
			if !w.open[k] || !w.open[other] || !excludes(&w.step.Actions[first], &w.step.Actions[second]) {
				continue
			}
			if slices.ContainsFunc(w.found.overlaps, func(o overlap) bool { return o.first == first && o.second == second }) {
				continue
			}
			english, vietnamese := w.fillings.witness(forms)
			w.found.overlaps = append(w.found.overlaps, overlap{first, second, filling{english, vietnamese}})
		}
	}
}

// excludes says whether of two actions with conditions only one may apply: both go on, to different places or outcomes. One
// that may be taken a few times, or for a while, is a detour.
func excludes(a, b *v1alpha1.Action) bool {
	detour := func(action *v1alpha1.Action) bool { return action.MaxTimes > 0 || action.NotAfter != "" }
	outcome := func(action *v1alpha1.Action) v1alpha1.ID {
		if action.Sets == nil {
			return ""
		}
		return action.Sets.Outcome
	}
	return !detour(a) && !detour(b) && (a.To != b.To || outcome(a) != outcome(b))
}

// checkDeadActions (G3): every action is open to some dossier.
func checkDeadActions(s *subject) []violation {
	var found []violation
	for _, d := range s.decide() {
		step := &s.spec.Steps[d.step]
		for _, a := range d.dead {
			action := &step.Actions[a]
			found = append(found, at(actionPath(d.step, a)+".when",
				"the action %s of step %s is never offered: %q holds for no way to fill in the forms; correct the condition, or take the action out",
				"hành động %s của bước %s không bao giờ được dùng: không cách khai nào thỏa mãn %q; hãy sửa điều kiện hoặc bỏ hành động",
				action.ID, step.ID, action.When))
		}
	}
	return found
}

// checkUncovered (G4): for every way to fill in the forms an action is open.
func checkUncovered(s *subject) []violation {
	var found []violation
	for _, d := range s.decide() {
		if d.stuck == nil {
			continue
		}
		found = append(found, violation{
			path: stepPath(d.step) + ".actions",
			message: fmt.Sprintf("with %s no action of step %s is offered, and the officer is stuck; let a condition cover it, or add an action without one",
				d.stuck.english, s.id(d.step)),
			messageVi: fmt.Sprintf("với %s, bước %s không có hành động nào để chọn, cán bộ không xử lý tiếp được; cần điều kiện bao quát hoặc hành động không có điều kiện",
				d.stuck.vietnamese, s.id(d.step)),
		})
	}
	return found
}

// checkOverlaps (G5): of actions that exclude each other, no two are open at once.
func checkOverlaps(s *subject) []violation {
	var found []violation
	for _, d := range s.decide() {
		actions := s.spec.Steps[d.step].Actions
		for _, o := range d.overlaps {
			first, second := actions[o.first].ID, actions[o.second].ID
			found = append(found, violation{
				path: actionPath(d.step, o.second) + ".when",
				message: fmt.Sprintf("with %s both %s and %s are offered in step %s although they lead to different ends; let the conditions exclude each other",
					o.english, first, second, s.id(d.step)),
				messageVi: fmt.Sprintf("với %s, bước %[4]s cho chọn cả %[2]s và %[3]s dù dẫn đến kết quả khác nhau; các điều kiện cần loại trừ nhau",
					o.vietnamese, first, second, s.id(d.step)),
			})
		}
	}
	return found
}
