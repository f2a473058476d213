package storetest

import (
	"slices"
	"testing"
	"time"

	"chuan.dev/chuan/internal/store"
)

func inbox(t *testing.T, s store.Store) {
	for i, assignee := range []string{"", "binh", "an", "gone"} {
		n := New()
		n.Change.Work[0].Assignee = assignee
		n.Change.Work[0].Due = Day.Add(time.Duration(4-i) * time.Hour)
		if i == 0 {
			n.Change.Work[0].Due = time.Time{}
		}
		if _, err := s.Create(t.Context(), n); err != nil {
			t.Fatal(err)
		}
	}
	q := store.InboxQuery{Role: "mot-cua", Officer: "an", Holders: []string{"an", "binh"}, Limit: 10}
	if got, want := assignees(t, s, q, false), []string{"gone", "an", ""}; !slices.Equal(got, want) {
		t.Errorf("inbox of an holds work of %q, want %q", got, want)
	}
	q.Limit = 2
	if got, want := assignees(t, s, q, true), []string{"gone", "an"}; !slices.Equal(got, want) {
		t.Errorf("first two of the inbox are work of %q, want %q", got, want)
	}
	q.Role = "thu-ly"
	if got := assignees(t, s, q, false); len(got) != 0 {
		t.Errorf("inbox of another role holds work of %q, want none", got)
	}
}

func assignees(t *testing.T, s store.Store, q store.InboxQuery, wantMore bool) []string {
	t.Helper()
	work, err := s.Inbox(t.Context(), q)
	if more := work.Next != ""; err != nil || more != wantMore {
		t.Fatalf("Inbox: more=%v, %v; want more=%v", more, err, wantMore)
	}
	var names []string
	for _, w := range work.Items {
		names = append(names, w.Item.Assignee)
	}
	return names
}

func expired(t *testing.T, s store.Store) {
	d := create(t, s)
	a := Next(d, "CHO")
	add(t, s, a)
	runsOut := a.Change.Work[0].Expires
	for _, c := range []struct {
		now  time.Time
		want []string
	}{
		{runsOut.Add(-time.Millisecond), nil},
		{runsOut, []string{d.Code}},
		{runsOut, []string{d.Code}},
	} {
		got, err := s.Expired(t.Context(), c.now, 10)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("Expired(%s) = %v, %v; want %v", c.now, got, err, c.want)
		}
	}
	d = load(t, s, d.Code)
	done := Next(d, "B3")
	done.Change.Work[0].Expires = time.Time{}
	add(t, s, done)
	for range 2 {
		if got, err := s.Expired(t.Context(), runsOut, 10); err != nil || len(got) != 0 {
			t.Errorf("Expired after it was seen to = %v, %v; want none", got, err)
		}
	}
	other := create(t, s)
	add(t, s, Next(other, "CHO"))
	if got, err := s.Expired(t.Context(), runsOut, 10); err != nil || !slices.Equal(got, []string{other.Code}) {
		t.Errorf("Expired with another one = %v, %v; want %s", got, err, other.Code)
	}
}

// inboxPages goes through an inbox page by page while work comes and goes.
func inboxPages(t *testing.T, s store.Store) {
	const dossiers = 12
	var want []string
	for i := range dossiers {
		d := put(t, s, func(n *store.New) {
			item := &n.Change.Work[0]
			item.Due = Day.Add(time.Duration(i/4) * time.Hour)
			if i >= 8 {
				item.Due = time.Time{}
			}
		})
		want = append(want, d.Code)
	}
	q := store.InboxQuery{Role: "mot-cua", Limit: 5}
	var got []string
	for {
		page, err := s.Inbox(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range page.Items {
			got = append(got, w.Code)
		}
		if q.After = page.Next; q.After == "" {
			break
		}
		// What was shown is seen to, and something more urgent comes in: neither moves the rest.
		add(t, s, Next(load(t, s, page.Items[0].Code), "B2"))
		put(t, s, func(n *store.New) { n.Change.Work[0].Due = Day.Add(-time.Hour) })
	}
	if !slices.Equal(got, want) {
		t.Errorf("the pages held %v, want %v", got, want)
	}
	q = store.InboxQuery{DueBefore: Day.Add(time.Hour), Limit: 20}
	page, err := s.Inbox(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range page.Items {
		if w.Item.Due.IsZero() || !w.Item.Due.Before(q.DueBefore) {
			t.Errorf("step of %s, due %s, is shown as due before %s", w.Code, w.Item.Due, q.DueBefore)
		}
	}
	if want := 4 - 1 + 2; len(page.Items) != want {
		t.Errorf("%d steps are due, want %d", len(page.Items), want)
	}
}
