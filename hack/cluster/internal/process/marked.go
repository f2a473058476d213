package process

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"chuan.dev/chuan/hack/cluster/internal/state"
)

// mark is the variable in the environment of every process that was started for a cluster, and of what those start in
// turn. It is there from the first moment, when no pid file is yet.
const mark = "CHUAN_CLUSTER_PROCESS_OF"

// KillMarked ends every process of the cluster that bears the mark, until there is none: also one whose pid file could
// not be written any more because the command that started it was killed. Where there is no /proc it does nothing.
func KillMarked(dir state.Dir) error {
	const limit, pause = 10 * time.Second, 10 * time.Millisecond
	for deadline := time.Now().Add(limit); ; time.Sleep(pause) {
		found, err := killMarkedOnce(mark + "=" + string(dir))
		if err != nil || found == 0 {
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%d processes of the cluster in %s still run %s after they were killed", found, dir, limit)
		}
	}
}

func killMarkedOnce(variable string) (found int, err error) {
	environments, err := filepath.Glob("/proc/[0-9]*/environ")
	if err != nil {
		return 0, fmt.Errorf("list the processes: %w", err)
	}
	for _, path := range environments {
		killed, err := killIfMarked(path, variable)
		if err != nil {
			return found, err
		}
		if killed {
			found++
		}
	}
	return found, nil
}

// killIfMarked takes hold of the process before it looks at its environment, so that none that takes over its id in
// between can be killed for it.
func killIfMarked(environment, variable string) (killed bool, err error) {
	pid, err := strconv.Atoi(filepath.Base(filepath.Dir(environment)))
	if err != nil {
		return false, fmt.Errorf("read the id of a process: %w", err)
	}
	process, err := os.FindProcess(pid)
	if err != nil {
		return false, nil // it has ended
	}
	defer func() { _ = process.Release() }()
	data, err := os.ReadFile(environment)
	if err != nil || !hasVariable(data, variable) {
		return false, nil // it has ended, or is another user's
	}
	if err := process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return false, fmt.Errorf("kill process %d of the cluster: %w", pid, err)
	}
	return true, nil
}

// hasVariable looks for NAME=VALUE in an environment as /proc has it.
func hasVariable(environment []byte, variable string) bool {
	for entry := range bytes.SplitSeq(environment, []byte{0}) {
		if string(entry) == variable {
			return true
		}
	}
	return false
}
