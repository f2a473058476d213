package archive

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"iter"
	"time"

	"chuan.dev/chuan/internal/store"
	"chuan.dev/chuan/internal/vault"
)

// Report is what an inspection found. Hashes are in hexadecimal.
type Report struct {
	// Agency is the identification code, Name and MadeAt those of the manifest, if there is one.
	Agency string     `json:"agency"`
	Name   string     `json:"name,omitempty"`
	MadeAt *time.Time `json:"madeAt,omitempty"`
	// Dossiers and Events that there are, and the head of all chains.
	Dossiers int64  `json:"dossiers"`
	Events   int64  `json:"events"`
	Head     string `json:"head"`
	// Roots are the days with a root.
	Roots RootsReport `json:"roots"`
	// Documents of an archive; nil for a plain file of records.
	Documents *Documents `json:"documents,omitempty"`
	// Broken is the first thing that is not as it was recorded; nil when everything is.
	Broken *Broken `json:"broken"`
}

// RootsReport says what the roots prove.
type RootsReport struct {
	Count int    `json:"count"`
	First string `json:"first,omitempty"`
	Last  string `json:"last,omitempty"`
	// Covered is the number of the last event that a root covers. What comes after it is proven by its chain alone.
	Covered int64 `json:"covered"`
	// KeyID names the key by which the signatures were verified; empty when none was at hand.
	KeyID string `json:"keyId,omitempty"`
}

// String says what the roots prove.
func (r RootsReport) String() string {
	switch {
	case r.Count == 0:
		return "no day has a root yet"
	case r.KeyID == "":
		return fmt.Sprintf("roots of %d days to %s, signatures not verified for want of the key", r.Count, r.Last)
	default:
		return fmt.Sprintf("roots of %d days to %s signed by the key %s", r.Count, r.Last, r.KeyID)
	}
}

// Broken is a place at which records are not what was recorded.
type Broken struct {
	Agency string `json:"agency"`
	// Dossier and Event say where, as far as it can be said.
	Dossier string `json:"dossier,omitempty"`
	Event   int64  `json:"event,omitempty"`
	// Detail says in which way.
	Detail string `json:"detail"`
}

// String says where and in which way.
func (b Broken) String() string {
	where := "agency " + b.Agency
	if b.Dossier != "" {
		where += ", dossier " + b.Dossier
	}
	if b.Event > 0 {
		where += fmt.Sprintf(", event %d", b.Event)
	}
	return where + ": " + b.Detail
}

// breaks notes a break. Only the first counts.
func (r *Report) breaks(b *store.Break) {
	if b != nil && r.Broken == nil {
		r.Broken = &Broken{Agency: r.Agency, Dossier: b.Code, Event: b.Seq, Detail: b.Detail}
	}
}

func (r *Report) says(format string, args ...any) {
	r.breaks(&store.Break{Detail: fmt.Sprintf(format, args...)})
}

// Inspect verifies the records of an agency: the chain of every dossier, the numbers of the events, the roots of the days,
// their signatures when the public key is given, and the database itself. The error says why it could not be done; what
// is broken is in the report.
func Inspect(ctx context.Context, records store.Store, agency string, key ed25519.PublicKey) (Report, error) {
	report := Report{Agency: agency}
	evidence, err := records.Verify(ctx)
	if err := report.unreadable(ctx, "the records", err); err != nil {
		return report, err
	}
	report.Dossiers, report.Events, report.Head = evidence.Dossiers, evidence.Events, evidence.Head.String()
	report.breaks(evidence.Broken)
	roots, err := records.Roots(ctx, "")
	if err := report.unreadable(ctx, "the roots", err); err != nil {
		return report, err
	}
	report.signatures(roots, key)
	leaves := func(from, to int64) iter.Seq2[store.Hash, error] { return records.Leaves(ctx, from, to) }
	broken, err := store.VerifyRoots(roots, leaves)
	if err := report.unreadable(ctx, "the events of the roots", err); err != nil {
		return report, err
	}
	report.breaks(broken)
	return report, report.unreadable(ctx, "the database", records.Check(ctx))
}

// unreadable notes that something cannot be read. It returns the error where that is not a fault of the records: the
// context has ended.
func (r *Report) unreadable(ctx context.Context, what string, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	}
	r.says("%s cannot be read: %v", what, err)
	return nil
}

// signatures verifies the signatures of roots by a key; none when there is no key.
func (r *Report) signatures(roots []store.DayRoot, key ed25519.PublicKey) {
	r.Roots.Count = len(roots)
	if len(roots) == 0 {
		return
	}
	last := roots[len(roots)-1]
	r.Roots.First, r.Roots.Last, r.Roots.Covered = roots[0].Day, last.Day, last.To
	if len(key) == 0 {
		return
	}
	r.Roots.KeyID = vault.KeyID(key)
	for i := range roots {
		switch root := &roots[i]; {
		case vault.Verify(key, vault.PurposeRoot, root.Statement(), root.Signature):
		case root.KeyID != r.Roots.KeyID:
			r.says("the root of %s is signed by the key %s, not by the key %s", root.Day, root.KeyID, r.Roots.KeyID)
			return
		default:
			r.says("the signature of the root of %s is not that of the key %s: the root was forged or changed", root.Day, root.KeyID)
			return
		}
	}
}

// InspectFile verifies an archive or a plain file of records. The key is that of the manifest when none is given; a given
// one has to be that of the manifest. Temporary is the directory below which records are unpacked, empty for that of the
// system.
func InspectFile(ctx context.Context, path, temporary string, key ed25519.PublicKey, progress Progress) (_ Report, err error) {
	a, err := Open(ctx, path, temporary)
	if err != nil {
		return Report{}, err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if len(key) == 0 && a.Manifest != nil {
		key = a.Manifest.PublicKey
	}
	report, err := Inspect(ctx, a.Records, a.Records.Agency(), key)
	if err != nil || a.Manifest == nil {
		return report, err
	}
	return report, report.archive(ctx, a, key, progress)
}

// archive compares an archive with its manifest, and reads its documents.
func (r *Report) archive(ctx context.Context, a *Archive, key ed25519.PublicKey, progress Progress) error {
	m := a.Manifest
	r.Name, r.MadeAt, r.Documents = m.Name, &m.MadeAt, &m.Documents
	switch {
	case len(m.PublicKey) > 0 && !key.Equal(m.PublicKey):
		r.says("its manifest has the public key %s, not the key %s", m.KeyID, vault.KeyID(key))
	case m.Records.Dossiers != r.Dossiers || m.Records.Events != r.Events || m.Records.Roots != int64(r.Roots.Count):
		r.says("it has %d dossiers, %d events and %d roots, its manifest says %d, %d and %d",
			r.Dossiers, r.Events, r.Roots.Count, m.Records.Dossiers, m.Records.Events, m.Records.Roots)
	case m.Records.Head != r.Head:
		r.says("the head of all chains is not the one of which its manifest speaks")
	case a.Altered():
		r.says("its records are not the file of which its manifest speaks")
	}
	err := a.Documents(ctx, func(_ store.Hash, content io.Reader) error {
		if progress != nil {
			progress(a.Position())
		}
		_, err := io.Copy(io.Discard, content)
		return err
	})
	if errors.Is(err, ErrDamaged) {
		r.says("%v", err)
		return nil
	}
	return err
}
