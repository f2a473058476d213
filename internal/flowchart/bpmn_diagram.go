package flowchart

// The drawing stands a little off the corner, with the pool's own header before those of its lanes.
const (
	poolHeader = 30
	offset     = 80
)

func (d *bpmnDocument) diagram() *element {
	diagram := newElement("bpmndi:BPMNDiagram", "id", "diagram")
	plane := diagram.add(newElement("bpmndi:BPMNPlane", "id", "plane", "bpmnElement", "collaboration"))
	pool := d.pool
	pool.x -= poolHeader
	pool.width += poolHeader
	plane.add(boxed("agency", pool, "isHorizontal", "true"))
	for i, b := range d.lanes {
		if !d.chart.Lanes[i].Outside {
			plane.add(boxed(lane(i), b, "isHorizontal", "true"))
		}
	}
	for n := range d.chart.Nodes {
		plane.add(d.nodeShape(n))
	}
	for i, e := range d.chart.Edges {
		if e.Kind == EdgeTimer {
			size := d.style.timer
			at := d.paths[i][0]
			plane.add(boxed(timer(i), box{at.x - size/2, at.y - size/2, size, size}))
		}
	}
	for i := range d.chart.Edges {
		plane.add(d.edgeShape(i))
	}
	return diagram
}

func (d *bpmnDocument) nodeShape(n int) *element {
	node := &d.chart.Nodes[n]
	var shape *element
	switch node.Kind {
	case NodeOutside:
		shape = boxed(node.ID, d.nodes[n], "isHorizontal", "true")
	case NodeChoice:
		shape = boxed(node.ID, d.nodes[n], "isMarkerVisible", "true")
	default:
		shape = boxed(node.ID, d.nodes[n])
	}
	if d.beside[n].width > 0 {
		shape.add(newElement("bpmndi:BPMNLabel")).add(bounds(d.beside[n]))
	}
	return shape
}

func (d *bpmnDocument) edgeShape(i int) *element {
	edge := newElement("bpmndi:BPMNEdge", "id", "shape_"+flow(i), "bpmnElement", flow(i))
	for k, p := range d.paths[i] {
		if k == 0 && d.chart.Edges[i].Kind == EdgeTimer {
			// It leaves the event, which sits on the side of the task.
			p.x += d.style.timer / 2
		}
		edge.add(newElement("di:waypoint", "x", number(p.x+offset+poolHeader), "y", number(p.y+offset)))
	}
	if d.labels[i].width > 0 {
		edge.add(newElement("bpmndi:BPMNLabel")).add(bounds(d.labels[i]))
	}
	return edge
}

func boxed(id string, b box, attributes ...string) *element {
	shape := newElement("bpmndi:BPMNShape", append([]string{"id", "shape_" + id, "bpmnElement", id}, attributes...)...)
	shape.add(bounds(b))
	return shape
}

func bounds(b box) *element {
	return newElement("dc:Bounds", "x", number(b.x+offset+poolHeader), "y", number(b.y+offset),
		"width", number(b.width), "height", number(b.height))
}
