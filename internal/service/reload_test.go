package service

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/procedure"
)

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (b *bench) readiness() (Readiness, int) {
	b.t.Helper()
	var r Readiness
	a := b.send("GET", "/readyz", "", nil)
	a.want(a.Code, &r)
	return r, a.Code
}

// revised is the second revision: the appraisal gets another title, and the revision holds from a day on.
func revised(t *testing.T, from string) string {
	t.Helper()
	text, err := os.ReadFile("testdata/manifests/xac-nhan.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return strings.NewReplacer("revision: 1", "revision: 2", `"2026-01-05"`, `"`+from+`"`,
		"Thẩm định hồ sơ", "Thẩm định hai lần").Replace(string(text))
}

func TestNewDossiersUseTheNewRevisionAndOpenOnesKeepTheirs(t *testing.T) {
	b := start(t)
	v := b.receive()
	// The manifests move on altogether: the first revision is no longer among them.
	b.write("xac-nhan.yaml", revised(t, "2026-06-01"))
	v = b.act(v, "an", "nhan")
	if v.Revision != 1 || v.Steps[0].Title != "Thẩm định hồ sơ" {
		t.Errorf("open dossier: revision %d, step %q", v.Revision, v.Steps[0].Title)
	}
	other := b.act(b.receive(), "an", "nhan")
	if other.Revision != 2 || other.Steps[0].Title != "Thẩm định hai lần" {
		t.Errorf("new dossier: revision %d, step %q", other.Revision, other.Steps[0].Title)
	}
	b.restart()
	kept, err := b.service.served.Load().agencies[0].records.Revision(t.Context(), v.History[0].Data.Receipt.Digest)
	if err != nil {
		t.Fatal(err)
	}
	var spec v1alpha1.QualityProcedureSpec
	if err := json.Unmarshal(kept.Text, &spec); err != nil || procedure.Digest(&spec) != kept.Digest {
		t.Errorf("the text that was kept is not the one that the dossier cites: %v", err)
	}
	v = b.act(v, "chi", "dat", appraised("dat"))
	if v.Revision != 1 || v.Steps[0].Step != "B3" {
		t.Errorf("open dossier after a restart: %+v", v)
	}
	var inbox Inbox
	b.send("GET", api+"xa-a/inbox?role=thu-ly", "chi", nil).want(http.StatusOK, &inbox)
	if len(inbox.Items) != 1 || inbox.Items[0].Revision != 2 {
		t.Errorf("inbox %+v", inbox)
	}
}

func TestARevisionComesIntoForceOnItsDay(t *testing.T) {
	b := start(t)
	b.write("xac-nhan-2.yaml", revised(t, "2026-06-03"))
	var p ProcedureView
	b.send("GET", api+"xa-a/procedures/xac-nhan", "", nil).want(http.StatusOK, &p)
	if p.Revision != 1 || len(p.Coming) != 1 || p.Coming[0].Revision != 2 {
		t.Fatalf("before: revision %d, coming %+v", p.Revision, p.Coming)
	}
	page := b.send("GET", "/xa-a/thu-tuc/xac-nhan", "", nil).want(http.StatusOK, nil).Body.String()
	if !strings.Contains(page, "lần 2 có hiệu lực từ 03/06/2026") {
		t.Errorf("the page does not announce the revision:\n%s", page)
	}
	if got := b.receive().Revision; got != 1 {
		t.Errorf("on the first of June dossiers are received under revision %d", got)
	}
	b.pass(39*time.Hour + 59*time.Minute)
	if got := b.receive().Revision; got != 1 {
		t.Errorf("a minute before the third of June dossiers are received under revision %d", got)
	}
	b.pass(time.Minute)
	if got := b.receive().Revision; got != 2 {
		t.Errorf("on the third of June dossiers are received under revision %d", got)
	}
}

func TestAProcedureThatIsNotInForceYet(t *testing.T) {
	b := start(t)
	b.write("xac-nhan.yaml", revised(t, "2026-07-01"))
	b.send("POST", api+"xa-a/dossiers", "an", application()).problem(http.StatusConflict, "not-in-force")
	page := b.send("GET", "/xa-a/thu-tuc/xac-nhan", "", nil).want(http.StatusOK, nil).Body.String()
	if !strings.Contains(page, "Chưa có hiệu lực") {
		t.Error("the page does not say that the procedure is not in force")
	}
	b.send("GET", "/xa-a", "", nil).want(http.StatusOK, nil)
}

func TestBrokenManifestsKeepTheLastGoodOnes(t *testing.T) {
	b := start(t)
	b.write("xac-nhan.yaml", "kind: QualityProcedure\n  broken")
	b.reload()
	b.reload()
	if got := b.receive(); got.Revision != 1 {
		t.Errorf("received under %+v", got)
	}
	if got := b.metric("chuan_manifests_valid"); got != "chuan_manifests_valid 0" {
		t.Errorf("metric %q", got)
	}
	r, status := b.readiness()
	if status != http.StatusOK || !r.Ready || r.Manifests.Valid || len(r.Manifests.Problems) == 0 ||
		!strings.HasPrefix(r.Manifests.Problems[0], "xac-nhan.yaml:1") {
		t.Errorf("readiness %d %+v", status, r)
	}
	if n := strings.Count(b.log.String(), "level=ERROR"); n != 1 {
		t.Errorf("%d errors were logged, want 1:\n%s", n, b.log)
	}
	b.write("xac-nhan.yaml", revised(t, "2026-06-01"))
	if got := b.receive(); got.Revision != 2 {
		t.Errorf("after the repair received under revision %d", got.Revision)
	}
	if r, _ := b.readiness(); !r.Manifests.Valid || b.metric("chuan_manifests_valid") != "chuan_manifests_valid 1" {
		t.Errorf("readiness after the repair %+v", r)
	}
}

func TestOneBrokenProcedureDoesNotStopTheOthers(t *testing.T) {
	b := start(t)
	b.write("cap-lai.yaml", strings.NewReplacer("name: xac-nhan,", "name: cap-lai,", "QT-XN-01", "QT-CL-01").
		Replace(revised(t, "2026-06-01")))
	b.edit("xac-nhan.yaml", "to: B3", "to: B33")
	var list struct{ Items []ProcedureView }
	b.send("GET", api+"xa-a/procedures", "", nil).want(http.StatusOK, &list)
	if len(list.Items) != 2 || list.Items[0].Revision != 2 || list.Items[1].Revision != 1 {
		t.Fatalf("procedures %+v, want the new cap-lai and the old xac-nhan", list.Items)
	}
	v := b.act(b.act(b.receive(), "an", "nhan"), "chi", "dat", appraised("dat"))
	if v.Steps[0].Step != "B3" {
		t.Errorf("the last good text leads to %+v", v.Steps)
	}
	r, _ := b.readiness()
	if r.Manifests.Valid || !strings.Contains(strings.Join(r.Manifests.Problems, "\n"), "procedure xac-nhan revision 1") {
		t.Errorf("readiness %+v", r.Manifests)
	}

	// A service that starts with it serves what is sound; dossiers of the broken procedure keep their text.
	b.restart()
	b.send("GET", api+"xa-a/procedures", "", nil).want(http.StatusOK, &list)
	if len(list.Items) != 1 || list.Items[0].Name != "cap-lai" {
		t.Errorf("procedures after a restart %+v", list.Items)
	}
	b.act(v, "giang", "ky")
}

func TestABrokenAgencyDoesNotStopTheOthers(t *testing.T) {
	b := start(t)
	b.edit("agencies.yaml", "calendar: {series: vn}\n  units", "calendar: {series: la}\n  units")
	b.receive()
	b.edit("agencies.yaml", "UBND xã B", "UBND xã Bê")
	var agencies struct{ Items []AgencyView }
	b.send("GET", "/api/v1/agencies", "", nil).want(http.StatusOK, &agencies)
	if len(agencies.Items) != 2 || agencies.Items[1].Title != "UBND xã Bê" {
		t.Errorf("agencies %+v", agencies.Items)
	}
}

func TestTwoAgenciesWithOneCode(t *testing.T) {
	b := start(t)
	b.edit("agencies.yaml", "name: xa-b", "name: xa-0")
	b.edit("agencies.yaml", "H18.35.02", "H18.35.01")
	// The one that was served under the code keeps it.
	if got := b.receive().Code; got != "H18.35.01-260601-0001" {
		t.Errorf("code %s", got)
	}
	r, _ := b.readiness()
	if !strings.Contains(strings.Join(r.Manifests.Problems, "\n"), "H18.35.01") {
		t.Errorf("readiness %+v", r.Manifests)
	}
}

func TestADirectoryThatVanishes(t *testing.T) {
	b := start(t)
	away := b.config.Manifests + ".away"
	if err := os.Rename(b.config.Manifests, away); err != nil {
		t.Fatal(err)
	}
	b.reload()
	b.reload()
	b.receive()
	r, status := b.readiness()
	if status != http.StatusOK || r.Manifests.Valid {
		t.Errorf("readiness %d %+v", status, r)
	}
	if n := strings.Count(b.log.String(), "level=ERROR"); n != 1 {
		t.Errorf("%d errors were logged, want 1:\n%s", n, b.log)
	}
	if err := os.Mkdir(b.config.Manifests, 0o700); err != nil {
		t.Fatal(err)
	}
	b.reload()
	b.receive()
	if err := errors.Join(os.Remove(b.config.Manifests), os.Rename(away, b.config.Manifests)); err != nil {
		t.Fatal(err)
	}
	b.reload()
	if r, _ := b.readiness(); !r.Manifests.Valid {
		t.Errorf("readiness when it is back %+v", r.Manifests)
	}
}

func TestARemovedAgencyKeepsItsFile(t *testing.T) {
	b := start(t)
	v := b.receive()
	text, err := os.ReadFile(b.manifest("agencies.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	_, second, _ := strings.Cut(string(text), "---\n")
	b.write("agencies.yaml", second)
	b.send("GET", api+"xa-a/dossiers/"+v.Code, "an", nil).problem(http.StatusNotFound, "agency-unknown")
	b.send("GET", "/xa-a", "", nil).want(http.StatusNotFound, nil)
	if got := b.metric(`chuan_store_writable{agency="xa-a"}`); got != "" {
		t.Errorf("metric of the removed agency: %s", got)
	}
	if _, err := os.Stat(filepath.Join(b.config.Data, "xa-a.db")); err != nil {
		t.Errorf("the file of the removed agency: %v", err)
	}
	b.write("agencies.yaml", string(text))
	b.send("GET", api+"xa-a/dossiers/"+v.Code, "an", nil).want(http.StatusOK, nil)
}

func TestTheCodeOfAnAgencyDoesNotChange(t *testing.T) {
	b := start(t)
	b.edit("agencies.yaml", "H18.35.01", "H18.35.09")
	if got := b.receive().Code; got != "H18.35.01-260601-0001" {
		t.Errorf("code %s", got)
	}
	r, _ := b.readiness()
	if !strings.Contains(strings.Join(r.Manifests.Problems, "\n"), "the code of an agency does not change") {
		t.Errorf("readiness %+v", r.Manifests)
	}
}

// A kubelet keeps the files of a volume in a directory ..DATE, to which ..data links, and swaps that link.
func TestAMountedBundle(t *testing.T) {
	b := start(t, func(c *Config) { mountBundle(t, c.Manifests, "..1", nil) })
	if got := b.receive().Revision; got != 1 {
		t.Fatalf("revision %d", got)
	}
	ctx, stop := context.WithCancel(t.Context())
	watching := make(chan struct{})
	go func() {
		defer close(watching)
		b.service.watch(ctx)
	}()
	defer func() {
		stop()
		<-watching
	}()
	waitFor(t, func() bool { return strings.Contains(b.log.String(), "manifests are followed") })
	time.Sleep(2 * settle)
	mountBundle(t, b.config.Manifests, "..2", map[string]string{"xac-nhan.yaml": revised(t, "2026-06-01")})
	waitFor(t, func() bool {
		p, _ := b.service.served.Load().agencies[0].procedure("xac-nhan")
		return p.revision(2) != nil
	})
	if got := b.receive().Revision; got != 2 {
		t.Errorf("revision after the swap %d", got)
	}
}

func waitFor(t *testing.T, what func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !what(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it did not happen within 20 seconds")
		}
	}
}

func TestOnlyOneServiceWorksInADataDirectory(t *testing.T) {
	b := start(t)
	if _, err := New(t.Context(), b.config); err == nil || !strings.Contains(err.Error(), "another workflowd works in this data directory") {
		t.Errorf("second service: %v", err)
	}
}

func TestNothingToServe(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(dir string) error
		want  string
	}{
		"no directory": {os.RemoveAll, "no such file"},
		"no agency":    {func(dir string) error { return os.Remove(filepath.Join(dir, "agencies.yaml")) }, "no Agency"},
		"bad manifests": {func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "agencies.yaml"), []byte("kind: ["), 0o600)
		}, "agencies.yaml:1"},
		"no calendar": {func(dir string) error {
			return errors.Join(os.Remove(filepath.Join(dir, "vn-2026.yaml")), os.Remove(filepath.Join(dir, "vn-2027.yaml")))
		}, `"vn"`},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "manifests")
			if err := errors.Join(os.CopyFS(dir, os.DirFS("testdata/manifests")), c.spoil(dir)); err != nil {
				t.Fatal(err)
			}
			data := t.TempDir()
			_, err := New(t.Context(), Config{Manifests: dir, Data: data})
			var load *LoadError
			if !errors.As(err, &load) || !strings.Contains(load.Error(), c.want) {
				t.Fatalf("New: %v, want a LoadError with %q", err, c.want)
			}
			// The data directory is free again.
			lock, err := lockDirectory(data)
			if err != nil {
				t.Fatal(err)
			}
			if err := lock.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestDrainingIsNotReady(t *testing.T) {
	b := start(t)
	b.service.Drain()
	if r, status := b.readiness(); status != http.StatusServiceUnavailable || r.Ready || !r.Draining {
		t.Errorf("readiness %d %+v", status, r)
	}
	b.send("GET", "/healthz", "", nil).want(http.StatusOK, nil)
}

// TestAProcedureThatOnlyBreaksJudgementsIsServed: rules are added with new versions, and what was accepted stays in use.
func TestAProcedureThatOnlyBreaksJudgementsIsServed(t *testing.T) {
	var log bytes.Buffer
	b := start(t, func(c *Config) { c.Logger = slog.New(slog.NewTextHandler(&log, nil)) })
	v := b.receive()
	digest := func() string {
		var list struct{ Items []ProcedureView }
		b.send("GET", api+"xa-a/procedures", "", nil).want(http.StatusOK, &list)
		return list.Items[len(list.Items)-1].Digest
	}
	before := digest()
	b.edit("xac-nhan.yaml", "basis: nd-118-2025}", "basis: nd-118-2025}\n  objectives:\n  - {id: a, title: A, measure: onTimeRate, target: \"<= 98%\", period: year}")
	if digest() == before {
		t.Error("the changed text is not served")
	}
	if said := log.String(); !strings.Contains(said, "procedure=xac-nhan") || !strings.Contains(said, "Q3 spec.objectives[0].target") {
		t.Errorf("the log says nothing of the rule that is broken: %s", said)
	}
	b.act(v, "an", "nhan")
}
