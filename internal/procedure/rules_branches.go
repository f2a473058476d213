package procedure

import (
	"fmt"

	"chuan.dev/chuan/api/v1alpha1"
)

// checkBranchLists (G2): the branches of parallel steps list steps that exist, each in one branch only, and no branch
// contains its own parallel step.
func checkBranchLists(s *subject) []violation {
	var found []violation
	listed := map[int]string{}
	for i := range s.spec.Steps {
		for b, branch := range s.spec.Steps[i].Branches {
			if len(branch) == 0 {
				found = append(found, at(fmt.Sprintf("%s.branches[%d]", stepPath(i), b),
					"the branch has no steps; name the steps of spec.steps that lie in it, or take it out",
					"nhánh không có bước nào; ghi mã các bước thuộc nhánh hoặc bỏ nhánh"))
			}
			for k, id := range branch {
				path := branchPath(i, b, k)
				n, ok := s.steps[id]
				switch {
				case !ok:
					found = append(found, at(path, "there is no step %s; name a step of spec.steps",
						"không có bước %s; ghi mã bước có trong spec.steps", id))
				case s.spec.Steps[n].Kind == v1alpha1.StepIntake:
					found = append(found, at(path, "the intake %s begins the dossier and cannot lie in a branch",
						"bước tiếp nhận %s bắt đầu hồ sơ nên không thể nằm trong nhánh", id))
				case listed[n] != "":
					found = append(found, at(path,
						"step %s already lies in the branch at %s; a step lies in one branch only, so give this branch a step of its own",
						"bước %s đã thuộc nhánh tại %s; mỗi bước chỉ thuộc một nhánh, hãy tạo bước riêng cho nhánh này", id, listed[n]))
				default:
					listed[n] = path
				}
			}
		}
		if s.insideItself(i) {
			found = append(found, at(stepPath(i)+".branches", "step %s lies inside its own branches; take it out of them",
				"bước %s nằm trong chính các nhánh của nó; hãy đưa ra khỏi nhánh", s.id(i)))
		}
	}
	return found
}

// insideItself says whether the branches around a step lead back to it.
func (g *graph) insideItself(step int) bool {
	around := g.line[step].parallel
	for range g.spec.Steps {
		if around == mainLine {
			return false
		}
		if around == step {
			return true
		}
		around = g.line[around].parallel
	}
	// The walk went round a circle that this step is not part of; the steps of the circle say so.
	return false
}

// checkLines (G2): a dossier enters a branch only through its parallel step and leaves it only by its join or its end.
func checkLines(s *subject) []violation {
	var found []violation
	for i := range s.spec.Steps {
		for _, e := range s.along(i) {
			if e.to == noStep || s.line[e.to] == s.line[i] {
				continue
			}
			if s.line[i].parallel == mainLine {
				found = append(found, at(e.path,
					"step %s lies in a branch of %s and is entered through that step only; lead to %[2]s",
					"bước %s thuộc một nhánh của %s, chỉ đi vào qua bước đó; hãy dẫn đến %[2]s",
					e.Step, s.id(s.line[e.to].parallel)))
				continue
			}
			found = append(found, at(e.path,
				"step %s lies in a branch of %s and cannot lead out of it to %s; lead to join, after which %[2]s goes on",
				"bước %s thuộc một nhánh của %s, không thể dẫn ra ngoài đến %s; hãy dùng join để %[2]s đi tiếp",
				s.id(i), s.id(s.line[i].parallel), e.Step))
		}
	}
	return found
}

// checkJoins (G2): every branch can join. Branches that only end the dossier would leave the others waiting for ever.
func checkJoins(s *subject) []violation {
	var found []violation
	for i := range s.spec.Steps {
		for b, branch := range s.spec.Steps[i].Branches {
			if !s.joins(s.steps[branch[0]]) {
				found = append(found, at(fmt.Sprintf("%s.branches[%d]", stepPath(i), b),
					"the branch that begins with %s never joins; let an action in it lead to join",
					"nhánh bắt đầu từ bước %s không bao giờ hợp lại; cần có hành động dẫn đến join", branch[0]))
			}
		}
	}
	return found
}

// joins says whether a branch that begins with a step can come to its join. Parallel steps within it are taken to join;
// they are looked at by themselves.
func (g *graph) joins(first int) bool {
	seen := map[int]bool{first: true}
	for queue := []int{first}; len(queue) > 0; queue = queue[1:] {
		for _, e := range g.along(queue[0]) {
			if e.Join {
				return true
			}
			if e.to != noStep && !seen[e.to] {
				seen[e.to] = true
				queue = append(queue, e.to)
			}
		}
	}
	return false
}

// along are the ways on from a step that stay in its own line: for a parallel step the one after its join.
func (g *graph) along(step int) []edge {
	if on, parallel := g.onward[step]; parallel {
		return []edge{on}
	}
	return g.out[step]
}

// checkOutcomeSet (G2): end/outcome is reached only after an action has set the outcome.
func checkOutcomeSet(s *subject) []violation {
	w := &unsetWalk{graph: s.graph, reported: map[string]bool{}}
	w.line(s.intake())
	return w.found
}

// unsetWalk follows the ways of a dossier for which no action has set an outcome yet.
type unsetWalk struct {
	*graph
	reported map[string]bool
	found    []violation
}

// line walks one line from its first step and says whether it can join with no outcome set.
func (w *unsetWalk) line(first int) (joins bool) {
	seen := map[int]bool{first: true}
	for queue := []int{first}; len(queue) > 0; queue = queue[1:] {
		step := queue[0]
		if !w.passes(step) {
			continue
		}
		for _, e := range w.along(step) {
			switch {
			case e.sets:
			case e.Join:
				joins = true
			case e.End && e.Outcome == "":
				w.report(step, e)
			case e.to != noStep && !seen[e.to]:
				seen[e.to] = true
				queue = append(queue, e.to)
			}
		}
	}
	return joins
}

// passes says whether a step can be left with no outcome set. A parallel step cannot when a branch that it waits for
// always sets one.
func (w *unsetWalk) passes(step int) bool {
	if _, parallel := w.onward[step]; !parallel {
		return true
	}
	joined := 0
	for _, e := range w.out[step] {
		if w.line(e.to) {
			joined++
		}
	}
	if w.spec.Steps[step].Join == joinAny {
		return joined > 0
	}
	return joined == len(w.out[step])
}

func (w *unsetWalk) report(step int, e edge) {
	if w.reported[e.path] {
		return
	}
	w.reported[e.path] = true
	w.found = append(w.found, at(e.path,
		"step %s ends with the outcome that an earlier action has set, and can be reached without any; let every way to it set one (sets.outcome), or name the outcome here",
		"bước %s kết thúc theo kết quả đã được ấn định, nhưng có đường đến đây mà chưa ấn định kết quả; hãy thêm sets.outcome trên mọi đường hoặc ghi rõ kết quả tại đây",
		w.id(step)))
}

// joinAny is the join of a parallel step that goes on when one branch has ended.
const joinAny = "any"
