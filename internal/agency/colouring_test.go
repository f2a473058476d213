package agency

import (
	"math/rand/v2"
	"testing"
)

// problemOf makes a question of pairs of roles that are to be kept apart.
func problemOf(holders [][]int, pairs ...[2]int) (*separation, roleSet) {
	p := &separation{apart: make([]roleSet, len(holders)), holders: holders}
	for _, pair := range pairs {
		p.apart[pair[0]] |= roleOf(pair[1])
		p.apart[pair[1]] |= roleOf(pair[0])
	}
	return p, roleOf(len(holders)) - 1
}

// bruteForce tries every assignment.
func bruteForce(p *separation, roles roleSet, chosen []int, i int) bool {
	for ; i < len(p.holders) && !roles.has(i); i++ {
	}
	if i == len(p.holders) {
		return true
	}
	for _, officer := range p.holders[i] {
		free := true
		for k := range i {
			free = free && (!roles.has(k) || !p.apart[i].has(k) || chosen[k] != officer)
		}
		chosen[i] = officer
		if free && bruteForce(p, roles, chosen, i+1) {
			return true
		}
	}
	return false
}

func TestSolveAgreesWithBruteForce(t *testing.T) {
	random := rand.New(rand.NewPCG(27, 11))
	answers := map[verdict]int{}
	for range 20_000 {
		n, officers := 1+random.IntN(7), 1+random.IntN(4)
		holders := make([][]int, n)
		for i := range holders {
			for o := range officers {
				if random.IntN(2) == 0 {
					holders[i] = append(holders[i], o)
				}
			}
			if len(holders[i]) == 0 {
				holders[i] = []int{random.IntN(officers)}
			}
		}
		var pairs [][2]int
		density := 1 + random.IntN(3)
		for i := range n {
			for k := range i {
				if random.IntN(density) == 0 {
					pairs = append(pairs, [2]int{i, k})
				}
			}
		}
		p, roles := problemOf(holders, pairs...)
		want := impossible
		if bruteForce(p, roles, make([]int, n), 0) {
			want = possible
		}
		got := p.solve(roles)
		answers[got]++
		if got != want {
			t.Fatalf("holders %v, apart %v: %d, want %d", holders, pairs, got, want)
		}
		if got == impossible {
			checkWitness(t, p, roles)
		}
	}
	if answers[possible] < 1000 || answers[impossible] < 1000 {
		t.Errorf("answers %v, want many of both", answers)
	}
}

// checkWitness holds a witness against what it promises: nothing smaller is impossible, up to three roles, and no role of
// it can be spared.
func checkWitness(t *testing.T, p *separation, roles roleSet) {
	t.Helper()
	w := p.witness(roles)
	if bruteForce(p, w, make([]int, len(p.holders)), 0) {
		t.Fatalf("the witness %b of %+v is possible", w, p)
	}
	w.each(func(i int) {
		if !bruteForce(p, w.without(roleOf(i)), make([]int, len(p.holders)), 0) {
			t.Fatalf("the witness %b of %+v does not need %d", w, p, i)
		}
	})
	for smaller := roleSet(1); smaller <= roles; smaller++ {
		if smaller.len() < min(w.len(), 4) && !bruteForce(p, smaller, make([]int, len(p.holders)), 0) {
			t.Fatalf("the witness %b of %+v is not the smallest: %b", w, p, smaller)
		}
	}
}

// hardest are questions of the largest size that the schema admits, made to be hard.
func hardest() map[string]func() (*separation, roleSet) {
	every := func(n, officers int, left func(role, officer int) bool) [][]int {
		holders := make([][]int, n)
		for i := range holders {
			for o := range officers {
				if !left(i, o) {
					holders[i] = append(holders[i], o)
				}
			}
		}
		return holders
	}
	pairsWhere := func(n int, apart func(i, k int) bool) (pairs [][2]int) {
		for i := range n {
			for k := range i {
				if apart(i, k) {
					pairs = append(pairs, [2]int{i, k})
				}
			}
		}
		return pairs
	}
	// Within one of six circles of five, neighbours may be one person: eighteen officers are needed.
	circles := func(i, k int) bool { return i/5 != k/5 || (i-k+5)%5 != 1 && (k-i+5)%5 != 1 }
	nobody := func(int, int) bool { return false }
	scattered := func(i, o int) bool { return (i*7+o*11)%13 == 0 }
	return map[string]func() (*separation, roleSet){
		"500 officers hold all": func() (*separation, roleSet) {
			return problemOf(every(30, 500, nobody), pairsWhere(30, func(int, int) bool { return true })...)
		},
		"29 officers for 30 roles all apart": func() (*separation, roleSet) {
			return problemOf(every(30, 29, scattered), pairsWhere(30, func(int, int) bool { return true })...)
		},
		"17 officers for six circles": func() (*separation, roleSet) {
			return problemOf(every(30, 17, nobody), pairsWhere(30, circles)...)
		},
		"17 different officers for six circles": func() (*separation, roleSet) {
			return problemOf(every(30, 17, scattered), pairsWhere(30, circles)...)
		},
		"18 different officers for six circles": func() (*separation, roleSet) {
			return problemOf(every(30, 18, scattered), pairsWhere(30, circles)...)
		},
		"random": func() (*separation, roleSet) {
			random := rand.New(rand.NewPCG(1, 1))
			return problemOf(every(30, 9, func(int, int) bool { return random.IntN(3) == 0 }),
				pairsWhere(30, func(int, int) bool { return random.IntN(2) == 0 })...)
		},
	}
}

func TestTheHardestQuestionsAreBounded(t *testing.T) {
	want := map[string]verdict{
		"500 officers hold all": possible, "29 officers for 30 roles all apart": impossible,
		"17 officers for six circles": impossible, "17 different officers for six circles": impossible,
		"18 different officers for six circles": possible,
	}
	for name, question := range hardest() {
		p, roles := question()
		got := p.solve(roles)
		t.Logf("%s: verdict %d after %d cases", name, got, p.nodes)
		if p.nodes > mostNodes+1 {
			t.Errorf("%s: %d cases, want at most %d", name, p.nodes, mostNodes)
		}
		if w, known := want[name]; known && got != w {
			t.Errorf("%s: verdict %d, want %d", name, got, w)
		}
	}
}

func BenchmarkSolve(b *testing.B) {
	for name, question := range hardest() {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				p, roles := question()
				p.solve(roles)
			}
		})
	}
}
