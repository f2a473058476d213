package flowchart

import (
	"slices"
	"strings"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/procedure"
	"chuan.dev/chuan/internal/wording"
)

// Of returns the chart of a procedure. agencies are the names of agencies by the names of their objects, for consult steps
// that ask one of them; it may be nil.
func Of(spec *v1alpha1.QualityProcedureSpec, agencies map[string]string) *Chart {
	b := &builder{
		chart:    &Chart{Title: string(spec.Title), Code: spec.Code},
		spec:     spec,
		agencies: agencies,
		entry:    map[v1alpha1.ID]int{},
		join:     map[v1alpha1.ID]int{},
		around:   map[v1alpha1.ID]branch{},
		origin:   map[int]v1alpha1.ID{},
		taken:    map[string]bool{},
		lanes:    map[laneKey]int{},
		ends:     map[endKey]int{},
	}
	b.nodes()
	b.edges()
	b.merge()
	b.consult()
	return b.reachable()
}

type builder struct {
	chart    *Chart
	spec     *v1alpha1.QualityProcedureSpec
	agencies map[string]string
	// entry is where a dossier enters a step: the step itself, or the gateway that asks whether it takes it.
	entry map[v1alpha1.ID]int
	// join are the gateways at which the branches of parallel steps end.
	join map[v1alpha1.ID]int
	// around is the branch in which a step lies.
	around map[v1alpha1.ID]branch
	// origin is the step to which a node belongs.
	origin map[int]v1alpha1.ID
	// taken are the ids of the nodes.
	taken map[string]bool
	lanes map[laneKey]int
	ends  map[endKey]int
}

// branch is one of a parallel step.
type branch struct {
	parallel v1alpha1.ID
	number   int
}

type laneKey struct {
	id      v1alpha1.ID
	outside bool
}

type endKey struct {
	from    int
	outcome v1alpha1.ID
}

func (b *builder) add(n Node) int {
	for b.taken[n.ID] {
		n.ID += "_"
	}
	b.taken[n.ID] = true
	b.chart.Nodes = append(b.chart.Nodes, n)
	return len(b.chart.Nodes) - 1
}

func (b *builder) connect(e Edge) { b.chart.Edges = append(b.chart.Edges, e) }

// identifier makes an id of the procedure part of a name in XML and Mermaid.
func identifier(prefix string, id v1alpha1.ID) string {
	return prefix + "_" + strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		default:
			return '_'
		}
	}, string(id))
}

// nodes adds the start and what every step consists of.
func (b *builder) nodes() {
	for i := range b.spec.Steps {
		step := &b.spec.Steps[i]
		for k, steps := range step.Branches {
			for _, id := range steps {
				if _, taken := b.around[id]; !taken {
					b.around[id] = branch{step.ID, k}
				}
			}
		}
	}
	intake := slices.IndexFunc(b.spec.Steps, func(s v1alpha1.Step) bool { return s.Kind == v1alpha1.StepIntake })
	// A text without an intake begins with its first step.
	intake = max(intake, 0)
	if len(b.spec.Steps) == 0 {
		return
	}
	lane := b.roleLane(b.spec.Steps[intake].Role)
	start := b.add(Node{ID: "start", Kind: NodeStart, Lane: lane, Title: "Hồ sơ được nộp"})
	for i := range b.spec.Steps {
		step := &b.spec.Steps[i]
		if _, twice := b.entry[step.ID]; twice {
			continue
		}
		// A step without a role, as a wait, stands with the one before it in the text.
		if role := b.actor(step); role != "" {
			lane = b.roleLane(role)
		}
		b.stepNodes(step, lane)
	}
	b.connect(Edge{From: start, To: b.entry[b.spec.Steps[intake].ID]})
}

// actor is the role whose lane a step stands in: a parallel step stands with the first of its branches.
func (b *builder) actor(step *v1alpha1.Step) v1alpha1.ID {
	if step.Kind != v1alpha1.StepParallel || step.Role != "" || len(step.Branches) == 0 || len(step.Branches[0]) == 0 {
		return step.Role
	}
	for i := range b.spec.Steps {
		if b.spec.Steps[i].ID == step.Branches[0][0] {
			return b.spec.Steps[i].Role
		}
	}
	return ""
}

func (b *builder) stepNodes(step *v1alpha1.Step, lane int) {
	_, inside := b.around[step.ID]
	if step.When != "" {
		b.entry[step.ID] = b.add(Node{ID: identifier("if", step.ID), Kind: NodeChoice, Lane: lane, Branch: inside})
	}
	node := Node{
		ID: identifier("step", step.ID), Kind: NodeStep, Lane: lane, Branch: inside, Step: step,
		Title: string(step.ID) + ". " + string(step.Title),
	}
	switch step.Kind {
	case v1alpha1.StepParallel:
		node.Kind = NodeSplit
	case v1alpha1.StepWait:
		node.Kind = NodeWait
	}
	if words := wording.Duration(step.Time); words != wording.None {
		node.Note = words
	}
	node.Details = b.details(step, lane)
	n := b.add(node)
	if step.When == "" {
		b.entry[step.ID] = n
	}
	if step.Kind == v1alpha1.StepParallel {
		join := Node{ID: identifier("join", step.ID), Kind: NodeJoin, Lane: lane, Branch: inside}
		if step.Join == "any" {
			join.Kind, join.Title = NodeFirst, "Một nhánh xong"
		}
		b.join[step.ID] = b.add(join)
	}
}

func (b *builder) roleLane(id v1alpha1.ID) int {
	title := string(id)
	for i := range b.spec.Roles {
		if b.spec.Roles[i].ID == id {
			title = string(b.spec.Roles[i].Title)
		}
	}
	if id == "" {
		title = "Cơ quan giải quyết"
	}
	return b.lane(laneKey{id: id}, title)
}

func (b *builder) lane(key laneKey, title string) int {
	if n, ok := b.lanes[key]; ok {
		return n
	}
	b.chart.Lanes = append(b.chart.Lanes, Lane{ID: key.id, Title: title, Outside: key.outside})
	b.lanes[key] = len(b.chart.Lanes) - 1
	return b.lanes[key]
}

// edges adds the ways from step to step, with the gateways where they part.
func (b *builder) edges() {
	done := map[*v1alpha1.Step]bool{}
	for n := range b.chart.Nodes {
		step := b.chart.Nodes[n].Step
		if step == nil || done[step] {
			continue
		}
		done[step] = true
		b.condition(step, n)
		switch step.Kind {
		case v1alpha1.StepParallel:
			b.branches(step, n)
		default:
			b.actions(step, n)
		}
	}
}

// condition adds the two ways at the gateway before a step that only some dossiers take.
func (b *builder) condition(step *v1alpha1.Step, n int) {
	choice := b.entry[step.ID]
	if choice == n {
		return
	}
	words := wording.Condition(step.When, b.spec.Forms, nil)
	b.connect(Edge{From: choice, To: n, Label: "Nếu " + words, When: step.When})
	to := step.To
	if len(step.Actions) > 0 {
		to = step.Actions[0].To
	}
	b.lead(Edge{From: choice, Label: "Trường hợp khác", Default: true}, step, to)
}

func (b *builder) branches(step *v1alpha1.Step, n int) {
	for _, steps := range step.Branches {
		if len(steps) == 0 {
			continue
		}
		if to, ok := b.entry[steps[0]]; ok {
			b.connect(Edge{From: n, To: to})
		}
	}
	b.lead(Edge{From: b.join[step.ID]}, step, step.To)
}

// actions adds the ways out of a step: one for each action, from a gateway where there are several, and those that time
// opens.
func (b *builder) actions(step *v1alpha1.Step, n int) {
	from := n
	if len(step.Actions) > 1 {
		from = b.add(Node{
			ID: identifier("after", step.ID), Kind: NodeChoice, Lane: b.chart.Nodes[n].Lane, Branch: b.chart.Nodes[n].Branch,
		})
		b.connect(Edge{From: n, To: from})
	}
	for i := range step.Actions {
		action := &step.Actions[i]
		title := string(action.Title)
		if title == "" {
			title = string(action.ID)
		}
		b.lead(Edge{From: from, Label: title, When: action.When}, step, action.To)
	}
	if step.Expires != nil {
		b.lead(Edge{From: n, Kind: EdgeTimer, Label: "Quá " + wording.Duration(step.Expires.After), After: step.Expires.After},
			step, step.Expires.To)
	}
	if words := wording.Silence(step.Silence); words != "" && len(step.Actions) > 0 {
		answer := step.Actions[0]
		if step.Silence == "refusal" {
			answer = step.Actions[len(step.Actions)-1]
		}
		b.lead(Edge{From: n, Kind: EdgeTimer, Label: "Quá " + wording.Duration(step.Time) + ": " + words, After: step.Time},
			step, answer.To)
	}
}

// lead connects an edge of a step to its target. A target that does not exist is left out.
func (b *builder) lead(e Edge, step *v1alpha1.Step, target v1alpha1.Target) {
	to := procedure.ParseTarget(target)
	switch {
	case to.End:
		e.To = b.end(e.From, to.Outcome)
	case to.Join:
		join, ok := b.join[b.around[step.ID].parallel]
		if !ok {
			return
		}
		e.To = join
	default:
		entry, ok := b.entry[to.Step]
		if !ok {
			return
		}
		e.To = entry
	}
	b.origin[e.From] = step.ID
	b.connect(e)
}

// end returns the end of a dossier that a node leads to. Every node has ends of its own, so that the chart is not crossed
// by lines to a common one.
func (b *builder) end(from int, outcome v1alpha1.ID) int {
	key := endKey{from, outcome}
	if n, ok := b.ends[key]; ok {
		return n
	}
	end := Node{
		ID: b.chart.Nodes[from].ID + identifier("_end", outcome), Kind: NodeEnd,
		Lane: b.chart.Nodes[from].Lane, Branch: b.chart.Nodes[from].Branch, Title: "Theo kết quả giải quyết",
	}
	for i := range b.spec.Outcomes {
		if b.spec.Outcomes[i].ID == outcome {
			end.Outcome = &b.spec.Outcomes[i]
			end.Title = wording.Outcome(end.Outcome)
		}
	}
	b.ends[key] = b.add(end)
	return b.ends[key]
}
