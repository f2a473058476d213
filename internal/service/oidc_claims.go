package service

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"chuan.dev/chuan/api/v1alpha1"
)

// errNotVouched says that what came back does not show who signed in.
var errNotVouched = errors.New("the provider does not vouch for anybody")

// claims are what a provider says of who signed in.
type claims map[string]json.RawMessage

// redeem exchanges the code that came back for what the provider says of who signed in. The code serves once; the verifier
// shows that it was this browser that was sent there, and the nonce that the answer is to that question.
func (s *Service) redeem(ctx context.Context, a *agency, p *provider, asked attempt, code string) (claims, error) {
	client, err := s.clientOf(a, p)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(s.gate.providers.speaking(ctx), providerTime)
	defer cancel()
	token, err := client.Exchange(ctx, code, oauth2.VerifierOption(asked.Verifier))
	if err != nil {
		return nil, exchangeFailure(err)
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return nil, fmt.Errorf("%w: there is no ID token in its answer", errNotVouched)
	}
	verifier := p.VerifierContext(ctx, &oidc.Config{ClientID: client.ClientID, Now: s.config.Now})
	id, err := verifier.Verify(ctx, raw)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNotVouched, err)
	}
	if subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(asked.Nonce)) != 1 {
		return nil, fmt.Errorf("%w: the ID token answers another question", errNotVouched)
	}
	said := claims{}
	if err := id.Claims(&said); err != nil {
		return nil, fmt.Errorf("%w: %w", errNotVouched, err)
	}
	return said, s.complete(ctx, a, p, said, id.Subject, token)
}

// complete asks the provider for those claims that it left out of the ID token.
func (s *Service) complete(ctx context.Context, a *agency, p *provider, said claims, subject string, token *oauth2.Token) error {
	_, account := said[accountClaim(a.spec.SignIn)]
	_, groups := said[groupsClaim(a.spec.SignIn)]
	if p.UserInfoEndpoint() == "" || account && (groups || len(a.spec.SignIn.Groups) == 0) {
		return nil
	}
	info, err := p.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil {
		return fmt.Errorf("what the provider says of a user cannot be had: %w", err)
	}
	more := claims{}
	if err := info.Claims(&more); err != nil || info.Subject != subject {
		return fmt.Errorf("%w: it tells of another user than the one who signed in", errNotVouched)
	}
	// What the ID token says counts: it is signed.
	maps.DeleteFunc(more, func(name string, _ json.RawMessage) bool { _, ok := said[name]; return ok })
	maps.Copy(said, more)
	return nil
}

// exchangeFailure is why a code was not taken, without the words of the provider, which may name people.
func exchangeFailure(err error) error {
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) && refused.Response != nil && refused.Response.StatusCode < 500 {
		return fmt.Errorf("%w: it refuses the code with status %d, error %.40q",
			errNotVouched, refused.Response.StatusCode, refused.ErrorCode)
	}
	if errors.As(err, &refused) && refused.Response != nil {
		return fmt.Errorf("the provider failed with status %d", refused.Response.StatusCode)
	}
	return err
}

// account is the account that signed in; empty where the provider names none that can be relied on.
func (c claims) account(asked *v1alpha1.AgencySignIn) string {
	name := accountClaim(asked)
	var account string
	if json.Unmarshal(c[name], &account) != nil {
		return ""
	}
	var verified bool
	if name == "email" && (json.Unmarshal(c["email_verified"], &verified) != nil || !verified) {
		return ""
	}
	return account
}

// groups identify those of the agency's groups of which the account is a member.
func (c claims) groups(asked *v1alpha1.AgencySignIn) []string {
	raw := c[groupsClaim(asked)]
	var names []string
	if json.Unmarshal(raw, &names) != nil {
		var one string
		if json.Unmarshal(raw, &one) != nil {
			return nil
		}
		names = []string{one}
	}
	var member []string
	for _, group := range asked.Groups {
		if slices.Contains(names, group.Name) {
			member = append(member, identify(group.Name))
		}
	}
	return member
}
