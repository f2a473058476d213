package testenv

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// assetsVariable names the directory that holds etcd and kube-apiserver, as for every user of envtest.
const assetsVariable = "KUBEBUILDER_ASSETS"

const assetsHelp = `To give the tests an API server, either
  - run "go run . assets" in hack/cluster: it builds etcd and kube-apiserver from Go modules, once, in about six minutes, or
  - set ` + assetsVariable + ` to a directory that holds both.`

// moduleRoot returns the directory of the module's go.mod, looking upwards from the working directory, which for a test is
// that of its package.
func moduleRoot() (string, error) {
	directory, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("testenv: %w", err)
	}
	for {
		text, err := os.ReadFile(filepath.Join(directory, "go.mod"))
		if err == nil && bytes.HasPrefix(text, []byte("module chuan.dev/chuan\n")) {
			return directory, nil
		}
		parent := filepath.Dir(directory)
		if parent == directory {
			return "", errors.New("testenv: no go.mod of chuan.dev/chuan above the working directory")
		}
		directory = parent
	}
}

// assets returns the directory of etcd and kube-apiserver: the one that the environment names, or the one that hack/cluster
// builds.
func assets(root string) (string, error) {
	directory := os.Getenv(assetsVariable)
	if directory == "" {
		built, err := buildAssets(filepath.Join(root, "hack", "cluster"))
		if err != nil {
			return "", err
		}
		directory = built
	}
	for _, binary := range []string{"etcd", "kube-apiserver"} {
		if _, err := os.Stat(filepath.Join(directory, binary)); err != nil {
			return "", fmt.Errorf("testenv: no API server for the tests: %w\n%s", err, assetsHelp)
		}
	}
	return directory, nil
}

// buildAssets has hack/cluster build the binaries, or find those it has built, and returns their directory. It builds into
// a cache outside the repository and shows its progress.
func buildAssets(cluster string) (string, error) {
	var output bytes.Buffer
	command := exec.CommandContext(context.Background(), "go", "run", ".", "assets")
	command.Dir = cluster
	command.Stdout = &output
	command.Stderr = os.Stderr
	if err := command.Run(); err != nil {
		return "", fmt.Errorf("testenv: no API server for the tests: go run . assets in %s: %w\n%s", cluster, err, assetsHelp)
	}
	lines := strings.Split(strings.TrimSpace(output.String()), "\n")
	return lines[len(lines)-1], nil
}
