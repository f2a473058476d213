package testenv

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

const postgresHelp = `To give the tests a PostgreSQL server, 15 or later, run "apt-get install postgresql" (Debian, Ubuntu), or have its
programs initdb and postgres in PATH.`

// What a test server has beside its superuser postgres: a role as a service has one, which is not above row-level security,
// and a database that it owns.
const (
	postgresRole     = "chuan"
	postgresDatabase = "chuan"
)

// postgresPatience is how long a server may take to start or to stop. One that was killed under load reads its log again.
const postgresPatience = time.Minute

// Postgres is a real PostgreSQL server on this machine, with the settings of a server on which records depend: what it
// acknowledges is on the disk. It can be killed and started again.
type Postgres struct {
	programs, directory string
	port                int
	// owner runs the server where the tests are run by root, which PostgreSQL refuses.
	owner  *syscall.Credential
	server *exec.Cmd
	ended  chan struct{}
}

// PostgresFor starts a server for one test and stops it with the test.
func PostgresFor(t testing.TB) *Postgres {
	t.Helper()
	p, err := StartPostgres(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Stop(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// RunPostgres starts a server, runs the tests of a package with it, stops it, and returns the exit code for os.Exit. Where
// no server can be started it says what to do and returns 1: tests are never skipped.
func RunPostgres(m *testing.M, into **Postgres) int {
	directory, err := os.MkdirTemp("", "chuan-postgres-")
	if err != nil {
		fmt.Fprintln(os.Stderr, "testenv:", err)
		return 1
	}
	defer func() { _ = os.RemoveAll(directory) }()
	p, err := StartPostgres(context.Background(), directory)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() {
		if err := p.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}()
	*into = p
	return m.Run()
}

// StartPostgres starts a server whose data are in a directory, and makes them when there are none yet. Where the tests are
// run by root, the server belongs to an unprivileged user, and the directories above become passable for it.
func StartPostgres(ctx context.Context, directory string) (*Postgres, error) {
	p, err := newPostgres(ctx, directory)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(p.data(), "PG_VERSION")); errors.Is(err, os.ErrNotExist) {
		if err := p.initialize(ctx); err != nil {
			return nil, err
		}
	}
	if err := p.Start(ctx); err != nil {
		return nil, err
	}
	if err := p.prepare(ctx); err != nil {
		return nil, errors.Join(err, p.Stop())
	}
	return p, nil
}

func newPostgres(ctx context.Context, directory string) (*Postgres, error) {
	p := &Postgres{directory: directory}
	var err error
	if p.programs, err = postgresPrograms(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(directory, 0o750); err != nil {
		return nil, fmt.Errorf("testenv: %w", err)
	}
	if os.Getuid() == 0 {
		if p.owner, err = postgresOwner(); err != nil {
			return nil, err
		}
		if err := passable(directory); err != nil {
			return nil, fmt.Errorf("testenv: make the way to %s passable: %w", directory, err)
		}
	}
	if err := os.MkdirAll(p.data(), 0o700); err != nil {
		return nil, fmt.Errorf("testenv: %w", err)
	}
	if p.owner != nil {
		if err := os.Chown(p.data(), int(p.owner.Uid), int(p.owner.Gid)); err != nil {
			return nil, fmt.Errorf("testenv: %w", err)
		}
	}
	if p.port, err = freePort(ctx); err != nil {
		return nil, fmt.Errorf("testenv: find a free port: %w", err)
	}
	return p, nil
}

func (p *Postgres) data() string { return filepath.Join(p.directory, "data") }

func (p *Postgres) command(ctx context.Context, program string, arguments ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, filepath.Join(p.programs, program), arguments...)
	command.Dir = p.data()
	// A group of its own keeps the terminal's interrupt from it: it is stopped by us.
	command.SysProcAttr = &syscall.SysProcAttr{Credential: p.owner, Setpgid: true}
	return command
}

func (p *Postgres) initialize(ctx context.Context) error {
	output, err := p.command(ctx, "initdb", "--pgdata="+p.data(), "--username=postgres", "--auth=trust", "--encoding=UTF8",
		"--locale=C.UTF-8", "--data-checksums", "--no-sync").CombinedOutput()
	if err != nil {
		return fmt.Errorf("testenv: initdb: %w\n%s", err, output)
	}
	return nil
}

// Start starts a server that was stopped or killed, on the port that it had, and waits until it takes connections.
func (p *Postgres) Start(ctx context.Context) error {
	var log bytes.Buffer
	// The server outlives the context in which it was started, but not this process.
	p.server = p.command(context.WithoutCancel(ctx), "postgres", "-D", p.data(), "-p", strconv.Itoa(p.port), "-h", "127.0.0.1",
		"-c", "unix_socket_directories=", "-c", "fsync=on", "-c", "full_page_writes=on", "-c", "synchronous_commit=on",
		"-c", "max_connections=60", "-c", "log_min_messages=fatal")
	p.server.SysProcAttr.Pdeathsig = syscall.SIGINT
	p.server.Stderr = &log
	if err := p.server.Start(); err != nil {
		return fmt.Errorf("testenv: start PostgreSQL: %w", err)
	}
	p.ended = make(chan struct{})
	go func(server *exec.Cmd, ended chan struct{}) {
		_ = server.Wait()
		close(ended)
	}(p.server, p.ended)
	limit, cancel := context.WithTimeout(ctx, postgresPatience)
	defer cancel()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		err := p.ping(limit)
		if err == nil {
			return nil
		}
		select {
		case <-p.ended:
			return fmt.Errorf("testenv: PostgreSQL ended while it started: %s", strings.TrimSpace(log.String()))
		case <-limit.Done():
			return errors.Join(fmt.Errorf("testenv: PostgreSQL takes no connections: %w", err), p.Kill())
		case <-again.C:
		}
	}
}

func (p *Postgres) ping(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, p.AdminURI("postgres"))
	if err != nil {
		return err
	}
	return conn.Close(ctx)
}

// prepare makes the role and the database of a service, unless they are there.
func (p *Postgres) prepare(ctx context.Context) error {
	return p.asAdmin(ctx, func(conn *pgx.Conn) error {
		var there bool
		err := conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`, postgresDatabase).Scan(&there)
		if err != nil || there {
			return err
		}
		for _, statement := range []string{
			`CREATE ROLE ` + postgresRole + ` LOGIN NOSUPERUSER NOBYPASSRLS`,
			`CREATE DATABASE ` + postgresDatabase + ` OWNER ` + postgresRole,
		} {
			if _, err := conn.Exec(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	})
}

func (p *Postgres) asAdmin(ctx context.Context, do func(*pgx.Conn) error) error {
	conn, err := pgx.Connect(ctx, p.AdminURI("postgres"))
	if err != nil {
		return fmt.Errorf("testenv: connect to PostgreSQL: %w", err)
	}
	if err := errors.Join(do(conn), conn.Close(ctx)); err != nil {
		return fmt.Errorf("testenv: prepare PostgreSQL: %w", err)
	}
	return nil
}

// URI is the connection string by which a service reaches its database.
func (p *Postgres) URI() string { return p.uri(postgresRole, postgresDatabase) }

// AdminURI is the connection string of the superuser for a database.
func (p *Postgres) AdminURI(database string) string { return p.uri("postgres", database) }

func (p *Postgres) uri(role, database string) string {
	return (&url.URL{
		Scheme: "postgres", User: url.User(role), Host: net.JoinHostPort("127.0.0.1", strconv.Itoa(p.port)), Path: "/" + database,
		RawQuery: "sslmode=disable",
	}).String()
}

// Database makes an empty database of a name, which the role of the service owns, and returns the service's connection
// string. What had the name before is dropped.
func (p *Postgres) Database(ctx context.Context, name string) (string, error) {
	quoted := pgx.Identifier{name}.Sanitize()
	return p.uri(postgresRole, name), p.asAdmin(ctx, func(conn *pgx.Conn) error {
		for _, statement := range []string{
			`DROP DATABASE IF EXISTS ` + quoted + ` WITH (FORCE)`,
			`CREATE DATABASE ` + quoted + ` OWNER ` + postgresRole,
		} {
			if _, err := conn.Exec(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	})
}

// Kill ends the server and all its processes at once, as a loss of power would, except that what the operating system
// holds survives. Start starts it again.
func (p *Postgres) Kill() error {
	children := p.children()
	if err := p.server.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("testenv: kill PostgreSQL: %w", err)
	}
	for _, child := range children {
		// Most have ended by themselves when they lost their parent.
		_ = syscall.Kill(child, syscall.SIGKILL)
	}
	<-p.ended
	return p.await(children)
}

// Stop ends the connections and the server, after which its data are whole without reading the log.
func (p *Postgres) Stop() error {
	select {
	case <-p.ended:
		return nil
	default:
	}
	if err := p.server.Process.Signal(syscall.SIGINT); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("testenv: stop PostgreSQL: %w", err)
	}
	limit := time.NewTimer(postgresPatience)
	defer limit.Stop()
	select {
	case <-p.ended:
		return nil
	case <-limit.C:
		return errors.Join(fmt.Errorf("testenv: PostgreSQL did not stop within %v", postgresPatience), p.Kill())
	}
}

// children are the processes of the server. Each leads a group of its own, so that a signal to the server's group would not
// reach them.
func (p *Postgres) children() []int {
	id := p.server.Process.Pid
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", id, id))
	if err != nil {
		return nil
	}
	var children []int
	for field := range strings.FieldsSeq(string(text)) {
		if child, err := strconv.Atoi(field); err == nil {
			children = append(children, child)
		}
	}
	return children
}

// await waits until processes run no more: a server does not start beside one of its former processes.
func (p *Postgres) await(processes []int) error {
	limit := time.NewTimer(postgresPatience)
	defer limit.Stop()
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	for len(processes) > 0 {
		processes = slices.DeleteFunc(processes, func(id int) bool { return !running(id) })
		select {
		case <-limit.C:
			return fmt.Errorf("testenv: processes %v of PostgreSQL survived", processes)
		case <-again.C:
		}
	}
	return nil
}

// running says whether a process runs; one that has ended and that nobody has asked about does not.
func running(id int) bool {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", id))
	if err != nil {
		return false
	}
	// The state follows the name, which is in parentheses and may hold anything.
	_, after, found := bytes.Cut(text[bytes.LastIndexByte(text, ')'):], []byte(") "))
	return found && len(after) > 0 && after[0] != 'Z' && after[0] != 'X'
}
