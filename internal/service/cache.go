package service

import (
	lru "github.com/hashicorp/golang-lru/v2"
)

// maxSeen bounds the dossiers of an agency that are remembered as they were seen last.
const maxSeen = 512

// memory remembers dossiers as they were seen last, decrypted and folded, so that the next action in one does not read all
// of it again. What it says may be old: whoever records on top of it learns so from the store. It is emptied now and then,
// so that personal data do not lie in memory for longer than somebody works on them.
type memory struct {
	dossiers *lru.Cache[string, *recorded]
}

func newMemory() memory {
	// It fails for a size that is not positive only.
	dossiers, err := lru.New[string, *recorded](maxSeen)
	if err != nil {
		panic(err)
	}
	return memory{dossiers: dossiers}
}

// seen is a dossier as it was seen last.
func (m memory) seen(code string) (*recorded, bool) { return m.dossiers.Get(code) }

// remember keeps a dossier as it is now.
func (m memory) remember(r *recorded) {
	if r.state.Open() {
		m.dossiers.Add(r.code, r)
		return
	}
	m.dossiers.Remove(r.code)
}

// forget forgets all dossiers.
func (m memory) forget() { m.dossiers.Purge() }
