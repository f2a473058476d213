package rule

import (
	"strings"
	"sync"
)

// All returns the catalogue, in the order of its pages.
func All() []Rule {
	var rules []Rule
	for _, g := range Groups() {
		rules = append(rules, g.Rules...)
	}
	return rules
}

var byID = sync.OnceValue(func() map[ID]Rule {
	rules := map[ID]Rule{}
	for _, r := range All() {
		rules[r.ID] = r
		for _, other := range r.Also {
			rules[other] = r
		}
	}
	return rules
})

// Find returns the rule that is known by an id, which may be one of its Also, in any case of letters.
func Find(id string) (Rule, bool) {
	r, ok := byID()[ID(strings.ToUpper(id))]
	return r, ok
}
