//go:build e2e

package e2e

import (
	"errors"
	"strings"
	"testing"
	"time"

	"chuan.dev/chuan/test/demo"
)

// quietFor is how long nothing must move for the cluster to count as settled.
const quietFor = 5 * time.Second

// settle waits until what a function describes stays the same for a while.
func settle(t *testing.T, describe func() string) {
	t.Helper()
	last, since := describe(), time.Now()
	eventually(t, "the cluster settles", func() error {
		now := describe()
		if now != last {
			last, since = now, time.Now()
		}
		if time.Since(since) < quietFor {
			return errors.New("objects still move")
		}
		return nil
	})
}

// waitManagerPassed waits until the manager holds the lease and has had time to look at everything once.
func waitManagerPassed(t *testing.T) {
	t.Helper()
	eventually(t, "the manager leads", func() error {
		pod := kubectl(t, "get", "pod", "-n", demo.OperatorNamespace, "-l", "app.kubernetes.io/component=manager", "-o", "jsonpath={.items[0].metadata.name}")
		holder := kubectl(t, "get", "lease", "-n", demo.OperatorNamespace, "manager.qms.chuan.dev", "-o", "jsonpath={.spec.holderIdentity}")
		if !strings.HasPrefix(holder, pod) {
			return errors.New("the lease is held by " + holder)
		}
		return nil
	})
	time.Sleep(quietFor)
}

// difference lists the lines of which one text has other ones.
func difference(before, after string) string {
	known := map[string]bool{}
	for line := range strings.SplitSeq(before, "\n") {
		known[line] = true
	}
	var changed []string
	for line := range strings.SplitSeq(after, "\n") {
		if !known[line] {
			changed = append(changed, line)
		}
	}
	return strings.Join(changed, "\n")
}
