package service

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"chuan.dev/chuan/internal/testenv/openid"
)

func TestAnOfficerSignsIn(t *testing.T) {
	o := open(t)
	b := o.browser()
	b.do("GET", inboxOfCounter, "").wantProblem(t, http.StatusUnauthorized, "sign-in-needed")
	page := b.signIn("xa-a", accounts[0])
	page.wantPage(t, http.StatusOK, "Lò Thị An")
	policy := page.Header.Get("Content-Security-Policy")
	if want := "form-action 'self' " + o.provider.Issuer + ";"; !strings.Contains(policy, want) {
		t.Errorf("the policy of the page %q does not let the form lead to the provider", policy)
	}
	if got := b.do("GET", inboxOfCounter, ""); got.StatusCode != http.StatusOK {
		t.Errorf("inbox: %s %s", got.Status, got.text)
	}
	body, err := json.Marshal(application())
	if err != nil {
		t.Fatal(err)
	}
	var received DossierView
	if got := b.do("POST", api+"xa-a/dossiers", string(body)); json.Unmarshal([]byte(got.text), &received) != nil || got.StatusCode != http.StatusCreated {
		t.Fatalf("reception: %s %s", got.Status, got.text)
	}
	if got := received.History[0].Officer; got != "an" {
		t.Errorf("received by %q", got)
	}
	// The word of the client counts for nothing.
	stranger := o.browser()
	stranger.do("GET", inboxOfCounter, "", OfficerHeader, "an").wantProblem(t, http.StatusUnauthorized, "sign-in-needed")
	b.do("GET", api+"xa-a/inbox?role=thu-ly", "", OfficerHeader, "chi").wantProblem(t, http.StatusForbidden, "role-not-held")
	for _, secret := range []string{"an@tinh", secretOfClient} {
		if strings.Contains(o.log.String(), secret) {
			t.Errorf("the log contains %q", secret)
		}
	}
}

func TestTheCookieOfASession(t *testing.T) {
	o := open(t)
	b := o.browser()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.back("xa-a", accounts[0]), nil)
	if err != nil {
		t.Fatal(err)
	}
	b.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	answer, err := b.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	i := slices.IndexFunc(answer.Cookies(), func(c *http.Cookie) bool { return c.Name == "__Host-chuan_session_xa-a" })
	if i < 0 {
		t.Fatalf("no session in %v", answer.Cookies())
	}
	c := answer.Cookies()[i]
	if !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.MaxAge != int(sessionMost.Seconds()) {
		t.Errorf("cookie %+v", c)
	}
	if got := answer.Header.Get("Strict-Transport-Security"); got == "" {
		t.Error("browsers are not told to stay with HTTPS")
	}
}

func TestTheProviderMayKeepClaimsForThoseWhoAsk(t *testing.T) {
	o := open(t)
	o.provider.Register(openid.Client{
		ID: "mot-cua", Secret: secretOfClient, LeanTokens: true, Redirect: []string{o.url + "/xa-a/dang-nhap/ve"},
	})
	o.browser().signIn("xa-a", accounts[1]).wantPage(t, http.StatusOK, "thu-ly, lanh-dao")
}

func TestAPublicClientProvesItselfByPKCE(t *testing.T) {
	o := open(t)
	o.edit("agencies.yaml", "    clientSecret: {name: sso, key: secret}\n", "")
	o.provider.Register(openid.Client{ID: "mot-cua", Redirect: []string{o.url + "/xa-a/dang-nhap/ve"}})
	b := o.browser()
	b.signIn("xa-a", accounts[0]).wantPage(t, http.StatusOK, "Lò Thị An")
}

func TestWhoComesBackWithoutHavingBeenSentIsTurnedAway(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*testing.T, *browser, string) string
		code  string
	}{
		"another state": {func(_ *testing.T, _ *browser, at string) string {
			return strings.Replace(at, "state=", "state=x", 1)
		}, "không hợp lệ"},
		"no state": {func(_ *testing.T, _ *browser, at string) string {
			return regexp.MustCompile(`&?state=[^&]+`).ReplaceAllString(at, "")
		}, "không hợp lệ"},
		"another code": {func(_ *testing.T, _ *browser, at string) string {
			return strings.Replace(at, "code=", "code=x", 1)
		}, "không hợp lệ"},
		"another browser": {func(_ *testing.T, b *browser, at string) string {
			b.client.Jar = b.browser().client.Jar
			return at
		}, "không hợp lệ"},
		"another sign-in of this browser": {func(_ *testing.T, b *browser, at string) string {
			b.begin("xa-a")
			return at
		}, "không hợp lệ"},
		"another agency": {func(_ *testing.T, _ *browser, at string) string {
			return strings.Replace(at, "/xa-a/", "/xa-b/", 1)
		}, "không hợp lệ"},
		"too late": {func(_ *testing.T, b *browser, at string) string {
			b.pass(attemptTime)
			return at
		}, "không hợp lệ"},
		"an error of the provider": {func(_ *testing.T, _ *browser, at string) string {
			return strings.Replace(at, "code=", "error=access_denied&error_description=%3Cscript%3E&x=", 1)
		}, "không chấp nhận"},
	} {
		t.Run(name, func(t *testing.T) {
			o := open(t)
			b := o.browser()
			got := b.do("GET", c.spoil(t, b, b.back("xa-a", accounts[0])), "")
			if got.StatusCode < 400 || got.StatusCode >= 500 || !strings.Contains(got.text, c.code) || strings.Contains(got.text, "<script>") {
				t.Errorf("%s %s", got.Status, got.text)
			}
			b.do("GET", inboxOfCounter, "").wantProblem(t, http.StatusUnauthorized, "sign-in-needed")
		})
	}
}

func TestACodeServesOnce(t *testing.T) {
	o := open(t)
	b := o.browser()
	address := b.back("xa-a", accounts[0])
	at, err := url.Parse(o.url)
	if err != nil {
		t.Fatal(err)
	}
	kept := b.client.Jar.Cookies(at)
	b.do("GET", address, "").wantPage(t, http.StatusOK, "Lò Thị An")
	thief := o.browser()
	for _, c := range kept {
		thief.carry(c.Name, c.Value)
	}
	thief.do("GET", address, "").wantPage(t, http.StatusBadRequest, "không hợp lệ")
	thief.do("GET", inboxOfCounter, "").wantProblem(t, http.StatusUnauthorized, "sign-in-needed")
}

func TestATokenForAnotherQuestionIsTurnedAway(t *testing.T) {
	o := open(t)
	o.provider.ForgeNonces(true)
	b := o.browser()
	b.signIn("xa-a", accounts[0]).wantPage(t, http.StatusBadRequest, "không hợp lệ")
	b.do("GET", inboxOfCounter, "").wantProblem(t, http.StatusUnauthorized, "sign-in-needed")
}

func TestAnAccountThatIsNoOfficersGetsNowhere(t *testing.T) {
	o := open(t)
	b := o.browser()
	// The administrator is in the group of the leaders, and is no officer.
	page := b.signIn("xa-a", accounts[2])
	page.wantPage(t, http.StatusForbidden, "Tài khoản này không phải của cán bộ cơ quan")
	for _, secret := range []string{accounts[2].Name, "Lò Thị An", "an@tinh", "leaders"} {
		if strings.Contains(page.text, secret) {
			t.Errorf("the page says %q", secret)
		}
	}
	b.do("GET", api+"xa-a/inbox?role=lanh-dao", "").wantProblem(t, http.StatusUnauthorized, "sign-in-needed")
	// Nor does an account get in that two officers have, or one that is only almost an officer's.
	o.edit("agencies.yaml", "{id: dung, title:", "{id: dung, account: an@tinh, title:")
	o.browser().signIn("xa-a", accounts[0]).wantPage(t, http.StatusForbidden, "Tài khoản này không phải")
	o.edit("agencies.yaml", "account: chi@tinh", "account: CHI@tinh")
	o.browser().signIn("xa-a", accounts[1]).wantPage(t, http.StatusForbidden, "Tài khoản này không phải")
}

func TestAnAddressThatIsNotVerifiedNamesNobody(t *testing.T) {
	o := open(t)
	o.edit("agencies.yaml", "    clientID: mot-cua\n", "    clientID: mot-cua\n    accountClaim: email\n")
	o.edit("agencies.yaml", "account: chi@tinh", "account: chi@tinh.example")
	o.edit("agencies.yaml", "account: an@tinh", "account: admin@tinh.example")
	o.browser().signIn("xa-a", accounts[1]).wantPage(t, http.StatusOK, "Quàng Văn Chi")
	o.browser().signIn("xa-a", accounts[2]).wantPage(t, http.StatusForbidden, "Tài khoản này không phải")
}

func TestRolesOfGroups(t *testing.T) {
	o := open(t)
	leaders := api + "xa-a/inbox?role=lanh-dao"
	an, chi := o.browser(), o.browser()
	an.signIn("xa-a", accounts[0])
	chi.signIn("xa-a", accounts[1]).wantPage(t, http.StatusOK, "thu-ly, lanh-dao")
	an.do("GET", leaders, "").wantProblem(t, http.StatusForbidden, "role-not-held")
	if got := chi.do("GET", leaders, ""); got.StatusCode != http.StatusOK {
		t.Errorf("inbox of the leaders: %s %s", got.Status, got.text)
	}
	// The group loses its role in the manifest: at once.
	o.edit("agencies.yaml", "{name: leaders, roles: [lanh-dao]}", "{name: leaders, roles: [mot-cua]}")
	chi.do("GET", leaders, "").wantProblem(t, http.StatusForbidden, "role-not-held")
	if got := chi.do("GET", inboxOfCounter, ""); got.StatusCode != http.StatusOK {
		t.Errorf("inbox of the counter: %s %s", got.Status, got.text)
	}
	// What the provider says of groups counts from the next sign-in.
	user := accounts[0]
	user.Groups = []string{"leaders"}
	o.provider.Change(user)
	again := o.browser()
	again.signIn("xa-a", user)
	o.edit("agencies.yaml", "{name: leaders, roles: [mot-cua]}", "{name: leaders, roles: [lanh-dao]}")
	if got := again.do("GET", leaders, ""); got.StatusCode != http.StatusOK {
		t.Errorf("inbox of the leaders: %s %s", got.Status, got.text)
	}
}

// TestARoleByAGroupIsARoleInADossier: not in the inbox only.
func TestARoleByAGroupIsARoleInADossier(t *testing.T) {
	o := open(t)
	an, chi := o.browser(), o.browser()
	an.signIn("xa-a", accounts[0])
	chi.signIn("xa-a", accounts[1])
	o.edit("agencies.yaml", "{name: leaders, roles: [lanh-dao]}", "{name: leaders, roles: [mot-cua]}")
	body, err := json.Marshal(application())
	if err != nil {
		t.Fatal(err)
	}
	var v DossierView
	if got := chi.do("POST", api+"xa-a/dossiers", string(body)); json.Unmarshal([]byte(got.text), &v) != nil || got.StatusCode != http.StatusCreated {
		t.Fatalf("reception: %s %s", got.Status, got.text)
	}
	path := api + "xa-a/dossiers/" + v.Code + "/actions"
	if got := chi.do("POST", path, `{"action":"nhan","version":1}`); got.StatusCode != http.StatusOK {
		t.Errorf("acceptance: %s %s", got.Status, got.text)
	}
	an.do("POST", path, `{"action":"dat","version":2,"forms":{"phieu":{"ketLuan":"dat"}}}`).wantProblem(t, http.StatusForbidden, "role-not-held")
}

func TestAProviderThatDoesNotAnswer(t *testing.T) {
	o := open(t)
	b, late := o.browser(), o.browser()
	b.signIn("xa-a", accounts[0])
	o.provider.Stop()
	o.pass(providerFresh)
	page := late.do("GET", "/xa-a/dang-nhap", "")
	page.wantPage(t, http.StatusServiceUnavailable, "Hệ thống đăng nhập chưa phản hồi")
	if page.Header.Get("Retry-After") == "" {
		t.Error("the page does not say when to try again")
	}
	if got := b.do("GET", inboxOfCounter, ""); got.StatusCode != http.StatusOK {
		t.Errorf("who is signed in is stopped: %s %s", got.Status, got.text)
	}
	if got := late.do("GET", "/readyz", ""); got.StatusCode != http.StatusOK {
		t.Errorf("the service is not ready: %s", got.text)
	}
	b.do("POST", "/xa-a/dang-xuat", "").wantPage(t, http.StatusOK, "UBND xã A")
}

func TestASignInThatIsSetUpWrongly(t *testing.T) {
	o := open(t)
	b := o.browser()
	o.config.ClientSecretFile = ""
	o.service.config.ClientSecretFile = ""
	b.do("GET", "/xa-a/dang-nhap", "").wantPage(t, http.StatusServiceUnavailable, "do cấu hình")
	o.edit("agencies.yaml", o.provider.Issuer, "http://sso.tinh.example")
	b.do("GET", "/xa-a/dang-nhap", "").wantPage(t, http.StatusServiceUnavailable, "do cấu hình")
	if log := o.log.String(); !strings.Contains(log, "--client-secret-file") || !strings.Contains(log, "not an https address") {
		t.Errorf("the log does not say why: %s", log)
	}
	for address, want := range map[string]string{
		"http://mot-cua.example": "", "mot-cua": "is not like https://HOST", "https://x/path": "without a path", "ftp://x": "is not like",
		"https://user@x": "is not like",
	} {
		g, err := newGate(Config{PublicURL: address, Now: time.Now})
		if want == "" && (err != nil || !g.secure) || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("public URL %s: %v, want %q", address, err, want)
		}
	}
}

func TestSignInsAreLimitedByAddress(t *testing.T) {
	b := open(t).browser()
	b.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	for range attemptBurst {
		if got := b.do("GET", "/xa-a/dang-nhap", ""); got.StatusCode != http.StatusSeeOther {
			t.Fatalf("%s %s", got.Status, got.text)
		}
	}
	page := b.do("GET", "/xa-a/dang-nhap", "")
	page.wantPage(t, http.StatusTooManyRequests, "Quá nhiều yêu cầu")
	if page.Header.Get("Retry-After") == "" {
		t.Error("the page does not say when to try again")
	}
}
