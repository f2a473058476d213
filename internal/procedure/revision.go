package procedure

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
)

// Digest returns the identity of an approved text: the SHA-256, in hexadecimal, of the spec as JSON without suspend,
// which is not part of the text. Two specs with the same digest say the same.
func Digest(spec *v1alpha1.QualityProcedureSpec) string {
	text := *spec
	text.Suspend = nil
	encoded, err := json.Marshal(&text)
	if err != nil {
		// The type holds nothing that JSON cannot carry.
		panic(fmt.Sprintf("procedure: encode the text of %s: %v", spec.Code, err))
	}
	sum := sha256.Sum256(encoded)
	return hex.EncodeToString(sum[:])
}

// Revision is a recorded revision of a procedure.
type Revision struct {
	// Revision is the number, from 1.
	Revision int32
	// EffectiveFrom is the first day in force.
	EffectiveFrom v1alpha1.Date
}

// InForce returns the revision under which dossiers are received on a day, which is the greatest whose first day in
// force has come, or nil when there is none; and those that will take its place later, in the order in which they will.
// A revision that never comes into force, because a greater one is in force from the same day or earlier, is not among
// them.
func InForce(revisions []Revision, today calendar.Day) (current *Revision, coming []Revision) {
	newestFirst := slices.SortedFunc(slices.Values(revisions), func(a, b Revision) int {
		return cmp.Compare(b.Revision, a.Revision)
	})
	day := v1alpha1.Date(today.String())
	for _, r := range newestFirst {
		if r.EffectiveFrom <= day {
			return &r, reversed(coming)
		}
		if len(coming) == 0 || r.EffectiveFrom < coming[len(coming)-1].EffectiveFrom {
			coming = append(coming, r)
		}
	}
	return nil, reversed(coming)
}

// reversed puts revisions found from the newest back into the order in which they come into force.
func reversed(revisions []Revision) []Revision {
	slices.Reverse(revisions)
	return revisions
}
