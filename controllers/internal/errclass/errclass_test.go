package errclass_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"chuan.dev/chuan/controllers/internal/errclass"
	"chuan.dev/chuan/controllers/internal/status"
)

var (
	cycle      = errclass.NewTerminal("ParentCycle", errors.New("a names b, b names a"))
	code       = errclass.NewTerminal("CodeConflict", errors.New("b has the code too"))
	missing    = errclass.NewWaiting("ProcedureNotFound", 0, errors.New("procedure p does not exist"))
	starting   = errclass.NewWaiting("NotAvailable", time.Minute, errors.New("0 of 1 replicas"))
	errRefused = errors.New("connection errRefused")
	conflict   = apierrors.NewConflict(schema.GroupResource{Resource: "agencies"}, "a", errors.New("changed"))
)

func TestFold(t *testing.T) {
	tests := map[string]struct {
		errors  []error
		after   time.Duration
		retried bool
		outcome status.Outcome
	}{
		"nothing went wrong":             {[]error{nil, nil}, 0, false, status.Succeeded("done")},
		"terminal":                       {[]error{cycle}, 0, false, status.Stalled("ParentCycle", "a names b, b names a")},
		"two terminal, the first names":  {[]error{cycle, code, cycle}, 0, false, status.Stalled("ParentCycle", "a names b, b names a; b has the code too")},
		"waiting for a watch":            {[]error{missing}, 0, false, status.Waiting("ProcedureNotFound", "procedure p does not exist")},
		"waiting, the shortest counts":   {[]error{missing, starting}, time.Minute, false, status.Waiting("ProcedureNotFound", "procedure p does not exist; 0 of 1 replicas")},
		"conflict is silent":             {[]error{fmt.Errorf("write: %w", conflict)}, errclass.ConflictDelay, false, status.Outcome{}},
		"conflict hides waiting":         {[]error{missing, errclass.NewConflict(errRefused)}, errclass.ConflictDelay, false, status.Outcome{}},
		"transient":                      {[]error{errRefused}, 0, true, status.Failing("connection errRefused")},
		"transient beside waiting":       {[]error{starting, errRefused}, 0, true, status.Failing("connection errRefused")},
		"terminal beside transient":      {[]error{errRefused, cycle}, 0, true, status.Stalled("ParentCycle", "a names b, b names a")},
		"joined errors are taken apart":  {[]error{errors.Join(missing, cycle)}, 0, false, status.Stalled("ParentCycle", "a names b, b names a")},
		"a wrapped class is still known": {[]error{fmt.Errorf("phase: %w", cycle)}, 0, false, status.Stalled("ParentCycle", "phase: a names b, b names a")},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			verdict := errclass.Fold(test.errors, "done")
			if verdict.Result.RequeueAfter != test.after {
				t.Errorf("RequeueAfter = %s, want %s", verdict.Result.RequeueAfter, test.after)
			}
			if (verdict.Err != nil) != test.retried {
				t.Errorf("Err = %v, want retried %t", verdict.Err, test.retried)
			}
			if verdict.Outcome != test.outcome {
				t.Errorf("Outcome = %+v, want %+v", verdict.Outcome, test.outcome)
			}
		})
	}
}
