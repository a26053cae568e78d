package stats

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

// A million draws follow the probabilities that gonum gives, in each of the
// sampler's regions.
func TestBinomialSamplerFollowsItsDistribution(t *testing.T) {
	for name, c := range map[string]struct{ n, p float64 }{
		"inversion":                    {40, 0.1},
		"inversion of a rare hit":      {100_000, 1e-5},
		"inversion of a frequent hit":  {200, 0.98},
		"rejection at its lower end":   {40, 0.26},
		"rejection of an even split":   {1000, 0.5},
		"rejection of a frequent hit":  {20_000, 0.8},
		"rejection with many in few":   {1_000_000, 3e-5},
		"inversion at its upper bound": {1000, 0.0099},
	} {
		t.Run(name, func(t *testing.T) {
			const draws = 300_000
			rng := rand.New(rand.NewPCG(1, 2))
			seen := map[int]int{}
			for range draws {
				x := binomial(rng, c.n, c.p, 1-c.p)
				if x != math.Floor(x) || x < 0 || x > c.n {
					t.Fatalf("drew %v of %v", x, c.n)
				}
				seen[int(x)]++
			}
			var counts []int
			var probabilities []float64
			rest, restProbability := draws, 1.0
			d := distuv.Binomial{N: c.n, P: c.p}
			mean, sd := d.Mean(), d.StdDev()
			for x := max(0, math.Floor(mean-6*sd)); x <= min(c.n, mean+6*sd); x++ {
				if p := d.Prob(x); p*draws >= 50 {
					counts = append(counts, seen[int(x)])
					probabilities = append(probabilities, p)
					rest -= seen[int(x)]
					restProbability -= p
				}
			}
			counts, probabilities = append(counts, rest), append(probabilities, restProbability)
			if fit := pearson(counts, probabilities); fit.P < 1e-4 {
				t.Errorf("chi-square %.1f with %d df, p = %g", fit.Statistic, fit.DF, fit.P)
			}
		})
	}
}

// For few outcomes the tail of the statistic can be added up, and the
// simulation must come within five standard errors of it.
func TestSimulatedPMatchesEnumeration(t *testing.T) {
	const n = 30
	s := []float64{0.9, 0.07, 0.03}
	for _, observed := range [][]int{{27, 2, 1}, {30, 0, 0}, {22, 5, 3}, {24, 2, 4}} {
		statistic := chiSquare(observed, s)
		var want float64
		for a := range n + 1 {
			for b := range n - a + 1 {
				counts := []int{a, b, n - a - b}
				if chiSquare(counts, s) >= statistic*(1-tie) {
					want += math.Exp(logFactorial(n) - unlikeliness(counts, s))
				}
			}
		}
		got := simulatedP(statistic, n, s)
		if math.Abs(got-want) > 5*math.Sqrt(want*(1-want)/simulations)+1.0/simulations {
			t.Errorf("%v: simulated %v, exact %v", observed, got, want)
		}
	}
}

func TestMonteCarloRepeatsItself(t *testing.T) {
	counts, s := fiftyVersions()
	first := GoodnessOfFit(counts, s)
	if first.Method != MonteCarlo {
		t.Fatalf("method %s", first.Method)
	}
	if second := GoodnessOfFit(counts, s); first != second {
		t.Errorf("%+v, then %+v", first, second)
	}
}

// fiftyVersions are 20,000 probes over fifty shares, the smallest of which
// expects 15.7.
func fiftyVersions() ([]int, []float64) {
	var counts []int
	var s []float64
	for i := range 50 {
		s = append(s, float64(i+1)/1275)
		counts = append(counts, int(20_000*float64(i+1)/1275)+i%7)
	}
	return counts, s
}

func BenchmarkMonteCarloThreeVersions20000(b *testing.B) {
	for b.Loop() {
		simulatedP(5, 20_000, []float64{0.998, 0.001, 0.001})
	}
}

func BenchmarkMonteCarloFiftyVersions20000(b *testing.B) {
	counts, s := fiftyVersions()
	for b.Loop() {
		GoodnessOfFit(counts, s)
	}
}
