// Package petition is the life of feedback or a petition (phản ánh, kiến nghị) about a procedure or a dossier, as a pure
// state machine in the manner of package dossier: [Decide] answers what happens as events or as a refusal, [Fold] adds an
// event to a state, and the events say everything that folding needs.
//
// Who may deal with petitions is for the caller to say. This package sees to it that the officer works in the agency, that
// what is assigned to somebody is answered by them, and that nothing is closed without a word to who sent it.
package petition
