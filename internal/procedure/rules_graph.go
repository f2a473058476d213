package procedure

import (
	"fmt"

	"chuan.dev/chuan/api/v1alpha1"
)

// checkIntake (G1): exactly one step is an intake.
func checkIntake(s *subject) []violation {
	first := s.intake()
	if first == noStep {
		return []violation{at("spec.steps",
			"no step is an intake; make the step in which dossiers are received one (kind: intake)",
			"không có bước tiếp nhận; đặt kind: intake cho bước tiếp nhận hồ sơ")}
	}
	var found []violation
	for i := first + 1; i < len(s.spec.Steps); i++ {
		if s.spec.Steps[i].Kind == v1alpha1.StepIntake {
			found = append(found, at(stepPath(i)+".kind",
				"step %s is a second intake beside %s; a dossier begins in exactly one, so make the other a task",
				"bước %s là bước tiếp nhận thứ hai bên cạnh %s; hồ sơ chỉ bắt đầu ở một bước, hãy đổi loại bước kia",
				s.id(i), s.id(first)))
		}
	}
	return found
}

// checkReachable (G1): every step can be reached from the intake.
func checkReachable(s *subject) []violation {
	reached := s.reachable()
	var found []violation
	for i := range s.spec.Steps {
		if !reached[i] {
			found = append(found, at(stepPath(i),
				"step %s is never reached from the intake %s; let an action lead to it, or take it out",
				"không có đường nào từ bước tiếp nhận %[2]s đến bước %[1]s; thêm hành động dẫn đến bước này hoặc bỏ bước",
				s.id(i), s.id(s.intake())))
		}
	}
	return found
}

// reachable says which steps a dossier can come to.
func (g *graph) reachable() []bool {
	reached := make([]bool, len(g.spec.Steps))
	reached[g.intake()] = true
	for queue := []int{g.intake()}; len(queue) > 0; queue = queue[1:] {
		for _, e := range g.out[queue[0]] {
			if next, _ := g.resolve(queue[0], e); next != noStep && !reached[next] {
				reached[next] = true
				queue = append(queue, next)
			}
		}
	}
	return reached
}

// checkDeadEnds (G1): from every step a dossier can come to an end.
func checkDeadEnds(s *subject) []violation {
	before := make([][]int, len(s.spec.Steps))
	ends := make([]bool, len(s.spec.Steps))
	var queue []int
	for i := range s.spec.Steps {
		for _, e := range s.out[i] {
			next, end := s.resolve(i, e)
			if next != noStep {
				before[next] = append(before[next], i)
			}
			if end && !ends[i] {
				ends[i] = true
				queue = append(queue, i)
			}
		}
	}
	for ; len(queue) > 0; queue = queue[1:] {
		for _, previous := range before[queue[0]] {
			if !ends[previous] {
				ends[previous] = true
				queue = append(queue, previous)
			}
		}
	}
	var found []violation
	for i := range s.spec.Steps {
		if !ends[i] {
			found = append(found, at(stepPath(i),
				"a dossier that comes to step %s can never end; let one of the ways on from it lead to an end, as end/%s",
				"hồ sơ đến bước %s không thể kết thúc; cần có đường dẫn đến kết thúc, ví dụ end/%s",
				s.id(i), s.spec.Outcomes[0].ID))
		}
	}
	return found
}

// checkTargets (G2): every target exists.
func checkTargets(s *subject) []violation {
	var found []violation
	for i := range s.spec.Steps {
		for _, e := range s.along(i) {
			switch {
			case e.Join && s.line[i].parallel == mainLine:
				found = append(found, at(e.path,
					"step %s is in no branch and cannot join; name a step, or an end as end/%s",
					"bước %s không thuộc nhánh nào nên không thể dùng join; ghi mã bước hoặc kết thúc, ví dụ end/%s",
					s.id(i), firstID(s.spec.Outcomes, func(o *v1alpha1.Outcome) v1alpha1.ID { return o.ID })))
			case e.End && e.Outcome != "" && !s.outcomes[e.Outcome]:
				found = append(found, at(e.path,
					"the outcome %s is not declared; add it to spec.outcomes, or name one that is there",
					"kết quả %s chưa được khai báo; thêm vào spec.outcomes hoặc dùng kết quả đã có", e.Outcome))
			case !e.End && !e.Join && e.to == noStep:
				found = append(found, at(e.path,
					"there is no step %q; name a step of spec.steps, join, or an end as end/OUTCOME",
					"không có bước %q; ghi mã bước có trong spec.steps, join, hoặc kết thúc dạng end/KẾT-QUẢ", e.Step))
			}
		}
	}
	return found
}

func firstID[T any](items []T, id func(*T) v1alpha1.ID) v1alpha1.ID {
	if len(items) == 0 {
		return "OUTCOME"
	}
	return id(&items[0])
}

// checkOutcomesDeclared (G2): every outcome that an action sets is declared.
func checkOutcomesDeclared(s *subject) []violation {
	var found []violation
	for i := range s.spec.Steps {
		for a := range s.spec.Steps[i].Actions {
			if sets := s.spec.Steps[i].Actions[a].Sets; sets != nil && !s.outcomes[sets.Outcome] {
				found = append(found, at(actionPath(i, a)+".sets.outcome",
					"the outcome %s is not declared; add it to spec.outcomes, or name one that is there",
					"kết quả %s chưa được khai báo; thêm vào spec.outcomes hoặc dùng kết quả đã có", sets.Outcome))
			}
		}
	}
	return found
}

// checkOutcomesUsed (G2): every declared outcome can come about.
func checkOutcomesUsed(s *subject) []violation {
	used := map[v1alpha1.ID]bool{}
	for i := range s.spec.Steps {
		for _, e := range s.out[i] {
			used[e.Outcome] = true
		}
		used[s.onward[i].Outcome] = true
		for a := range s.spec.Steps[i].Actions {
			if sets := s.spec.Steps[i].Actions[a].Sets; sets != nil {
				used[sets.Outcome] = true
			}
		}
	}
	var found []violation
	for i := range s.spec.Outcomes {
		if id := s.spec.Outcomes[i].ID; !used[id] {
			found = append(found, at(fmt.Sprintf("spec.outcomes[%d]", i),
				"no dossier can come to the outcome %s; let an action set it or lead to end/%[1]s, or take it out",
				"không hồ sơ nào đạt kết quả %s; cho một hành động ấn định hoặc dẫn đến end/%[1]s, hoặc bỏ kết quả này", id))
		}
	}
	return found
}
