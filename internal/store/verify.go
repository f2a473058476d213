package store

import "fmt"

// Evidence is what the records prove of themselves.
type Evidence struct {
	// Dossiers and Events that there are.
	Dossiers, Events int64
	// Head is a hash over the chains of all dossiers in the order in which they came in: it changes with any event, and
	// with any dossier that is added, altered or taken away.
	Head Hash
	// Broken says where the first break is; nil when every chain is whole.
	Broken *Break
}

// Break is a place at which the records contradict themselves.
type Break struct {
	// Code of the dossier and Seq of the event, 0 where no single event is meant.
	Code string
	Seq  int64
	// Detail says in which way.
	Detail string
}

// Verification goes through the records of an agency, dossier by dossier in the order in which they came in. The zero
// value is ready. Every driver verifies through it, so that all find the same.
type Verification struct {
	evidence Evidence
	heads    Heads
	chain    Chain
	open     bool
	// version and head are what the dossier says of its last event.
	version int64
	head    Hash
}

// Dossier begins the next dossier, which says of itself how many events it has and the hash of the last.
func (v *Verification) Dossier(code string, version int64, head Hash) {
	v.finish()
	v.chain, v.open, v.version, v.head = Chain{Code: code}, true, version, head
	v.evidence.Dossiers++
}

// Event takes the next event of the dossier.
func (v *Verification) Event(e Event) {
	v.evidence.Events++
	if broken := v.chain.Next(e); broken != nil {
		v.Breaks(broken)
		// The rest of the chain is judged from here, so that the head is that of what is there.
		v.chain.Seq, v.chain.Head = e.Seq, e.Hash
	}
}

// Breaks notes a break that was found otherwise; nil is none. Only the first counts.
func (v *Verification) Breaks(b *Break) {
	if v.evidence.Broken == nil {
		v.evidence.Broken = b
	}
}

// Numbered compares the events that were gone through with those that are there and with the last number given: both tell
// of events that are missing, or belong to no dossier.
func (v *Verification) Numbered(count, last int64) {
	v.finish()
	if count != last || count != v.evidence.Events {
		v.Breaks(&Break{Detail: fmt.Sprintf(
			"%d events were numbered, %d are there, %d of them belong to a dossier", last, count, v.evidence.Events)})
	}
}

// Evidence is what was found.
func (v *Verification) Evidence() Evidence {
	v.finish()
	found := v.evidence
	found.Head = v.heads.Sum()
	return found
}

// finish ends the dossier that was gone through.
func (v *Verification) finish() {
	if !v.open {
		return
	}
	v.open = false
	if v.chain.Seq != v.version || v.chain.Head != v.head {
		v.Breaks(&Break{Code: v.chain.Code, Detail: fmt.Sprintf(
			"its record ends with event %d, but version %d was recorded", v.chain.Seq, v.version)})
	}
	v.heads.Add(v.chain)
}
