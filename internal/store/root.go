package store

import (
	"errors"
	"fmt"
	"iter"

	"github.com/transparency-dev/merkle/compact"
	"github.com/transparency-dev/merkle/rfc6962"
)

// DayRoot is the root of a tree over the hashes of the events of a day (RFC 6962, section 2.1), signed.
type DayRoot struct {
	// Day as 2026-11-27.
	Day string
	// From and To are the numbers of the first and the last event; To is From-1 for a day without events.
	From, To int64
	// Root of the day, and Prev that of the root before, which is signed with it.
	Root, Prev Hash
	// Signature over day, numbers and roots by the agency's key, which KeyID names.
	KeyID     string
	Signature []byte
}

// rootDomain begins what is signed of a root. The number changes with the encoding.
const rootDomain = "chuan/day-root/1"

// Statement is what is signed of a root: lines of text, so that it can be verified with any tool, at any time.
func (r DayRoot) Statement() []byte {
	return fmt.Appendf(nil, "%s\n%s\n%d\n%d\n%s\n%s\n", rootDomain, r.Day, r.From, r.To, r.Root, r.Prev)
}

// Follows says why the root cannot come after the last one, or, with nil, be the first; nil when it can.
func (r DayRoot) Follows(last *DayRoot) error {
	before := DayRoot{}
	if last != nil {
		before = *last
	}
	switch {
	case r.Day <= before.Day:
		return fmt.Errorf("%w: the root of %s cannot follow that of %s", ErrConflict, r.Day, before.Day)
	case r.From != before.To+1 || r.To < r.From-1:
		return fmt.Errorf("%w: the root of %s covers events %d to %d after event %d",
			ErrConflict, r.Day, r.From, r.To, before.To)
	case r.Prev != before.Root:
		return fmt.Errorf("%w: the root of %s does not name that of %q before it", ErrConflict, r.Day, before.Day)
	}
	return nil
}

// Root returns the root of a tree over leaves, as RFC 6962, section 2.1 defines it. It holds no more than the right edge
// of the tree in memory.
func Root(leaves iter.Seq2[Hash, error]) (Hash, error) {
	hasher := rfc6962.DefaultHasher
	edge := (&compact.RangeFactory{Hash: hasher.HashChildren}).NewEmptyRange(0)
	for leaf, err := range leaves {
		if err != nil {
			return Hash{}, err
		}
		if err := edge.Append(hasher.HashLeaf(leaf[:]), nil); err != nil {
			return Hash{}, err
		}
	}
	if edge.End() == 0 {
		return Hash(hasher.EmptyRoot()), nil
	}
	root, err := edge.GetRootHash(nil)
	if err != nil {
		return Hash{}, err
	}
	return Hash(root), nil
}

// VerifyRoots computes every root again from the leaves, and says where the first one is that does not follow the one
// before it or does not stand for the events that it covers; nil when there is none. The error is one of reading. The
// signatures are verified by who knows the key.
func VerifyRoots(roots []DayRoot, leaves func(from, to int64) iter.Seq2[Hash, error]) (*Break, error) {
	var last *DayRoot
	for i := range roots {
		r := &roots[i]
		if refusal := r.Follows(last); refusal != nil {
			return &Break{Detail: refusal.Error()}, nil //nolint:nilerr // it is what was looked for
		}
		root, err := Root(leaves(r.From, r.To))
		if errors.Is(err, ErrNotFound) {
			return &Break{Detail: fmt.Sprintf("the root of %s covers events that are not there", r.Day)}, nil
		}
		if err != nil {
			return nil, err
		}
		if root != r.Root {
			return &Break{Detail: fmt.Sprintf("the events %d to %d of %s are not those of its root", r.From, r.To, r.Day)}, nil
		}
		last = r
	}
	return nil, nil
}
