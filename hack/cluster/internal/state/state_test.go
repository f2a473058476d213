package state

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestClaimLoadRemove(t *testing.T) {
	dir := Dir(filepath.Join(t.TempDir(), "cluster"))
	if _, err := dir.Load(); !errors.Is(err, ErrNone) {
		t.Fatalf("load before it is claimed: %v", err)
	}
	if err := dir.Claim(Cluster{Kind: API, Bin: "/bin"}); err != nil {
		t.Fatal(err)
	}
	cluster, err := dir.Load()
	if err != nil || cluster.Kind != API || cluster.Bin != "/bin" {
		t.Fatalf("loaded %+v, %v", cluster, err)
	}
	if err := dir.Claim(Cluster{Kind: Node}); err == nil {
		t.Fatal("a directory was claimed twice")
	}
	if err := dir.Remove(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(string(dir)); !os.IsNotExist(err) {
		t.Fatalf("the directory is still there: %v", err)
	}
}

func TestForeignDirectoriesStay(t *testing.T) {
	dir := Dir(t.TempDir())
	if err := dir.Write([]byte("mine"), 0o644, "file"); err != nil {
		t.Fatal(err)
	}
	if err := dir.Claim(Cluster{Kind: API}); err == nil || !strings.Contains(err.Error(), "not empty") {
		t.Errorf("claimed a directory with a foreign file: %v", err)
	}
	if err := dir.Remove(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir.Path("file")); err != nil {
		t.Errorf("a foreign file is gone: %v", err)
	}
}

func TestLockIsExclusive(t *testing.T) {
	dir := Dir(t.TempDir())
	unlock, err := dir.Lock()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := dir.Lock(); err == nil {
		t.Error("locked twice")
	}
	unlock()
	again, err := dir.Lock()
	if err != nil {
		t.Fatalf("after it was freed: %v", err)
	}
	again()
}

func TestLockLeavesNothingBehind(t *testing.T) {
	fresh := Dir(filepath.Join(t.TempDir(), "cluster"))
	unlock, err := fresh.Lock()
	if err != nil {
		t.Fatal(err)
	}
	unlock()
	if _, err := os.Stat(string(fresh)); !os.IsNotExist(err) {
		t.Errorf("the directory that only the lock has made is still there: %v", err)
	}
	unlock, err = fresh.Lock()
	if err != nil {
		t.Fatal(err)
	}
	if err := fresh.Claim(Cluster{Kind: API}); err != nil {
		t.Fatal(err)
	}
	unlock()
	if _, err := fresh.Load(); err != nil {
		t.Errorf("the cluster that was made meanwhile is gone: %v", err)
	}
	old := Dir(t.TempDir())
	unlock, err = old.Lock()
	if err != nil {
		t.Fatal(err)
	}
	unlock()
	if _, err := os.Stat(string(old)); err != nil {
		t.Errorf("a directory from before is gone: %v", err)
	}
}

func TestResolve(t *testing.T) {
	t.Setenv("CHUAN_CLUSTER_DIR", "/from/environment")
	if dir, err := Resolve(""); err != nil || dir != "/from/environment" {
		t.Errorf("got %s, %v", dir, err)
	}
	if dir, err := Resolve("/from/flag"); err != nil || dir != "/from/flag" {
		t.Errorf("got %s, %v", dir, err)
	}
}
