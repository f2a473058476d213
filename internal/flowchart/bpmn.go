package flowchart

import (
	"strings"

	"chuan.dev/chuan/api/v1alpha1"
)

// Namespace is that of the extension elements and of the definitions themselves.
const Namespace = "https://chuan.dev/ns/bpmn/v1"

// BPMN writes a chart as BPMN 2.0 with its diagram. The agency is a pool with a lane for every role, agencies that are asked
// are pools of their own. It is a description: the process is not marked as executable, because the clocks, the returns
// that are counted and the conditions over forms are Chuan's.
func BPMN(chart *Chart) string {
	d := &bpmnDocument{layout: arrange(chart, &notation)}
	root := newElement("bpmn:definitions",
		"xmlns:bpmn", "http://www.omg.org/spec/BPMN/20100524/MODEL",
		"xmlns:bpmndi", "http://www.omg.org/spec/BPMN/20100524/DI",
		"xmlns:dc", "http://www.omg.org/spec/DD/20100524/DC",
		"xmlns:di", "http://www.omg.org/spec/DD/20100524/DI",
		"xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance",
		"xmlns:chuan", Namespace,
		"id", "definitions", "targetNamespace", Namespace, "exporter", "chuan")
	root.add(d.collaboration())
	root.add(d.process())
	root.add(d.diagram())
	var b strings.Builder
	b.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
	root.write(&b, "")
	return b.String()
}

type bpmnDocument struct{ *layout }

// flow is the id of an edge, and timer that of the event from which a timed one starts.
func flow(edge int) string  { return "flow_" + number(edge) }
func timer(edge int) string { return "timer_" + number(edge) }

func lane(i int) string { return "lane_" + number(i) }

// source is the id from which an edge starts.
func (d *bpmnDocument) source(edge int) string {
	if d.chart.Edges[edge].Kind == EdgeTimer {
		return timer(edge)
	}
	return d.chart.Nodes[d.chart.Edges[edge].From].ID
}

func (d *bpmnDocument) collaboration() *element {
	collaboration := newElement("bpmn:collaboration", "id", "collaboration")
	collaboration.add(newElement("bpmn:participant", "id", "agency", "name", d.chart.Code+" "+d.chart.Title, "processRef", "process"))
	for _, n := range d.chart.Nodes {
		if n.Kind == NodeOutside {
			collaboration.add(newElement("bpmn:participant", "id", n.ID, "name", n.Title))
		}
	}
	for i, e := range d.chart.Edges {
		if e.Kind == EdgeMessage {
			collaboration.add(newElement("bpmn:messageFlow", "id", flow(i),
				"sourceRef", d.source(i), "targetRef", d.chart.Nodes[e.To].ID))
		}
	}
	return collaboration
}

func (d *bpmnDocument) process() *element {
	process := newElement("bpmn:process", "id", "process", "name", d.chart.Title, "isExecutable", "false")
	lanes := newElement("bpmn:laneSet", "id", "lanes")
	for i := range d.chart.Lanes {
		if !d.chart.Lanes[i].Outside {
			lanes.add(d.lane(i))
		}
	}
	if len(lanes.children) > 0 {
		process.add(lanes)
	}
	incoming, outgoing := map[string][]string{}, map[string][]string{}
	for i, e := range d.chart.Edges {
		if e.Kind != EdgeMessage {
			outgoing[d.source(i)] = append(outgoing[d.source(i)], flow(i))
			incoming[d.chart.Nodes[e.To].ID] = append(incoming[d.chart.Nodes[e.To].ID], flow(i))
		}
	}
	for n := range d.chart.Nodes {
		if d.chart.Nodes[n].Kind == NodeOutside {
			continue
		}
		node := process.add(d.node(n))
		d.link(node, incoming[d.chart.Nodes[n].ID], outgoing[d.chart.Nodes[n].ID])
		if d.chart.Nodes[n].Kind == NodeEnd && d.chart.Nodes[n].Branch {
			// The dossier ends with all its branches.
			node.add(newElement("bpmn:terminateEventDefinition", "id", "terminate_"+d.chart.Nodes[n].ID))
		}
	}
	for i, e := range d.chart.Edges {
		if e.Kind == EdgeTimer {
			process.add(d.boundary(i, outgoing[timer(i)]))
		}
	}
	for i, e := range d.chart.Edges {
		if e.Kind != EdgeMessage {
			process.add(d.sequenceFlow(i))
		}
	}
	return process
}

func (d *bpmnDocument) lane(i int) *element {
	l := newElement("bpmn:lane", "id", lane(i), "name", d.chart.Lanes[i].Title)
	for _, n := range d.chart.Nodes {
		if n.Lane == i {
			l.add(newElement("bpmn:flowNodeRef").withText(n.ID))
		}
	}
	for k, e := range d.chart.Edges {
		if e.Kind == EdgeTimer && d.chart.Nodes[e.From].Lane == i {
			l.add(newElement("bpmn:flowNodeRef").withText(timer(k)))
		}
	}
	return l
}

func (d *bpmnDocument) link(node *element, incoming, outgoing []string) {
	for _, id := range incoming {
		node.add(newElement("bpmn:incoming").withText(id))
	}
	for _, id := range outgoing {
		node.add(newElement("bpmn:outgoing").withText(id))
	}
}

// node is an element of the process without its flows.
func (d *bpmnDocument) node(n int) *element {
	node := &d.chart.Nodes[n]
	attributes := []string{"id", node.ID}
	if node.Title != "" {
		attributes = append(attributes, "name", node.Title)
	}
	if node.Kind == NodeChoice {
		for i, e := range d.chart.Edges {
			if e.From == n && e.Default {
				attributes = append(attributes, "default", flow(i))
			}
		}
	}
	e := newElement(bpmnName(node), attributes...)
	if node.Step != nil {
		e.add(newElement("bpmn:documentation").withText(node.Details))
		e.add(newElement("bpmn:extensionElements")).add(extension(node.Step))
	}
	if node.Outcome != nil {
		e.add(newElement("bpmn:extensionElements")).add(newElement("chuan:outcome",
			"id", string(node.Outcome.ID), "result", string(node.Outcome.Result)))
	}
	return e
}

func bpmnName(n *Node) string {
	switch n.Kind {
	case NodeStart:
		return "bpmn:startEvent"
	case NodeEnd:
		return "bpmn:endEvent"
	case NodeChoice:
		return "bpmn:exclusiveGateway"
	case NodeSplit, NodeJoin:
		return "bpmn:parallelGateway"
	case NodeFirst:
		return "bpmn:complexGateway"
	case NodeWait:
		return "bpmn:receiveTask"
	default:
		if n.Step.Kind == v1alpha1.StepHandover {
			return "bpmn:manualTask"
		}
		return "bpmn:userTask"
	}
}

// extension keeps what the language says of a step in its own terms.
func extension(step *v1alpha1.Step) *element {
	e := newElement("chuan:step", "id", string(step.ID), "kind", string(step.Kind))
	for _, a := range []struct{ name, value string }{
		{"role", string(step.Role)}, {"time", string(step.Time)}, {"clock", string(step.Clock)},
		{"silence", step.Silence}, {"for", step.For}, {"join", step.Join},
	} {
		if a.value != "" {
			e.attributes = append(e.attributes, a.name, a.value)
		}
	}
	for _, form := range step.Forms {
		e.add(newElement("chuan:form", "id", string(form)))
	}
	return e
}

// boundary is the event by which time moves a dossier out of a step. Its length is kept in the language's own terms, for
// ISO 8601 knows no working days.
func (d *bpmnDocument) boundary(edge int, outgoing []string) *element {
	e := d.chart.Edges[edge]
	event := newElement("bpmn:boundaryEvent", "id", timer(edge), "attachedToRef", d.chart.Nodes[e.From].ID)
	event.add(newElement("bpmn:documentation").withText(e.Label))
	event.add(newElement("bpmn:extensionElements")).add(newElement("chuan:timer", "after", string(e.After)))
	d.link(event, nil, outgoing)
	event.add(newElement("bpmn:timerEventDefinition", "id", "after_"+timer(edge)))
	return event
}

func (d *bpmnDocument) sequenceFlow(edge int) *element {
	e := d.chart.Edges[edge]
	attributes := []string{"id", flow(edge)}
	if e.Label != "" {
		attributes = append(attributes, "name", e.Label)
	}
	attributes = append(attributes, "sourceRef", d.source(edge), "targetRef", d.chart.Nodes[e.To].ID)
	sequence := newElement("bpmn:sequenceFlow", attributes...)
	if e.When != "" {
		sequence.add(newElement("bpmn:conditionExpression", "xsi:type", "bpmn:tFormalExpression",
			"language", "https://cel.dev").withText(string(e.When)))
	}
	return sequence
}
