package service

import (
	"crypto/ed25519"
	"net/http"
	"slices"

	"chuan.dev/chuan/internal/vault"
)

// rootsPage is how many roots are answered at a time: those of a year.
const rootsPage = 366

// RootList are the roots of days, in order.
type RootList struct {
	Roots []Root `json:"roots"`
	// Next is given as after to get the roots that follow; absent on the last page.
	Next string `json:"next,omitempty"`
}

// Root is the signed root of a day: the root of a tree over the hashes of the events that were recorded by its end (RFC 6962,
// section 2.1). What is signed is Statement, behind the purpose of the signature.
type Root struct {
	Day string `json:"day"`
	// From and To are the numbers of the first and the last event; To is From-1 when there was none.
	From int64 `json:"from"`
	To   int64 `json:"to"`
	// Root of the day, and Previous that of the root before, in hexadecimal.
	Root     string `json:"root"`
	Previous string `json:"previous"`
	// Statement is the text that is signed, KeyID names the key, and Signature is the signature in Base64.
	Statement string `json:"statement"`
	KeyID     string `json:"keyId"`
	Signature []byte `json:"signature"`
}

// KeyList are the keys by which the signatures of an agency are verified.
type KeyList struct {
	Keys []Key `json:"keys"`
}

// Key is a public key.
type Key struct {
	KeyID     string `json:"keyId"`
	Algorithm string `json:"algorithm"`
	// PublicKey are the bytes of the key in Base64, PEM is the key as other programs read it.
	PublicKey ed25519.PublicKey `json:"publicKey"`
	PEM       string            `json:"pem"`
}

// rootOperations are what anybody may ask to verify records. They say nothing of persons.
func (s *Service) rootOperations() []operation {
	return []operation{
		{
			id: "listRoots", method: http.MethodGet, path: agencyPath + "/roots", tag: tagProof,
			summary: "The signed roots of days: who keeps them can prove later that no record was changed",
			query: []parameter{{
				name: "after", description: "Only roots of later days than this one, as 2026-11-27.", format: "date",
			}},
			answer: RootList{}, handler: s.atDesk(s.getRoots),
		},
		{
			id: "listKeys", method: http.MethodGet, path: agencyPath + "/keys", tag: tagProof,
			summary: "The public key by which the agency's signatures are verified", answer: KeyList{}, handler: s.atDesk(s.getKeys),
		},
	}
}

func (s *Service) getRoots(w http.ResponseWriter, r *http.Request, d *desk) error {
	after := r.URL.Query().Get("after")
	if after != "" {
		if _, err := dayOf(after); err != nil {
			return problem(http.StatusBadRequest, "parameter-wrong", "after is no day: write it as 2026-11-27",
				"after không phải là ngày hợp lệ; viết theo dạng 2026-11-27")
		}
	}
	roots, err := d.records.Roots(r.Context(), after)
	if err != nil {
		return err
	}
	list := RootList{Roots: []Root{}}
	for _, root := range roots[:min(len(roots), rootsPage)] {
		list.Roots = append(list.Roots, Root{
			Day: root.Day, From: root.From, To: root.To, Root: root.Root.String(), Previous: root.Prev.String(),
			Statement: string(root.Statement()), KeyID: root.KeyID, Signature: slices.Clone(root.Signature),
		})
	}
	if len(roots) > rootsPage {
		list.Next = roots[rootsPage-1].Day
	}
	return writeJSON(w, http.StatusOK, list)
}

func (s *Service) getKeys(w http.ResponseWriter, _ *http.Request, d *desk) error {
	key := d.records.keys.Public()
	text, err := vault.PublicPEM(key)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, KeyList{Keys: []Key{{
		KeyID: d.records.keys.KeyID(), Algorithm: "Ed25519", PublicKey: key, PEM: string(text),
	}}})
}
