// Package storetest is what every driver of package store has to fulfil.
package storetest

import (
	"crypto/sha256"
	"fmt"
	"testing"
	"time"

	"chuan.dev/chuan/internal/store"
)

// Day is a moment of a working day, in UTC.
var Day = time.Date(2026, time.November, 23, 2, 0, 0, 0, time.UTC)

// New returns a dossier that comes in, with an open step of the role "mot-cua".
func New() store.New {
	return store.New{
		Revision: store.Revision{Digest: "d1", Procedure: "cap-ban-sao", Number: 1, Text: []byte(`{"code":"QT-01"}`)},
		Period:   "261123",
		Code:     func(serial int64) string { return fmt.Sprintf("H18.35.01-261123-%04d", serial) },
		Change: store.Change{
			Events: []store.Event{{
				Seq: 1, At: Day, Type: "received", Officer: "an", Role: "mot-cua", To: "B1", Data: []byte(`{"forms":{"don":{"soBan":2}}}`),
			}},
			Head: store.Head{Kind: store.KindDossier, Procedure: "cap-ban-sao", Revision: 1, Digest: "d1", Open: true, ReceivedAt: Day},
			Work: []store.WorkItem{{Branch: "main", Step: "B1", Role: "mot-cua", EnteredAt: Day, Due: Day.Add(time.Hour)}},
		},
	}
}

// Next returns what happens next to a dossier: it goes to another step.
func Next(d store.Dossier, step string) store.Addition {
	last := d.Events[len(d.Events)-1]
	head := d.Head
	head.Due = Day.Add(8 * time.Hour)
	at := last.At.Add(time.Minute)
	return store.Addition{
		Code: d.Code, Version: last.Seq, Hash: last.Hash,
		Change: store.Change{
			Events: []store.Event{{
				Seq: last.Seq + 1, At: at, Type: "moved", Officer: "an", Role: "mot-cua", Action: "chuyen",
				From: "B1", To: step, Data: []byte(`{}`),
			}},
			Head: head,
			Work: []store.WorkItem{{Branch: "main", Step: step, Role: "thu-ly", EnteredAt: at, Expires: at.Add(time.Hour)}},
		},
	}
}

// Harness is what the suite needs of a driver.
type Harness struct {
	// Open opens a store that is empty, of the agency [Agency]. It is closed by the test's cleanup; closing it before
	// that is no error.
	Open func(t *testing.T) store.Store
	// Exec runs a statement in the database of a store, with all rights that the service itself has there.
	Exec func(t *testing.T, s store.Store, statement string) error
	// Refused are statements that the database refuses with words that hold "never". When they are run there are a dossier
	// with events, the text that it cites, and the root of a day.
	Refused []string
}

// Agency is the identification code of the agency of all stores.
const Agency = "H18.35.01"

// Run runs the whole suite.
func Run(t *testing.T, h Harness) {
	for name, test := range map[string]func(*testing.T, store.Store){
		"a dossier is read as it was recorded":          readBack,
		"what follows no procedure is recorded":         without,
		"what is not there is not found":                notFound,
		"a stale addition is a conflict":                conflict,
		"serial numbers have no gaps":                   serials,
		"writers get in each other's way in one only":   race,
		"many branches come and go":                     branches,
		"the inbox shows who may act":                   inbox,
		"the inbox goes on where a page ended":          inboxPages,
		"what has run out is found":                     expired,
		"a change that nobody waits for is left out":    abandoned,
		"a store says when it is closed":                closed,
		"records are found by what is asked":            found,
		"pages of what is found hold everything once":   foundPages,
		"a walk sees one moment":                        walk,
		"a wrong cursor is refused":                     cursors,
		"books have no gaps":                            books,
		"a request is answered once":                    once,
		"a race of one request is answered once":        onceRace,
		"messages are sent in order":                    outbox,
		"messages are taken once and in order":          incoming,
		"a record is disposed of":                       disposed,
		"a dossier goes on under another revision":      rebased,
		"documents are cited":                           cited,
		"the chains are verified":                       verified,
		"events are numbered in the order they came in": leaves,
		"the roots of days follow one another":          roots,
		"the database is sound":                         sound,
	} {
		t.Run(name, func(t *testing.T) { test(t, h.Open(t)) })
	}
	t.Run("records go from store to store", func(t *testing.T) { copied(t, h) })
	t.Run("broken records are not copied", func(t *testing.T) { copiedBroken(t, h) })
	t.Run("a restoration is whole or not at all", func(t *testing.T) { restoredPartly(t, h) })
	t.Run("the database refuses to forget", func(t *testing.T) { refusesToForget(t, h) })
}

func create(t *testing.T, s store.Store) store.Dossier {
	t.Helper()
	written, err := s.Create(t.Context(), New())
	if err != nil {
		t.Fatalf("Create: %v", err)
	}
	return load(t, s, written.Code)
}

func load(t *testing.T, s store.Store, code string) store.Dossier {
	t.Helper()
	d, err := s.Load(t.Context(), code)
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	return d
}

func add(t *testing.T, s store.Store, a store.Addition) store.Written {
	t.Helper()
	written, err := s.Append(t.Context(), a)
	if err != nil {
		t.Fatalf("Append: %v", err)
	}
	return written
}

// put records a dossier that differs from New.
func put(t *testing.T, s store.Store, differ func(*store.New)) store.Dossier {
	t.Helper()
	n := New()
	differ(&n)
	written, err := s.Create(t.Context(), n)
	if err != nil {
		t.Fatalf("Create: %v", err)
	}
	return load(t, s, written.Code)
}

// hash is a hash that stands for something.
func hash(of string) store.Hash { return sha256.Sum256([]byte(of)) }
