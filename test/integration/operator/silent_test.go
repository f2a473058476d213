package operator_test

import (
	"testing"

	"chuan.dev/chuan/internal/testenv"
)

// TestConvergedMeansSilent: as long as nobody changes anything, an operator that looks at every object again sends nothing
// to the API server.
func TestConvergedMeansSilent(t *testing.T) {
	w := newWorld(t)
	w.populate()
	o := startOperator(t)
	w.awaitReady()
	o.settle(t)

	if o.requests.Total(testenv.Request.Write) == 0 {
		t.Fatal("the operator has made a whole district ready without a write: requests are not counted")
	}
	before := passes(t)
	o.requests.Reset()
	const resyncs, agencies, procedures = 2, 16, 3
	awaitPasses(t, before, map[string]int{
		"agency":           resyncs * agencies,
		"qualityprocedure": resyncs * procedures,
		"procedureset":     resyncs,
		"auditplan":        resyncs,
	})
	if n := o.requests.Total(testenv.Request.Write); n != 0 {
		t.Errorf("%d writes over converged objects", n)
	}
	if n := o.requests.Total(testenv.Request.Read); n != 0 {
		t.Errorf("%d reads beyond watches over converged objects", n)
	}
	if t.Failed() {
		t.Logf("requests:\n%s", o.requests)
	}
}
