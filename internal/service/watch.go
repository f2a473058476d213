package service

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"path/filepath"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

const (
	// settle is how long the manifests must be quiet before they are read: an editor, git and a kubelet change
	// several files in a row.
	settle = 200 * time.Millisecond
	// recheck is how often the manifests are compared with those that were read last, in case no notice came.
	recheck = 15 * time.Second
)

// watch follows the manifests until the context ends. Notices of the file system make it prompt; the comparison by content
// makes it sure.
func (s *Service) watch(ctx context.Context) {
	notices, done := s.notices()
	defer done()
	again := time.NewTicker(s.config.Recheck)
	defer again.Stop()
	quiet := time.NewTimer(settle)
	defer quiet.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-notices:
			quiet.Reset(settle)
			continue
		case <-quiet.C:
		case <-again.C:
		}
		s.reload(ctx)
		s.follow()
	}
}

// notices tells of every change in the directory of manifests, as far as the system does. Where it does not, the comparison
// alone has to do.
func (s *Service) notices() (<-chan fsnotify.Event, func()) {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		s.log.Warn("no notices of changed manifests; they are compared instead", "every", s.config.Recheck, "error", err)
		return nil, func() {}
	}
	s.watcher = watcher
	s.follow()
	go func() {
		for err := range watcher.Errors {
			s.log.Warn("notice of changed manifests lost; they are compared instead", "every", s.config.Recheck, "error", err)
		}
	}()
	s.log.Debug("manifests are followed", "directories", len(watcher.WatchList()))
	return watcher.Events, func() { _ = watcher.Close() }
}

// follow asks for notices of every directory that is there now. Asking twice does no harm. A kubelet swaps the link
// ..data in the directory itself, which is noticed there.
func (s *Service) follow() {
	if s.watcher == nil {
		return
	}
	// A directory that has vanished is asked for again when it is back.
	_ = filepath.WalkDir(s.config.Manifests, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if !entry.IsDir() {
			return nil
		}
		if path != s.config.Manifests && strings.HasPrefix(entry.Name(), ".") {
			return fs.SkipDir
		}
		if err := s.watcher.Add(path); err != nil {
			s.log.Debug("no notices of changes", "directory", path, "error", err)
		}
		return nil
	})
}

// reload serves the manifests as they are now, if they have changed since they were last read. What cannot be served leaves
// the last good ones in place, and is said once.
func (s *Service) reload(ctx context.Context) {
	s.reloading.Lock()
	defer s.reloading.Unlock()
	seen, err := fingerprint(s.config.Manifests)
	if err != nil {
		seen = "unreadable: " + err.Error()
	}
	if seen == s.seen {
		return
	}
	s.seen = seen
	before := s.served.Load()
	var now *served
	if err == nil {
		now, err = s.load(ctx, before)
	}
	if err != nil {
		s.rejected(before, err)
		return
	}
	s.serve(before, now)
	s.tired()
	if now.again {
		s.seen = ""
	}
	if len(now.problems) > 0 {
		s.complain("part of the manifests cannot be served; what was served of it last still is", now.problems)
		return
	}
	s.complained = ""
	s.log.Info("manifests taken up", "agencies", len(now.agencies))
}

// complain logs problems of the manifests, unless they are those that were logged last.
func (s *Service) complain(what string, problems []string) {
	detail := summary(problems)
	if detail == s.complained {
		return
	}
	s.complained = detail
	s.log.Error(what, "problems", len(problems), "detail", detail)
}

// rejected keeps serving what was served before, and remembers why.
func (s *Service) rejected(before *served, err error) {
	problems := []string{err.Error()}
	if load, ok := errors.AsType[*LoadError](err); ok {
		problems = load.Problems
	}
	s.served.Store(&served{agencies: before.agencies, legal: before.legal, problems: problems})
	s.metrics.manifestsValid.Set(0)
	s.complain("the manifests cannot be served; the last good ones still are", problems)
}

// serve serves something else than before, and closes the records of agencies that are no longer served. Their files
// stay.
func (s *Service) serve(before, now *served) {
	s.served.Store(now)
	s.metrics.agencies.Set(float64(len(now.agencies)))
	s.metrics.manifestsLoaded.Set(float64(s.config.Now().Unix()))
	s.metrics.manifestsValid.Set(1)
	if len(now.problems) > 0 {
		s.metrics.manifestsValid.Set(0)
	}
	s.forgetCompilations(now)
	if before == nil {
		return
	}
	for _, a := range before.agencies {
		if _, stays := now.agency(a.name); stays {
			continue
		}
		if err := a.records.close(); err != nil {
			s.log.Error("the records of a removed agency did not close cleanly", "agency", a.name, "error", err)
		}
		s.metrics.forget(a.name)
		s.post.forget(a.name)
		s.log.Info("agency is no longer served; its records stay", slog.String("agency", a.name))
	}
}

// forgetCompilations drops compiled revisions that nothing served refers to.
func (s *Service) forgetCompilations(now *served) {
	used := map[*revision]bool{}
	for _, a := range now.agencies {
		for _, p := range a.procedures {
			for _, r := range p.revisions {
				used[r] = true
			}
		}
	}
	for key, r := range s.compilations {
		if !used[r] {
			delete(s.compilations, key)
		}
	}
}
