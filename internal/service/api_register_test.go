package service

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// pages collects the codes of all pages of a list.
func (b *bench) pages(path, officer string) (codes []string) {
	b.t.Helper()
	after := ""
	for range 50 {
		var page Register
		b.send("GET", path+after, officer, nil).want(http.StatusOK, &page)
		for _, e := range page.Items {
			codes = append(codes, e.Code)
		}
		if page.Next == "" {
			return codes
		}
		after = "&after=" + page.Next
	}
	b.t.Fatal("the pages do not end")
	return nil
}

func TestTheRegister(t *testing.T) {
	b := start(t)
	var codes []string
	for range 5 {
		codes = append(codes, b.receive().Code)
		b.pass(time.Minute)
	}
	b.pass(24 * time.Hour)
	late := b.receive()
	v := b.act(late, "an", "nhan")
	for name, c := range map[string]struct {
		query string
		want  []string
	}{
		"all":        {"?limit=2", append(slices.Clone(codes), late.Code)},
		"first day":  {"?limit=2&receivedTo=2026-06-01", codes},
		"second day": {"?limit=2&receivedFrom=2026-06-02", []string{late.Code}},
		"newest":     {"?limit=5&order=newest&receivedTo=2026-06-01", reversed(codes)},
		"due":        {"?limit=5&order=due&dueTo=2026-06-05", []string{late.Code}},
		"ended":      {"?limit=5&status=ended", nil},
		"channel":    {"?limit=5&channel=online", nil},
		"procedure":  {"?limit=5&procedure=cap-lai", nil},
		"disposable": {"?limit=5&disposableOn=2026-06-30", nil},
	} {
		t.Run(name, func(t *testing.T) {
			b.t = t
			if got := b.pages(api+"xa-a/dossiers"+c.query, "chi"); !slices.Equal(got, c.want) {
				t.Errorf("found %v, want %v", got, c.want)
			}
		})
	}
	b.t = t
	for query, code := range map[string]string{
		"?status=closed": "parameter-wrong", "?limit=501": "limit-wrong", "?after=xyz": "cursor-wrong",
		"?receivedFrom=1.6.2026": "parameter-wrong", "?name=Lo": "parameter-unknown", "?limit=1&limit=2": "parameter-wrong",
	} {
		b.send("GET", api+"xa-a/dossiers"+query, "chi", nil).problem(http.StatusBadRequest, code)
	}
	b.pass(30 * 24 * time.Hour)
	var register Register
	b.send("GET", api+"xa-a/dossiers?order=due", "chi", nil).want(http.StatusOK, &register)
	if len(register.Items) != 1 || !register.Items[0].Overdue || register.Items[0].Version != v.Version {
		t.Errorf("after a month: %+v", register.Items)
	}
}

func reversed(codes []string) []string {
	codes = slices.Clone(codes)
	slices.Reverse(codes)
	return codes
}

func TestDossiersOfAnIdentityNumber(t *testing.T) {
	b := start(t)
	path := api + "xa-a/dossiers"
	body := application()
	body["applicant"] = map[string]any{"name": personal[0], "identityNumber": "0112 3456 7890"}
	var checked CheckedDossier
	b.send("POST", path+"/check", "an", body).want(http.StatusOK, &checked)
	if len(checked.Warnings) != 0 || checked.ExpectedDue == "" || checked.Revision != 1 {
		t.Errorf("checked: %+v", checked)
	}
	var first, second DossierView
	b.send("POST", path, "an", body).want(http.StatusCreated, &first)
	b.send("POST", path+"/check", "an", body).want(http.StatusOK, &checked)
	if len(checked.Warnings) != 1 || !slices.Equal(checked.Warnings[0].Dossiers, []string{first.Code}) {
		t.Errorf("checked again: %+v", checked)
	}
	// The same number in the form is the same person.
	b.send("POST", path, "an", application()).want(http.StatusCreated, &second)
	if len(second.Warnings) != 1 || second.Warnings[0].Code != "duplicate-submission" ||
		!slices.Equal(second.Warnings[0].Dossiers, []string{first.Code}) {
		t.Errorf("warnings: %+v", second.Warnings)
	}
	var found Register
	b.send("POST", path+"/search", "chi", map[string]any{"identityNumber": personal[1]}).want(http.StatusOK, &found)
	if len(found.Items) != 2 || found.Items[0].Code != second.Code {
		t.Errorf("found %+v", found.Items)
	}
	b.send("POST", path+"/search", "chi", map[string]any{"identityNumber": "011234567891"}).want(http.StatusOK, &found)
	if len(found.Items) != 0 {
		t.Errorf("found under another number: %+v", found.Items)
	}
	b.send("POST", path+"/search", "chi", map[string]any{"identityNumber": " "}).problem(422, "identity-number-needed")
	b.send("POST", path+"/search", "chi", map[string]any{"identityNumber": "1", "status": "x"}).problem(400, "parameter-wrong")
	b.send("POST", path+"/check", "chi", application()).problem(http.StatusForbidden, "role-not-held")
}

func TestPersonalDataAreNotReadableAtRest(t *testing.T) {
	b := start(t)
	v := b.act(b.receive(), "an", "bo-sung", map[string]any{"reason": "Bà Lò Thị Xuân chưa ký"})
	if v.Applicant.Name != personal[0] || v.History[1].Data.Reason == "" {
		t.Errorf("the officer does not see what was written: %+v", v.Applicant)
	}
	if err := b.service.Close(); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(b.config.Data, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if info, err := os.Stat(file); err != nil || info.IsDir() {
			continue
		}
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range append([]string{"Lò Thị Xuân"}, personal...) {
			if strings.Contains(string(content), secret) {
				t.Errorf("%s contains %q", filepath.Base(file), secret)
			}
		}
	}
	b.service = nil
	b.restart()
	b.send("GET", api+"xa-a/dossiers/"+v.Code, "an", nil).want(http.StatusOK, &v)
	if v.Applicant.Name != personal[0] || v.Forms["to-khai"]["soDinhDanh"] != personal[1] {
		t.Errorf("after a restart: %+v %+v", v.Applicant, v.Forms)
	}
}

func TestTheBoards(t *testing.T) {
	b := start(t)
	for i := range 3 {
		v := b.receive()
		if i == 2 {
			b.act(v, "an", "nhan")
		}
	}
	board := func(officer, path string) string {
		t.Helper()
		var said []string
		after := ""
		for range 10 {
			var page Inbox
			b.send("GET", api+"xa-a/"+path+after, officer, nil).want(http.StatusOK, &page)
			for _, w := range page.Items {
				said = append(said, fmt.Sprintf("%s %s %v", w.Code[len(w.Code)-1:], w.Step, w.Overdue))
			}
			if page.Next == "" {
				return strings.Join(said, ", ")
			}
			after = "&after=" + page.Next
		}
		t.Fatal("the pages do not end")
		return ""
	}
	if got := board("an", "inbox?limit=1"); got != "1 B1 false, 2 B1 false" {
		t.Errorf("inbox of an: %s", got)
	}
	b.edit("agencies.yaml", "roles: [mot-cua]}", "roles: [mot-cua, thu-ly]}")
	if got := board("an", "inbox?limit=1"); got != "1 B1 false, 2 B1 false, 3 B2 false" {
		t.Errorf("inbox of an in two roles: %s", got)
	}
	if got := board("giang", "work?due=overdue&limit=5"); got != "" {
		t.Errorf("overdue at once: %s", got)
	}
	if got := board("giang", "work?due=soon&limit=2"); got != "1 B1 false, 2 B1 false, 3 B2 false" {
		t.Errorf("due soon: %s", got)
	}
	b.pass(3 * time.Hour)
	if got := board("giang", "work?due=overdue&limit=5&role=mot-cua"); got != "1 B1 true, 2 B1 true" {
		t.Errorf("overdue after three hours: %s", got)
	}
}

func TestThePublicLookup(t *testing.T) {
	b := start(t)
	v := b.receive()
	path := api + "xa-a/lookup"
	var seen LookedUp
	a := b.send("POST", path, "", map[string]any{"code": strings.ToLower(v.Code), "check": v.CheckCode}).want(http.StatusOK, &seen)
	if seen.Code != v.Code || seen.Status != "open" || len(seen.Steps) != 1 || seen.Steps[0].Unit != "Bộ phận Một cửa" {
		t.Errorf("looked up: %+v", seen)
	}
	for _, secret := range personal {
		if strings.Contains(a.Body.String(), secret) {
			t.Errorf("the answer contains %q", secret)
		}
	}
	b.send("POST", path, "", map[string]any{"code": v.Code, "check": "222222"}).problem(http.StatusNotFound, "dossier-not-found")
	b.send("POST", path, "", map[string]any{"code": v.Code, "check": ""}).problem(http.StatusNotFound, "dossier-not-found")
	for range 40 {
		a = b.send("POST", path, "", map[string]any{"code": v.Code, "check": "222222"})
	}
	if a.Code != http.StatusTooManyRequests || a.Header().Get("Retry-After") == "" {
		t.Errorf("after forty guesses: %d", a.Code)
	}
}
