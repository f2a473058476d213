package service

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"chuan.dev/chuan/internal/testenv/openid"
)

// office is a service over HTTPS with an OpenID provider beside it.
type office struct {
	*bench
	provider *openid.Provider
	url      string
	server   *httptest.Server
}

// accounts are the users of the provider. Only the first two are officers; the third is in a group that has roles.
var accounts = []openid.User{
	{Name: "an@tinh", Password: "mot", Groups: []string{"everybody"}},
	{Name: "chi@tinh", Password: "hai", Groups: []string{"everybody", "leaders"}, Email: "chi@tinh.example", Verified: true},
	{Name: "admin@tinh", Password: "ba", Groups: []string{"leaders", "admins"}, Email: "admin@tinh.example"},
}

const secretOfClient = "a secret of the client"

// open starts a service at which the officers an and chi of xa-a, and an of xa-b, sign in.
func open(t *testing.T, change ...func(*Config)) *office {
	t.Helper()
	o := &office{provider: openid.Start(t, accounts...), server: httptest.NewUnstartedServer(nil)}
	o.url = "https://" + o.server.Listener.Addr().String()
	secret := filepath.Join(t.TempDir(), "secret")
	writeFile(t, secret, secretOfClient+"\n")
	o.bench = start(t, append([]func(*Config){func(c *Config) {
		c.DevelopmentSignIn, c.PublicURL, c.ClientSecretFile = false, o.url, secret
		for before, after := range map[string]string{
			"{id: an, title: Lò Thị An, ":     "{id: an, account: an@tinh, title: Lò Thị An, ",
			"{id: chi, title: Quàng Văn Chi,": "{id: chi, account: chi@tinh, title: Quàng Văn Chi,",
			"  level: Commune\n": "  level: Commune\n  signIn:\n    issuer: " + o.provider.Issuer + "\n    clientID: mot-cua\n" +
				"    clientSecret: {name: sso, key: secret}\n    groups:\n    - {name: leaders, roles: [lanh-dao]}\n",
		} {
			replaceIn(t, filepath.Join(c.Manifests, "agencies.yaml"), before, after)
		}
	}}, change...)...)
	o.provider.Register(openid.Client{
		ID: "mot-cua", Secret: secretOfClient, AfterSignOut: []string{o.url + "/xa-a"},
		Redirect: []string{o.url + "/xa-a/dang-nhap/ve", o.url + "/xa-b/dang-nhap/ve"},
	})
	o.server.Config = NewServer(o.service, "")
	o.server.StartTLS()
	t.Cleanup(o.server.Close)
	return o
}

func replaceIn(t *testing.T, file, before, after string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(text), before) {
		t.Fatalf("%s does not contain %q: %v", file, before, err)
	}
	writeFile(t, file, strings.ReplaceAll(string(text), before, after))
}

// browser is a browser of somebody.
type browser struct {
	*office
	client *http.Client
}

func (o *office) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		o.t.Fatal(err)
	}
	client := *o.server.Client()
	client.Jar = jar
	return &browser{o, &client}
}

// seen is what a browser shows.
type seen struct {
	*http.Response
	text string
}

// do sends a request as a page of the service does.
func (b *browser) do(method, address, body string, header ...string) seen {
	b.t.Helper()
	if strings.HasPrefix(address, "/") {
		address = b.url + address
	}
	r, err := http.NewRequestWithContext(b.t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Del(header[i])
		if header[i+1] != "" {
			r.Header.Set(header[i], header[i+1])
		}
	}
	answer, err := b.client.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	text, err := io.ReadAll(answer.Body)
	_ = answer.Body.Close()
	if err != nil {
		b.t.Fatal(err)
	}
	return seen{answer, string(text)}
}

var requestID = regexp.MustCompile(`name="id" type="hidden" value="([^"]+)"`)

// begin goes to the provider for an agency, and returns the id of the request there.
func (b *browser) begin(agency string) string {
	b.t.Helper()
	form := b.do("GET", "/"+agency+"/dang-nhap", "")
	found := requestID.FindStringSubmatch(form.text)
	if found == nil {
		b.t.Fatalf("the provider shows no form: %s %s", form.Status, form.text)
	}
	return found[1]
}

// enter gives the provider a name and password, and returns what is shown in the end.
func (b *browser) enter(id, name, password string) seen {
	b.t.Helper()
	return b.do("POST", b.provider.Issuer+"/login", url.Values{"id": {id}, "name": {name}, "password": {password}}.Encode(),
		"Content-Type", "application/x-www-form-urlencoded")
}

// signIn signs a user of the provider in.
func (b *browser) signIn(agency string, user openid.User) seen {
	b.t.Helper()
	return b.enter(b.begin(agency), user.Name, user.Password)
}

// back signs a user in at the provider, and returns the address to which the browser is sent back, without going there.
func (b *browser) back(agency string, user openid.User) string {
	b.t.Helper()
	var address string
	follow := b.client.CheckRedirect
	defer func() { b.client.CheckRedirect = follow }()
	id := b.begin(agency)
	b.client.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), b.url) {
			address = r.URL.String()
			return http.ErrUseLastResponse
		}
		return nil
	}
	b.enter(id, user.Name, user.Password)
	if address == "" {
		b.t.Fatal("the browser is not sent back")
	}
	return address
}

// carried is the session cookie that a browser carries for an agency; nil when it has none.
func (b *browser) carried(agency string) *http.Cookie {
	at, err := url.Parse(b.url)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, c := range b.client.Jar.Cookies(at) {
		if c.Name == "__Host-chuan_session_"+agency {
			return c
		}
	}
	return nil
}

// carry puts a cookie into a browser.
func (b *browser) carry(name, value string) {
	at, err := url.Parse(b.url)
	if err != nil {
		b.t.Fatal(err)
	}
	b.client.Jar.SetCookies(at, []*http.Cookie{{Name: name, Value: value, Path: "/", Secure: true}})
}

// wantProblem checks that the API answered with a problem.
func (s seen) wantProblem(t *testing.T, status int, code string) {
	t.Helper()
	var p Problem
	if err := json.Unmarshal([]byte(s.text), &p); err != nil || s.StatusCode != status || p.Code != code {
		t.Errorf("%s %s, want %d %s", s.Status, s.text, status, code)
	}
}

// wantPage checks that a page says something.
func (s seen) wantPage(t *testing.T, status int, says string) {
	t.Helper()
	if s.StatusCode != status || !strings.Contains(s.text, says) {
		t.Errorf("%s %s, want %d and %q", s.Status, s.text, status, says)
	}
}

const inboxOfCounter = api + "xa-a/inbox?role=mot-cua"
