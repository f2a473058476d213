package store

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
)

// Hash is a SHA-256.
type Hash [sha256.Size]byte

// String returns the hash in hexadecimal.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// eventDomain and headDomain begin what is hashed, so that a hash of one sort is never one of the other. The number
// changes with the encoding.
const (
	eventDomain = "chuan/event/1"
	headDomain  = "chuan/head/1"
)

// HashOf returns the hash of an event of a dossier. What is hashed is the hash of the event before, the code and every field,
// each text with its length in front, so that no two events share an encoding. The data enter as the bytes that are
// kept, whatever they mean.
func HashOf(code string, prev Hash, e Event) Hash {
	w := writer{sha256.New()}
	w.text(eventDomain)
	w.Write(prev[:])
	w.text(code)
	w.number(e.Seq)
	w.number(e.At.UnixMilli())
	for _, field := range []string{e.Type, e.Officer, e.Role, e.Action, e.From, e.To} {
		w.text(field)
	}
	w.bytes(e.Data)
	return w.sum()
}

// Seal puts the hashes into events that follow one another, the first of which follows an event with the hash prev, and
// returns the last hash.
func Seal(code string, prev Hash, events []Event) Hash {
	for i := range events {
		events[i].Prev = prev
		events[i].Hash = HashOf(code, prev, events[i])
		prev = events[i].Hash
	}
	return prev
}

// Chain verifies the events of one dossier, one after another.
type Chain struct {
	Code string
	// Seq and Head are those of the last event.
	Seq  int64
	Head Hash
}

// Next takes the next event, and says in which way it does not follow, or nil.
func (c *Chain) Next(e Event) *Break {
	broken := func(format string, args ...any) *Break {
		return &Break{Code: c.Code, Seq: e.Seq, Detail: fmt.Sprintf(format, args...)}
	}
	switch {
	case e.Seq != c.Seq+1:
		return broken("event %d follows event %d", e.Seq, c.Seq)
	case e.Prev != c.Head:
		return broken("it does not follow the event before it")
	case HashOf(c.Code, e.Prev, e) != e.Hash:
		return broken("its content is not what was recorded")
	}
	c.Seq, c.Head = e.Seq, e.Hash
	return nil
}

// Verify says in which way the events of a dossier do not form a whole chain, or nil.
func Verify(d Dossier) *Break {
	chain := Chain{Code: d.Code}
	for _, e := range d.Events {
		if broken := chain.Next(e); broken != nil {
			return broken
		}
	}
	return nil
}

// Heads sums up the chains of an agency's dossiers, in the order in which they came in.
type Heads struct {
	sum hash.Hash
}

// Add adds a dossier whose chain has ended.
func (h *Heads) Add(c Chain) {
	if h.sum == nil {
		h.sum = sha256.New()
		writer{h.sum}.text(headDomain)
	}
	w := writer{h.sum}
	w.text(c.Code)
	w.number(c.Seq)
	w.Write(c.Head[:])
}

// Sum returns the hash over all that was added; zero when nothing was.
func (h *Heads) Sum() Hash {
	if h.sum == nil {
		return Hash{}
	}
	return writer{h.sum}.sum()
}

// writer writes the canonical encoding into a hash, which never fails.
type writer struct{ hash.Hash }

func (w writer) text(s string) { w.bytes([]byte(s)) }

func (w writer) bytes(b []byte) {
	w.number(int64(len(b)))
	w.Write(b)
}

func (w writer) number(n int64) {
	w.Write(binary.BigEndian.AppendUint64(nil, uint64(n)))
}

func (w writer) sum() (h Hash) {
	w.Sum(h[:0])
	return h
}
