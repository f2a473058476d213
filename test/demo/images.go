package demo

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// image is a program of the product and the image that holds it.
type image struct {
	name    string
	program string
	pkg     string
}

var images = []image{
	{name: ManagerImage, program: "manager", pkg: "."},
	{name: WorkflowdImage, program: "workflowd", pkg: "./cmd/workflowd"},
}

// binary is where the program of an image is built.
func (d *Demo) binary(image image) string {
	return filepath.Join(d.Root, "bin", image.program)
}

// build compiles a program and says how far it is while it takes long.
func (d *Demo) build(ctx context.Context, image image) error {
	dependencies, err := d.output(ctx, "go", "list", "-deps", image.pkg)
	if err != nil {
		return err
	}
	total := strings.Count(dependencies, "\n")
	d.say("building %s (%d packages; those already built are taken from the cache)", image.program, total)

	command := exec.CommandContext(ctx, "go", "build", "-v", "-trimpath", "-ldflags", "-s -w", "-o", d.binary(image), image.pkg)
	command.Dir = d.Root
	command.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux")
	stderr, err := command.StderrPipe()
	if err != nil {
		return fmt.Errorf("build %s: %w", image.program, err)
	}
	if err := command.Start(); err != nil {
		return fmt.Errorf("build %s: %w", image.program, err)
	}
	complaint := d.followBuild(bufio.NewScanner(stderr), image.program)
	if err := command.Wait(); err != nil {
		return fmt.Errorf("build %s: %w\n%s", image.program, err, complaint)
	}
	return nil
}

// followBuild counts the packages that go build -v names, tells the count now and then, and keeps the last lines for
// the case that the build fails.
func (d *Demo) followBuild(lines *bufio.Scanner, program string) string {
	const every, keep = 5 * time.Second, 20
	var last []string
	compiled, told := 0, time.Now()
	for lines.Scan() {
		compiled++
		if last = append(last, lines.Text()); len(last) > keep {
			last = last[1:]
		}
		if time.Since(told) >= every {
			d.say("building %s: %d packages compiled", program, compiled)
			told = time.Now()
		}
	}
	return strings.Join(last, "\n")
}

// pushImages builds the images and pushes them to where an existing cluster finds them.
func (d *Demo) pushImages(ctx context.Context) error {
	if d.Registry == "" {
		return errors.New("an existing cluster pulls its images: name a registry you may push to, as in " +
			"make demo CLUSTER=existing IMAGES=registry.example/prefix")
	}
	for _, image := range images {
		if err := d.build(ctx, image); err != nil {
			return err
		}
		if err := d.run(ctx, d.clusterProgram(), "push", "--binary", d.binary(image), "--name", d.reference(image)); err != nil {
			return fmt.Errorf("push the image %s: %w", d.reference(image), err)
		}
	}
	return nil
}

// reference is the name under which the cluster knows an image.
func (d *Demo) reference(image image) string {
	if !d.Existing {
		return image.name
	}
	return path.Join(d.Registry, path.Base(image.name))
}

// operatorManifests renders config/demo with the images' references.
func (d *Demo) operatorManifests(ctx context.Context) (string, error) {
	rendered, err := d.Kubectl(ctx, "kustomize", filepath.Join(d.Root, "config", "demo"))
	if err != nil {
		return "", fmt.Errorf("render config/demo: %w", err)
	}
	text := []byte(rendered)
	for _, image := range images {
		text = bytes.ReplaceAll(text, []byte(image.name), []byte(d.reference(image)))
	}
	return string(text), nil
}
