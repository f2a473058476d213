package agency

import (
	"fmt"
	"slices"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/procedure"
	"chuan.dev/chuan/internal/rule"
)

// need is what the procedures of an agency ask of one role.
type need struct {
	role  v1alpha1.ID
	title v1alpha1.Title
	// procedures that have the role.
	procedures []string
	// least number of holders, and the procedure that asks for it.
	least   int
	leastOf string
	// delegable says that every one of the procedures lets somebody else act for a holder.
	delegable bool
}

// needs gathers the roles of procedures, in the order in which they come.
func needs(own []*procedure.Profile) []*need {
	byRole := map[v1alpha1.ID]*need{}
	var all []*need
	for _, p := range own {
		for i := range p.Roles {
			r := &p.Roles[i]
			n := byRole[r.ID]
			if n == nil {
				n = &need{role: r.ID, title: r.Title, delegable: true}
				byRole[r.ID] = n
				all = append(all, n)
			}
			n.procedures = append(n.procedures, p.Name)
			n.delegable = n.delegable && r.CanDelegate
			if r.MinHolders > n.least {
				n.least, n.leastOf = r.MinHolders, p.Name
			}
		}
	}
	return all
}

// checkRoles (R2): every role of every adopted procedure is held, by as many officers as the procedure asks for, and no leave
// or end of a term that is known leaves it without anybody in the days to come.
func (s *staff) checkRoles(own []*procedure.Profile) []rule.Finding {
	var found []rule.Finding
	for _, n := range needs(own) {
		held := s.held(n.role)
		switch {
		case len(held) == 0:
			found = append(found, s.sayVacant(n))
			continue
		case len(held) < n.least:
			found = append(found, s.sayShort(n, held))
		}
		if f, stops := s.stops(n); stops {
			found = append(found, f)
		}
	}
	return found
}

func (s *staff) sayVacant(n *need) rule.Finding {
	history := words{}
	for _, i := range s.holders[n.role] {
		switch t := s.term[i]; {
		case t.until < s.today:
			history = words{
				fmt.Sprintf(" (%s held it until %s)", s.name(i), t.until),
				fmt.Sprintf(" (%s giữ đến hết ngày %s)", s.name(i), t.until),
			}
		case t.from > s.today:
			history = words{
				fmt.Sprintf(" (%s holds it from %s on)", s.name(i), t.from),
				fmt.Sprintf(" (%s giữ từ ngày %s)", s.name(i), t.from),
			}
		}
	}
	return say("R2", rule.Error, "spec.officers",
		"no officer holds the role %s (%s) of %s%s; give the role to an officer, or do not adopt what needs it",
		"không có ai giữ vai trò %s (%s) của %s%s; giao vai trò cho một người hoặc không áp dụng quy trình",
		n.role, n.title, procedures(n.procedures), history)
}

func (s *staff) sayShort(n *need, held []int) rule.Finding {
	leave := words{}
	for _, i := range held {
		if a, away := s.away(i, s.today); away && a.delegate != nobody {
			leave = words{
				fmt.Sprintf("; %s is away until %s, and %s acts", s.name(i), a.until, s.name(a.delegate)),
				fmt.Sprintf("; %s vắng đến hết ngày %s, %s làm thay", s.name(i), a.until, s.name(a.delegate)),
			}
			break
		}
	}
	return say("R2", rule.Error, "spec.officers",
		"%[1]d of the %[2]d officers that the procedure %[3]s asks for hold the role %[4]s (%[5]s): %[6]s%[7]s; give the role to %[8]d more",
		"mới có %[1]d trong %[2]d người giữ vai trò %[4]s (%[5]s) theo yêu cầu của quy trình %[3]s: %[6]s%[7]s; cần giao thêm cho %[8]d người",
		len(held), n.least, n.leastOf, n.role, n.title, s.names(held), leave, n.least-len(held))
}

// stops says on which day, if any, nobody can act in a role that is held today.
func (s *staff) stops(n *need) (rule.Finding, bool) {
	for _, day := range s.turns(s.holders[n.role]) {
		held := s.active(n.role, day)
		if len(held) == 0 {
			return s.sayEnds(n, day), true
		}
		acts := func(i int) bool {
			_, away := s.away(i, day)
			return !away || n.delegable && s.covered(i, day)
		}
		if !slices.ContainsFunc(held, acts) {
			return s.sayAway(n, held, day), true
		}
	}
	return rule.Finding{}, false
}

func (s *staff) sayEnds(n *need, day calendar.Day) rule.Finding {
	last := s.active(n.role, day.AddDays(-1))
	return say("R2", rule.Warning, "spec.officers",
		"from %s on no officer holds the role %s (%s) of %s: the time of %s is then over; give the role to a successor",
		"từ ngày %s không còn ai giữ vai trò %s (%s) của %s: %s hết thời gian đảm nhiệm; hãy giao cho người kế nhiệm",
		day, n.role, n.title, procedures(n.procedures), s.names(last))
}

func (s *staff) sayAway(n *need, held []int, day calendar.Day) rule.Finding {
	parts := make([]words, 0, len(held))
	for _, i := range held[:min(len(held), mostNamed)] {
		a, _ := s.away(i, day)
		why := words{"nobody named there can act", "người được giao không thể làm thay"}
		if !n.delegable {
			why = words{"the role is not one that can be delegated", "vai trò này không được ủy quyền"}
		}
		parts = append(parts, words{
			fmt.Sprintf("%s is away until %s and %s", s.name(i), a.until, why.english),
			fmt.Sprintf("%s vắng đến hết ngày %s, %s", s.name(i), a.until, why.vietnamese),
		})
	}
	return say("R2", rule.Warning, fmt.Sprintf("spec.officers[%d].delegatesTo", held[0]),
		"on %s nobody can act in the role %s (%s) of %s: %s; give the role to a second officer",
		"ngày %s không ai thực hiện được vai trò %s (%s) của %s: %s; hãy giao vai trò cho người thứ hai",
		day, n.role, n.title, procedures(n.procedures), joined(parts, "; "))
}

// lone is how many steps on the longest way one officer alone may hold. Published flows have six steps: receive, check,
// appraise, sign, number and return; whoever alone holds more than four of them receives, handles and issues.
const lone = 4

// checkLoneOfficers (R4): no officer is the only one who can do most of a procedure.
func (s *staff) checkLoneOfficers(own []*procedure.Profile) []rule.Finding {
	type burden struct {
		steps      int
		procedure  *procedure.Profile
		procedures []string
	}
	burdens := map[int]*burden{}
	for _, p := range own {
		alone := map[int]int{}
		for i := range p.Roles {
			if held := s.held(p.Roles[i].ID); len(held) == 1 {
				alone[held[0]] += p.Roles[i].Steps
			}
		}
		for officer, steps := range alone {
			if steps <= lone {
				continue
			}
			b := burdens[officer]
			if b == nil {
				b = &burden{}
				burdens[officer] = b
			}
			b.procedures = append(b.procedures, p.Name)
			if steps > b.steps {
				b.steps, b.procedure = steps, p
			}
		}
	}
	var found []rule.Finding
	for i := range s.officers {
		b := burdens[i]
		if b == nil {
			continue
		}
		total := 0
		for k := range b.procedure.Roles {
			total += b.procedure.Roles[k].Steps
		}
		found = append(found, say("R4", rule.Warning, fmt.Sprintf("spec.officers[%d].roles", i),
			"%[1]s alone does %[2]d of the %[3]d steps on the longest way of %[4]s, and more than %[5]d in %[6]s; their leave stops the work, so give one of the roles to a second officer",
			"một mình %[1]s làm %[2]d trong %[3]d bước trên đường dài nhất của %[4]s, và hơn %[5]d bước trong %[6]s; khi vắng mặt công việc sẽ dừng, hãy giao một vai trò cho người thứ hai",
			s.name(i), b.steps, total, b.procedure.Name, lone, procedures(b.procedures)))
	}
	return found
}
