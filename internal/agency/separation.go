package agency

import (
	"slices"

	"chuan.dev/chuan/internal/procedure"
	"chuan.dev/chuan/internal/rule"
)

// mostRoles is how many roles a procedure may have.
const mostRoles = 30

// checkSeparation (R3): in every procedure each role can be played by one of its holders, so that nobody plays two roles that
// are to be kept apart. Of roles that nobody holds, R2 speaks.
func (s *staff) checkSeparation(own []*procedure.Profile) []rule.Finding {
	type clash struct {
		roles, procedures []string
		officers          words
	}
	clashes := map[string]*clash{}
	var inOrder []*clash
	var found []rule.Finding
	for _, p := range own {
		q, roles := s.separationOf(p)
		switch q.solve(roles) {
		case undecided:
			found = append(found, say("R3", rule.Warning, "spec.officers",
				"whether the roles of %s can be kept apart was not found out in %d attempts; give its roles to more officers, or let fewer of them be separate",
				"chưa xác định được sau %[2]d phép thử liệu các vai trò của %[1]s có thể tách người hay không; hãy giao vai trò cho nhiều người hơn hoặc bớt yêu cầu tách vai trò",
				p.Name, mostNodes))
		case impossible:
			var names []string
			var parts []words
			q.witness(roles).each(func(i int) {
				r := &p.Roles[i]
				names = append(names, string(r.ID))
				held := s.names(s.held(r.ID))
				parts = append(parts, words{string(r.ID) + " (" + held.english + ")", string(r.ID) + " (" + held.vietnamese + ")"})
			})
			key := joined(parts, "\n").english
			if clashes[key] == nil {
				clashes[key] = &clash{roles: names, officers: joined(parts, ", ")}
				inOrder = append(inOrder, clashes[key])
			}
			clashes[key].procedures = append(clashes[key].procedures, p.Name)
		}
	}
	for _, c := range inOrder {
		found = append(found, say("R3", rule.Error, "spec.officers",
			"in %[1]s the roles %[2]s cannot be played by different persons where they must be; give one of these %[3]d roles to another officer",
			"trong %[1]s không thể giao các vai trò %[2]s cho những người khác nhau theo yêu cầu; hãy giao một trong %[3]d vai trò này cho người khác",
			procedures(c.procedures), c.officers, len(c.roles)))
	}
	return found
}

// separationOf returns the question whether the roles of a procedure can be kept apart, and the roles for which it is one:
// somebody holds them, and not so many that it does not matter.
func (s *staff) separationOf(p *procedure.Profile) (*separation, roleSet) {
	n := min(len(p.Roles), mostRoles)
	q := &separation{apart: make([]roleSet, n), holders: make([][]int, n)}
	var roles roleSet
	for i := range n {
		if len(p.Roles[i].Separate) == 0 {
			continue
		}
		// Most roles have more holders than roles that they are to be kept apart from, and can be given last.
		q.holders[i] = s.held(p.Roles[i].ID)
		if held := len(q.holders[i]); held > 0 && held <= len(p.Roles[i].Separate) {
			roles |= roleOf(i)
		}
	}
	for i := range n {
		for k := range n {
			if roles.has(i) && roles.has(k) && slices.Contains(p.Roles[i].Separate, p.Roles[k].ID) {
				q.apart[i] |= roleOf(k)
			}
		}
	}
	return q, roles
}
