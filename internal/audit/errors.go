package audit

import "fmt"

// FieldError says what is wrong with one field of a schedule, and what to do about it.
type FieldError struct {
	// Field at fault, as spec.schedule.window.
	Field string
	// Detail says in English what is wrong and what to do, and DetailVi says it in Vietnamese.
	Detail, DetailVi string
}

// Error names the field and the fault.
func (e *FieldError) Error() string { return e.Field + ": " + e.Detail }

// faults collects what is wrong with a schedule.
type faults []error

// add notes a fault in English and in Vietnamese, which are given the same arguments.
func (f *faults) add(field, english, vietnamese string, args ...any) {
	*f = append(*f, &FieldError{
		Field: "spec.schedule." + field, Detail: fmt.Sprintf(english, args...), DetailVi: fmt.Sprintf(vietnamese, args...),
	})
}
