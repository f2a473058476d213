package service

import (
	"fmt"
	"mime"
	"net/http"
	"net/netip"
	"net/url"

	"chuan.dev/chuan/api/v1alpha1"
)

// gate is what it takes to tell who comes in, and to bound what they may do, beside the manifests.
type gate struct {
	// public is where browsers reach the service; nil when it is not known.
	public *url.URL
	// secure says that browsers reach it by HTTPS only. Without it there is the development sign-in and nothing else.
	secure    bool
	origins   *http.CrossOriginProtection
	lookups   *limiter[netip.Prefix]
	attempts  *limiter[netip.Prefix]
	writes    *limiter[writer]
	providers *providers
	ended     *endedSessions
}

// writer is an officer who writes.
type writer struct {
	agency  string
	officer v1alpha1.ID
}

func newGate(c Config) (*gate, error) {
	g := &gate{
		secure: !c.DevelopmentSignIn, origins: http.NewCrossOriginProtection(),
		lookups:   newLimiter[netip.Prefix](lookupRate, lookupBurst),
		attempts:  newLimiter[netip.Prefix](attemptRate, attemptBurst),
		writes:    newLimiter[writer](writeRate, writeBurst),
		providers: newProviders(c.Now),
	}
	if c.PublicURL == "" {
		return g, nil
	}
	public, err := url.Parse(c.PublicURL)
	if err != nil || (public.Scheme != "https" && public.Scheme != "http") || public.Host == "" ||
		public.Path != "" || public.RawQuery != "" || public.Fragment != "" || public.User != nil {
		return nil, fmt.Errorf("the public URL %q is not like https://HOST or https://HOST:PORT: "+
			"give the address that browsers show for the service, without a path", c.PublicURL)
	}
	g.public, g.secure = public, g.secure || public.Scheme == "https"
	if err := g.origins.AddTrustedOrigin(c.PublicURL); err != nil {
		return nil, fmt.Errorf("the public URL cannot be trusted as an origin: %w", err)
	}
	return g, nil
}

// address is a path of the service as a browser reaches it.
func (g *gate) address(path string) string { return g.public.Scheme + "://" + g.public.Host + path }

// sameOrigin refuses requests that change something, carry a cookie, and do not come from a page of the service itself. Every
// browser in use says where a request comes from, so one that does not is refused as well. Where all that it says is the
// header Origin, a body that a form on any page could send is refused too.
func (g *gate) sameOrigin(r *http.Request) error {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return nil
	}
	site, origin := r.Header.Get("Sec-Fetch-Site"), r.Header.Get("Origin")
	err := g.origins.Check(r)
	if err == nil && (site != "" || origin != "" && !formEncoded(r)) {
		return nil
	}
	return problem(http.StatusForbidden, "cross-origin",
		"the request does not come from a page of this service: nothing was done; "+
			"programs sign in without cookies, browsers send Sec-Fetch-Site or Origin",
		"yêu cầu không xuất phát từ trang của hệ thống này nên không được thực hiện")
}

// formEncoded says whether the body of a request could be that of a form.
func formEncoded(r *http.Request) bool {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return r.ContentLength != 0
	}
	switch kind {
	case "application/x-www-form-urlencoded", "multipart/form-data", "text/plain":
		return true
	}
	return false
}
