package procedure

import (
	"fmt"
	"slices"
)

// Severity says what a finding means for the procedure.
type Severity string

// The severities.
const (
	// Error: the procedure cannot work as written; it is not accepted.
	Error Severity = "error"
	// Warning: the procedure works, and somebody should look at it.
	Warning Severity = "warning"
)

// Finding is one place at which a procedure breaks a rule.
type Finding struct {
	// Rule is the stable id of the rule, as G1.
	Rule string
	// Severity is that of the rule.
	Severity Severity
	// Path leads from the object to the place, as spec.steps[2].actions[0].to.
	Path string
	// Message says in English what is wrong and what to do.
	Message string
	// MessageVi says the same in Vietnamese, for the officers who write procedures.
	MessageVi string
}

// String returns the finding in one line, as logs and conditions show it.
func (f Finding) String() string {
	return fmt.Sprintf("%s %s: %s", f.Rule, f.Path, f.Message)
}

// Errors returns the findings that keep a procedure from being accepted, in their order.
func Errors(findings []Finding) []Finding {
	return slices.DeleteFunc(slices.Clone(findings), func(f Finding) bool { return f.Severity != Error })
}
