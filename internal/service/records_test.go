package service

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"chuan.dev/chuan/internal/store"
	"chuan.dev/chuan/internal/vault"
)

// otherMaster gives a service another master key, and returns how to put the right one back.
func (b *bench) otherMaster(t *testing.T) (restore func()) {
	t.Helper()
	file := filepath.Join(b.config.Data, "master.key")
	away := file + ".away"
	if err := os.Rename(file, away); err != nil {
		t.Fatal(err)
	}
	if _, err := vault.ReadOrMakeMaster(file); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := errors.Join(os.Remove(file), os.Rename(away, file)); err != nil {
			t.Fatal(err)
		}
	}
}

func TestRecordsOfAnotherMasterKeyAreNotServed(t *testing.T) {
	b := start(t)
	v := b.receive()
	if err := b.service.Close(); err != nil {
		t.Fatal(err)
	}
	restore := b.otherMaster(t)
	s, err := New(t.Context(), b.config)
	if err != nil {
		t.Fatalf("the agency without records is to be served: %v", err)
	}
	b.service, b.handler = s, s.Handler()
	b.send("GET", api+"xa-a/dossiers/"+v.Code, "an", nil).problem(http.StatusNotFound, "agency-unknown")
	b.send("GET", api+"xa-b/procedures", "", nil).want(http.StatusOK, nil)
	problems := strings.Join(s.Problems(), "\n")
	for _, want := range []string{"agency xa-a", filepath.Join(b.config.Data, "master.key"), "put that one back"} {
		if !strings.Contains(problems, want) {
			t.Errorf("the problems do not say %q: %s", want, problems)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	b.service = nil
	restore()
	b.restart()
	b.act(v, "an", "nhan")
}

// A dossier that was disposed of has no data key any more: then it is the last root that tells.
func TestRecordsWithoutADataKeyAreKnownByTheirRoots(t *testing.T) {
	b := start(t)
	kept := disposedOf{b.agency("xa-a").records.Store}
	right, wrong := b.keys("xa-a"), vault.NewMaster().Agency("H18.35.01")
	b.receive()
	if err := b.service.fits(t.Context(), kept, wrong); err != nil {
		t.Errorf("records that nothing was signed of: %v", err)
	}
	b.pass(24 * time.Hour)
	b.seal()
	if err := b.service.fits(t.Context(), kept, right); err != nil {
		t.Errorf("the right key: %v", err)
	}
	if err := b.service.fits(t.Context(), kept, wrong); !errors.Is(err, vault.ErrWrongKey) ||
		!strings.Contains(err.Error(), right.KeyID()) {
		t.Errorf("another key: %v", err)
	}
}

// disposedOf are records whose dossiers have lost their data keys.
type disposedOf struct{ store.Store }

func (d disposedOf) Load(ctx context.Context, code string) (store.Dossier, error) {
	record, err := d.Store.Load(ctx, code)
	record.Key = nil
	return record, err
}

// Whoever has a backup has the secret of the records, and must not be able to sign in with it.
func TestABackupAloneMakesNoSession(t *testing.T) {
	b := start(t)
	served := b.agency("xa-a")
	forger := &agency{name: served.name, spec: served.spec, records: &records{
		Store: served.records.Store, keys: vault.NewMaster().Agency(served.spec.Code),
	}}
	giang, _ := served.officer("giang")
	made := newSession(giang, b.clock())
	made.Development = true
	for by, status := range map[*agency]int{served: http.StatusOK, forger: http.StatusUnauthorized} {
		value, err := by.sealed(forSession, made)
		if err != nil {
			t.Fatal(err)
		}
		cookie := b.service.gate.cookie(served, forSession, value, time.Hour)
		b.send("GET", api+"xa-a/inbox?role=lanh-dao", "", nil, "Cookie", cookie.Name+"="+cookie.Value).want(status, nil)
	}
}

// agency is an agency as it is served.
func (b *bench) agency(name string) *agency {
	b.t.Helper()
	a, ok := b.service.served.Load().agency(name)
	if !ok {
		b.t.Fatalf("no agency %s", name)
	}
	return a
}
