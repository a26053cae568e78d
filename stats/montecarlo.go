package stats

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/stat"
)

// simulations is the number of simulated outcomes behind a Monte Carlo
// p-value. The smallest p-value it can give is 1/100,000, and one of 0.001 has
// a standard error of 0.0001.
const simulations = 99_999

// simulatedP is the Monte Carlo p-value of a chi-square statistic: (1 + r) /
// (B + 1), where r of B simulated outcomes reach it (Davison and Hinkley,
// Bootstrap Methods and their Application, 1997, section 4.2). Counting the
// observed outcome as one of them keeps the error rate at most alpha. All
// shares are positive. The seed is fixed, so that the same counts always meet
// the same verdict.
func simulatedP(statistic, n float64, shares []float64) float64 {
	rng := rand.New(rand.NewPCG(1900, 5))
	draw := newMultinomial(n, shares)
	expected := make([]float64, len(shares))
	for i, share := range shares {
		expected[i] = n * share
	}
	counts := make([]float64, len(shares))
	reached := 0
	for range simulations {
		draw.sample(rng, counts)
		if stat.ChiSquare(counts, expected) >= statistic*(1-tie) {
			reached++
		}
	}
	return float64(1+reached) / (simulations + 1)
}

// multinomial draws outcomes one version after the other: given what is left,
// the count of the next version is binomial. That costs one draw a version
// where drawing probe by probe would cost one a probe.
type multinomial struct {
	n float64
	// hit[i] is the chance that a probe left over for version i or a later one
	// goes to i, and miss[i] that it does not.
	hit, miss []float64
}

func newMultinomial(n float64, shares []float64) multinomial {
	m := multinomial{n, make([]float64, len(shares)), make([]float64, len(shares))}
	rest := 0.0
	// Backwards, so that rest is a sum: what remains of 1 after subtracting
	// would be mostly rounding at the last small shares.
	for i := len(shares) - 1; i >= 0; i-- {
		m.hit[i] = shares[i] / (shares[i] + rest)
		m.miss[i] = rest / (shares[i] + rest)
		rest += shares[i]
	}
	return m
}

func (m multinomial) sample(rng *rand.Rand, counts []float64) {
	left := m.n
	for i := range counts {
		counts[i] = binomial(rng, left, m.hit[i], m.miss[i])
		left -= counts[i]
	}
}

// binomial draws the number of hits among n tries that hit with chance p and
// miss with chance q = 1-p.
func binomial(rng *rand.Rand, n, p, q float64) float64 {
	switch {
	case n == 0 || p == 0:
		return 0
	case p > q:
		return n - binomial(rng, n, q, p)
	case n*p < 10:
		return binomialInversion(rng, n, p, q)
	default:
		return binomialRejection(rng, n, p, q)
	}
}

// binomialInversion walks up the distribution function; n*p must be below 10.
func binomialInversion(rng *rand.Rand, n, p, q float64) float64 {
	pmf := math.Exp(n * math.Log1p(-p))
	u := rng.Float64()
	x := 0.0
	// Rounding can leave a u that the probabilities never use up. No x above
	// 110 has a probability that a float64 in [0,1) could resolve.
	for u > pmf && x < min(n, 110) {
		u -= pmf
		x++
		pmf *= (n - x + 1) / x * (p / q)
	}
	return x
}

// binomialRejection is algorithm BTRS of Hörmann, The generation of binomial
// random variates, Journal of Statistical Computation and Simulation 46
// (1993): transformed rejection with a squeeze that accepts most draws without
// a logarithm. It needs n*p >= 10 and p <= 1/2.
func binomialRejection(rng *rand.Rand, n, p, q float64) float64 {
	sd := math.Sqrt(n * p * q)
	b := 1.15 + 2.53*sd
	a := -0.0873 + 0.0248*b + 0.01*p
	c := n*p + 0.5
	squeeze := 0.92 - 4.2/b
	for {
		u := rng.Float64() - 0.5
		v := rng.Float64()
		us := 0.5 - math.Abs(u)
		x := math.Floor((2*a/us+b)*u + c)
		if us >= 0.07 && v <= squeeze {
			return x
		}
		if x < 0 || x > n {
			continue
		}
		alpha := (2.83 + 5.1/b) * sd
		mode := math.Floor((n + 1) * p)
		v *= alpha / (a/(us*us) + b)
		if math.Log(v) <= logChoose(n, x)-logChoose(n, mode)+(x-mode)*math.Log(p/q) {
			return x
		}
	}
}

// logChoose is log C(n, x) but for the term log n!.
func logChoose(n, x float64) float64 {
	hits, _ := math.Lgamma(x + 1)
	misses, _ := math.Lgamma(n - x + 1)
	return -hits - misses
}
