package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"chuan.dev/chuan/internal/store"
	"chuan.dev/chuan/internal/store/sqlite"
)

// What a file, an open agency and a start are to keep to.
const (
	aimedBytes = 3.5
	aimedRSS   = 0.5
	aimedIdle  = 25.0
	aimedOpen  = 100.0
	aimedReady = 300.0
)

// fill makes a file with dossiers of five events, of which every tenth is still open, and returns its size.
func fill(ctx context.Context, path string, dossiers int) (int64, error) {
	s, err := sqlite.Open(ctx, path, agency, sqlite.Options{Queue: 1024})
	if err != nil {
		return 0, err
	}
	const officers = 128
	failures := make([]error, officers)
	var group sync.WaitGroup
	for officer := range officers {
		group.Go(func() {
			for i := officer; i < dossiers && failures[officer] == nil; i += officers {
				failures[officer] = whole(ctx, s, i)
			}
		})
	}
	group.Wait()
	if err := errors.Join(errors.Join(failures...), s.Close()); err != nil {
		return 0, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// whole takes a dossier through its five events.
func whole(ctx context.Context, s store.Store, i int) error {
	w, err := s.Create(ctx, received(i))
	for seq := int64(2); seq <= 5 && err == nil; seq++ {
		c := moved(seq)
		if seq == 5 && i%10 != 0 {
			c.Head.Open, c.Head.Outcome, c.Head.Result, c.Work = false, "da-chung-thuc", "granted", nil
			c.Head.FinishedAt, c.Head.EndedAt, c.Head.DisposeAfter = day, day, day.AddDate(20, 0, 0)
		}
		w, err = s.Append(ctx, store.Addition{Code: w.Code, Version: w.Version, Hash: w.Hash, Change: c})
	}
	return err
}

func benchSize(ctx context.Context, e *env) error {
	const dossiers = 5000
	size, err := fill(ctx, filepath.Join(e.dir, "size.db"), dossiers)
	if err != nil {
		return err
	}
	each := float64(size) / dossiers / 1024
	row("data file per dossier of 5 events", each, "KiB", atMost(each, aimedBytes))
	return nil
}

// benchOpen opens a large file again and again, as after an orderly stop.
func benchOpen(ctx context.Context, e *env) error {
	path := filepath.Join(e.dir, "large.db")
	size, err := fill(ctx, path, e.dossiers)
	if err != nil {
		return err
	}
	row("file", float64(size)/(1<<20), "MiB", fmt.Sprintf("%d dossiers of 5 events", e.dossiers))
	var opened, found []float64
	for range 5 {
		began := time.Now()
		s, err := sqlite.Open(ctx, path, agency, sqlite.Options{})
		if err != nil {
			return err
		}
		opened = append(opened, time.Since(began).Seconds()*1000)
		began = time.Now()
		_, err = s.Inbox(ctx, store.InboxQuery{Role: steps[4], Limit: 50})
		found = append(found, time.Since(began).Seconds()*1000)
		if err := errors.Join(err, s.Close()); err != nil {
			return err
		}
	}
	row("open", middle(opened), "ms", atMost(middle(opened), aimedOpen))
	row("the first page of an inbox", middle(found), "ms", "of a file that was just opened")
	return benchReady(ctx, e, path)
}

// benchAgencies opens many agencies and looks how much memory each takes, once opened and once it was used.
func benchAgencies(ctx context.Context, e *env) (err error) {
	before, err := resident("self")
	if err != nil {
		return err
	}
	var open []store.Store
	defer func() {
		for _, s := range open {
			err = errors.Join(err, s.Close())
		}
	}()
	for i := range e.agencies {
		s, err := sqlite.Open(ctx, filepath.Join(e.dir, fmt.Sprintf("agency-%d.db", i)), agency, sqlite.Options{})
		if err != nil {
			return err
		}
		open = append(open, s)
	}
	idle, err := resident("self")
	if err != nil {
		return err
	}
	for i, s := range open {
		if err := whole(ctx, s, i); err != nil {
			return err
		}
		if _, err := s.Inbox(ctx, store.InboxQuery{Role: steps[4], Limit: 50}); err != nil {
			return err
		}
	}
	used, err := resident("self")
	if err != nil {
		return err
	}
	row("memory of a further open store", (idle-before)/float64(e.agencies), "MiB",
		atMost((idle-before)/float64(e.agencies), aimedRSS)+fmt.Sprintf(" (%d opened)", e.agencies))
	row("  after a dossier went through it", (used-before)/float64(e.agencies), "MiB", "")
	return benchFurther(ctx, e)
}

// resident is the memory of a process that is in use, in MiB.
func resident(process string) (float64, error) {
	text, err := os.ReadFile(filepath.Join("/proc", process, "status"))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kib, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 64)
			return kib / 1024, err
		}
	}
	return 0, errors.New("this system does not say how much memory is in use")
}
