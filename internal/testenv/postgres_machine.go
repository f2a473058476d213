package testenv

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
)

// postgresPrograms returns the directory of initdb and postgres: that of the newest version that Debian's package
// installed, or the one in PATH.
func postgresPrograms() (string, error) {
	installed, err := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if err != nil {
		return "", fmt.Errorf("testenv: %w", err)
	}
	version := func(path string) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
		return n
	}
	slices.SortFunc(installed, func(a, b string) int { return version(b) - version(a) })
	if path, err := exec.LookPath("postgres"); err == nil {
		installed = append(installed, path)
	}
	for _, path := range installed {
		// What is in PATH may be a link to where its companions are.
		program, err := filepath.EvalSymlinks(path)
		if err != nil {
			continue
		}
		if _, err := os.Stat(filepath.Join(filepath.Dir(program), "initdb")); err == nil {
			return filepath.Dir(program), nil
		}
	}
	return "", fmt.Errorf("testenv: no PostgreSQL for the tests\n%s", postgresHelp)
}

// postgresOwner is the user who runs the server in the place of root.
func postgresOwner() (*syscall.Credential, error) {
	u, err := user.Lookup("postgres")
	if err != nil {
		u, err = user.Lookup("nobody")
	}
	if err != nil {
		return nil, fmt.Errorf("testenv: a user who runs PostgreSQL in the place of root: %w", err)
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("testenv: user %s: %w", u.Username, err)
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("testenv: user %s: %w", u.Username, err)
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

// passable lets other users pass through a temporary directory and those above it, which only their owner may by default.
func passable(directory string) error {
	for d := filepath.Clean(directory); d != filepath.Dir(d) && d != filepath.Clean(os.TempDir()); d = filepath.Dir(d) {
		info, err := os.Stat(d)
		if err != nil {
			return err
		}
		if mode := info.Mode().Perm(); mode&0o001 == 0 {
			if err := os.Chmod(d, mode|0o011); err != nil {
				return err
			}
		}
	}
	return nil
}

func freePort(ctx context.Context) (int, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().(*net.TCPAddr).Port, nil
}
