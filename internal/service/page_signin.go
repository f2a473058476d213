package service

import (
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"chuan.dev/chuan/api/v1alpha1"
)

// attemptTime is how long a sign-in may take.
const attemptTime = 10 * time.Minute

// attempt is a sign-in that has begun, as the browser that began it carries it, sealed.
type attempt struct {
	// State comes back with the browser and Nonce in the ID token; Verifier proves to the provider who asked.
	State, Nonce, Verifier string
	// Provider to which the browser was sent.
	Provider string
	// Until when it has to come back, in seconds.
	Until int64
}

// signInPage is the page of signing in and out.
type signInPage struct {
	messagePage
	// Officer who is signed in; nil when nobody is.
	Officer *officerRow
	// Officers who can be chosen with the development sign-in.
	Officers []officerRow
	// Again says that a sign-in can be begun.
	Again bool
}

type officerRow struct {
	ID    v1alpha1.ID
	Title string
	Roles string
}

func rowOf(o v1alpha1.Officer) officerRow {
	roles := make([]string, len(o.Roles))
	for i, role := range o.Roles {
		roles[i] = string(role)
	}
	return officerRow{ID: o.ID, Title: string(o.Title), Roles: strings.Join(roles, ", ")}
}

func (p *public) signInPage(d *desk) signInPage {
	return signInPage{messagePage: messagePage{page: p.page("Đăng nhập", d)}}
}

// turnAway shows why nobody was signed in, in the words of a problem.
func (p *public) turnAway(w http.ResponseWriter, r *http.Request, d *desk, err error) {
	if left(r, err) {
		w.WriteHeader(statusLeft)
		return
	}
	why := problemOf(err)
	if why.Status >= http.StatusInternalServerError {
		p.log.Error("officers cannot sign in", "agency", d.name, "error", err)
	}
	if why.retryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(why.retryAfter))
	}
	data := p.signInPage(d)
	data.Message, data.MessageEn, data.Again = sentence(why.DetailVi), sentence(why.Detail), true
	p.show(w, r, why.Status, "signin", data)
}

// sentence is a message as a sentence of its own.
func sentence(message string) string {
	first, size := utf8.DecodeRuneInString(message)
	return string(unicode.ToUpper(first)) + message[size:] + "."
}

// beginSignIn shows who is signed in, or sends the browser to the provider, or, with the development sign-in, lets an officer
// be chosen.
func (p *public) beginSignIn(w http.ResponseWriter, r *http.Request, d *desk) {
	if officer, err := p.signedIn(r, d.agency); err == nil {
		data, row := p.signInPage(d), rowOf(officer)
		data.Officer = &row
		p.allowEndSession(w, r, d)
		p.show(w, r, http.StatusOK, "signin", data)
		return
	}
	if p.config.DevelopmentSignIn {
		data := p.signInPage(d)
		for _, officer := range d.spec.Officers {
			data.Officers = append(data.Officers, rowOf(officer))
		}
		p.show(w, r, http.StatusOK, "signin", data)
		return
	}
	to, err := p.begin(w, r, d)
	if err != nil {
		p.turnAway(w, r, d, err)
		return
	}
	seeOther(w, to)
}

// seeOther sends a browser on, to a page of an agency that is served or to its provider.
func seeOther(w http.ResponseWriter, address string) {
	w.Header().Set("Location", address)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusSeeOther)
}

// begin begins a sign-in and returns where the browser goes.
func (p *public) begin(w http.ResponseWriter, r *http.Request, d *desk) (string, error) {
	found, err := p.providerOf(r, d)
	if err != nil {
		return "", err
	}
	client, err := p.clientOf(d.agency, found)
	if err != nil {
		return "", misconfigured(err)
	}
	begun := attempt{
		State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(),
		Provider: identify(d.spec.SignIn.Issuer, d.spec.SignIn.ClientID), Until: d.now.Add(attemptTime).Unix(),
	}
	carried, err := d.sealed(forSignIn, begun)
	if err != nil {
		return "", err
	}
	http.SetCookie(w, p.gate.cookie(d.agency, forSignIn, carried, attemptTime))
	return client.AuthCodeURL(begun.State, oidc.Nonce(begun.Nonce), oauth2.S256ChallengeOption(begun.Verifier)), nil
}

// providerOf is the provider of an agency, for a client that does not ask too often.
func (p *public) providerOf(r *http.Request, d *desk) (*provider, error) {
	if wait, ok := p.gate.attempts.allow(p.client(r), d.now); !ok {
		return nil, tooMany(wait)
	}
	switch {
	case d.spec.SignIn == nil || p.gate.public == nil:
		none := problemOf(p.signInNeeded(d.agency))
		none.Status = http.StatusNotFound
		return nil, none
	case p.gate.public.Scheme != "https":
		return nil, problem(http.StatusForbidden, "sign-in-needs-https",
			"officers sign in over HTTPS only: --public-url has to begin with https://",
			"chỉ đăng nhập qua HTTPS; đề nghị quản trị hệ thống đặt --public-url bắt đầu bằng https://")
	}
	found, err := p.gate.providers.of(r.Context(), d.spec.SignIn.Issuer)
	switch {
	case errors.Is(err, errInsecure):
		return nil, misconfigured(err)
	case err != nil:
		p.log.Warn("the OpenID provider does not answer", "agency", d.name, "issuer", d.spec.SignIn.Issuer, "error", err)
		return nil, unreachable()
	}
	return found, nil
}

// misconfigured is the problem of an agency whose sign-in is set up wrongly. Its cause is for the log.
func misconfigured(err error) error {
	return errors.Join(problem(http.StatusServiceUnavailable, "sign-in-misconfigured",
		"officers cannot sign in because of how sign-in is set up: the operator of the service has to look at its log",
		"chưa đăng nhập được do cấu hình; đề nghị báo quản trị hệ thống"), err)
}

func unreachable() error {
	down := problem(http.StatusServiceUnavailable, "provider-unreachable",
		"the sign-in provider does not answer: try again in a minute; those who are signed in go on working",
		"hệ thống đăng nhập chưa phản hồi; đề nghị thử lại sau ít phút; cán bộ đã đăng nhập vẫn làm việc bình thường")
	down.retryAfter = int(providerRest.Seconds())
	return down
}

// endSignIn takes a browser back from the provider and begins the session.
func (p *public) endSignIn(w http.ResponseWriter, r *http.Request, d *desk) {
	if p.config.DevelopmentSignIn {
		p.missing(w, r, d)
		return
	}
	kept, err := p.vouched(r, d)
	http.SetCookie(w, p.gate.gone(d.agency, forSignIn))
	if err == nil {
		err = p.keepSession(w.Header(), d.agency, kept)
	}
	if err != nil {
		p.turnAway(w, r, d, err)
		return
	}
	p.log.Info("an officer signed in", "agency", d.name, "officer", kept.Officer)
	seeOther(w, "/"+d.name+"/dang-nhap")
}

// notBegun is the problem of a browser that comes back without having been sent, or a second time.
func notBegun() error {
	return problem(http.StatusBadRequest, "sign-in-not-begun",
		"this sign-in was not begun here, or took too long: begin it again",
		"phiên đăng nhập không hợp lệ hoặc đã quá thời gian; đề nghị đăng nhập lại")
}

// vouched is the session of the officer for whom the provider vouches.
func (p *public) vouched(r *http.Request, d *desk) (session, error) {
	found, err := p.providerOf(r, d)
	if err != nil {
		return session{}, err
	}
	var begun attempt
	carried, query := r.CookiesNamed(p.gate.cookieName(d.agency, forSignIn)), r.URL.Query()
	if len(carried) != 1 || d.unseal(forSignIn, carried[0].Value, &begun) != nil || d.now.Unix() >= begun.Until ||
		begun.Provider != identify(d.spec.SignIn.Issuer, d.spec.SignIn.ClientID) ||
		subtle.ConstantTimeCompare([]byte(begun.State), []byte(query.Get("state"))) != 1 {
		return session{}, notBegun()
	}
	if query.Get("error") != "" || query.Get("code") == "" {
		return session{}, problem(http.StatusForbidden, "provider-refused",
			"the sign-in provider let nobody in: sign in there, or ask its operator why",
			"hệ thống đăng nhập không chấp nhận; đề nghị đăng nhập lại")
	}
	said, err := p.redeem(r.Context(), d.agency, found, begun, query.Get("code"))
	if errors.Is(err, errNotVouched) {
		p.log.Warn("a sign-in was turned away", "agency", d.name, "error", err)
		return session{}, notBegun()
	}
	if err != nil {
		p.log.Warn("a sign-in could not be brought to its end", "agency", d.name, "error", err)
		return session{}, unreachable()
	}
	officer, ok := d.officerOf(said.account(d.spec.SignIn))
	if !ok {
		return session{}, problem(http.StatusForbidden, "account-not-an-officer",
			"your account is not that of an officer of this agency: sign in with another one, or ask for it to be entered",
			"tài khoản này không phải của cán bộ cơ quan; đề nghị dùng tài khoản khác hoặc báo quản trị hệ thống")
	}
	kept := newSession(officer, d.now)
	kept.Provider, kept.Groups = begun.Provider, said.groups(d.spec.SignIn)
	return kept, nil
}

// officerOf is the officer of an account. An account that two officers have is that of neither.
func (a *agency) officerOf(account string) (v1alpha1.Officer, bool) {
	of := func(o v1alpha1.Officer) bool { return o.Account == account }
	first := slices.IndexFunc(a.spec.Officers, of)
	if account == "" || first < 0 || slices.ContainsFunc(a.spec.Officers[first+1:], of) {
		return v1alpha1.Officer{}, false
	}
	return a.spec.Officers[first], true
}

// chooseOfficer begins a session of an officer whose word is taken.
func (p *public) chooseOfficer(w http.ResponseWriter, r *http.Request, d *desk) {
	if !p.config.DevelopmentSignIn {
		p.missing(w, r, d)
		return
	}
	err := p.gate.sameOrigin(r)
	officer, ok := d.officer(v1alpha1.ID(r.PostFormValue("can-bo")))
	if err == nil && !ok {
		err = officerUnknown(d.agency)
	}
	if err == nil {
		kept := newSession(officer, d.now)
		kept.Development = true
		err = p.keepSession(w.Header(), d.agency, kept)
	}
	if err != nil {
		p.turnAway(w, r, d, err)
		return
	}
	seeOther(w, "/"+d.name+"/dang-nhap")
}

// signOut ends the session, here and, where it offers that, at the provider.
func (p *public) signOut(w http.ResponseWriter, r *http.Request, d *desk) {
	if err := p.gate.sameOrigin(r); err != nil {
		p.turnAway(w, r, d, err)
		return
	}
	if current, ok := p.sessionOf(r, d.agency); ok {
		if err := p.gate.ended.add(current); err != nil {
			p.log.Error("a session was ended and comes back with the next start: it cannot be written down", "agency", d.name, "error", err)
		}
	}
	http.SetCookie(w, p.gate.gone(d.agency, forSession))
	to := "/" + d.name
	if end := p.endSession(r, d); end != nil {
		to = end.String()
	}
	seeOther(w, to)
}

// endSession is where the browser signs out at the provider and comes back from; nil where there is no such place, or it is
// not known.
func (p *public) endSession(r *http.Request, d *desk) *url.URL {
	if p.config.DevelopmentSignIn || d.spec.SignIn == nil || p.gate.public == nil {
		return nil
	}
	found, err := p.gate.providers.of(r.Context(), d.spec.SignIn.Issuer)
	if err != nil || found.EndSession == nil {
		return nil
	}
	end := *found.EndSession
	query := end.Query()
	query.Set("client_id", d.spec.SignIn.ClientID)
	query.Set("post_logout_redirect_uri", p.gate.address("/"+d.name))
	end.RawQuery = query.Encode()
	return &end
}

// allowEndSession lets the form that signs out lead to the provider: browsers hold where a form leads against the policy.
func (p *public) allowEndSession(w http.ResponseWriter, r *http.Request, d *desk) {
	if end := p.endSession(r, d); end != nil {
		w.Header().Set("Content-Security-Policy",
			strings.Replace(contentPolicy, "form-action 'self'", "form-action 'self' "+end.Scheme+"://"+end.Host, 1))
	}
}
