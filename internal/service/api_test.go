package service

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"chuan.dev/chuan/internal/store"
)

func TestFromReceptionToResult(t *testing.T) {
	b := start(t)
	v := b.receive()
	if v.Code != "H18.35.01-260601-0001" || len(v.CheckCode) != checkLength || v.Revision != 1 || v.Version != 1 {
		t.Errorf("received %s with check code %q, revision %d, version %d", v.Code, v.CheckCode, v.Revision, v.Version)
	}
	if v.Due != "" || v.ExpectedDue != "2026-06-04T17:30:00+07:00" || v.ReceivedAt != "2026-06-01T08:00:00+07:00" {
		t.Errorf("received at %s, due %q, expected due %s", v.ReceivedAt, v.Due, v.ExpectedDue)
	}
	b.pass(30 * time.Minute)
	v = b.act(v, "an", "nhan")
	if v.Due != "2026-06-04T17:30:00+07:00" || v.AcceptedAt != "2026-06-01T08:30:00+07:00" || !v.DueProvisional {
		t.Errorf("accepted at %s, due %s, provisional %v", v.AcceptedAt, v.Due, v.DueProvisional)
	}
	var inbox Inbox
	b.send("GET", api+"xa-a/inbox?role=thu-ly", "chi", nil).want(http.StatusOK, &inbox)
	if len(inbox.Items) != 1 || inbox.Items[0].Code != v.Code || inbox.Items[0].Step != "B2" || inbox.Items[0].Title != "Thẩm định hồ sơ" ||
		inbox.Items[0].StepDue != "2026-06-02T08:30:00+07:00" || inbox.Items[0].Version != 2 {
		t.Errorf("inbox %+v", inbox)
	}
	b.send("GET", api+"xa-a/dossiers/"+v.Code, "chi", nil).want(http.StatusOK, &v)
	if got := v.Steps[0].Actions; len(got) != 2 || got[0].ID != "dat" {
		t.Errorf("actions offered to chi: %+v", got)
	}
	v = b.act(v, "chi", "dat", appraised("dat"))
	v = b.act(v, "giang", "ky")
	if v.Clock != "finished" {
		t.Errorf("the clock is %s when the result is ready", v.Clock)
	}
	v = b.act(v, "an", "tra", paid)
	if v.Status != "ended" || v.Outcome != "xac-nhan" || v.Result != "granted" || len(v.Steps) != 0 || v.Overdue {
		t.Errorf("ended: %+v", v)
	}
	var types []string
	for _, e := range v.History {
		types = append(types, string(e.Type))
	}
	if want := []string{"received", "moved", "moved", "moved", "paid", "moved", "ended"}; !slices.Equal(types, want) {
		t.Errorf("history %v, want %v", types, want)
	}
	b.send("GET", api+"xa-a/inbox?role=mot-cua", "an", nil).want(http.StatusOK, &inbox)
	if len(inbox.Items) != 0 {
		t.Errorf("inbox after the end: %+v", inbox)
	}
	if got := b.metric(`chuan_dossier_events_total{agency="xa-a",type="moved"}`); !strings.HasSuffix(got, " 4") {
		t.Errorf("metric of events: %q", got)
	}
}

func TestSerialNumbersCountByAgencyAndDay(t *testing.T) {
	b := start(t)
	var other DossierView
	b.send("POST", api+"xa-b/dossiers", "an", application()).want(http.StatusCreated, &other)
	codes := []string{other.Code, b.receive().Code, b.receive().Code}
	b.pass(16 * time.Hour) // midnight in Điện Biên, five in the afternoon in UTC
	codes = append(codes, b.receive().Code)
	want := []string{"H18.35.02-260601-0001", "H18.35.01-260601-0001", "H18.35.01-260601-0002", "H18.35.01-260602-0001"}
	if !slices.Equal(codes, want) {
		t.Errorf("codes %v, want %v", codes, want)
	}
}

func TestRefusals(t *testing.T) {
	b := start(t)
	v := b.receive()
	path := api + "xa-a/dossiers/" + v.Code + "/actions"
	for name, c := range map[string]struct {
		method, path, officer string
		body                  any
		status                int
		code                  string
	}{
		"nobody signed in":    {"POST", path, "", map[string]any{"action": "nhan", "version": 1}, 401, "sign-in-needed"},
		"stranger":            {"POST", path, "xyz", map[string]any{"action": "nhan", "version": 1}, 403, "officer-unknown"},
		"wrong role":          {"POST", path, "chi", map[string]any{"action": "nhan", "version": 1}, 403, "role-not-held"},
		"no version":          {"POST", path, "an", map[string]any{"action": "nhan"}, 400, "version-needed"},
		"no reason":           {"POST", path, "an", map[string]any{"action": "bo-sung", "version": 1}, 422, "reason-needed"},
		"no such action":      {"POST", path, "an", map[string]any{"action": "la", "version": 1}, 422, "action-unknown"},
		"step not open":       {"POST", path, "an", map[string]any{"action": "nhan", "step": "B4", "version": 1}, 409, "step-not-open"},
		"no such dossier":     {"GET", api + "xa-a/dossiers/H18.35.01-260601-9999", "an", nil, 404, "dossier-not-found"},
		"another's dossier":   {"GET", api + "xa-b/dossiers/" + v.Code, "an", nil, 404, "dossier-not-found"},
		"no such agency":      {"GET", api + "xa-c/inbox?role=mot-cua", "an", nil, 404, "agency-unknown"},
		"no such path":        {"GET", "/api/v2/agencies", "", nil, 404, "route-unknown"},
		"no such method":      {"DELETE", api + "xa-a/dossiers/" + v.Code, "an", nil, 404, "route-unknown"},
		"another role's":      {"GET", api + "xa-a/inbox?role=lanh-dao", "an", nil, 403, "role-not-held"},
		"limit":               {"GET", api + "xa-a/inbox?role=mot-cua&limit=0", "an", nil, 400, "limit-wrong"},
		"not JSON":            {"POST", path, "an", `action=nhan`, 400, "bad-json"},
		"half JSON":           {"POST", path, "an", `{"action":`, 400, "bad-json"},
		"two values":          {"POST", path, "an", `{"action":"nhan","version":1} {}`, 400, "bad-json"},
		"unknown field":       {"POST", path, "an", `{"action":"nhan","version":1,"hack":true}`, 400, "bad-json"},
		"wrong type":          {"POST", path, "an", `{"action":["nhan"],"version":1}`, 400, "bad-json"},
		"too large":           {"POST", path, "an", `{"reason":"` + strings.Repeat("x", maxBody) + `"}`, 413, "body-too-large"},
		"unknown procedure":   {"POST", api + "xa-b/dossiers", "an", map[string]any{"procedure": "cap-lai"}, 404, "procedure-unknown"},
		"unknown of the list": {"GET", api + "xa-a/procedures/la", "", nil, 404, "procedure-unknown"},
		"no applicant":        {"POST", api + "xa-a/dossiers", "an", map[string]any{"procedure": "xac-nhan", "channel": "counter"}, 422, "applicant-invalid"},
		"no evidence":         {"GET", api + "xa-a/evidence", "", nil, 404, "evidence-not-configured"},
	} {
		t.Run(name, func(t *testing.T) {
			b.t = t
			b.send(c.method, c.path, c.officer, c.body).problem(c.status, c.code)
		})
	}
	b.t = t
	b.send("POST", path, "an", `{}`, "Content-Type", "text/plain").problem(415, "not-json")
	for _, secret := range personal {
		if strings.Contains(b.log.String(), secret) {
			t.Errorf("the log contains %q", secret)
		}
	}
}

func TestFormErrorsAreListed(t *testing.T) {
	b := start(t)
	body := application()
	body["forms"] = map[string]any{"to-khai": map[string]any{"hoTen": personal[0], "soDinhDanh": "12", "soTang": 0, "la": 1}}
	p := b.send("POST", api+"xa-a/dossiers", "an", body).problem(http.StatusUnprocessableEntity, "form-invalid")
	var got []string
	for _, f := range p.Fields {
		got = append(got, f.Field+" "+f.Code)
	}
	if want := []string{"soDinhDanh pattern", "soTang minimum", "la unknown"}; !slices.Equal(got, want) {
		t.Errorf("fields %v, want %v", got, want)
	}
}

func TestAStalePageGetsTheCurrentState(t *testing.T) {
	b := start(t)
	v := b.receive()
	b.act(v, "an", "nhan")
	body := map[string]any{"action": "nhan", "version": v.Version}
	p := b.send("POST", api+"xa-a/dossiers/"+v.Code+"/actions", "an", body).problem(http.StatusConflict, "stale-version")
	var current DossierView
	remarshal(t, p.Current, &current)
	if current.Version != 2 || current.Steps[0].Step != "B2" {
		t.Errorf("dossier of the conflict: %+v", current)
	}
}

func TestWithoutASignInOfficersAreTurnedAway(t *testing.T) {
	b := start(t, func(c *Config) { c.DevelopmentSignIn = false })
	a := b.send("GET", api+"xa-a/inbox?role=mot-cua", "an", nil)
	a.problem(http.StatusUnauthorized, "sign-in-needed")
	if got := a.Header().Get(DevelopmentHeader); got != "" {
		t.Errorf("header %s is %q", DevelopmentHeader, got)
	}
	page := b.send("GET", "/", "", nil).want(http.StatusOK, nil)
	if strings.Contains(page.Body.String(), "Development sign-in") {
		t.Error("the page speaks of a development sign-in")
	}
}

func TestTheDevelopmentSignInSaysSo(t *testing.T) {
	b := start(t)
	for _, path := range []string{"/", "/xa-a", "/xa-a/ho-so", "/nichts", "/api/v1/agencies", api + "xa-a/inbox", "/healthz"} {
		a := b.send("GET", path, "", nil)
		if got := a.Header().Get(DevelopmentHeader); got != "true" {
			t.Errorf("%s: header %s is %q", path, DevelopmentHeader, got)
		}
		if strings.HasPrefix(a.Header().Get("Content-Type"), "text/html") && !strings.Contains(a.Body.String(), "Development sign-in") {
			t.Errorf("%s: the page does not say so", path)
		}
	}
}

func TestProcedures(t *testing.T) {
	b := start(t)
	var agencies struct{ Items []AgencyView }
	b.send("GET", "/api/v1/agencies", "", nil).want(http.StatusOK, &agencies)
	if len(agencies.Items) != 2 || agencies.Items[0].Name != "xa-a" || agencies.Items[0].Procedures != 2 {
		t.Errorf("agencies %+v", agencies)
	}
	var list struct{ Items []ProcedureView }
	b.send("GET", api+"xa-a/procedures", "", nil).want(http.StatusOK, &list)
	if len(list.Items) != 2 || list.Items[1].Name != "xac-nhan" || list.Items[1].AdministrativeProcedure != "1.009994" ||
		list.Items[1].Revision != 1 || list.Items[1].Spec != nil {
		t.Errorf("procedures %+v", list)
	}
	var one ProcedureView
	b.send("GET", api+"xa-a/procedures/xac-nhan", "", nil).want(http.StatusOK, &one)
	if one.Spec == nil || len(one.Spec.Steps) != 5 || one.Digest == "" {
		t.Errorf("procedure %+v", one)
	}
}

func TestEvidence(t *testing.T) {
	b := start(t)
	b.config.EvidenceKeyFile = b.config.Data + "/key"
	b.restart()
	path := api + "xa-a/evidence"
	b.send("GET", path, "", nil, "Authorization", "Bearer ").problem(http.StatusUnauthorized, "evidence-key-wrong")
	writeFile(t, b.config.EvidenceKeyFile, " \n")
	b.send("GET", path, "", nil, "Authorization", "Bearer ").problem(http.StatusUnauthorized, "evidence-key-wrong")
	writeFile(t, b.config.EvidenceKeyFile, "s3cret\n")
	for _, header := range []string{"", "s3cret", "Basic s3cret", "Bearer s3cre", "Bearer s3cret2"} {
		b.send("GET", path, "an", nil, "Authorization", header).problem(http.StatusUnauthorized, "evidence-key-wrong")
	}
	var empty, full EvidenceView
	b.send("GET", path, "", nil, "Authorization", "Bearer s3cret").want(http.StatusOK, &empty)
	if empty.Dossiers != 0 || !empty.Verified {
		t.Errorf("evidence of nothing: %+v", empty)
	}
	b.act(b.receive(), "an", "nhan")
	b.send("GET", path, "", nil, "Authorization", "Bearer s3cret").want(http.StatusOK, &full)
	if full.Dossiers != 1 || full.Events != 2 || !full.Verified || full.Head == empty.Head || full.At == "" {
		t.Errorf("evidence: %+v", full)
	}
	writeFile(t, b.config.EvidenceKeyFile, "changed")
	b.send("GET", path, "", nil, "Authorization", "Bearer s3cret").problem(http.StatusUnauthorized, "evidence-key-wrong")
	b.send("GET", path, "", nil, "Authorization", "Bearer changed").want(http.StatusOK, nil)
}

func TestWhatRunsOutGoesOnByItself(t *testing.T) {
	b := start(t)
	v := b.receive()
	v = b.act(v, "an", "bo-sung", map[string]any{"reason": "Thiếu sơ đồ"})
	other := b.act(b.receive(), "an", "bo-sung", map[string]any{"reason": "Thiếu sơ đồ"})
	b.pass(9 * 24 * time.Hour)
	b.sweep()
	b.send("GET", api+"xa-a/dossiers/"+v.Code, "an", nil).want(http.StatusOK, &v)
	if v.Status != "open" {
		t.Fatalf("the dossier ended before its time: %+v", v)
	}
	b.pass(2 * 24 * time.Hour)
	// Who touches it first lets it run out, sweep or not, and learns that it has.
	body := map[string]any{"action": "nop-lai", "version": other.Version}
	b.send("POST", api+"xa-a/dossiers/"+other.Code+"/actions", "an", body).problem(http.StatusConflict, "dossier-ended")
	b.sweep()
	b.send("GET", api+"xa-a/dossiers/"+v.Code, "an", nil).want(http.StatusOK, &v)
	if v.Outcome != "khong-nop-lai" || v.Result != "lapsed" || v.History[2].Type != "expired" || v.History[2].Officer != "" {
		t.Errorf("after ten days: %+v", v)
	}
}

func (b *bench) sweep() {
	for _, a := range b.service.served.Load().agencies {
		b.service.sweepAgency(b.t.Context(), a)
	}
}

func TestRecordsOutliveTheService(t *testing.T) {
	b := start(t)
	v := b.act(b.receive(), "an", "nhan")
	b.restart()
	v = b.act(v, "chi", "dat", appraised("dat"))
	if v.Steps[0].Step != "B3" {
		t.Errorf("after a restart: %+v", v.Steps)
	}
}

func TestStoreFailuresAreToldApart(t *testing.T) {
	b := start(t)
	for _, c := range []struct {
		err    error
		status int
		code   string
		retry  bool
	}{
		{store.ErrBusy, http.StatusServiceUnavailable, "busy", true},
		{store.ErrFull, http.StatusInsufficientStorage, "storage-full", true},
		{store.ErrUnwritable, http.StatusServiceUnavailable, "storage-failed", true},
		{store.ErrClosed, http.StatusServiceUnavailable, "storage-failed", true},
		{errors.New("secret detail"), http.StatusInternalServerError, "internal", false},
	} {
		b.handler = b.service.observed(b.service.answer(func(http.ResponseWriter, *http.Request) error {
			return fmt.Errorf("record a new dossier: %w", c.err)
		}))
		a := b.send("GET", "/", "", nil)
		p := a.problem(c.status, c.code)
		if strings.Contains(p.Detail, "secret") || (a.Header().Get("Retry-After") != "") != c.retry {
			t.Errorf("%v: %+v, Retry-After %q", c.err, p, a.Header().Get("Retry-After"))
		}
	}
}

func TestAHandlerThatPanicsIsAnError(t *testing.T) {
	b := start(t)
	b.handler = b.service.observed(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("boom") }))
	b.send("GET", "/", "", nil).problem(http.StatusInternalServerError, "internal")
	if !strings.Contains(b.log.String(), "boom") {
		t.Error("the log does not say why")
	}
}

// fullDisk is a store on a disk that may be full.
type fullDisk struct {
	store.Store
	full *bool
}

func (d fullDisk) Create(ctx context.Context, n store.New) (store.Written, error) {
	if *d.full {
		return store.Written{}, fmt.Errorf("record a new dossier: %w", store.ErrFull)
	}
	return d.Store.Create(ctx, n)
}

func (d fullDisk) Healthy(ctx context.Context) error {
	if *d.full {
		return fmt.Errorf("records cannot be written: %w", store.ErrFull)
	}
	return d.Store.Healthy(ctx)
}

func TestAFullDiskIsSaidAndOvercome(t *testing.T) {
	b := start(t)
	full := make([]bool, 2)
	for i, a := range b.service.served.Load().agencies {
		a.records.Store = fullDisk{Store: a.records.Store, full: &full[i]}
	}
	full[0] = true
	b.send("POST", api+"xa-a/dossiers", "an", application()).problem(http.StatusInsufficientStorage, "storage-full")
	if r, status := b.readiness(); status != http.StatusOK || r.Agencies["xa-a"] != "storage-full" || r.Agencies["xa-b"] != "ok" {
		t.Errorf("one of two agencies is full: %d %+v", status, r)
	}
	if got := b.metric(`chuan_store_writable{agency="xa-a"}`); !strings.HasSuffix(got, " 0") {
		t.Errorf("metric %q", got)
	}
	full[1] = true
	if r, status := b.readiness(); status != http.StatusServiceUnavailable || r.Ready {
		t.Errorf("every agency is full: %d %+v", status, r)
	}
	full[0], full[1] = false, false
	if r, status := b.readiness(); status != http.StatusOK || !r.Ready {
		t.Errorf("there is space again: %d %+v", status, r)
	}
	if got := b.receive().Code; got != "H18.35.01-260601-0001" {
		t.Errorf("the first dossier with space again is %s", got)
	}
}
