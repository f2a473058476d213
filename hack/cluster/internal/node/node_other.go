//go:build !linux

package node

import (
	"context"
	"errors"

	"chuan.dev/chuan/hack/cluster/internal/image"
	"chuan.dev/chuan/hack/cluster/internal/report"
	"chuan.dev/chuan/hack/cluster/internal/state"
)

var errNotLinux = errors.New("a node needs Linux: use a cluster that you have instead, through KUBECONFIG: make demo CLUSTER=existing")

// Traces says that there are none.
func Traces(state.Dir) bool { return false }

// Clean has nothing to take back.
func Clean(context.Context, state.Dir) error { return nil }

// Prepare cannot make a node of this machine.
func Prepare(context.Context, state.Dir, *report.Reporter) error { return errNotLinux }

// Up cannot start a node.
func Up(context.Context, state.Dir, Programs, *report.Reporter) error { return errNotLinux }

// Load has no node to load into.
func Load(context.Context, state.Dir, ...string) error { return errNotLinux }

// LoadProgram has no node to load into.
func LoadProgram(context.Context, state.Dir, image.Spec) error { return errNotLinux }
