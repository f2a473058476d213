package store_test

import (
	"encoding/hex"
	"errors"
	"iter"
	"strings"
	"testing"

	"github.com/transparency-dev/merkle/rfc6962"

	"chuan.dev/chuan/internal/store"
)

func leavesOf(hashes []store.Hash) func(from, to int64) iter.Seq2[store.Hash, error] {
	return func(from, to int64) iter.Seq2[store.Hash, error] {
		return func(yield func(store.Hash, error) bool) {
			for n := from; n <= to; n++ {
				if n > int64(len(hashes)) {
					yield(store.Hash{}, store.ErrNotFound)
					return
				}
				if !yield(hashes[n-1], nil) {
					return
				}
			}
		}
	}
}

func somes(n int) []store.Hash {
	hashes := make([]store.Hash, n)
	for i := range hashes {
		hashes[i] = store.HashOf("x", store.Hash{}, store.Event{Seq: int64(i)})
	}
	return hashes
}

// treeHash is the definition of RFC 6962, section 2.1, word for word.
func treeHash(leaves []store.Hash) []byte {
	hasher := rfc6962.DefaultHasher
	switch n := len(leaves); n {
	case 0:
		return hasher.EmptyRoot()
	case 1:
		return hasher.HashLeaf(leaves[0][:])
	default:
		k := 1
		for 2*k < n {
			k *= 2
		}
		return hasher.HashChildren(treeHash(leaves[:k]), treeHash(leaves[k:]))
	}
}

func TestRootIsThatOfTheDefinition(t *testing.T) {
	hashes := somes(70)
	for n := range hashes {
		got, err := store.Root(leavesOf(hashes)(1, int64(n)))
		if err != nil || string(got[:]) != string(treeHash(hashes[:n])) {
			t.Errorf("root of %d leaves is %s, %v; want %x", n, got, err, treeHash(hashes[:n]))
		}
	}
	if _, err := store.Root(leavesOf(hashes)(70, 71)); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("root with a leaf that is missing: %v, want %v", err, store.ErrNotFound)
	}
}

func days(t *testing.T, hashes []store.Hash) []store.DayRoot {
	t.Helper()
	var roots []store.DayRoot
	last := store.DayRoot{}
	for _, d := range []struct {
		day string
		to  int64
	}{{"2026-11-23", 3}, {"2026-11-24", 3}, {"2026-11-25", 8}} {
		root, err := store.Root(leavesOf(hashes)(last.To+1, d.to))
		if err != nil {
			t.Fatal(err)
		}
		last = store.DayRoot{Day: d.day, From: last.To + 1, To: d.to, Root: root, Prev: last.Root}
		roots = append(roots, last)
	}
	return roots
}

func TestVerifyRootsNamesTheFirstWrongDay(t *testing.T) {
	for name, c := range map[string]struct {
		tamper func(roots []store.DayRoot, hashes []store.Hash) ([]store.DayRoot, []store.Hash)
		want   string
	}{
		"whole": {func(r []store.DayRoot, h []store.Hash) ([]store.DayRoot, []store.Hash) { return r, h }, ""},
		"event altered": {func(r []store.DayRoot, h []store.Hash) ([]store.DayRoot, []store.Hash) {
			h[6][0] ^= 1
			return r, h
		}, "2026-11-25"},
		"event missing": {func(r []store.DayRoot, h []store.Hash) ([]store.DayRoot, []store.Hash) { return r, h[:7] }, "2026-11-25"},
		"day missing": {func(r []store.DayRoot, h []store.Hash) ([]store.DayRoot, []store.Hash) {
			return append(r[:1:1], r[2]), h
		}, "2026-11-25"},
		"root altered": {func(r []store.DayRoot, h []store.Hash) ([]store.DayRoot, []store.Hash) {
			r[0].Root[0] ^= 1
			return r, h
		}, "2026-11-23"},
	} {
		t.Run(name, func(t *testing.T) {
			hashes := somes(8)
			roots, hashes := c.tamper(days(t, hashes), hashes)
			broken, err := store.VerifyRoots(roots, leavesOf(hashes))
			if err != nil {
				t.Fatal(err)
			}
			if found := broken != nil; found != (c.want != "") || found && !strings.Contains(broken.Detail, c.want) {
				t.Errorf("VerifyRoots = %+v, want a break on %q", broken, c.want)
			}
		})
	}
}

// What is signed is part of the record: signatures of years ago must still verify.
func TestStatementIsStable(t *testing.T) {
	root := days(t, somes(8))[2]
	want := "chuan/day-root/1\n2026-11-25\n4\n8\n" + hex.EncodeToString(root.Root[:]) + "\n" + hex.EncodeToString(root.Prev[:]) + "\n"
	if got := string(root.Statement()); got != want {
		t.Errorf("statement:\n%s\nwant:\n%s", got, want)
	}
}

func TestCursorsOfOneListAreNotThoseOfAnother(t *testing.T) {
	want := store.Cursor{List: "inbox", Key: -5, ID: 1 << 40, Branch: "main/B2.0"}
	got, err := store.ParseCursor("inbox", want.String())
	if err != nil || *got != want {
		t.Errorf("ParseCursor = %+v, %v; want %+v", got, err, want)
	}
	if first, err := store.ParseCursor("inbox", ""); first != nil || err != nil {
		t.Errorf("ParseCursor of the beginning = %+v, %v", first, err)
	}
	for _, text := range []string{"x", "AAAA", "AAAAAAAA", want.String()[1:], want.String() + "A", strings.Repeat("A", 600)} {
		if c, err := store.ParseCursor("inbox", text); !errors.Is(err, store.ErrCursor) {
			t.Errorf("ParseCursor(%q) = %+v, %v; want %v", text, c, err, store.ErrCursor)
		}
	}
	if c, err := store.ParseCursor("found", want.String()); !errors.Is(err, store.ErrCursor) {
		t.Errorf("ParseCursor in another list = %+v, %v; want %v", c, err, store.ErrCursor)
	}
}
