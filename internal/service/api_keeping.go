package service

import (
	"net/http"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/dossier"
)

// Addendum is the body by which papers and payments are added outside of an action.
type Addendum struct {
	Seen
	Documents   []HandedIn        `json:"documents,omitempty"`
	Attachments []AttachmentRef   `json:"attachments,omitempty"`
	Payments    []dossier.Payment `json:"payments,omitempty"`
}

func (b *Addendum) command(r *http.Request, d *desk, officer v1alpha1.ID, version int64) (dossier.Command, error) {
	attachments, err := d.attachments(r.Context(), b.Attachments)
	return dossier.Supplement{
		Officer: officer, Version: version, Documents: copiesOf(b.Documents), Attachments: attachments, Payments: b.Payments,
	}, err
}

// Shelving is the body that says where the paper file is kept.
type Shelving struct {
	Seen
	Place string `json:"place"`
}

func (b *Shelving) command(_ *http.Request, _ *desk, officer v1alpha1.ID, version int64) (dossier.Command, error) {
	return dossier.Shelve{Officer: officer, Version: version, Place: b.Place}, nil
}

// Lending is the body by which the paper file is lent out.
type Lending struct {
	Seen
	// To is the officer, or the unit, that gets it.
	To string `json:"to"`
	// Until is when it is to be back.
	Until v1alpha1.Date `json:"until,omitempty"`
}

func (b *Lending) command(_ *http.Request, _ *desk, officer v1alpha1.ID, version int64) (dossier.Command, error) {
	return dossier.Lend{Officer: officer, Version: version, Loan: dossier.Loan{To: b.To, Until: b.Until}}, nil
}

// Returning is the body by which the paper file is brought back.
type Returning struct{ Seen }

func (b *Returning) command(_ *http.Request, _ *desk, officer v1alpha1.ID, version int64) (dossier.Command, error) {
	return dossier.Return{Officer: officer, Version: version}, nil
}

// Moving is the body by which an open dossier is moved onto another revision.
type Moving struct {
	Seen
	// Revision onto which it moves. Default the one in force.
	Revision int32  `json:"revision,omitempty"`
	Reason   string `json:"reason,omitempty"`
}

func (b *Moving) command(_ *http.Request, _ *desk, officer v1alpha1.ID, version int64) (dossier.Command, error) {
	return dossier.Move{Officer: officer, Version: version, Revision: b.Revision, Reason: b.Reason}, nil
}

// Disposing is the body by which the keeping of a record ends.
type Disposing struct {
	Seen
	// Minutes is the number of the minutes by which it was decided, Date their date.
	Minutes string        `json:"minutes"`
	Date    v1alpha1.Date `json:"date"`
}

func (b *Disposing) command(_ *http.Request, _ *desk, officer v1alpha1.ID, version int64) (dossier.Command, error) {
	return dossier.Dispose{
		Officer: officer, Version: version, Disposal: dossier.Disposal{Minutes: b.Minutes, Date: b.Date},
	}, nil
}
