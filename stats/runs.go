package stats

import (
	"math"

	"gonum.org/v1/gonum/stat/combin"
)

// RunsTest is the exact runs test (Stevens 1939; Wald and Wolfowitz 1940) of one version against the rest. In a
// sequence with a answers of the version and b answers of others there are r runs: stretches of answers that are all
// of one sort. If all orders are equally likely, few is the probability of at most r runs and many that of at least
// r. A small few means that answers come in streaks, a small many that they alternate, as with round robin.
//
// Both are accurate in relative terms however small they are: to 1e-11 for a thousand answers, to 1e-8 for a million.
// A probability that is too small for a float64 is 0. With a = 0 or b = 0 there is one run whatever the order, and
// both are 1.
func RunsTest(a, b, r int) (few, many float64) {
	if a <= 0 || b <= 0 {
		return 1, 1
	}
	runs := pairedRuns{a, b}
	// The pair j is split between 2j and 2j+1 runs as 2j is to N-2j.
	n, j := float64(a)+float64(b), r/2
	even := 2 * float64(j) / n
	if r%2 == 0 {
		few = runs.atMost(j-1) + runs.pmf(j)*even
		many = runs.atLeast(j)
	} else {
		few = runs.atMost(j)
		many = runs.atLeast(j+1) + runs.pmf(j)*(1-even)
	}
	return min(few, 1), min(many, 1)
}

// pairedRuns is the distribution of j = half the number of runs, rounded down, for a answers of one sort and b of
// the other. The probabilities of 2j and of 2j+1 runs,
//
//	2 C(a-1, j-1) C(b-1, j-1) / C(N, a)  and  [C(a-1, j) C(b-1, j-1) + C(a-1, j-1) C(b-1, j)] / C(N, a),
//
// sum to C(a-1, j-1) C(b, j) / C(N-1, b-1): j-1 is hypergeometric, and so has a single mode. The number of runs has
// not: of a rare version an odd number is far likelier than the even ones next to it.
type pairedRuns struct{ a, b int }

// pmf is the probability of j.
func (d pairedRuns) pmf(j int) float64 {
	if j < 1 || j > min(d.a, d.b) {
		return 0
	}
	a, b, i := float64(d.a), float64(d.b), float64(j)
	return math.Exp(combin.LogGeneralizedBinomial(a-1, i-1) + combin.LogGeneralizedBinomial(b, i) -
		combin.LogGeneralizedBinomial(a+b-1, b-1))
}

// ratio is the probability of j+1 in units of that of j.
func (d pairedRuns) ratio(j int) float64 {
	i := float64(j)
	return (float64(d.a) - i) / i * (float64(d.b) - i) / (i + 1)
}

// mode is the likeliest j, the first whose successor is less likely.
func (d pairedRuns) mode() int {
	a, b := float64(d.a), float64(d.b)
	return int(a*b/(a+b+1)) + 1
}

// atMost is the probability of j or less. Up to the mode the terms shrink from j on down, so it stops where they no
// longer change the sum. Beyond it the other tail is the short one, and what is left by it is not small.
func (d pairedRuns) atMost(j int) float64 {
	if j > d.mode() {
		return 1 - d.atLeast(j+1)
	}
	sum, term := 0.0, 1.0
	for i := j; i >= 1 && term > sum*negligible; i-- {
		sum += term
		if i > 1 {
			term /= d.ratio(i - 1)
		}
	}
	return d.pmf(j) * sum
}

// atLeast is the mirror image of atMost.
func (d pairedRuns) atLeast(j int) float64 {
	if j < d.mode() {
		return 1 - d.atMost(j-1)
	}
	sum, term := 0.0, 1.0
	for i := j; i <= min(d.a, d.b) && term > sum*negligible; i++ {
		sum += term
		term *= d.ratio(i)
	}
	return d.pmf(j) * sum
}

// RunsZ is the standard score of the number of runs in a sequence with the given counts of each version, a run being
// a stretch of answers of one version: (runs - mean) / standard deviation over all orders (Barton and David 1957).
// For two versions it is that of Wald and Wolfowitz (1940). Negative means streaks, positive alternation. It is 0 for
// fewer than two versions, and where every order has the same number of runs.
//
// It measures and does not test: with a rare version the normal approximation gives many times its nominal rate of
// false alarms.
func RunsZ(counts []int, runs int) float64 {
	// With M = sum n_i (N - n_i) the mean is 1 + M/N. The variance is usually written with the sums of n_i² and of
	// n_i³, which cancel almost wholly when one version has nearly all answers.
	n := total(counts)
	var m, skew float64
	for _, count := range counts {
		own := float64(count)
		m += own * (n - own)
		skew += own * (n - own) * (2*own - n)
	}
	scaled := m*m + n*skew - n*m // the variance times N² (N-1)
	if scaled <= 0 {
		return 0
	}
	return (float64(runs) - 1 - m/n) / math.Sqrt(scaled/(n-1)) * n
}
