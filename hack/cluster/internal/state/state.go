// Package state keeps what a running cluster is, in the one directory that holds everything the cluster owns.
package state

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// Kind says how much of a cluster a directory holds.
type Kind string

const (
	// API is etcd and the API server.
	API Kind = "api"
	// Node is a whole cluster of one node.
	Node Kind = "node"
)

// Cluster is the file that marks a directory as a cluster's. Nothing is ever deleted in a directory without it.
type Cluster struct {
	Kind Kind   `json:"kind"`
	Bin  string `json:"bin"` // the directory of the Kubernetes programs it runs
}

const marker = "cluster.json"

// ErrNone means that a directory holds no cluster.
var ErrNone = errors.New("no cluster")

// Dir is the directory of a cluster.
type Dir string

// Default is the directory where none is named: CHUAN_CLUSTER_DIR, else a place of the system for root and one of the
// user for others.
func Default() (Dir, error) {
	if dir := os.Getenv("CHUAN_CLUSTER_DIR"); dir != "" {
		return absolute(dir)
	}
	if os.Geteuid() == 0 {
		return "/var/lib/chuan-cluster", nil
	}
	base := os.Getenv("XDG_STATE_HOME")
	if base == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fmt.Errorf("find a directory for the cluster: %w: name one with --dir", err)
		}
		base = filepath.Join(home, ".local", "state")
	}
	return Dir(filepath.Join(base, "chuan-cluster")), nil
}

// Resolve returns the named directory, or the default where none is named.
func Resolve(named string) (Dir, error) {
	if named == "" {
		return Default()
	}
	return absolute(named)
}

func absolute(dir string) (Dir, error) {
	path, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("resolve %s: %w", dir, err)
	}
	return Dir(path), nil
}

// Path names a file below the directory.
func (d Dir) Path(elements ...string) string {
	return filepath.Join(append([]string{string(d)}, elements...)...)
}

// Kubeconfig is the administrator's.
func (d Dir) Kubeconfig() string { return d.Path("kubeconfig") }

// Load returns the cluster of the directory, or an error that is ErrNone.
func (d Dir) Load() (*Cluster, error) {
	data, err := os.ReadFile(d.Path(marker))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w in %s", ErrNone, d)
	}
	if err != nil {
		return nil, fmt.Errorf("read the cluster: %w", err)
	}
	var cluster Cluster
	if err := json.Unmarshal(data, &cluster); err != nil {
		return nil, fmt.Errorf("read %s: %w", d.Path(marker), err)
	}
	return &cluster, nil
}

// Claim makes the directory a cluster's. It takes an empty directory or none, because Remove deletes all of it.
func (d Dir) Claim(cluster Cluster) error {
	if err := os.MkdirAll(string(d), 0o750); err != nil {
		return fmt.Errorf("make the cluster's directory: %w", err)
	}
	entries, err := os.ReadDir(string(d))
	if err != nil {
		return fmt.Errorf("look into the cluster's directory: %w", err)
	}
	for _, entry := range entries {
		if entry.Name() != lockFile {
			return fmt.Errorf("%s is not empty (it holds %s): name another directory with --dir", d, entry.Name())
		}
	}
	data, err := json.Marshal(cluster)
	if err != nil {
		return fmt.Errorf("write the cluster: %w", err)
	}
	return d.Write(append(data, '\n'), 0o644, marker)
}

// Write makes a file below the directory, and the directories above it.
func (d Dir) Write(data []byte, mode fs.FileMode, elements ...string) error {
	path := d.Path(elements...)
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return fmt.Errorf("make the directory of %s: %w", path, err)
	}
	if err := os.WriteFile(path, data, mode); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// Remove deletes the directory with all that is in it, if it is a cluster's. What marks it as one goes last, so that
// after a failure it can be removed still.
func (d Dir) Remove() error {
	if _, err := d.Load(); errors.Is(err, ErrNone) {
		return nil
	}
	entries, err := os.ReadDir(string(d))
	if err != nil {
		return fmt.Errorf("delete the cluster's directory: %w", err)
	}
	for _, entry := range entries {
		if entry.Name() == marker {
			continue
		}
		if err := os.RemoveAll(d.Path(entry.Name())); err != nil {
			return fmt.Errorf("delete the cluster's directory: %w", err)
		}
	}
	err = os.Remove(d.Path(marker))
	if err == nil {
		err = os.Remove(string(d))
	}
	if err != nil && !errors.Is(err, syscall.EBUSY) { // which a mount of its owner's is
		return fmt.Errorf("delete the cluster's directory: %w", err)
	}
	return nil
}
