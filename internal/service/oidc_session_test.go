package service

import (
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
)

func TestASessionThatDoesNotHold(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*testing.T, *browser)
		// status and code of the answer.
		status int
		code   string
	}{
		"idle": {func(_ *testing.T, b *browser) { b.pass(sessionIdle) }, 401, "sign-in-needed"},
		"long": {func(_ *testing.T, b *browser) {
			for range 3 {
				b.pass(4 * time.Hour)
				b.do("GET", inboxOfCounter, "")
			}
		}, 401, "sign-in-needed"},
		"clock far back": {func(_ *testing.T, b *browser) { b.pass(-time.Hour) }, 401, "sign-in-needed"},
		"tampered": {func(_ *testing.T, b *browser) {
			c := b.carried("xa-a")
			at := len(c.Value) / 2
			other := "A"
			if c.Value[at] == 'A' {
				other = "B"
			}
			b.carry(c.Name, c.Value[:at]+other+c.Value[at+1:])
		}, 401, "sign-in-needed"},
		"cut off":  {func(_ *testing.T, b *browser) { c := b.carried("xa-a"); b.carry(c.Name, c.Value[:20]) }, 401, "sign-in-needed"},
		"made up":  {func(_ *testing.T, b *browser) { b.carry(b.carried("xa-a").Name, "eyJvIjoiYW4ifQ") }, 401, "sign-in-needed"},
		"too long": {func(_ *testing.T, b *browser) { b.carry(b.carried("xa-a").Name, strings.Repeat("A", 5000)) }, 401, "sign-in-needed"},
		"officer gone": {func(_ *testing.T, b *browser) {
			b.edit("agencies.yaml", "  - {id: an, account: an@tinh, title: Lò Thị An, unit: mot-cua, roles: [mot-cua]}\n", "")
		}, 403, "officer-unknown"},
		"account of somebody else": {func(_ *testing.T, b *browser) {
			b.edit("agencies.yaml", "account: an@tinh", "account: other@tinh")
		}, 403, "officer-unknown"},
		"term over": {func(_ *testing.T, b *browser) {
			b.edit("agencies.yaml", "unit: mot-cua, roles: [mot-cua]}", `unit: mot-cua, roles: [mot-cua], until: "2026-05-31"}`)
		}, 403, "officer-not-serving"},
		"role taken away": {func(_ *testing.T, b *browser) {
			b.edit("agencies.yaml", "unit: mot-cua, roles: [mot-cua]}", "unit: mot-cua, roles: [thu-ly]}")
		}, 403, "role-not-held"},
		"another client": {func(_ *testing.T, b *browser) {
			b.edit("agencies.yaml", "clientID: mot-cua", "clientID: other")
		}, 401, "sign-in-needed"},
		"no sign-in any more": {func(_ *testing.T, b *browser) {
			text, err := os.ReadFile(b.manifest("agencies.yaml"))
			if err != nil {
				b.t.Fatal(err)
			}
			b.write("agencies.yaml", regexp.MustCompile(`(?s)  signIn:.*?lanh-dao\]}\n`).ReplaceAllString(string(text), ""))
		}, 401, "sign-in-needed"},
		"development": {func(t *testing.T, b *browser) {
			a := b.service.served.Load().agencies[0]
			forged := newSession(v1alpha1.Officer{ID: "an", Account: "an@tinh"}, b.clock())
			forged.Provider, forged.Development = identify(a.spec.SignIn.Issuer, a.spec.SignIn.ClientID), true
			value, err := a.sealed(forSession, forged)
			if err != nil {
				t.Fatal(err)
			}
			b.carry(b.carried("xa-a").Name, value)
		}, 401, "sign-in-needed"},
		"a sign-in that has begun": {func(t *testing.T, b *browser) {
			a := b.service.served.Load().agencies[0]
			forged := newSession(v1alpha1.Officer{ID: "an", Account: "an@tinh"}, b.clock())
			forged.Provider = identify(a.spec.SignIn.Issuer, a.spec.SignIn.ClientID)
			value, err := a.sealed(forSignIn, forged)
			if err != nil {
				t.Fatal(err)
			}
			b.carry(b.carried("xa-a").Name, value)
		}, 401, "sign-in-needed"},
	} {
		t.Run(name, func(t *testing.T) {
			b := open(t).browser()
			b.signIn("xa-a", accounts[0])
			if got := b.do("GET", inboxOfCounter, ""); got.StatusCode != http.StatusOK {
				t.Fatalf("before: %s %s", got.Status, got.text)
			}
			c.spoil(t, b)
			b.do("GET", inboxOfCounter, "").wantProblem(t, c.status, c.code)
		})
	}
}

func TestASessionIsOfOneAgency(t *testing.T) {
	o := open(t)
	b := o.browser()
	b.signIn("xa-a", accounts[0])
	b.do("GET", api+"xa-b/inbox?role=mot-cua", "").wantProblem(t, http.StatusUnauthorized, "sign-in-needed")
	b.carry("__Host-chuan_session_xa-b", b.carried("xa-a").Value)
	b.do("GET", api+"xa-b/inbox?role=mot-cua", "").wantProblem(t, http.StatusUnauthorized, "sign-in-needed")
}

func TestASessionThatIsUsedLasts(t *testing.T) {
	o := open(t)
	b := o.browser()
	b.signIn("xa-a", accounts[0])
	first := b.carried("xa-a").Value
	b.do("GET", inboxOfCounter, "")
	if b.carried("xa-a").Value != first {
		t.Error("the session is renewed with every request")
	}
	b.pass(7 * time.Hour)
	b.do("GET", inboxOfCounter, "")
	b.pass(4 * time.Hour)
	if got := b.do("GET", inboxOfCounter, ""); got.StatusCode != http.StatusOK {
		t.Errorf("after eleven hours with a request in between: %s %s", got.Status, got.text)
	}
	// Another replica, or the same service after a restart, knows the session: its key is with the records.
	o.restart()
	o.server.Config.Handler = o.handler
	if got := b.do("GET", inboxOfCounter, ""); got.StatusCode != http.StatusOK {
		t.Errorf("after a restart: %s %s", got.Status, got.text)
	}
}

func TestSigningOut(t *testing.T) {
	o := open(t)
	b := o.browser()
	b.signIn("xa-a", accounts[0])
	kept := b.carried("xa-a")
	b.do("POST", "/xa-a/dang-xuat", "", "Sec-Fetch-Site", "cross-site").wantPage(t, http.StatusForbidden, "không xuất phát từ trang")
	b.do("GET", "/xa-a/dang-xuat", "").wantPage(t, http.StatusNotFound, "Không có trang này")
	if got := b.do("GET", inboxOfCounter, ""); got.StatusCode != http.StatusOK {
		t.Errorf("another site signs officers out: %s", got.Status)
	}
	page := b.do("POST", "/xa-a/dang-xuat", "")
	page.wantPage(t, http.StatusOK, "UBND xã A")
	if o.provider.SignedOut() != 1 || page.Request.URL.Path != "/xa-a" {
		t.Errorf("signed out %d times at the provider, and came to %s", o.provider.SignedOut(), page.Request.URL.Path)
	}
	if b.carried("xa-a") != nil {
		t.Error("the browser keeps the session")
	}
	b.carry(kept.Name, kept.Value)
	b.do("GET", inboxOfCounter, "").wantProblem(t, http.StatusUnauthorized, "sign-in-needed")
	o.restart()
	o.server.Config.Handler = o.handler
	b.do("GET", inboxOfCounter, "").wantProblem(t, http.StatusUnauthorized, "sign-in-needed")
}
