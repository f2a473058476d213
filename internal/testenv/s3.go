package testenv

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// The keys of the root user of a Bucket's server.
const (
	S3Key    = "test-key"
	S3Secret = "test-secret"
)

// s3Wait bounds how long a server may take to answer for the first time.
const s3Wait = 30 * time.Second

// builtS3 builds the server once a test binary. It is a module of its own, test/s3.
var builtS3 = sync.OnceValues(func() (string, error) {
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	var output, failure bytes.Buffer
	// It prints where in the build cache the program is, having built it when it was not there.
	command := exec.CommandContext(context.Background(), "go", "tool", "-n", "versitygw")
	command.Dir = filepath.Join(root, "test", "s3")
	command.Stdout, command.Stderr = &output, &failure
	if err := command.Run(); err != nil {
		return "", fmt.Errorf("testenv: no S3 server for the tests: go tool versitygw in %s: %w\n%s", command.Dir, err, &failure)
	}
	return strings.TrimSpace(output.String()), nil
})

// Bucket starts an S3 server that keeps its objects in a directory of the test, makes a bucket, and returns its location as
// s3+http://HOST/BUCKET?region=REGION. The server ends with the test. Its keys are put into the environment.
func Bucket(t *testing.T) string {
	t.Helper()
	program, err := builtS3()
	if err != nil {
		t.Fatal(err)
	}
	address := freeAddress(t)
	server := exec.CommandContext(context.Background(), program, "--access", S3Key, "--secret", S3Secret,
		"--port", address, "--quiet", "posix", "--sidecar", t.TempDir(), t.TempDir())
	var output bytes.Buffer
	server.Stdout, server.Stderr = &output, &output
	if err := server.Start(); err != nil {
		t.Fatalf("testenv: S3 server: %v", err)
	}
	var failure error
	ended := make(chan struct{})
	go func() {
		failure = server.Wait()
		close(ended)
	}()
	t.Cleanup(func() {
		_ = server.Process.Signal(syscall.SIGTERM)
		select {
		case <-ended:
		case <-time.After(stopReserve):
			_ = server.Process.Kill()
		}
	})
	if !answers(t, address, ended) {
		t.Fatalf("testenv: the S3 server ended: %v\n%s", failure, &output)
	}
	client, err := minio.New(address, &minio.Options{Creds: credentials.NewStaticV4(S3Key, S3Secret, "")})
	if err != nil {
		t.Fatal(err)
	}
	if err := client.MakeBucket(t.Context(), "documents", minio.MakeBucketOptions{}); err != nil {
		t.Fatalf("testenv: make a bucket: %v", err)
	}
	t.Setenv("AWS_ACCESS_KEY_ID", S3Key)
	t.Setenv("AWS_SECRET_ACCESS_KEY", S3Secret)
	return "s3+http://" + address + "/documents?region=us-east-1"
}

// freeAddress is an address of this machine at which nobody listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}

// answers waits until a server answers. It is false when the server has ended instead.
func answers(t *testing.T, address string, ended <-chan struct{}) bool {
	t.Helper()
	for deadline := time.Now().Add(s3Wait); ; time.Sleep(20 * time.Millisecond) {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+"/", nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := http.DefaultClient.Do(request)
		if err == nil {
			_ = answer.Body.Close()
			return true
		}
		select {
		case <-ended:
			return false
		default:
		}
		if time.Now().After(deadline) {
			t.Fatalf("testenv: the S3 server does not answer: %v", err)
		}
	}
}
