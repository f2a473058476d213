package store_test

import (
	"testing"
	"time"

	"chuan.dev/chuan/internal/store"
)

func record() store.Dossier {
	d := store.Dossier{Code: "H18.35.01-261123-0001", Events: []store.Event{
		{Seq: 1, At: time.UnixMilli(1000), Type: "received", Officer: "an", Role: "mot-cua", To: "B1", Data: []byte(`{"a":1}`)},
		{Seq: 2, At: time.UnixMilli(2000), Type: "moved", Officer: "an", Role: "mot-cua", Action: "x", From: "B1", To: "B2", Data: []byte(`{}`)},
		{Seq: 3, At: time.UnixMilli(3000), Type: "ended", To: "end/xong", Data: []byte(`{}`)},
	}}
	store.Seal(d.Code, store.Hash{}, d.Events)
	return d
}

func TestVerifyAcceptsAWholeChain(t *testing.T) {
	if broken := store.Verify(record()); broken != nil {
		t.Errorf("Verify = %+v, want nil", broken)
	}
}

func TestVerifyNamesTheFirstBrokenEvent(t *testing.T) {
	for name, c := range map[string]struct {
		tamper func(*store.Dossier)
		seq    int64
	}{
		"data altered":      {func(d *store.Dossier) { d.Events[1].Data = []byte(`{} `) }, 2},
		"officer altered":   {func(d *store.Dossier) { d.Events[0].Officer = "binh" }, 1},
		"time altered":      {func(d *store.Dossier) { d.Events[2].At = time.UnixMilli(3001) }, 3},
		"field moved":       {func(d *store.Dossier) { d.Events[1].Action, d.Events[1].From = "xB", "1" }, 2},
		"event taken out":   {func(d *store.Dossier) { d.Events = append(d.Events[:1], d.Events[2]) }, 3},
		"another dossier's": {func(d *store.Dossier) { d.Code = "H18.35.01-261123-0002" }, 1},
		"hash altered":      {func(d *store.Dossier) { d.Events[1].Hash[0] ^= 1 }, 2},
		"altered and rehashed": {func(d *store.Dossier) {
			d.Events[0].Officer = "binh"
			d.Events[0].Hash = store.HashOf(d.Code, d.Events[0].Prev, d.Events[0])
		}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			d := record()
			c.tamper(&d)
			broken := store.Verify(d)
			if broken == nil || broken.Seq != c.seq || broken.Detail == "" {
				t.Errorf("Verify = %+v, want a break at event %d", broken, c.seq)
			}
		})
	}
}

// The encoding is part of the record: a hash that was published years ago must still be the same.
func TestHashOfIsStable(t *testing.T) {
	const want = "30f9cdbe4226200d1d83fd3a4fa3db3ae7e1ac9ebd793148f6e6ab68d5a92c9b"
	if got := record().Events[2].Hash.String(); got != want {
		t.Errorf("hash of the last event is %s, want %s", got, want)
	}
}
