// Package openid gives tests a real OpenID provider: discovery, keys, a sign-in form, codes that serve once, tokens and
// signing out, all over HTTP. What it knows is in memory.
package openid

import (
	"context"
	"crypto/rand"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/zitadel/oidc/v3/pkg/op"
)

// User is somebody who has an account with the provider.
type User struct {
	// Name is the account, which becomes the claim preferred_username. It is given in the form beside the Password.
	Name, Password string
	// Groups become the claim groups.
	Groups []string
	// Email, and whether the provider has verified it.
	Email    string
	Verified bool
}

// Client is a program that lets people sign in by the provider.
type Client struct {
	ID string
	// Secret of the client; empty for a public one.
	Secret string
	// Redirect and AfterSignOut are where browsers may be sent back to.
	Redirect, AfterSignOut []string
	// LeanTokens leaves everything but the subject out of ID tokens: the client has to ask for it.
	LeanTokens bool
}

// Provider is an OpenID provider that is running.
type Provider struct {
	// Issuer is its address.
	Issuer string

	storage *storage
	server  *httptest.Server
}

// Start starts a provider, which is stopped when the test ends.
func Start(t *testing.T, users ...User) *Provider {
	t.Helper()
	s, err := newStorage(users)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	p := &Provider{storage: s, server: httptest.NewServer(mux)}
	t.Cleanup(p.server.Close)
	p.Issuer = p.server.URL
	config := &op.Config{
		CodeMethodS256: true, AuthMethodPost: true, DefaultLogoutRedirectURI: "/signed-out",
		SupportedScopes: []string{"openid", "profile", "email", "groups"},
	}
	if _, err := rand.Read(config.CryptoKey[:]); err != nil {
		t.Fatal(err)
	}
	provider, err := op.NewProvider(config, s, op.StaticIssuer(p.Issuer), op.WithAllowInsecure())
	if err != nil {
		t.Fatal(err)
	}
	callback := op.AuthCallbackURL(provider)
	interceptor := op.NewIssuerInterceptor(provider.IssuerFromRequest)
	mux.HandleFunc("GET /login", showForm)
	mux.Handle("POST /login", interceptor.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.takeForm(w, r, callback) }))
	mux.Handle("/", provider)
	return p
}

// Register lets a client use the provider.
func (p *Provider) Register(c Client) {
	p.storage.mu.Lock()
	defer p.storage.mu.Unlock()
	p.storage.clients[c.ID] = client{c}
}

// Change replaces a user of the same name.
func (p *Provider) Change(u User) {
	p.storage.mu.Lock()
	defer p.storage.mu.Unlock()
	p.storage.users[u.Name] = u
}

// ForgeNonces makes the provider answer with nonces that nobody asked for, as one does that is given another's code.
func (p *Provider) ForgeNonces(forge bool) {
	p.storage.mu.Lock()
	defer p.storage.mu.Unlock()
	p.storage.forge = forge
}

// SignedOut returns how many times somebody has signed out.
func (p *Provider) SignedOut() int {
	p.storage.mu.Lock()
	defer p.storage.mu.Unlock()
	return p.storage.signedOut
}

// Stop stops the provider before the test ends.
func (p *Provider) Stop() { p.server.Close() }

// showForm shows the form in which users give their name and password.
func showForm(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = fmt.Fprintf(w, `<form method="post" action="/login"><input name="id" type="hidden" value="%s">`+
		`<input name="name"><input name="password" type="password"><button>Sign in</button></form>`,
		html.EscapeString(r.FormValue("id")))
}

// takeForm signs a user in and sends them on.
func (s *storage) takeForm(w http.ResponseWriter, r *http.Request, callback func(context.Context, string) string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	request, ok := s.requests[r.FormValue("id")]
	user, known := s.users[r.FormValue("name")]
	if !ok || !known || user.Password != r.FormValue("password") {
		http.Error(w, "wrong name or password", http.StatusForbidden)
		return
	}
	request.user = user.Name
	http.Redirect(w, r, callback(r.Context(), request.id), http.StatusFound)
}

// storage is what the provider knows. It lacks what the code flow does without.
type storage struct {
	op.Storage
	key signingKey

	mu        sync.Mutex
	users     map[string]User
	clients   map[string]client
	requests  map[string]*request
	codes     map[string]string
	tokens    map[string]string
	forge     bool
	signedOut int
}
