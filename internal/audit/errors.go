package audit

import "fmt"

// FieldError says what is wrong with one field of a schedule, and what to do about it.
type FieldError struct {
	// Field at fault, as spec.schedule.window.
	Field string
	// Detail says what is wrong and what to do.
	Detail string
}

// Error names the field and the fault.
func (e *FieldError) Error() string { return e.Field + ": " + e.Detail }

// faults collects what is wrong with a schedule.
type faults []error

func (f *faults) add(field, format string, args ...any) {
	*f = append(*f, &FieldError{Field: "spec.schedule." + field, Detail: fmt.Sprintf(format, args...)})
}
