package agency

import (
	"fmt"
	"slices"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/rule"
)

// Without a first or a last day.
const (
	always = calendar.Day(-1 << 31)
	ever   = calendar.Day(1<<31 - 1)
)

// span is a time from its first to its last day.
type span struct{ from, until calendar.Day }

func (s span) contains(d calendar.Day) bool { return s.from <= d && d <= s.until }

// spanOf reads a span. A date that is none, which the schema refuses, is taken for absent.
func spanOf(from, until v1alpha1.Date) span {
	s := span{from: always, until: ever}
	if d, err := calendar.ParseDate(from); err == nil {
		s.from = d
	}
	if d, err := calendar.ParseDate(until); err == nil {
		s.until = d
	}
	return s
}

// staff are the officers of an agency, on a day.
type staff struct {
	officers []v1alpha1.Officer
	today    calendar.Day
	// term is the time in which an officer holds the roles.
	term []span
	// leave are the absences of an officer.
	leave [][]absence
	// holders are the officers who hold a role at any time, by their numbers.
	holders map[v1alpha1.ID][]int
	// heldToday are those who hold a role today, as far as it was asked for.
	heldToday map[v1alpha1.ID][]int
}

// absence is a time in which another officer acts.
type absence struct {
	span
	// delegate is the number of the officer who acts, or nobody.
	delegate int
}

// nobody stands for an officer who does not exist.
const nobody = -1

func newStaff(officers []v1alpha1.Officer, today calendar.Day) *staff {
	s := &staff{
		officers: officers, today: today, term: make([]span, len(officers)), leave: make([][]absence, len(officers)),
		holders: map[v1alpha1.ID][]int{}, heldToday: map[v1alpha1.ID][]int{},
	}
	number := make(map[v1alpha1.ID]int, len(officers))
	for i := range officers {
		number[officers[i].ID] = i
	}
	for i := range officers {
		o := &officers[i]
		s.term[i] = spanOf(o.From, o.Until)
		for _, d := range o.DelegatesTo {
			delegate, known := number[d.Officer]
			if !known {
				delegate = nobody
			}
			s.leave[i] = append(s.leave[i], absence{span: spanOf(d.From, d.Until), delegate: delegate})
		}
		for _, role := range o.Roles {
			s.holders[role] = append(s.holders[role], i)
		}
	}
	return s
}

// name is how a message calls an officer.
func (s *staff) name(officer int) string { return string(s.officers[officer].Title) }

func (s *staff) names(officers []int) words {
	names := make([]string, len(officers))
	for i, officer := range officers {
		names[i] = s.name(officer)
	}
	return list(names)
}

// active are the officers who hold a role on a day.
func (s *staff) active(role v1alpha1.ID, day calendar.Day) []int {
	var active []int
	for _, i := range s.holders[role] {
		if s.term[i].contains(day) {
			active = append(active, i)
		}
	}
	return active
}

// held are the officers who hold a role today.
func (s *staff) held(role v1alpha1.ID) []int {
	known, ok := s.heldToday[role]
	if !ok {
		known = s.active(role, s.today)
		s.heldToday[role] = known
	}
	return known
}

// away is the absence of an officer on a day that ends last, if there is any.
func (s *staff) away(officer int, day calendar.Day) (last absence, away bool) {
	for _, a := range s.leave[officer] {
		if a.contains(day) && (!away || a.until > last.until) {
			last, away = a, true
		}
	}
	return last, away
}

// covered says whether somebody acts on a day for an officer who is away.
func (s *staff) covered(officer int, day calendar.Day) bool {
	return slices.ContainsFunc(s.leave[officer], func(a absence) bool {
		if !a.contains(day) || a.delegate == nobody || a.delegate == officer || !s.term[a.delegate].contains(day) {
			return false
		}
		_, away := s.away(a.delegate, day)
		return !away
	})
}

// horizon is how far ahead leave and the ends of terms are looked at, in days.
const horizon = 30

// turns are the days, from today to the horizon, on which something may change for some officers: today, and those on which
// a term or an absence begins or is over.
func (s *staff) turns(officers []int) []calendar.Day {
	days := []calendar.Day{s.today}
	note := func(d calendar.Day) {
		if d > s.today && d <= s.today.AddDays(horizon) && !slices.Contains(days, d) {
			days = append(days, d)
		}
	}
	of := func(t span) {
		note(t.from)
		if t.until != ever {
			note(t.until.AddDays(1))
		}
	}
	for _, i := range officers {
		of(s.term[i])
		for _, a := range s.leave[i] {
			of(a.span)
			if a.delegate == nobody {
				continue
			}
			of(s.term[a.delegate])
			for _, other := range s.leave[a.delegate] {
				of(other.span)
			}
		}
	}
	slices.Sort(days)
	return days
}

// checkDelegations (R2): whoever acts for an officer works in the agency and is somebody else, and no officers who are away
// on one day act for one another in a circle.
func (s *staff) checkDelegations() []rule.Finding {
	var found []rule.Finding
	for i := range s.officers {
		for k, d := range s.officers[i].DelegatesTo {
			path := fmt.Sprintf("spec.officers[%d].delegatesTo[%d].officer", i, k)
			switch s.leave[i][k].delegate {
			case nobody:
				found = append(found, say("R2", rule.Error, path,
					"there is no officer %s to act for %s; name an officer of this agency",
					"không có cán bộ %s để thay %s; hãy ghi mã cán bộ của cơ quan này", d.Officer, s.name(i)))
			case i:
				found = append(found, say("R2", rule.Error, path,
					"%s cannot act for themselves while away; name another officer",
					"%s không thể tự thay mình khi vắng mặt; hãy ghi cán bộ khác", s.name(i)))
			}
		}
	}
	everybody := make([]int, len(s.officers))
	for i := range everybody {
		everybody[i] = i
	}
	for _, day := range s.turns(everybody) {
		if circle := s.circle(day); circle != nil {
			return append(found, s.sayCircle(circle, day))
		}
	}
	return found
}

// circle returns officers who are away on a day, each to be acted for by the next and the last by the first; nil when there
// are none.
func (s *staff) circle(day calendar.Day) []int {
	const (
		entered = 1
		left    = 2
	)
	state := make([]int, len(s.officers))
	var way []int
	var walk func(i int) []int
	walk = func(i int) []int {
		state[i] = entered
		way = append(way, i)
		for _, a := range s.leave[i] {
			switch {
			case !a.contains(day) || a.delegate == nobody || a.delegate == i:
			case state[a.delegate] == entered:
				return way[slices.Index(way, a.delegate):]
			case state[a.delegate] == 0:
				if circle := walk(a.delegate); circle != nil {
					return circle
				}
			}
		}
		state[i], way = left, way[:len(way)-1]
		return nil
	}
	for i := range s.officers {
		if state[i] == 0 {
			if circle := walk(i); circle != nil {
				return circle
			}
		}
	}
	return nil
}

func (s *staff) sayCircle(circle []int, day calendar.Day) rule.Finding {
	k := 0
	for i, a := range s.leave[circle[0]] {
		if a.contains(day) && a.delegate == circle[1%len(circle)] {
			k = i
			break
		}
	}
	return say("R2", rule.Error, fmt.Sprintf("spec.officers[%d].delegatesTo[%d].officer", circle[0], k),
		"on %s %s are all away and are to act for one another; name somebody who is there",
		"ngày %s %s cùng vắng mặt và được giao thay lẫn nhau; hãy giao cho người có mặt", day, s.names(circle))
}
