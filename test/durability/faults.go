package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/test/demo"
)

const (
	// pageSize of the files, and how many pages in the middle of one are wiped out: some of them hold events.
	pageSize   = 4096
	wipedPages = 16
	// smallDisk holds the empty files of all agencies of the example and some hundred dossiers.
	smallDisk = "size=12m"
	ballast   = 5 << 20
)

// damaged wipes out pages of one agency's file. Its service refuses with an error that says so, the other agencies go on, and a
// backup brings everything back that it holds.
func damaged(ctx context.Context, o options) error {
	dir, c, r, err := prepare(o, "damaged pages")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	defer r.kill()
	if err := r.start(ctx); err != nil {
		return err
	}
	c.work(ctx, []string{r.url}, func() { time.Sleep(time.Second) })
	if err := c.verify(ctx, r.url); err != nil {
		return err
	}
	data, backups := filepath.Join(dir, "data"), filepath.Join(dir, "backups")
	if err := os.Mkdir(backups, 0o700); err != nil {
		return err
	}
	if out, err := exec.CommandContext(ctx, o.workflowd, "backup", "--data", data, "--to", backups).CombinedOutput(); err != nil {
		return fmt.Errorf("backup beside the running service: %w: %s", err, out)
	}
	r.stop()
	broken := filepath.Join(data, agencies[0]+".db")
	if err := wipe(broken); err != nil {
		return err
	}
	if err := r.start(ctx); err != nil {
		return fmt.Errorf("with a damaged file of one agency: %w", err)
	}
	if err := c.refusesDamage(ctx, r.url); err != nil {
		return err
	}
	r.kill()
	if out, err := exec.CommandContext(ctx, o.workflowd, "check", "--data", data).CombinedOutput(); err == nil ||
		!strings.Contains(string(out), agencies[0]) {
		return fmt.Errorf("workflowd check does not name %s: %w: %s", agencies[0], err, out)
	}
	return c.restores(ctx, r, broken, backups)
}

// wipe writes zeros over pages in the middle of a file.
func wipe(file string) error {
	f, err := os.OpenFile(file, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err == nil {
		_, err = f.WriteAt(make([]byte, wipedPages*pageSize), info.Size()/pageSize/2*pageSize)
	}
	return errors.Join(err, f.Close())
}

// refusesDamage finds that the damage is said where somebody meets it, and that the other agency works.
func (c *campaign) refusesDamage(ctx context.Context, url string) error {
	request, err := c.get(ctx, url, agencies[0], "/evidence")
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+evidenceKey)
	answer, err := c.client.Do(request)
	if err != nil {
		return err
	}
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusServiceUnavailable {
		return fmt.Errorf("the evidence of damaged records was answered with %s, want 503", answer.Status)
	}
	if err := c.travel(ctx, url, agencies[1]); err != nil {
		return fmt.Errorf("beside the damaged agency: %w", err)
	}
	return c.chains(ctx, url, agencies[1])
}

// restores puts the backup in the place of the damaged file, and finds everything that was acknowledged before it.
func (c *campaign) restores(ctx context.Context, r *replica, broken, backups string) error {
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(broken + suffix); err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	found, err := filepath.Glob(filepath.Join(backups, agencies[0]+"-*"))
	if err != nil || len(found) != 1 {
		return fmt.Errorf("backups of %s: %v, %w", agencies[0], found, err)
	}
	out, err := exec.CommandContext(ctx, r.program, "restore", found[0], "--data", filepath.Dir(broken)).CombinedOutput()
	if err != nil {
		return fmt.Errorf("restore: %w: %s", err, out)
	}
	if err := r.start(ctx); err != nil {
		return err
	}
	return c.finish(ctx, r.url)
}

// full lets the disk run full under load. The service says so, loses nothing, and goes on once there is space. The small disk
// is one in memory, which exists for this process alone.
func full(ctx context.Context, o options) error {
	dir, c, r, err := prepare(o, "a full disk")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	data := filepath.Join(dir, "data")
	if err := os.Mkdir(data, 0o700); err != nil {
		return err
	}
	// The arguments after the script are the program and its flags.
	script := fmt.Sprintf(`mount -t tmpfs -o %s tmpfs "$0" && dd if=/dev/zero of="$0/ballast" bs=%d count=1 status=none && exec "$@"`,
		smallDisk, ballast)
	r.program, r.before = "unshare", []string{"--user", "--map-root-user", "--mount", "sh", "-c", script, data, o.workflowd}
	defer r.kill()
	if err := r.start(ctx); err != nil {
		return err
	}
	if err := c.fill(ctx, r.url); err != nil {
		return err
	}
	// What was refused is sent again and refused again, because of the disk and of nothing else.
	if err := c.verify(ctx, r.url); !errors.Is(err, errLost) {
		return fmt.Errorf("sent again while there is no space: %w, want it refused", err)
	}
	inside := fmt.Sprintf("/proc/%d/root%s", r.process.Process.Pid, filepath.Join(data, "ballast"))
	if err := os.Remove(inside); err != nil {
		return fmt.Errorf("make space: %w", err)
	}
	if err := r.ready(ctx); err != nil {
		return fmt.Errorf("after there is space again: %w", err)
	}
	if err := c.travel(ctx, r.url, agencies[0]); err != nil {
		return fmt.Errorf("after there is space again: %w", err)
	}
	return c.finish(ctx, r.url)
}

// fill receives dossiers until one is refused because there is no space.
func (c *campaign) fill(ctx context.Context, url string) error {
	for range 100_000 {
		body := demo.Request()
		body["procedure"], body["channel"] = demo.CopyProcedure, v1alpha1.ChannelCounter
		a := attempt{agency: agencies[0], officer: c.officer(agencies[0], "mot-cua"), path: "/dossiers", body: body, key: c.key()}
		_, err := c.do(ctx, url, a)
		switch {
		case err == nil:
		case errors.Is(err, errLost) && strings.Contains(err.Error(), "507"):
			return nil
		default:
			return fmt.Errorf("on a disk that runs full: %w, want 507", err)
		}
	}
	return errors.New("the disk does not run full")
}
