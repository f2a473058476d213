package service

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// maxEnded bounds the memory for ended sessions: more than officers of a province sign out in half a day.
const maxEnded = 50_000

// endedSessions are the sessions that were ended by signing out, until they would have run out. They are written into a file
// of the data directory, so that a restart does not bring them back. Another replica does not know of them: there a copy of
// the cookie, taken before its owner signed out, is believed until the session runs out. Taking the officer or the account
// out of the manifests ends all sessions everywhere at once.
type endedSessions struct {
	mu    sync.Mutex
	file  *os.File
	known *simplelru.LRU[string, struct{}]
}

// openEndedSessions reads the sessions that were ended before, and forgets those that would have run out.
func openEndedSessions(path string, now time.Time) (*endedSessions, error) {
	known, err := simplelru.NewLRU[string, struct{}](maxEnded, nil)
	if err != nil {
		return nil, err
	}
	e := &endedSessions{known: known}
	kept, dropped, err := e.read(path, now)
	if err == nil && dropped {
		// On a full disk it stays as it is: nothing is wrong with it but its length.
		if os.WriteFile(path+".new", []byte(kept), 0o600) == nil {
			err = os.Rename(path+".new", path)
		}
	}
	if err == nil {
		e.file, err = os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	}
	if err != nil {
		return nil, fmt.Errorf("ended sessions: %w", err)
	}
	return e, nil
}

// read reads the file: a line a session, with its id and when it would have run out. It returns the lines that still count,
// and whether there were others, which have run out or were cut off.
func (e *endedSessions) read(path string, now time.Time) (kept string, dropped bool, err error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", false, nil
	}
	if err != nil {
		return "", false, err
	}
	var lines strings.Builder
	scanner := bufio.NewScanner(file)
	for scanner.Scan() {
		id, text, _ := strings.Cut(scanner.Text(), " ")
		until, err := strconv.ParseInt(text, 10, 64)
		if err != nil || until <= now.Unix() {
			dropped = true
			continue
		}
		e.known.Add(id, struct{}{})
		fmt.Fprintln(&lines, scanner.Text())
	}
	return lines.String(), dropped, errors.Join(scanner.Err(), file.Close())
}

// add ends a session. It is ended in this process whether or not that can be written down.
func (e *endedSessions) add(s session) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.known.Add(s.ID, struct{}{})
	until := time.Unix(s.Began, 0).Add(sessionMost).Unix()
	if _, err := fmt.Fprintln(e.file, s.ID, until); err != nil {
		return err
	}
	return e.file.Sync()
}

func (e *endedSessions) has(id string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.known.Contains(id)
}

func (e *endedSessions) close() error { return e.file.Close() }
