package statistics

import (
	"bytes"
	"crypto/sha256"
	"slices"
)

// Sample draws at most n dossiers by a seed: those whose codes, hashed with the seed, come first. It depends on nothing but
// the codes and the seed, so that everybody who has both can draw it again; in which order the codes are given does not
// matter. They are returned in the order in which they were drawn.
func Sample(codes []string, seed string, n int) []string {
	type drawn struct {
		code string
		hash [sha256.Size]byte
	}
	distinct := slices.Compact(slices.Sorted(slices.Values(codes)))
	all := make([]drawn, 0, len(distinct))
	for _, code := range distinct {
		// The byte between keeps a seed apart from a code that continues it.
		all = append(all, drawn{code, sha256.Sum256([]byte(seed + "\x00" + code))})
	}
	slices.SortFunc(all, func(a, b drawn) int { return bytes.Compare(a.hash[:], b.hash[:]) })
	sample := make([]string, 0, max(0, min(n, len(all))))
	for i := range cap(sample) {
		sample = append(sample, all[i].code)
	}
	return sample
}
