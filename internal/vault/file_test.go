//go:build unix

package vault

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

func write(t *testing.T, text string, mode fs.FileMode) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "master.key")
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	// The process's mask may have taken away what the test needs.
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestReadMaster(t *testing.T) {
	m := master()
	digits := hex.EncodeToString(m[:])
	for name, text := range map[string]string{
		"hexadecimal":     digits,
		"capitals":        strings.ToUpper(digits),
		"with a line end": digits + "\r\n",
		"Base64":          base64.StdEncoding.EncodeToString(m[:]) + "\n",
		"without padding": base64.RawStdEncoding.EncodeToString(m[:]),
	} {
		if got, err := ReadMaster(write(t, text, 0o600)); err != nil || got != m {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestReadMasterRefuses(t *testing.T) {
	m := master()
	digits := hex.EncodeToString(m[:])
	for name, c := range map[string]struct {
		text string
		mode fs.FileMode
		want string
	}{
		"an empty file":      {"\n", 0o600, "it is empty"},
		"16 bytes":           {digits[:32], 0o600, "it holds 24 bytes: they have to be 32"},
		"33 bytes":           {digits + "00", 0o600, "bytes: they have to be 32"},
		"what is no key":     {"correct horse battery staple", 0o600, "neither hexadecimal nor Base64"},
		"a broken digit":     {"g" + digits[1:], 0o600, "neither hexadecimal nor Base64"},
		"readable by group":  {digits, 0o640, "its mode is 0640: make it private with chmod 600"},
		"readable by all":    {digits, 0o604, "its mode is 0604"},
		"writable by others": {digits, 0o622, "its mode is 0622"},
	} {
		path := write(t, c.text, c.mode)
		_, err := ReadMaster(path)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
		if err != nil && strings.Contains(err.Error(), digits[1:16]) {
			t.Errorf("%s: the error shows the key: %v", name, err)
		}
	}
	if _, err := ReadMaster(filepath.Join(t.TempDir(), "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	if _, err := ReadMaster(t.TempDir()); err == nil || !strings.Contains(err.Error(), "no regular file") {
		t.Errorf("a directory: %v", err)
	}
}

// status is what is known of a file, with another mode and another owner.
type status struct {
	fs.FileInfo
	mode fs.FileMode
	sys  any
}

func (s status) Mode() fs.FileMode  { return s.mode }
func (s status) Sys() any           { return s.sys }
func (s status) ModTime() time.Time { return time.Time{} }

func TestTheGroupMayReadTheFileOfAnotherOwner(t *testing.T) {
	for mode, allowed := range map[fs.FileMode]bool{
		0o400: true, 0o440: true, 0o640: true, 0o444: false, 0o644: false, 0o660: false, 0o442: false,
	} {
		if err := private(status{mode: mode, sys: anotherOwner()}); (err == nil) != allowed {
			t.Errorf("mode %04o: %v", mode, err)
		}
	}
}

func TestReadOrMakeMaster(t *testing.T) {
	path := filepath.Join(t.TempDir(), "master.key")
	made := make([]Master, 8)
	var group sync.WaitGroup
	for i := range made {
		group.Go(func() {
			var err error
			if made[i], err = ReadOrMakeMaster(path); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	for _, m := range made {
		if m != made[0] || m == (Master{}) {
			t.Fatal("programs that made the key at once have different keys")
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v; want 0600", info.Mode().Perm(), err)
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 {
		t.Errorf("it left files behind: %v, %v", entries, err)
	}
	if again, err := ReadMaster(path); err != nil || again != made[0] {
		t.Errorf("it does not read the key that it made: %v", err)
	}
	broken := write(t, "", 0o600)
	if _, err := ReadOrMakeMaster(broken); err == nil || !strings.Contains(err.Error(), "it is empty") {
		t.Errorf("an empty file: %v", err)
	}
	if _, err := ReadOrMakeMaster(filepath.Join(t.TempDir(), "none", "master.key")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a directory that is not there: %v", err)
	}
}
