package service

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestWritesWithACookieComeFromPagesOfTheService: a browser sends the cookie along whoever made it send the request.
func TestWritesWithACookieComeFromPagesOfTheService(t *testing.T) {
	o := open(t)
	b := o.browser()
	b.signIn("xa-a", accounts[0])
	body, err := json.Marshal(application())
	if err != nil {
		t.Fatal(err)
	}
	host := strings.TrimPrefix(o.url, "https://")
	for name, c := range map[string]struct {
		site, origin, kind string
		status             int
	}{
		"a page of the service":           {"same-origin", o.url, "application/json", 201},
		"the user":                        {"none", "", "application/json", 201},
		"an older browser":                {"", o.url, "application/json", 201},
		"another site":                    {"cross-site", "https://evil.example", "application/json", 403},
		"another site with a form":        {"cross-site", "https://evil.example", "text/plain", 403},
		"a neighbour":                     {"same-site", "https://x." + host, "application/json", 403},
		"another site, older browser":     {"", "https://evil.example", "application/json", 403},
		"a file, older browser":           {"", "null", "application/json", 403},
		"another port, older browser":     {"", "https://127.0.0.1:1", "application/json", 403},
		"nobody says":                     {"", "", "application/json", 403},
		"a form, older browser":           {"", o.url, "text/plain;charset=utf-8", 403},
		"a form of fields, older browser": {"", o.url, "application/x-www-form-urlencoded", 403},
		"parts, older browser":            {"", o.url, "multipart/form-data; boundary=x", 403},
		"no type, older browser":          {"", o.url, "", 403},
		"not JSON":                        {"same-origin", o.url, "text/plain", 415},
	} {
		t.Run(name, func(t *testing.T) {
			got := b.do("POST", api+"xa-a/dossiers", string(body), "Sec-Fetch-Site", c.site, "Origin", c.origin, "Content-Type", c.kind)
			if got.StatusCode != c.status {
				t.Errorf("%s %s, want %d", got.Status, got.text, c.status)
			}
			if c.status == http.StatusForbidden {
				got.wantProblem(t, c.status, "cross-origin")
			}
		})
	}
	// Reading is not bound to anything, and answers cannot be read by other sites.
	got := b.do("GET", inboxOfCounter, "", "Sec-Fetch-Site", "cross-site")
	if got.StatusCode != http.StatusOK || got.Header.Get("Access-Control-Allow-Origin") != "" || got.Header.Get("Cross-Origin-Resource-Policy") != "same-origin" {
		t.Errorf("%s with headers %v", got.Status, got.Header)
	}
}

func TestAnOfficerCannotWriteWithoutEnd(t *testing.T) {
	b := open(t).browser()
	b.signIn("xa-a", accounts[0])
	for range writeBurst {
		b.do("POST", api+"xa-a/dossiers", "{}").wantProblem(t, http.StatusNotFound, "procedure-unknown")
	}
	got := b.do("POST", api+"xa-a/dossiers", "{}")
	got.wantProblem(t, http.StatusTooManyRequests, "too-many-requests")
	if got.Header.Get("Retry-After") != "1" {
		t.Errorf("Retry-After %q", got.Header.Get("Retry-After"))
	}
	if got := b.do("GET", inboxOfCounter, ""); got.StatusCode != http.StatusOK {
		t.Errorf("reading is limited too: %s", got.Status)
	}
}

func TestAnOfficerIsChosenWithTheDevelopmentSignIn(t *testing.T) {
	b := start(t)
	page := b.send("GET", "/xa-a/dang-nhap", "", nil).want(http.StatusOK, nil)
	for _, want := range []string{"Chế độ thử nghiệm", "Lò Thị An", `value="giang"`, "lanh-dao"} {
		if !strings.Contains(page.Body.String(), want) {
			t.Errorf("the page does not show %q", want)
		}
	}
	form := []string{"Content-Type", "application/x-www-form-urlencoded", "Sec-Fetch-Site"}
	b.send("POST", "/xa-a/dang-nhap", "", "can-bo=an", append(form, "cross-site")...).want(http.StatusForbidden, nil)
	b.send("POST", "/xa-a/dang-nhap", "", "can-bo=xyz", append(form, "same-origin")...).want(http.StatusForbidden, nil)
	chosen := b.send("POST", "/xa-a/dang-nhap", "", "can-bo=an", append(form, "same-origin")...).want(http.StatusSeeOther, nil)
	if got := chosen.Header().Get("Location"); got != "/xa-a/dang-nhap" {
		t.Errorf("sent to %s", got)
	}
	cookie := chosen.Result().Cookies()[0]
	// On this machine there is no HTTPS, and the cookie does without.
	if cookie.Secure || strings.HasPrefix(cookie.Name, "__Host-") || !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode {
		t.Errorf("cookie %+v", cookie)
	}
	carried := []string{"Cookie", cookie.Name + "=" + cookie.Value, "Sec-Fetch-Site", "same-origin"}
	shown := b.send("GET", "/xa-a/dang-nhap", "", nil, carried...).want(http.StatusOK, nil)
	if !strings.Contains(shown.Body.String(), "Đăng xuất") || !strings.Contains(shown.Body.String(), "Chế độ thử nghiệm") {
		t.Errorf("the page does not show who is signed in: %s", shown.Body)
	}
	b.send("GET", inboxOfCounter, "", nil, carried...).want(http.StatusOK, nil)
	b.send("GET", api+"xa-b/inbox?role=mot-cua", "", nil, carried...).problem(http.StatusUnauthorized, "sign-in-needed")
	b.send("POST", api+"xa-a/dossiers", "", application(), carried...).want(http.StatusCreated, nil)
	b.send("GET", "/xa-a/dang-nhap/ve?code=1&state=2", "", nil).want(http.StatusNotFound, nil)
	b.send("POST", "/xa-a/dang-xuat", "", nil, carried...).want(http.StatusSeeOther, nil)
	b.send("GET", inboxOfCounter, "", nil, carried...).problem(http.StatusUnauthorized, "sign-in-needed")
	// A session for which a word was taken is none once words are not taken.
	chosen = b.send("POST", "/xa-a/dang-nhap", "", "can-bo=an", append(form, "same-origin")...).want(http.StatusSeeOther, nil)
	value := chosen.Result().Cookies()[0].Value
	b.config.DevelopmentSignIn = false
	b.restart()
	for _, name := range []string{cookie.Name, "__Host-" + cookie.Name} {
		b.send("GET", inboxOfCounter, "", nil, "Cookie", name+"="+value).problem(http.StatusUnauthorized, "sign-in-needed")
	}
	b.send("POST", "/xa-a/dang-nhap", "", "can-bo=an", append(form, "same-origin")...).want(http.StatusNotFound, nil)
	b.send("GET", "/xa-a/dang-nhap", "", nil).want(http.StatusNotFound, nil)
}

func TestHeadersOfEveryAnswer(t *testing.T) {
	b := start(t, func(c *Config) { c.PublicURL = "https://mot-cua.example" })
	for _, path := range []string{"/", "/xa-a", "/nichts", "/api/v1/agencies", api + "xa-a/inbox", "/healthz", "/metrics", "/assets/style.css", "/%00"} {
		a := b.send("GET", path, "", nil)
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin",
			"Cross-Origin-Resource-Policy": "same-origin", "Strict-Transport-Security": "max-age=31536000", DevelopmentHeader: "true",
		} {
			if got := a.Header().Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", path, name, got, want)
			}
		}
		if got := a.Header().Get("Content-Security-Policy"); !strings.HasPrefix(got, "default-src 'none'") {
			t.Errorf("%s: policy %q", path, got)
		}
	}
}

// TestACookieIsBoundToWhatItWasSealedFor: also where agencies have the same secret, as after a copy of records.
func TestACookieIsBoundToWhatItWasSealedFor(t *testing.T) {
	agencies := start(t).service.served.Load().agencies
	a := *agencies[0]
	sealed, err := a.sealed(forSession, session{ID: "x"})
	if err != nil {
		t.Fatal(err)
	}
	renamed, recoded := a, a
	renamed.name = "xa-b"
	recoded.records = &records{Store: a.records.Store, keys: agencies[1].records.keys}
	var s session
	for name, err := range map[string]error{
		"another purpose": a.unseal(forSignIn, sealed, &s), "another agency": renamed.unseal(forSession, sealed, &s),
		"other keys": recoded.unseal(forSession, sealed, &s), "nothing": a.unseal(forSession, "", &s),
	} {
		if !errors.Is(err, errSealed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := a.unseal(forSession, sealed, &s); err != nil || s.ID != "x" {
		t.Errorf("what it was sealed for: %+v %v", s, err)
	}
}

func TestAddressesAreText(t *testing.T) {
	b := start(t)
	for _, address := range []string{
		"/%00", "/xa-a/ho-so?ma=%00", "/xa-a/ho-so?ma=%ff", "/xa-a/ho-so?%zz", "/xa-a%0d%0a", api + "xa-a/dossiers/%1b", api + "xa-a/inbox?role=a%0Ab",
	} {
		b.send("GET", address, "an", nil).problem(http.StatusBadRequest, "address-wrong")
	}
	b.send("GET", "/xa-a/ho-so?ma=%C4%91+%C4%90", "", nil).want(http.StatusNotFound, nil)
}

func TestEndedSessionsStayEnded(t *testing.T) {
	now := time.Date(2026, time.June, 1, 1, 0, 0, 0, time.UTC)
	path := filepath.Join(t.TempDir(), "ended")
	writeFile(t, path, "old "+strconv.FormatInt(now.Unix(), 10)+"\n\nhalf 17\nfree text\n")
	e, err := openEndedSessions(path, now)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(e.add(session{ID: "first", Began: now.Unix()}), e.add(session{ID: "second", Began: now.Unix()}), e.close()); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		after time.Duration
		want  bool
	}{{0, true}, {sessionMost - time.Second, true}, {sessionMost, false}} {
		again, err := openEndedSessions(path, now.Add(c.after))
		if err != nil {
			t.Fatal(err)
		}
		if again.has("first") != c.want || again.has("second") != c.want {
			t.Errorf("after %s they are ended: %v, want %v", c.after, again.has("first"), c.want)
		}
		if again.has("old") || again.has("half") || again.has("free") {
			t.Errorf("after %s others are ended too", c.after)
		}
		if err := again.close(); err != nil {
			t.Error(err)
		}
	}
	if left, err := os.ReadFile(path); err != nil || len(left) != 0 {
		t.Errorf("what has run out is kept: %q %v", left, err)
	}
}

// TestAHandlerMayTakeALargeBody: others may not, and it may not take more than it said.
func TestAHandlerMayTakeALargeBody(t *testing.T) {
	b := start(t)
	taken := 0
	b.handler = b.service.observed(b.service.answer(func(w http.ResponseWriter, r *http.Request) error {
		if r.Method == http.MethodPut {
			if err := allowBody(w, r, 3*maxBody, time.Minute); err != nil {
				return err
			}
		}
		body, err := io.ReadAll(r.Body)
		taken = len(body)
		return err
	}))
	b.send("PUT", "/", "", strings.Repeat("x", 3*maxBody)).want(http.StatusOK, nil)
	if taken != 3*maxBody {
		t.Errorf("%d bytes were taken", taken)
	}
	b.send("PUT", "/", "", strings.Repeat("x", 3*maxBody+1)).problem(http.StatusRequestEntityTooLarge, "body-too-large")
	b.send("POST", "/", "", strings.Repeat("x", maxBody+1)).problem(http.StatusRequestEntityTooLarge, "body-too-large")
}
