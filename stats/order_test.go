package stats

import (
	"math/rand/v2"
	"testing"
)

func TestOrderEdges(t *testing.T) {
	for name, c := range map[string]struct {
		sequence string
		changes  int
		runs     [3]int
	}{
		"empty":                         {"", 0, [3]int{0, 0, 0}},
		"one answer":                    {"B", 0, [3]int{1, 1, 1}},
		"one version only":              {"AAAA", 0, [3]int{1, 1, 1}},
		"two answers that differ":       {"CA", 1, [3]int{2, 1, 2}},
		"back and forth":                {"ABABA", 4, [3]int{5, 5, 1}},
		"a change that is not A's":      {"ABCBA", 4, [3]int{3, 5, 3}},
		"the first category comes late": {"CBA", 2, [3]int{2, 3, 2}},
	} {
		t.Run(name, func(t *testing.T) {
			o, _ := ordered(letters(c.sequence), 3)
			if o.N() != len(c.sequence) || o.Changes() != c.changes {
				t.Errorf("%d answers with %d changes, want %d", o.N(), o.Changes(), c.changes)
			}
			for category, want := range c.runs {
				if got := o.Runs(category); got != want {
					t.Errorf("%d runs of %d, want %d", got, category, want)
				}
			}
		})
	}
}

func TestOrderAgreesWithCounting(t *testing.T) {
	rng := rand.New(rand.NewPCG(13, 14))
	for range 200 {
		const k = 4
		sequence := markov(rng, rng.IntN(60), 0.3, 0.5, 0.3, 0.15, 0.05)
		o, _ := ordered(sequence, k)
		changes, runs := 0, [k]int{}
		for i, c := range sequence {
			if i > 0 && sequence[i-1] != c {
				changes++
			}
			for category := range k {
				if i == 0 || (sequence[i-1] == category) != (c == category) {
					runs[category]++
				}
			}
		}
		if o.Changes() != changes {
			t.Fatalf("%v: %d changes, want %d", sequence, o.Changes(), changes)
		}
		for category, want := range runs {
			if got := o.Runs(category); got != want {
				t.Fatalf("%v: %d runs of %d, want %d", sequence, got, category, want)
			}
		}
	}
}

func TestOrderRefusesUnknownCategories(t *testing.T) {
	for name, c := range map[string]int{"negative": -1, "too large": 2} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic, though nothing was added before")
				}
			}()
			NewOrder(2).Add(c)
		})
	}
}

func TestOrderAddsWithoutAllocation(t *testing.T) {
	o, i := NewOrder(3), 0
	if n := testing.AllocsPerRun(1000, func() { o.Add(i % 3); i++ }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkOrderAdd(b *testing.B) {
	sequence := markov(rand.New(rand.NewPCG(15, 16)), 1<<12, 0, 0.5, 0.3, 0.2)
	o, i := NewOrder(3), 0
	b.ReportAllocs()
	for b.Loop() {
		o.Add(sequence[i&(1<<12-1)])
		i++
	}
}
