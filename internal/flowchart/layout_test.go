package flowchart

import (
	"fmt"
	"strings"
	"testing"

	"chuan.dev/chuan/api/v1alpha1"
)

func (b box) String() string { return fmt.Sprintf("%d,%d %dx%d", b.x, b.y, b.width, b.height) }

func (b box) overlaps(o box) bool {
	return b.x < o.right() && o.x < b.right() && b.y < o.bottom() && o.y < b.bottom()
}

func (b box) contains(o box) bool {
	return b.x <= o.x && o.right() <= b.right() && b.y <= o.y && o.bottom() <= b.bottom()
}

// crossed says whether a piece of a path, which is along an axis, goes through the inside of a box.
func (b box) crossed(p, q point) bool {
	return min(p.x, q.x) < b.right() && max(p.x, q.x) > b.x && min(p.y, q.y) < b.bottom() && max(p.y, q.y) > b.y
}

// placed is a box with what it is, for messages.
type placed struct {
	what string
	box
}

func everything(l *layout) []placed {
	var all []placed
	for n, b := range l.nodes {
		all = append(all, placed{l.chart.Nodes[n].ID, b})
		if l.beside[n].width > 0 {
			all = append(all, placed{"the text beside " + l.chart.Nodes[n].ID, l.beside[n]})
		}
	}
	for i, b := range l.labels {
		if b.width > 0 {
			all = append(all, placed{fmt.Sprintf("the label of edge %d", i), b})
		}
	}
	return all
}

// checkLayout says what a reader would stumble over.
func checkLayout(l *layout) (faults []string) {
	complain := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	all := everything(l)
	whole := box{0, 0, l.width, l.height}
	for i, a := range all {
		if !whole.contains(a.box) {
			complain("%s (%s) is outside the drawing (%s)", a.what, a.box, whole)
		}
		for _, b := range all[i+1:] {
			if a.overlaps(b.box) {
				complain("%s (%s) and %s (%s) overlap", a.what, a.box, b.what, b.box)
			}
		}
	}
	for n, b := range l.nodes {
		if !l.lanes[l.chart.Nodes[n].Lane].contains(b) {
			complain("%s is outside its lane", l.chart.Nodes[n].ID)
		}
	}
	for i, path := range l.paths {
		e := l.chart.Edges[i]
		if len(path) < 2 || !touches(l.nodes[e.From], path[0]) || !touches(l.nodes[e.To], path[len(path)-1]) {
			complain("edge %d from %s to %s does not touch both: %v", i, l.chart.Nodes[e.From].ID, l.chart.Nodes[e.To].ID, path)
		}
		for k := 1; k < len(path); k++ {
			p, q := path[k-1], path[k]
			if p.x != q.x && p.y != q.y || p == q {
				complain("edge %d goes askew from %v to %v", i, p, q)
			}
			for _, b := range all {
				if b.crossed(p, q) {
					complain("edge %d from %v to %v crosses %s (%s)", i, p, q, b.what, b.box)
				}
			}
		}
	}
	return faults
}

// touches says whether a point is on the side of a box.
func touches(b box, p point) bool {
	return p.x >= b.x && p.x <= b.right() && p.y >= b.y && p.y <= b.bottom() &&
		(p.x == b.x || p.x == b.right() || p.y == b.y || p.y == b.bottom())
}

func TestLayoutsAreReadable(t *testing.T) {
	for seed := range uint64(100) {
		chart := Of(anyProcedure(seed), nil)
		for _, s := range []*style{&drawing, &notation} {
			if faults := checkLayout(arrange(chart, s)); len(faults) > 0 {
				t.Fatalf("procedure %d, to the right %t: %d faults:\n%s", seed, s.right, len(faults),
					strings.Join(faults[:min(len(faults), 10)], "\n"))
			}
		}
	}
}

func TestLayoutOfThePermit(t *testing.T) {
	chart := Of(read(t, "testdata/permit.yaml"), nil)
	for _, s := range []*style{&drawing, &notation} {
		if faults := checkLayout(arrange(chart, s)); len(faults) > 0 {
			t.Errorf("to the right %t:\n%s", s.right, strings.Join(faults, "\n"))
		}
	}
}

// TestLayoutIsBounded draws the most that the CRD admits: 100 steps of 20 actions, each to another step.
func TestLayoutIsBounded(t *testing.T) {
	spec := &v1alpha1.QualityProcedureSpec{Roles: []v1alpha1.Role{{ID: "vai", Title: "Vai"}}}
	for i := range 100 {
		step := v1alpha1.Step{ID: stepID(i), Kind: v1alpha1.StepTask, Title: "Bước", Role: "vai"}
		for a := range 20 {
			step.Actions = append(step.Actions, v1alpha1.Action{
				ID: v1alpha1.ID(fmt.Sprintf("a%d", a)), To: v1alpha1.Target(stepID((i + a*7 + 1) % 100)),
			})
		}
		spec.Steps = append(spec.Steps, step)
	}
	chart := Of(spec, nil)
	if got := len(chart.Edges); got != 2101 {
		t.Errorf("%d edges, want 2101", got)
	}
	if l := arrange(chart, &drawing); len(l.paths) != 2101 {
		t.Errorf("%d paths", len(l.paths))
	}
}

func TestLayoutOfNothing(t *testing.T) {
	if l := arrange(Of(&v1alpha1.QualityProcedureSpec{}, nil), &drawing); len(l.nodes) != 0 {
		t.Errorf("%d nodes of no steps", len(l.nodes))
	}
}
