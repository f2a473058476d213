package storetest

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"chuan.dev/chuan/internal/store"
)

// codesOf returns the codes of a page, shortened to the serial number, which is the last one.
func codesOf(t *testing.T, s store.Store, q store.Query) []string {
	t.Helper()
	page, err := s.Find(t.Context(), q)
	if err != nil {
		t.Fatalf("Find(%+v): %v", q, err)
	}
	var codes []string
	for _, e := range page.Items {
		codes = append(codes, e.Code)
	}
	return codes
}

// population are six records: number i came in on hour i, except that 3 came in with 2.
func population(t *testing.T, s store.Store) (codes []string, key store.Hash) {
	t.Helper()
	key = hash("identity number")
	hour := func(n int) time.Time { return Day.Add(time.Duration(n) * time.Hour) }
	for i := 1; i <= 6; i++ {
		d := put(t, s, func(n *store.New) {
			h := &n.Change.Head
			h.Channel, h.ReceivedAt, h.Due = "counter", hour(i), hour(40-i)
			switch i {
			case 2:
				h.Channel, n.Change.Keys = "online", []store.Hash{key}
			case 3:
				h.ReceivedAt, h.Due = hour(2), time.Time{}
			case 4:
				h.Open, h.Outcome, h.EndedAt, h.DisposeAfter = false, "xong", hour(10), hour(100)
			case 5:
				h.Open, h.Outcome, h.EndedAt, h.DisposeAfter = false, "tu-choi", hour(20), hour(200)
				n.Change.Keys = []store.Hash{key}
			case 6:
				h.Kind, h.Procedure, h.Revision, h.Digest = store.KindPetition, "", 0, ""
				n.Revision = store.Revision{}
			}
			n.Change.Work = nil
		})
		codes = append(codes, d.Code)
	}
	return codes, key
}

func found(t *testing.T, s store.Store) {
	codes, key := population(t, s)
	hour := func(n int) time.Time { return Day.Add(time.Duration(n) * time.Hour) }
	yes, no := true, false
	for name, c := range map[string]struct {
		query store.Query
		want  []int
	}{
		"everything":             {store.Query{}, []int{1, 2, 3, 4, 5, 6}},
		"newest":                 {store.Query{Order: store.Newest}, []int{6, 5, 4, 3, 2, 1}},
		"by due":                 {store.Query{Order: store.ByDue}, []int{6, 5, 4, 2, 1}},
		"dossiers":               {store.Query{Kind: store.KindDossier}, []int{1, 2, 3, 4, 5}},
		"petitions":              {store.Query{Kind: store.KindPetition}, []int{6}},
		"petitions by due":       {store.Query{Kind: store.KindPetition, Order: store.ByDue}, []int{6}},
		"procedure":              {store.Query{Procedure: "cap-ban-sao"}, []int{1, 2, 3, 4, 5}},
		"channel":                {store.Query{Channel: "online"}, []int{2}},
		"outcome":                {store.Query{Outcome: "xong"}, []int{4}},
		"open":                   {store.Query{Open: &yes}, []int{1, 2, 3, 6}},
		"open by due":            {store.Query{Open: &yes, Order: store.ByDue}, []int{6, 2, 1}},
		"ended":                  {store.Query{Open: &no}, []int{4, 5}},
		"key":                    {store.Query{Key: &key}, []int{2, 5}},
		"key and open":           {store.Query{Key: &key, Open: &yes}, []int{2}},
		"received from":          {store.Query{ReceivedFrom: hour(4)}, []int{4, 5, 6}},
		"received before":        {store.Query{ReceivedBefore: hour(2)}, []int{1}},
		"ended in a span":        {store.Query{EndedFrom: hour(10), EndedBefore: hour(20)}, []int{4}},
		"due in a span":          {store.Query{DueFrom: hour(36), DueBefore: hour(39)}, []int{2, 4}},
		"overdue":                {store.Query{Open: &yes, DueBefore: hour(39), Order: store.ByDue}, []int{6, 2}},
		"to be disposed of":      {store.Query{DisposeBefore: hour(101)}, []int{4}},
		"open in a period":       {store.Query{TouchedFrom: hour(20), ReceivedBefore: hour(6)}, []int{1, 2, 3, 5}},
		"all of it":              {store.Query{Kind: store.KindDossier, Procedure: "x"}, nil},
		"ended of which nothing": {store.Query{Open: &no, Channel: "online"}, nil},
	} {
		c.query.Limit = 10
		var want []string
		for _, n := range c.want {
			want = append(want, codes[n-1])
		}
		if got := codesOf(t, s, c.query); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
		var walked []string
		for d, err := range s.Walk(t.Context(), c.query) {
			if err != nil || len(d.Events) != 1 || store.Verify(d) != nil {
				t.Fatalf("%s: walk through %s: %v", name, d.Code, err)
			}
			walked = append(walked, d.Code)
		}
		if !slices.Equal(walked, want) {
			t.Errorf("%s: the walk went through %v, want %v", name, walked, want)
		}
	}
}

func foundPages(t *testing.T, s store.Store) {
	codes, _ := population(t, s)
	for order, want := range map[store.Order][]int{
		store.ByArrival: {1, 2, 3, 4, 5, 6}, store.Newest: {6, 5, 4, 3, 2, 1}, store.ByDue: {6, 5, 4, 2, 1},
	} {
		for limit := 1; limit <= 7; limit++ {
			q := store.Query{Order: order, Limit: limit}
			var got []string
			for pages := 0; ; pages++ {
				page, err := s.Find(t.Context(), q)
				if err != nil || len(page.Items) > limit || pages > len(codes) {
					t.Fatalf("Find: %d items on page %d, %v", len(page.Items), pages, err)
				}
				for _, e := range page.Items {
					got = append(got, e.Code)
				}
				if q.After = page.Next; q.After == "" {
					break
				}
			}
			var all []string
			for _, n := range want {
				all = append(all, codes[n-1])
			}
			if !slices.Equal(got, all) {
				t.Errorf("order %q in pages of %d: %v, want %v", order, limit, got, all)
			}
		}
	}
	if page, err := s.Find(t.Context(), store.Query{}); err != nil || len(page.Items) != 0 || page.Next != "" {
		t.Errorf("a page of nothing = %+v, %v", page, err)
	}
}

// walk adds to what it goes through: it sees none of that.
func walk(t *testing.T, s store.Store) {
	const dossiers = 20
	for range dossiers {
		create(t, s)
	}
	walked := 0
	for d, err := range s.Walk(t.Context(), store.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		if len(d.Events) != 1 {
			t.Errorf("dossier %s has %d events, want 1", d.Code, len(d.Events))
		}
		walked++
		if walked == 1 {
			for _, code := range codesOf(t, s, store.Query{Limit: dossiers}) {
				add(t, s, Next(load(t, s, code), "B2"))
			}
			create(t, s)
		}
	}
	if walked != dossiers {
		t.Errorf("the walk went through %d dossiers, want %d", walked, dossiers)
	}
	for _, err := range s.Walk(t.Context(), store.Query{}) {
		if err != nil {
			t.Error(err)
		}
		// Whoever has had enough may go.
		break
	}
	create(t, s)
}

func cursors(t *testing.T, s store.Store) {
	population(t, s)
	arrival, err := s.Find(t.Context(), store.Query{Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	altered := []byte(arrival.Next)
	altered[len(altered)-1] ^= 1
	for name, after := range map[string]string{
		"nonsense": "nonsense", "altered": string(altered), "not of this order": arrival.Next,
		"too long": fmt.Sprintf("%01000d", 0), "injection": "' OR 1=1 --",
	} {
		if _, err := s.Find(t.Context(), store.Query{After: after, Limit: 1, Order: store.Newest}); !errors.Is(err, store.ErrCursor) {
			t.Errorf("Find after %s: %v, want %v", name, err, store.ErrCursor)
		}
		if _, err := s.Inbox(t.Context(), store.InboxQuery{After: after, Limit: 1}); !errors.Is(err, store.ErrCursor) {
			t.Errorf("Inbox after %s: %v, want %v", name, err, store.ErrCursor)
		}
	}
}
