package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"chuan.dev/chuan/internal/store"
	"chuan.dev/chuan/internal/store/sqlite"
)

// aimedLookup is how many milliseconds what a page shows may take to be read, at the 99th percentile.
const aimedLookup = 5.0

// lookup is something that a page asks of the records.
type lookup struct {
	name string
	ask  func(ctx context.Context, s store.Store, n int) error
}

// lookups are those of inboxes, boards and registers. What matches nothing is asked for as well: that is where a file
// without the right index is gone through to its end.
func lookups() []lookup {
	open := true
	find := func(name string, q store.Query) lookup {
		q.Limit = 50
		return lookup{name, func(ctx context.Context, s store.Store, _ int) error { return second(s.Find(ctx, q)) }}
	}
	inbox := func(name string, q store.InboxQuery) lookup {
		q.Limit = 50
		return lookup{name, func(ctx context.Context, s store.Store, _ int) error { return second(s.Inbox(ctx, q)) }}
	}
	return []lookup{
		{"a dossier by its code", func(ctx context.Context, s store.Store, n int) error {
			return second(s.Load(ctx, received(n).Code(int64(1+n%500))))
		}},
		{"who has handed in before", func(ctx context.Context, s store.Store, n int) error {
			return second(s.Find(ctx, store.Query{
				Kind: store.KindDossier, Procedure: procedureName, Open: &open, Key: &store.Hash{byte(n)}, Limit: 10,
			}))
		}},
		inbox("inbox of a role", store.InboxQuery{Role: steps[4], Officer: "an", Holders: []string{"an", "chi"}}),
		inbox("board of all roles", store.InboxQuery{DueBefore: day.AddDate(1, 0, 0)}),
		inbox("board of all roles, nothing overdue", store.InboxQuery{DueBefore: day}),
		find("register, the newest", store.Query{Kind: store.KindDossier, Order: store.Newest}),
		find("register of a procedure", store.Query{Kind: store.KindDossier, Procedure: procedureName, Order: store.Newest}),
		find("register of a procedure without any", store.Query{Kind: store.KindDossier, Procedure: "none", Order: store.Newest}),
		find("dossiers that are overdue", store.Query{
			Kind: store.KindDossier, Open: &open, Order: store.ByDue, DueBefore: day.AddDate(1, 0, 0),
		}),
	}
}

func second[T any](_ T, err error) error { return err }

// benchLookups reads what pages show from the large file.
func benchLookups(ctx context.Context, e *env) (err error) {
	path := filepath.Join(e.dir, "large.db")
	if _, missing := os.Stat(path); missing != nil {
		if _, err := fill(ctx, path, e.dossiers); err != nil {
			return err
		}
	}
	s, err := sqlite.Open(ctx, path, agency, sqlite.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	for _, l := range lookups() {
		var times []time.Duration
		for n := range 300 {
			began := time.Now()
			if err := l.ask(ctx, s, n*(e.dossiers/300)); err != nil {
				return fmt.Errorf("%s: %w", l.name, err)
			}
			times = append(times, time.Since(began))
		}
		slices.Sort(times)
		p99 := percentile(times, 99).Seconds() * 1000
		row(l.name+", p99", p99, "ms", fmt.Sprintf("%s, p50 %s", atMost(p99, aimedLookup), percentile(times, 50)))
	}
	return nil
}
