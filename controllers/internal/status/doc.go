// Package status keeps the status contract that all kinds of Chuan share: the kstatus trio Ready, Reconciling and Stalled
// beside positive conditions of the domain, messages that do not move by themselves, and one write a reconciliation,
// made only when something changed.
//
// Conditions are set through a Setter, which carries the generation and the time. The trio is never set by hand: it is
// summarised from an Outcome.
package status
