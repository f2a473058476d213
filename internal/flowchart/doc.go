// Package flowchart draws a procedure: as SVG for people, as Mermaid text for pages in Markdown, and as BPMN 2.0 with its
// diagram for process tools. All three show one [Chart], which says what the text of the procedure means: a gateway
// where an action is chosen, a timer where time alone moves a dossier, a lane for every role. SVG and BPMN share one
// layout. It works on any text, however wrong: what leads nowhere is left out, for lint to report.
package flowchart
