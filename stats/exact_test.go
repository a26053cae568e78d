package stats

import (
	"math"
	"testing"
)

// The tails of two versions and the enumeration of any number are two ways to
// the same sum.
func TestBinomialTailsAgreeWithEnumeration(t *testing.T) {
	for _, w := range []float64{0.5, 0.8, 0.95, 0.01} {
		for _, n := range []int{1, 2, 17, 100} {
			for x := range n + 1 {
				tails := binomialLogP(x, n, w, 1-w)
				all := multinomialLogP([]int{x, n - x}, []float64{w, 1 - w})
				if !within(tails, all, 1e-9, 1e-9) {
					t.Errorf("%d of %d at %v: %v by tails, %v by enumeration", x, n, w, tails, all)
				}
			}
		}
	}
}

func TestOutcomes(t *testing.T) {
	for name, c := range map[string]struct {
		n    float64
		k    int
		want float64
	}{
		"one version":                {100, 1, 1},
		"two versions":               {1_000_000, 2, 1_000_001},
		"five versions":              {18, 5, 7315},
		"no probes":                  {0, 7, 1},
		"just within the exact test": {1998, 3, 1_999_000},
		"too many for a float64":     {1e18, 200, math.Inf(1)},
	} {
		t.Run(name, func(t *testing.T) {
			if got := outcomes(c.n, c.k); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func BenchmarkExactTwoVersions2020(b *testing.B) {
	for b.Loop() {
		exactLogP([]int{2005, 15}, []float64{0.99, 0.01})
	}
}

func BenchmarkExactTwoVersionsMillion(b *testing.B) {
	for b.Loop() {
		exactLogP([]int{800_500, 199_500}, []float64{0.8, 0.2})
	}
}

// The dearest exact test there is: nearly 2,000,000 outcomes.
func BenchmarkExactThreeVersions1998(b *testing.B) {
	for b.Loop() {
		exactLogP([]int{1960, 20, 18}, []float64{0.98, 0.01, 0.01})
	}
}
