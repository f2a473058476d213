package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"chuan.dev/chuan/internal/store"
	"chuan.dev/chuan/internal/store/storetest"
)

// firstVersion makes a file as the first version of the program left it, with a dossier of two events that is still open.
func firstVersion(t *testing.T) (path string, want store.Dossier) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "a.db")
	db, err := sql.Open("sqlite", dsn(path, "rwc", "foreign_keys(1)"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}()
	if err := step(t.Context(), db, "00001_records.sql", 1); err != nil {
		t.Fatal(err)
	}
	n := storetest.New()
	want = store.Dossier{Code: n.Code(1), Head: n.Change.Head, Events: n.Change.Events}
	want.Events = append(want.Events, storetest.Next(want, "B2").Change.Events...)
	head := store.Seal(want.Code, store.Hash{}, want.Events)
	exec := func(text string, args ...any) {
		t.Helper()
		if _, err := db.ExecContext(t.Context(), text, args...); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
	exec(`INSERT INTO meta VALUES ('agency', ?), ('secret', ?)`, []byte(agency), make([]byte, 32))
	exec(`INSERT INTO revision VALUES (?, ?, ?, ?)`, "d1", "cap-ban-sao", 1, string(n.Revision.Text))
	exec(`INSERT INTO counter VALUES ('261123', 1)`)
	exec(`INSERT INTO dossier VALUES (1, ?, 'cap-ban-sao', 1, 'd1', 2, ?, 1, '', ?, NULL, NULL)`,
		want.Code, head[:], storetest.Day.UnixMilli())
	for _, e := range want.Events {
		exec(`INSERT INTO event (dossier, seq, at, type, officer, role, action, origin, target, data, prev, hash)
			VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, e.Seq, e.At.UnixMilli(), e.Type, e.Officer, e.Role, e.Action, e.From, e.To,
			string(e.Data), e.Prev[:], e.Hash[:])
	}
	exec(`INSERT INTO work_item VALUES (1, 'main', 'B2', 'thu-ly', '', ?, NULL, ?)`,
		storetest.Day.UnixMilli(), storetest.Day.Add(time.Hour).UnixMilli())
	return path, want
}

func TestAFileOfTheFirstVersionGoesOn(t *testing.T) {
	path, want := firstVersion(t)
	r, err := OpenReadOnly(t.Context(), path)
	if err != nil {
		t.Fatalf("OpenReadOnly: %v", err)
	}
	if evidence, err := r.Verify(t.Context()); err != nil || evidence.Broken != nil || evidence.Events != 2 {
		t.Errorf("Verify of the file as it is = %+v, %v", evidence, err)
	}
	if err := r.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	s := openFile(t, path, Options{})
	got, err := s.Load(t.Context(), want.Code)
	if err != nil || got.Head.Kind != store.KindDossier || len(got.Events) != 2 || store.Verify(got) != nil {
		t.Fatalf("Load = %+v, %v", got, err)
	}
	page, err := s.Inbox(t.Context(), store.InboxQuery{Role: "thu-ly", Limit: 10})
	if err != nil || len(page.Items) != 1 || !page.Items[0].Item.Due.IsZero() {
		t.Errorf("Inbox = %+v, %v", page.Items, err)
	}
	if codes, err := s.Expired(t.Context(), storetest.Day.Add(time.Hour), 10); err != nil || len(codes) != 1 {
		t.Errorf("Expired = %v, %v", codes, err)
	}
	if _, err := s.Append(t.Context(), storetest.Next(got, "B3")); err != nil {
		t.Errorf("Append: %v", err)
	}
	if w, err := s.Create(t.Context(), storetest.New()); err != nil || w.Code != storetest.New().Code(2) {
		t.Errorf("the next dossier is %s, %v", w.Code, err)
	}
	if evidence, err := s.Verify(t.Context()); err != nil || evidence.Broken != nil || evidence.Events != 4 {
		t.Errorf("Verify = %+v, %v", evidence, err)
	}
	if err := s.exec(t, `UPDATE event SET officer = 'binh'`); err == nil {
		t.Error("an event of the old file can be changed")
	}
}

func TestBackupOfAFileThatIsWrittenTo(t *testing.T) {
	s := openNew(t)
	dir := t.TempDir()
	stop := make(chan struct{})
	done := make(chan int64, 1)
	go func() {
		written := int64(0)
		for {
			select {
			case <-stop:
				done <- written
				return
			default:
				if _, err := s.Create(context.Background(), storetest.New()); err != nil {
					done <- -1
					return
				}
				written++
			}
		}
	}()
	var before int64
	for i := range 5 {
		path := filepath.Join(dir, fmt.Sprintf("b%d.db", i))
		if err := s.Backup(t.Context(), path); err != nil {
			t.Fatalf("Backup: %v", err)
		}
		b, err := OpenReadOnly(t.Context(), path)
		if err != nil {
			t.Fatalf("OpenReadOnly: %v", err)
		}
		evidence, err := b.Verify(t.Context())
		if err != nil || evidence.Broken != nil || evidence.Dossiers < before || b.Agency() != agency {
			t.Errorf("Verify of backup %d = %+v, %v", i, evidence, err)
		}
		before = evidence.Dossiers
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	}
	close(stop)
	written := <-done
	if err := s.Backup(t.Context(), filepath.Join(dir, "b0.db")); !errors.Is(err, os.ErrExist) {
		t.Errorf("Backup over another one: %v, want %v", err, os.ErrExist)
	}
	if err := s.Backup(t.Context(), filepath.Join(dir, "none", "b.db")); err == nil {
		t.Error("Backup into no directory was accepted")
	}
	last := filepath.Join(dir, "last.db")
	if err := s.Backup(t.Context(), last); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(last)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the backup has mode %v, %v; want 0600", info.Mode().Perm(), err)
	}
	// A backup is a file like every other: it can be opened and worked on.
	restored := openFile(t, last, Options{})
	if evidence, err := restored.Verify(t.Context()); err != nil || evidence.Dossiers != written {
		t.Errorf("the last backup holds %d dossiers, %v; want %d", evidence.Dossiers, err, written)
	}
	goesOn(t, restored)
	if left, err := filepath.Glob(filepath.Join(dir, "*.partial")); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestOpenReadOnlyRefusesWhatIsNone(t *testing.T) {
	dir := t.TempDir()
	empty := filepath.Join(dir, "empty.db")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	text := filepath.Join(dir, "text.db")
	if err := os.WriteFile(text, []byte(strings.Repeat("no database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{empty, text, filepath.Join(dir, "none.db")} {
		if s, err := OpenReadOnly(t.Context(), path); err == nil {
			t.Errorf("OpenReadOnly(%s) was accepted", path)
			_ = s.Close()
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "none.db")); !os.IsNotExist(err) {
		t.Errorf("a file was made: %v", err)
	}
}

// What is looked for often is found through an index, however many records there are.
func TestQueriesUseIndexes(t *testing.T) {
	s := openNew(t)
	yes := true
	plan := func(query string, args ...any) string {
		t.Helper()
		rows, err := s.read.QueryContext(t.Context(), `EXPLAIN QUERY PLAN `+query, args...)
		if err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		defer func() { _ = rows.Close() }()
		var lines []string
		for rows.Next() {
			var id, parent, unused int
			var detail string
			if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
				t.Fatal(err)
			}
			lines = append(lines, detail)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		return strings.Join(lines, "\n")
	}
	find := func(q store.Query) string {
		order, err := orderingOf(q.Order)
		if err != nil {
			t.Fatal(err)
		}
		f := filterOf(q)
		return plan(`SELECT `+headColumns+` FROM dossier d`+f.clause()+order.clause(), f.args...)
	}
	for name, c := range map[string]struct{ plan, index string }{
		"arrival":  {find(store.Query{}), "dossier_by_arrival"},
		"newest":   {find(store.Query{Order: store.Newest, Kind: store.KindDossier}), "dossier_by_arrival"},
		"due soon": {find(store.Query{Order: store.ByDue, Open: &yes, DueBefore: storetest.Day}), "dossier_by_due"},
		"register": {find(store.Query{Order: store.Newest, Kind: store.KindDossier, Procedure: "x"}), "dossier_by_procedure"},
		"others":   {find(store.Query{Kind: store.KindPetition}), "dossier_by_kind"},
		"expiry":   {plan(`SELECT min(expires_at) FROM work WHERE expires_at > 0`), "work_by_expiry"},
		"inbox": {plan(`SELECT w.step FROM work w JOIN dossier d ON d.id = w.dossier WHERE w.role = 'x'
			AND (w.due_at, w.dossier, w.branch) > (1, 2, 'x') ORDER BY w.due_at, w.dossier, w.branch`), "work_by_role"},
		"outbox":       {plan(selectOutbox, 0, 10), "message_waiting"},
		"old requests": {plan(`SELECT key FROM once WHERE at < 1 ORDER BY at LIMIT 10`), "once_by_time"},
	} {
		if !strings.Contains(c.plan, c.index) || strings.Contains(c.plan, "TEMP B-TREE") {
			t.Errorf("%s: the plan is\n%s\nwant %s and no sorting", name, c.plan, c.index)
		}
	}
	seen := find(store.Query{Kind: store.KindDossier, Procedure: "x", Open: &yes, Key: &store.Hash{}})
	if !strings.Contains(seen, "search_key_by_hash") || !strings.Contains(seen, "SEARCH d USING INTEGER PRIMARY KEY") {
		t.Errorf("who has handed in before is not looked for by the key:\n%s", seen)
	}
	if roles := plan(selectRoles); strings.Contains(roles, "SCAN work") || !strings.Contains(roles, "work_by_role") {
		t.Errorf("roles are not found by the index:\n%s", roles)
	}
	walk := plan(`SELECT d.code FROM dossier d CROSS JOIN event e ON e.dossier = d.id ORDER BY d.received_at, d.id, e.seq`)
	if strings.Contains(walk, "TEMP B-TREE") {
		t.Errorf("a walk sorts everything:\n%s", walk)
	}
}

// Keys of requests are kept for a day at least, and not for ever.
func TestOldRequestsAreForgotten(t *testing.T) {
	s := openNew(t)
	ask := func(n int, at time.Time) store.Once {
		t.Helper()
		d := storetest.New()
		once := store.Once{Key: store.Hash{byte(n), byte(n >> 8)}, At: at}
		d.Change.Once = &once
		if _, err := s.Create(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		return once
	}
	var old, young []store.Once
	for n := range onceEvery {
		old = append(old, ask(n, storetest.Day))
	}
	next := storetest.Day.Add(onceKept + time.Hour)
	for n := range onceEvery {
		young = append(young, ask(1000+n, next.Add(-24*time.Hour)))
	}
	for n := range onceEvery {
		ask(2000+n, next)
	}
	for name, c := range map[string]struct {
		asked []store.Once
		want  error
	}{"after more than a day": {old, store.ErrNotFound}, "within a day": {young, nil}} {
		for _, o := range c.asked {
			if _, err := s.Answered(t.Context(), o); !errors.Is(err, c.want) {
				t.Fatalf("Answered %s: %v, want %v", name, err, c.want)
			}
		}
	}
}
