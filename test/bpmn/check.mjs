// Reads BPMN files as bpmn-js does and says what is wrong with them: a line for each fault, exit code 1 for any.
import { readFile } from 'node:fs/promises';
import { BpmnModdle } from 'bpmn-moddle';

const files = process.argv.slice(2);
let faults = 0;

for (const file of files) {
  const complain = (message) => {
    faults++;
    console.log(`${file}: ${message}`);
  };
  let read;
  try {
    read = await new BpmnModdle().fromXML(await readFile(file, 'utf8'));
  } catch (error) {
    complain(`cannot be read: ${error.message}`);
    for (const warning of error.warnings ?? []) complain(warning.message);
    continue;
  }
  // References that lead nowhere and elements that BPMN does not know are warnings of the reader.
  for (const warning of read.warnings) complain(warning.message);
  check(read.rootElement, complain);
}
console.log(`${files.length} files, ${faults} faults`);
process.exit(faults > 0 ? 1 : 0);

function check(definitions, complain) {
  const of = (type) => definitions.rootElements.filter((element) => element.$type === type);
  const [collaboration] = of('bpmn:Collaboration');
  const [process] = of('bpmn:Process');
  const plane = definitions.diagrams[0].plane;
  if (plane.bpmnElement !== collaboration) complain('the plane does not show the collaboration');

  const shown = new Map();
  for (const element of plane.planeElement) {
    if (!element.bpmnElement) complain(`${element.id} shows nothing`);
    else if (shown.has(element.bpmnElement.id)) complain(`${element.bpmnElement.id} is shown twice`);
    else shown.set(element.bpmnElement.id, element);
  }
  const lanes = process.laneSets[0].lanes;
  const messages = collaboration.messageFlows ?? [];
  const all = [...collaboration.participants, ...messages, ...lanes, ...process.flowElements];
  for (const element of all) {
    if (!shown.has(element.id)) complain(`${element.$type} ${element.id} has no place in the diagram`);
  }
  if (shown.size !== all.length) complain(`${shown.size} elements are shown, ${all.length} are there`);

  for (const flow of [...messages, ...process.flowElements.filter((e) => e.$type === 'bpmn:SequenceFlow')]) {
    checkFlow(flow, shown, complain);
  }
  const inLanes = lanes.flatMap((lane) => lane.flowNodeRef);
  for (const node of process.flowElements.filter((e) => e.$instanceOf('bpmn:FlowNode'))) {
    if (inLanes.filter((e) => e === node).length !== 1) complain(`${node.id} is not in exactly one lane`);
    checkNode(node, complain);
  }
}

// checkNode: the parallel gateways are explicit: each either splits or joins.
function checkNode(node, complain) {
  const incoming = node.incoming?.length ?? 0;
  const outgoing = node.outgoing?.length ?? 0;
  const gateway = node.$type === 'bpmn:ParallelGateway' || node.$type === 'bpmn:ComplexGateway';
  if (gateway && incoming > 1 && outgoing > 1) complain(`${node.id} both joins and splits`);
  if (node.$type === 'bpmn:EndEvent' && outgoing > 0) complain(`${node.id} is an end and goes on`);
  if (node.$type.endsWith('Task') && outgoing > 1) complain(`${node.id} splits without a gateway`);
}

// checkFlow: a flow is known to both its ends, and is drawn from the one to the other.
function checkFlow(flow, shown, complain) {
  const { sourceRef, targetRef } = flow;
  if (!sourceRef || !targetRef) {
    complain(`${flow.id} leads from or to nothing`);
    return;
  }
  if (flow.$type === 'bpmn:SequenceFlow') {
    if (!sourceRef.outgoing?.includes(flow)) complain(`${sourceRef.id} does not know that ${flow.id} goes out`);
    if (!targetRef.incoming?.includes(flow)) complain(`${targetRef.id} does not know that ${flow.id} comes in`);
  }
  const points = shown.get(flow.id)?.waypoint ?? [];
  if (points.length < 2) {
    complain(`${flow.id} is not drawn`);
    return;
  }
  if (!touches(shown.get(sourceRef.id), points[0])) complain(`${flow.id} does not begin at ${sourceRef.id}`);
  if (!touches(shown.get(targetRef.id), points.at(-1))) complain(`${flow.id} does not end at ${targetRef.id}`);
}

function touches(shape, { x, y }) {
  const b = shape.bounds;
  const inside = x >= b.x && x <= b.x + b.width && y >= b.y && y <= b.y + b.height;
  return inside && (x === b.x || x === b.x + b.width || y === b.y || y === b.y + b.height);
}
