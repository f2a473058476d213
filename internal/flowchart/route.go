package flowchart

import (
	"cmp"
	"slices"
)

// net is a piece of an edge in the channel between two rows: from one terminal to another, with a piece along the channel
// between them unless they are on one line.
type net struct {
	edge int
	a, b terminal
	// track is that of the piece along the channel, from 0.
	track int
}

// terminal is where an edge enters a channel.
type terminal struct {
	// at is the position across the flow.
	at int
	// upper says that the edge comes from the row before the channel, not from the row after it.
	upper bool
	// owner is the end of the edge that is there, the same for edges that may share their line: a node and its port. It is
	// negative for the passes of edges, which share with none.
	owner int
}

func (n *net) straight() bool { return n.a.at == n.b.at && n.a.upper != n.b.upper }
func (n *net) low() int       { return min(n.a.at, n.b.at) }
func (n *net) high() int      { return max(n.a.at, n.b.at) }

// shares says whether two nets may lie on one line: they begin or end at the same place.
func (n *net) shares(m *net) bool {
	for _, t := range []terminal{n.a, n.b} {
		for _, u := range []terminal{m.a, m.b} {
			if t.owner >= 0 && t.owner == u.owner && t.upper == u.upper && t.at == u.at {
				return true
			}
		}
	}
	return false
}

// above says whether a net has to run nearer to the row before than another: one comes down where the other goes on.
func (n *net) above(m *net) bool {
	for _, t := range []terminal{n.a, n.b} {
		for _, u := range []terminal{m.a, m.b} {
			if t.upper && !u.upper && t.at == u.at {
				return true
			}
		}
	}
	return false
}

// assignTracks gives the nets of a channel their tracks and returns how many there are. Nets that are not straight and
// share nothing never overlap in a track. Where nets would each have to be above the other, the first goes above.
func assignTracks(nets []*net) int {
	var bent []*net
	for _, n := range nets {
		if !n.straight() {
			bent = append(bent, n)
		}
	}
	slices.SortStableFunc(bent, func(a, b *net) int {
		return cmp.Or(cmp.Compare(a.high()-a.low(), b.high()-b.low()), cmp.Compare(a.low(), b.low()))
	})
	waiting := make([]int, len(bent))
	for i, n := range bent {
		for k, m := range bent {
			if k != i && m.above(n) {
				waiting[i]++
			}
		}
	}
	placed := make([]bool, len(bent))
	var tracks [][]*net
	for range bent {
		next := -1
		for i := range bent {
			if !placed[i] && (next < 0 || waiting[i] < waiting[next]) {
				next = i
			}
		}
		placed[next] = true
		tracks = place(bent[next], bent, placed, tracks)
		for i := range bent {
			if i != next && bent[next].above(bent[i]) {
				waiting[i]--
			}
		}
	}
	return len(tracks)
}

// place puts a net on the first track that is below everything that has to be above it and on which there is room.
func place(n *net, all []*net, placed []bool, tracks [][]*net) [][]*net {
	least := 0
	for i, m := range all {
		if placed[i] && m != n && m.above(n) {
			least = max(least, m.track+1)
		}
	}
	for n.track = least; ; n.track++ {
		for len(tracks) <= n.track {
			tracks = append(tracks, nil)
		}
		if !slices.ContainsFunc(tracks[n.track], func(m *net) bool {
			const apart = 8
			return n.low() < m.high()+apart && m.low() < n.high()+apart && !n.shares(m)
		}) {
			tracks[n.track] = append(tracks[n.track], n)
			return tracks
		}
	}
}
