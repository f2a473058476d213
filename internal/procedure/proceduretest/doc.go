// Package proceduretest draws procedures by chance that keep to every rule: all kinds of step, branches within branches,
// ways back, conditions over forms, waits that expire and questions to which silence is an answer. Tests lead dossiers
// through them.
package proceduretest

import "pgregory.net/rapid"

// Chance draws numbers. A [math/rand/v2.Rand] is one; [Rapid] makes one whose draws are shrunk when a test fails. Zero is
// always the simplest choice.
type Chance interface {
	// IntN draws a number from 0 to n-1.
	IntN(n int) int
}

// Rapid draws by a test of package rapid.
func Rapid(t *rapid.T) Chance { return rapidChance{t} }

type rapidChance struct{ t *rapid.T }

func (c rapidChance) IntN(n int) int { return rapid.IntRange(0, n-1).Draw(c.t, "choice") }

// One draws one of some choices.
func One[T any](c Chance, choices ...T) T { return choices[c.IntN(len(choices))] }

// In says yes once in n times.
func In(c Chance, n int) bool { return c.IntN(n) == n-1 }
