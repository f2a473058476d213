package service

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/hashicorp/golang-lru/v2/simplelru"
	"golang.org/x/oauth2"
	"golang.org/x/sync/singleflight"

	"chuan.dev/chuan/api/v1alpha1"
)

// Bounds on what is taken from OpenID providers: how long one may take to answer, how much it may say, how long what it says
// of itself is believed, how long it is left alone after it failed, and how many are remembered.
const (
	providerTime   = 10 * time.Second
	providerAnswer = 1 << 20
	providerFresh  = time.Hour
	providerRest   = 10 * time.Second
	maxProviders   = 256
)

// errInsecure says that a provider would be spoken to without encryption.
var errInsecure = errors.New("the issuer is not an https address: sign-in over it could be read and altered")

// providers are the OpenID providers of the agencies. Each is asked about itself when it is first needed.
type providers struct {
	now     func() time.Time
	client  *http.Client
	asking  singleflight.Group
	mu      sync.Mutex
	answers *simplelru.LRU[string, described]
}

// described is what a provider said of itself, or why it said nothing, and until when that holds.
type described struct {
	provider *provider
	err      error
	until    time.Time
}

// provider is an OpenID provider.
type provider struct {
	*oidc.Provider
	// EndSession is where a browser is sent to sign out; nil where the provider has no such place.
	EndSession *url.URL
	// Scopes and ways for a client to prove itself that it offers.
	Scopes, Methods []string
}

func newProviders(now func() time.Time) *providers {
	// It fails for a size that is not positive only.
	answers, err := simplelru.NewLRU[string, described](maxProviders, nil)
	if err != nil {
		panic(err)
	}
	return &providers{now: now, answers: answers, client: &http.Client{
		Timeout: providerTime, Transport: bounded{http.DefaultTransport},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// bounded cuts off answers that are too long.
type bounded struct{ http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := b.RoundTripper.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	answer.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(answer.Body, providerAnswer), answer.Body}
	return answer, nil
}

// of returns the provider at an issuer.
func (p *providers) of(ctx context.Context, issuer string) (*provider, error) {
	if !private(issuer) {
		return nil, errInsecure
	}
	p.mu.Lock()
	known, ok := p.answers.Get(issuer)
	p.mu.Unlock()
	if ok && p.now().Before(known.until) {
		return known.provider, known.err
	}
	// Many may wait for one answer: it does not end because the first of them goes away.
	asked, err, _ := p.asking.Do(issuer, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), providerTime)
		defer cancel()
		found, err := discover(p.speaking(ctx), issuer)
		until := p.now().Add(providerFresh)
		if err != nil {
			until = p.now().Add(providerRest)
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		p.answers.Add(issuer, described{found, err, until})
		return found, err
	})
	if err != nil {
		return nil, err
	}
	return asked.(*provider), nil
}

// speaking is a context in which providers are spoken to within the bounds.
func (p *providers) speaking(ctx context.Context) context.Context {
	return oidc.ClientContext(ctx, p.client)
}

// private says whether nobody on the way can listen: the address is one of https, or of this machine.
func private(issuer string) bool {
	address, err := url.Parse(issuer)
	if err != nil {
		return false
	}
	ip := net.ParseIP(address.Hostname())
	return address.Scheme == "https" || address.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

// discover asks a provider about itself.
func discover(ctx context.Context, issuer string) (*provider, error) {
	found, err := oidc.NewProvider(ctx, issuer)
	if err != nil {
		return nil, err
	}
	var claims struct {
		EndSession string   `json:"end_session_endpoint"`
		Scopes     []string `json:"scopes_supported"`
		Methods    []string `json:"token_endpoint_auth_methods_supported"`
	}
	if err := found.Claims(&claims); err != nil {
		return nil, err
	}
	p := &provider{Provider: found, Scopes: claims.Scopes, Methods: claims.Methods}
	if end, err := url.Parse(claims.EndSession); err == nil && end.Host != "" && private(claims.EndSession) {
		p.EndSession = end
	}
	return p, nil
}

// clientOf is the service as a client of an agency's provider.
func (s *Service) clientOf(a *agency, p *provider) (*oauth2.Config, error) {
	asked := a.spec.SignIn
	c := &oauth2.Config{
		ClientID: asked.ClientID, Endpoint: p.Endpoint(), RedirectURL: s.gate.address("/" + a.name + "/dang-nhap/ve"),
		Scopes: []string{oidc.ScopeOpenID, "profile"},
	}
	if accountClaim(asked) == "email" {
		c.Scopes = append(c.Scopes, "email")
	}
	if slices.Contains(p.Scopes, "groups") {
		c.Scopes = append(c.Scopes, "groups")
	}
	c.Endpoint.AuthStyle = oauth2.AuthStyleInParams
	if asked.ClientSecret == nil {
		return c, nil
	}
	secret, err := os.ReadFile(s.config.ClientSecretFile)
	if err != nil {
		return nil, fmt.Errorf("the secret of the client at the OpenID provider cannot be read (--client-secret-file): %w", err)
	}
	c.ClientSecret = strings.TrimSpace(string(secret))
	if len(p.Methods) == 0 || slices.Contains(p.Methods, "client_secret_basic") {
		c.Endpoint.AuthStyle = oauth2.AuthStyleInHeader
	}
	return c, nil
}

// accountClaim and groupsClaim name the claims, also where the manifests were read without defaults.
func accountClaim(asked *v1alpha1.AgencySignIn) string {
	if asked.AccountClaim == "" {
		return "preferred_username"
	}
	return asked.AccountClaim
}

func groupsClaim(asked *v1alpha1.AgencySignIn) string {
	if asked.GroupsClaim == "" {
		return "groups"
	}
	return asked.GroupsClaim
}
