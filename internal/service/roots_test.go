package service

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"chuan.dev/chuan/internal/store"
	"chuan.dev/chuan/internal/vault"
)

// seal seals the days that have ended, as a replica with a memory of its own would.
func (b *bench) seal() {
	b.t.Helper()
	a, _ := b.service.served.Load().agency("xa-a")
	b.service.sealAgency(b.t.Context(), a)
}

// roots are the roots as they are published.
func (b *bench) roots(after string) RootList {
	b.t.Helper()
	var list RootList
	b.send("GET", api+"xa-a/roots?after="+after, "", nil).want(http.StatusOK, &list)
	return list
}

func TestDaysAreSealedWhenTheyHaveEnded(t *testing.T) {
	b := start(t)
	b.seal()
	if list := b.roots(""); len(list.Roots) != 0 {
		t.Fatalf("roots without records: %+v", list.Roots)
	}
	day := b.clock().Format(time.DateOnly)
	b.receive()
	b.receive()
	b.seal()
	if list := b.roots(""); len(list.Roots) != 0 {
		t.Fatalf("a day was sealed before its end: %+v", list.Roots)
	}
	b.pass(24 * time.Hour)
	b.seal()
	b.seal()
	b.receive()
	b.pass(3 * 24 * time.Hour)
	b.seal()
	list := b.roots("")
	if len(list.Roots) != 4 {
		t.Fatalf("%d roots, want 4: %+v", len(list.Roots), list.Roots)
	}
	a, _ := b.service.served.Load().agency("xa-a")
	tail, err := a.records.Tail(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	first, second, third := list.Roots[0], list.Roots[1], list.Roots[2]
	if first.Day != day || first.From != 1 || second.From != first.To+1 || second.To != tail || second.Previous != first.Root ||
		third.From != tail+1 || third.To != tail {
		t.Errorf("roots %+v", list.Roots)
	}
	if after := b.roots(first.Day); len(after.Roots) != 3 || after.Roots[0].Day != second.Day {
		t.Errorf("after %s: %+v", first.Day, after.Roots)
	}
	var keys KeyList
	b.send("GET", api+"xa-a/keys", "", nil).want(http.StatusOK, &keys)
	key, err := vault.ParsePublic([]byte(keys.Keys[0].PEM))
	if err != nil || !key.Equal(keys.Keys[0].PublicKey) || vault.KeyID(key) != keys.Keys[0].KeyID || keys.Keys[0].KeyID != first.KeyID {
		t.Fatalf("keys %+v, %v", keys, err)
	}
	for _, root := range list.Roots {
		if !vault.Verify(key, vault.PurposeRoot, []byte(root.Statement), root.Signature) {
			t.Errorf("the signature of the root of %s does not hold", root.Day)
		}
	}
	b.send("GET", api+"xa-a/roots?after=yesterday", "", nil).problem(http.StatusBadRequest, "parameter-wrong")
}

func TestTwoReplicasSealADayOnce(t *testing.T) {
	b := start(t)
	b.receive()
	a, _ := b.service.served.Load().agency("xa-a")
	other := &records{Store: a.records.Store, keys: a.records.keys}
	zone := a.calendar.Location()
	b.pass(24 * time.Hour)
	for _, replica := range []*records{a.records, other} {
		if err := replica.readLastRoot(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := a.records.seal(t.Context(), a.day(b.clock()), zone); n != 1 || err != nil {
		t.Fatalf("the first sealed %d days, %v", n, err)
	}
	if n, err := other.seal(t.Context(), a.day(b.clock()), zone); n != 0 || err == nil || other.sealing.known {
		t.Errorf("the second sealed %d days, %v", n, err)
	}
	b.pass(24 * time.Hour)
	if n, err := other.seal(t.Context(), a.day(b.clock()), zone); n != 1 || err != nil {
		t.Errorf("the next day, the second sealed %d days, %v", n, err)
	}
	if list := b.roots(""); len(list.Roots) != 2 {
		t.Errorf("%d roots, want 2", len(list.Roots))
	}
}

func TestAnotherMasterKeyDoesNotSign(t *testing.T) {
	b := start(t)
	b.receive()
	b.pass(24 * time.Hour)
	b.seal()
	a, _ := b.service.served.Load().agency("xa-a")
	a.records.keys = vault.NewMaster().Agency(a.spec.Code)
	b.pass(24 * time.Hour)
	b.seal()
	if list := b.roots(""); len(list.Roots) != 1 || !strings.Contains(b.log.String(), "put the master key back") {
		t.Errorf("%d roots, want 1; log: %s", len(list.Roots), b.log)
	}
}

func TestRecordsAreCheckedAfterTheStart(t *testing.T) {
	b := start(t)
	b.receive()
	b.pass(24 * time.Hour)
	b.seal()
	check := func() {
		a, _ := b.service.served.Load().agency("xa-a")
		b.service.checkAgency(t.Context(), a)
	}
	check()
	if got := b.metric(`chuan_store_integrity{agency="xa-a"}`); !strings.HasSuffix(strings.TrimSpace(got), " 1") {
		t.Errorf("whole records: %q; log %s", got, b.log)
	}
	a, _ := b.service.served.Load().agency("xa-a")
	a.records.Store = forged{a.records.Store}
	check()
	if got := b.metric(`chuan_store_integrity{agency="xa-a"}`); !strings.HasSuffix(strings.TrimSpace(got), " 0") ||
		!strings.Contains(b.log.String(), "the records are broken") {
		t.Errorf("broken records: %q; log %s", got, b.log)
	}
}

// forged are records whose roots somebody has signed anew.
type forged struct{ store.Store }

func (f forged) Roots(ctx context.Context, after string) ([]store.DayRoot, error) {
	roots, err := f.Store.Roots(ctx, after)
	for i := range roots {
		roots[i].Signature = vault.NewMaster().Agency("x").Sign(vault.PurposeRoot, roots[i].Statement())
	}
	return roots, err
}
