package agency

import (
	"cmp"
	"encoding/binary"
	"math/bits"
	"slices"
)

// roleSet is a set of the roles of one procedure, by their numbers. A procedure has at most 30.
type roleSet uint32

func roleOf(i int) roleSet                      { return 1 << i }
func (s roleSet) has(i int) bool                { return s&roleOf(i) != 0 }
func (s roleSet) len() int                      { return bits.OnesCount32(uint32(s)) }
func (s roleSet) without(other roleSet) roleSet { return s &^ other }

// each calls visit for the roles of a set in their order.
func (s roleSet) each(visit func(i int)) {
	for ; s != 0; s &= s - 1 {
		visit(bits.TrailingZeros32(uint32(s)))
	}
}

// separation is the question whether every role can be given to one of its holders so that nobody gets two roles that are to
// be kept apart. It is list colouring: roles are the vertices, those to be kept apart are adjacent, and holders are the
// colours that a vertex may take.
type separation struct {
	// apart are the roles from which a role is to be kept apart.
	apart []roleSet
	// holders are the officers who hold a role.
	holders [][]int
	// nodes counts the cases that were looked at.
	nodes int
}

// verdict is the answer to a separation.
type verdict int

const (
	possible verdict = iota
	impossible
	// undecided: the cases are too many to look at all of them.
	undecided
)

// mostNodes bounds the cases that are looked at for one question. Procedures that people write take fewer than ten.
const mostNodes = 20_000

// solve answers the question for some of the roles.
//
// A role with more holders than roles that it is to be kept apart from can be given last, whatever the others get, and is
// left out. What then hangs together is looked at alone.
func (p *separation) solve(roles roleSet) verdict {
	for again := true; again; {
		again = false
		roles.each(func(i int) {
			if len(p.holders[i]) > (p.apart[i] & roles).len() {
				roles = roles.without(roleOf(i))
				again = true
			}
		})
	}
	worst := possible
	for roles != 0 {
		part := p.connected(roles)
		roles = roles.without(part)
		columns := p.columns(part)
		verdict := p.search(part, columns)
		if verdict == undecided && p.search(part, slices.Repeat([]roleSet{part}, len(columns))) == impossible {
			// Even if every one of these officers held all of the roles.
			return impossible
		}
		if verdict == impossible {
			return impossible
		}
		worst = max(worst, verdict)
	}
	return worst
}

// search looks at the cases of one question.
func (p *separation) search(roles roleSet, columns []roleSet) verdict {
	p.nodes = 0
	return (&search{separation: p, failed: map[string]bool{}}).find(roles, columns)
}

// connected returns the roles that hang together with the first one of a set.
func (p *separation) connected(roles roleSet) roleSet {
	part := roles & -roles
	for grown := roleSet(0); grown != part; {
		grown = part
		part.each(func(i int) { part |= p.apart[i] & roles })
	}
	return part
}

// columns are the officers who hold any of the roles, each as the roles that they may get. Who they are does not matter.
func (p *separation) columns(roles roleSet) []roleSet {
	of := map[int]roleSet{}
	roles.each(func(i int) {
		for _, officer := range p.holders[i] {
			of[officer] |= roleOf(i)
		}
	})
	columns := make([]roleSet, 0, len(of))
	for _, c := range of {
		columns = append(columns, c)
	}
	slices.Sort(columns)
	return columns
}

// search looks for an assignment case by case, the role with the fewest holders first.
type search struct {
	*separation
	// failed are the questions that are known to have no answer. A question is the roles that are left and what each officer
	// may still get.
	failed map[string]bool
}

func (s *search) find(roles roleSet, columns []roleSet) verdict {
	roles, columns = s.easy(roles, columns)
	if roles == 0 {
		return possible
	}
	if s.nodes++; s.nodes > mostNodes {
		return undecided
	}
	key := keyOf(roles, columns)
	if s.failed[key] {
		return impossible
	}
	role := s.tightest(roles, columns)
	if !s.enoughFor(s.clique(role, roles), columns) {
		s.failed[key] = true
		return impossible
	}
	for k, c := range columns {
		// Of officers who may get the same roles, one stands for all.
		if !c.has(role) || k > 0 && columns[k-1] == c {
			continue
		}
		after := make([]roleSet, 0, len(columns))
		for i, other := range columns {
			if i == k {
				other = other.without(s.apart[role])
			}
			if other = other.without(roleOf(role)); other != 0 {
				after = append(after, other)
			}
		}
		slices.Sort(after)
		if v := s.find(roles.without(roleOf(role)), after); v != impossible {
			return v
		}
	}
	s.failed[key] = true
	return impossible
}

// easy leaves out the roles that can be given last, as solve does, for as many officers as may still get them.
func (s *search) easy(roles roleSet, columns []roleSet) (roleSet, []roleSet) {
	for left := roleSet(0); left != roles; {
		left = roles
		roles.each(func(i int) {
			if holders(i, columns) > (s.apart[i] & roles).len() {
				roles = roles.without(roleOf(i))
			}
		})
	}
	kept := make([]roleSet, 0, len(columns))
	for _, c := range columns {
		if c &= roles; c != 0 {
			kept = append(kept, c)
		}
	}
	slices.Sort(kept)
	return roles, kept
}

func holders(role int, columns []roleSet) int {
	n := 0
	for _, c := range columns {
		if c.has(role) {
			n++
		}
	}
	return n
}

// tightest returns the role that the fewest officers may get and, among those, the one that is kept apart from most.
func (s *search) tightest(roles roleSet, columns []roleSet) int {
	best, fewest, most := -1, 0, 0
	roles.each(func(i int) {
		n, degree := holders(i, columns), (s.apart[i] & roles).len()
		if best < 0 || cmp.Or(cmp.Compare(n, fewest), cmp.Compare(most, degree)) < 0 {
			best, fewest, most = i, n, degree
		}
	})
	return best
}

// clique returns roles, a given one among them, each of which is to be kept apart from every other.
func (s *search) clique(role int, roles roleSet) roleSet {
	clique, candidates := roleOf(role), roles&s.apart[role]
	for candidates != 0 {
		next, most := -1, -1
		candidates.each(func(i int) {
			if n := (s.apart[i] & candidates).len(); n > most {
				next, most = i, n
			}
		})
		clique |= roleOf(next)
		candidates &= s.apart[next]
	}
	return clique
}

// enoughFor says whether the roles of a clique can be given to as many different officers: a matching of roles and
// officers.
func (s *search) enoughFor(clique roleSet, columns []roleSet) bool {
	taken := make([]int, len(columns))
	for i := range taken {
		taken[i] = -1
	}
	var give func(role int, tried []bool) bool
	give = func(role int, tried []bool) bool {
		for k, c := range columns {
			if !c.has(role) || tried[k] {
				continue
			}
			tried[k] = true
			if taken[k] < 0 || give(taken[k], tried) {
				taken[k] = role
				return true
			}
		}
		return false
	}
	enough := true
	clique.each(func(i int) { enough = enough && give(i, make([]bool, len(columns))) })
	return enough
}

func keyOf(roles roleSet, columns []roleSet) string {
	key := binary.LittleEndian.AppendUint32(make([]byte, 0, 4+4*len(columns)), uint32(roles))
	for _, c := range columns {
		key = binary.LittleEndian.AppendUint32(key, uint32(c))
	}
	return string(key)
}

// witness returns the fewest roles, up to three, that cannot be given apart from one another; where it takes more, a set of
// which every role is needed. The roles as a whole are known to be impossible.
func (p *separation) witness(roles roleSet) roleSet {
	var found roleSet
	var choose func(chosen, rest roleSet, more int) bool
	choose = func(chosen, rest roleSet, more int) bool {
		if more == 0 {
			if p.impossible(chosen) {
				found = chosen
			}
			return found != 0
		}
		for ; rest != 0; rest &= rest - 1 {
			if first := rest & -rest; choose(chosen|first, rest.without(first), more-1) {
				return true
			}
		}
		return false
	}
	for size := 2; size <= 3; size++ {
		if choose(0, roles, size) {
			return found
		}
	}
	roles.each(func(i int) {
		if p.impossible(roles.without(roleOf(i))) {
			roles = roles.without(roleOf(i))
		}
	})
	return roles
}

func (p *separation) impossible(roles roleSet) bool { return p.solve(roles) == impossible }
