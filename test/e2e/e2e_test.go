//go:build e2e

// Package e2e runs the demo as a test on a real node, and then what goes wrong in real life: pods die, laws change,
// procedures are broken, agencies are deleted, the operator is gone. `make e2e` runs it; it needs Linux and root, and
// starts and stops its own cluster.
package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/test/demo"
)

// patience is how long something may take that takes seconds. Manifests reach a pod within a minute.
const patience = 150 * time.Second

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

// run starts a cluster of its own and stops it, whatever happens in between.
func run(m *testing.M) int {
	d, err := demo.New(os.Stderr)
	if err != nil {
		fmt.Fprintln(os.Stderr, "e2e:", err)
		return 1
	}
	defer func() {
		if err := d.Down(context.Background()); err != nil {
			fmt.Fprintln(os.Stderr, "e2e: stop the cluster:", err)
		}
	}()
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Minute)
	defer cancel()
	for _, stage := range []func(context.Context) error{d.Down, d.Up, d.Install, d.Onboard} {
		if err := stage(ctx); err != nil {
			fmt.Fprintln(os.Stderr, "e2e:", err)
			return 1
		}
	}
	shown = d
	return m.Run()
}

// shown is the demo that the tests look at.
var shown *demo.Demo

// kubectl runs kubectl, which must not fail.
func kubectl(t *testing.T, arguments ...string) string {
	t.Helper()
	out, err := shown.Kubectl(t.Context(), arguments...)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(out)
}

// get reads one object of the demo's namespace.
func get[T any](t *testing.T, kind, name string) *T {
	t.Helper()
	object := new(T)
	if err := json.Unmarshal([]byte(kubectl(t, "get", kind, name, "-n", demo.Namespace, "-o", "json")), object); err != nil {
		t.Fatal(err)
	}
	return object
}

// field reads one field of an object of the demo's namespace.
func field(t *testing.T, kind, name, path string) string {
	t.Helper()
	return kubectl(t, "get", kind, name, "-n", demo.Namespace, "-o", "jsonpath={"+path+"}")
}

// eventually waits until a check holds; it returns why it does not yet.
func eventually(t *testing.T, what string, check func() error) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for {
		err := check()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within %s: %v", what, patience, err)
		}
		select {
		case <-t.Context().Done():
			t.Fatalf("%s: %v", what, t.Context().Err())
		case <-time.After(500 * time.Millisecond):
		}
	}
}

// connect reaches the service of an agency; the connection ends with the test.
func connect(t *testing.T, name string) *demo.Service {
	t.Helper()
	agency, err := shown.Agency(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return connectTo(t, agency)
}

func connectTo(t *testing.T, agency *v1alpha1.Agency) *demo.Service {
	t.Helper()
	var service *demo.Service
	eventually(t, "connect to "+agency.Name, func() error {
		var err error
		service, err = shown.Connect(context.Background(), agency)
		return err
	})
	t.Cleanup(service.Close)
	return service
}

// receive files a dossier at an agency, which must not fail.
func receive(t *testing.T, service *demo.Service) *demo.Dossier {
	t.Helper()
	dossier, err := service.Receive(t.Context(), demo.CopyProcedure, demo.Request())
	if err != nil {
		t.Fatal(err)
	}
	return dossier
}

func quiet(*demo.Dossier, string) {}
