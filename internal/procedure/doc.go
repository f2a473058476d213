// Package procedure turns the text of a QualityProcedure into a compiled procedure that a workflow can be run by, and
// proves on the way that it can work: every step can be reached and left, everything named exists, the steps' times fit
// the statutory limit, and every condition is a sound expression over the procedure's own forms.
//
// The package is pure: it reads no clock, file or network. The linter, the controller and the workflow service call the
// same functions, so that a procedure is either accepted by all of them or by none.
package procedure
