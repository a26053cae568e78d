package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestHolm(t *testing.T) {
	for name, c := range map[string]struct{ p, want []float64 }{
		"none":                          {nil, nil},
		"one stays":                     {[]float64{0.03}, []float64{0.03}},
		"R's p.adjust":                  {[]float64{0.01, 0.02, 0.03, 0.04}, []float64{0.04, 0.06, 0.06, 0.06}},
		"in any order":                  {[]float64{0.04, 0.01, 0.03, 0.02}, []float64{0.06, 0.04, 0.06, 0.06}},
		"capped at 1":                   {[]float64{0.5, 0.9, 0.001}, []float64{1, 1, 0.003}},
		"the ends":                      {[]float64{0, 1}, []float64{0, 1}},
		"never below one that is lower": {[]float64{0.02, 0.021}, []float64{0.04, 0.04}},
	} {
		t.Run(name, func(t *testing.T) {
			before := slices.Clone(c.p)
			got := Holm(c.p)
			if len(got) != len(c.want) {
				t.Fatalf("got %v, want %v", got, c.want)
			}
			for i := range got {
				if !within(got[i], c.want[i], 1e-12, 0) {
					t.Errorf("got %v, want %v", got, c.want)
				}
			}
			if !slices.Equal(before, c.p) {
				t.Errorf("p is now %v", c.p)
			}
		})
	}
}

// Holm's procedure is the closure of Bonferroni's (Marcus, Peritz and Gabriel 1976): a hypothesis is rejected
// when every set of hypotheses with it in is, each by the number of its members times its smallest p-value.
func TestHolmIsBonferroniClosed(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	for range 300 {
		p := make([]float64, 1+rng.IntN(6))
		for i := range p {
			p[i] = math.Round(100*math.Pow(rng.Float64(), 3)) / 100 // small ones, and ties
		}
		want := make([]float64, len(p))
		for set := 1; set < 1<<len(p); set++ {
			members, least := 0.0, 1.0
			for i := range p {
				if set>>i&1 == 1 {
					members++
					least = min(least, p[i])
				}
			}
			for i := range p {
				if set>>i&1 == 1 {
					want[i] = max(want[i], min(1, members*least))
				}
			}
		}
		for i, got := range Holm(p) {
			if !within(got, want[i], 1e-12, 0) {
				t.Fatalf("%v: got %v, want %v", p, Holm(p), want)
			}
		}
	}
}
