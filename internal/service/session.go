package service

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
)

// How long a session lasts: without a request, and at most. A working day is shorter than either.
const (
	sessionIdle = 8 * time.Hour
	sessionMost = 12 * time.Hour
	// sessionRenewed is how old the last request that a session knows of may be before it is told of another one.
	sessionRenewed = 5 * time.Minute
)

// maxCookie bounds the cookies that are looked at: browsers keep no longer ones.
const maxCookie = 4 << 10

// session is that an officer of an agency has signed in. Nothing of it is kept by the service: it is in a cookie, encrypted
// under a key of the agency, so that every replica can read it and nobody else.
type session struct {
	// ID tells sessions apart, so that one can be ended.
	ID string `json:"i"`
	// Officer who has signed in, and the account by which the provider knows them.
	Officer v1alpha1.ID `json:"o"`
	Account string      `json:"a,omitempty"`
	// Provider identifies the provider and the client; empty with the development sign-in.
	Provider string `json:"p,omitempty"`
	// Groups identify those of the agency's groups of which the provider said that the officer is a member.
	Groups []string `json:"g,omitempty"`
	// Began and Seen are when the officer signed in and when they last asked for something, in seconds.
	Began int64 `json:"b"`
	Seen  int64 `json:"s"`
	// Development marks a session for which the officer's word was taken.
	Development bool `json:"d,omitempty"`
}

// newSession begins a session.
func newSession(officer v1alpha1.Officer, now time.Time) session {
	return session{ID: rand.Text(), Officer: officer.ID, Account: officer.Account, Began: now.Unix(), Seen: now.Unix()}
}

// lasts says whether a session has not run out at an instant. One that begins later was not made by a clock of ours.
func (s session) lasts(now time.Time) bool {
	began, seen := time.Unix(s.Began, 0), time.Unix(s.Seen, 0)
	const skew = time.Minute // between the clocks of replicas
	return began.Before(now.Add(skew)) && seen.Before(now.Add(skew)) &&
		now.Before(began.Add(sessionMost)) && now.Before(seen.Add(sessionIdle))
}

// errSealed says that a cookie was not sealed by this agency for this purpose, or was altered.
var errSealed = errors.New("the cookie was not made here")

// sealing is what a cookie is sealed for. It is bound to it: a cookie of one sort is none of another.
type sealing string

const (
	forSession sealing = "session"
	forSignIn  sealing = "signin"
)

// cookieName is the name of a cookie of an agency. Behind the prefix __Host- a browser keeps cookies only that this very host
// has set over HTTPS for all of its paths.
func (g *gate) cookieName(a *agency, purpose sealing) string {
	name := "chuan_" + string(purpose) + "_" + a.name
	if g.secure {
		return "__Host-" + name
	}
	return name
}

// cookie makes a cookie of an agency that lasts for a time.
func (g *gate) cookie(a *agency, purpose sealing, value string, lasting time.Duration) *http.Cookie {
	return &http.Cookie{ //nolint:gosec // without HTTPS there is the development sign-in only
		Name: g.cookieName(a, purpose), Value: value, Path: "/", MaxAge: int(lasting.Seconds()),
		Secure: g.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
}

// gone is a cookie that takes away the one of its name.
func (g *gate) gone(a *agency, purpose sealing) *http.Cookie {
	return g.cookie(a, purpose, "", -time.Second)
}

// sealer encrypts the cookies of an agency. The key comes from those of the agency and the secret that goes with its records:
// who has a backup or an export cannot make a session.
func (a *agency) sealer() (cipher.AEAD, error) {
	key := a.records.keys.Derive("cookies", a.records.Secret())
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// sealed is a value as a cookie of the agency carries it.
func (a *agency) sealed(purpose sealing, value any) (string, error) {
	plain, err := json.Marshal(value)
	if err != nil {
		return "", err
	}
	aead, err := a.sealer()
	if err != nil {
		return "", err
	}
	box := aead.Seal(nil, nil, plain, a.boundTo(purpose)) //nolint:gosec // this AEAD makes its nonces itself, at random
	return base64.RawURLEncoding.EncodeToString(box), nil
}

// unseal reads what sealed has made.
func (a *agency) unseal(purpose sealing, text string, into any) error {
	if len(text) > maxCookie {
		return errSealed
	}
	box, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return errSealed
	}
	aead, err := a.sealer()
	if err != nil {
		return err
	}
	plain, err := aead.Open(nil, nil, box, a.boundTo(purpose))
	if err != nil {
		return errSealed
	}
	return json.Unmarshal(plain, into)
}

// boundTo is what a sealed value belongs to, beside the key.
func (a *agency) boundTo(purpose sealing) []byte { return []byte(string(purpose) + "\n" + a.name) }

// sessionOf reads the session that a request carries for an agency; false when there is none, or none that still holds.
func (s *Service) sessionOf(r *http.Request, a *agency) (session, bool) {
	var found session
	carried := r.CookiesNamed(s.gate.cookieName(a, forSession))
	if len(carried) != 1 || a.unseal(forSession, carried[0].Value, &found) != nil {
		return session{}, false
	}
	if found.Development != s.config.DevelopmentSignIn || !found.lasts(s.config.Now()) || s.gate.ended.has(found.ID) {
		return session{}, false
	}
	if !found.Development && (a.spec.SignIn == nil || found.Provider != identify(a.spec.SignIn.Issuer, a.spec.SignIn.ClientID)) {
		return session{}, false
	}
	return found, true
}

// keepSession puts a session into the answer.
func (s *Service) keepSession(header http.Header, a *agency, kept session) error {
	value, err := a.sealed(forSession, kept)
	if err != nil {
		return err
	}
	began := time.Unix(kept.Began, 0)
	header.Add("Set-Cookie", s.gate.cookie(a, forSession, value, began.Add(sessionMost).Sub(s.config.Now())).String())
	return nil
}

// renew tells a session of a request when it has not heard of one for a while.
func (s *Service) renew(r *http.Request, a *agency, kept session) error {
	now := s.config.Now()
	header, ok := r.Context().Value(answerHeader{}).(http.Header)
	if !ok || now.Sub(time.Unix(kept.Seen, 0)) < sessionRenewed {
		return nil
	}
	kept.Seen = now.Unix()
	return s.keepSession(header, a, kept)
}

// identify is a short name for words: equal for equal words, and for no others.
func identify(words ...string) string {
	encoded, _ := json.Marshal(words) // strings always encode
	sum := sha256.Sum256(encoded)
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}
