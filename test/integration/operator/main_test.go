// Package operator_test runs the whole operator against a real API server: every controller over shared caches, with the
// rights that config/rbac gives it and no others. There are no pods and no garbage collector; tests say that pods are ready.
package operator_test

import (
	"os"
	"testing"
	_ "time/tzdata"

	"github.com/go-logr/logr"
	ctrl "sigs.k8s.io/controller-runtime"

	"chuan.dev/chuan/internal/testenv"
)

var env *testenv.Environment

func TestMain(m *testing.M) {
	// Every operator has a log of its own, which is shown when its test fails.
	ctrl.SetLogger(logr.Discard())
	os.Exit(testenv.Run(m, &env))
}
