//go:build unix

package vault

import (
	"io/fs"
	"os"
	"syscall"
)

// ofAnother says whether a file belongs to another user than the one for whom this program runs.
func ofAnother(info fs.FileInfo) bool {
	status, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(status.Uid) != os.Geteuid()
}
