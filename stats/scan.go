package stats

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// minSegment is the smallest number of answers on either side of a change, and 1/segmentsIn their smallest fraction.
const (
	minSegment = 10
	segmentsIn = 50
)

// scanTie is the slack within which two places count as equally good, above what rounding does to the statistic.
const scanTie = 1e-9

// Change is the place of a sequence where the share of a category changes most.
type Change struct {
	// At is how many answers precede the change; 0 if none was looked for.
	At int
	// Before and After are the shares of the category on either side, fractions.
	Before, After float64
	// B is the signed root of the statistic, without its sign: sqrt(2G), for G the log-likelihood of a share of
	// its own on either side less that of a common one. At a fixed place it would be the size of a normal score.
	B float64
	// P is the probability that B is at least this large at some place if the share does not change.
	P float64
}

// Scan looks for a change of the share of a category in a sequence of categories, as when traffic was still
// converging. Each place that leaves at least max(10, N/50) of the N answers, rounded up, on either side is a
// candidate; of places that are equally good it takes the first.
//
// P is the approximation of James, James and Siegmund (1987) for the maximum over all places, with e the fraction of
// the shorter segments: phi(b) [(b - 1/b) ln(((1-e)/e)²) + 4/b]. It is one for the tail, and no probability for small
// b: up to b = 1, and where it exceeds 1, P is 1. Without a place to look at, or with one version only, P is 1 and all
// else is 0.
func Scan(sequence []int, category int) Change {
	n, own := len(sequence), 0
	for _, c := range sequence {
		if c == category {
			own++
		}
	}
	shortest := max(minSegment, (n+segmentsIn-1)/segmentsIn)
	if n < 2*shortest || own == 0 || own == n {
		return Change{P: 1}
	}
	common := logLikelihood(own, n)
	best, at, before, count := math.Inf(-1), 0, 0, 0
	for i, c := range sequence[:n-shortest] {
		if c == category {
			count++
		}
		t := i + 1
		if t < shortest {
			continue
		}
		if g := logLikelihood(count, t) + logLikelihood(own-count, n-t) - common; g > best+scanTie {
			best, at, before = g, t, count
		}
	}
	b := math.Sqrt(2 * max(best, 0))
	return Change{
		At: at, B: b, P: scanP(b, float64(shortest)/float64(n)),
		Before: float64(before) / float64(at), After: float64(own-before) / float64(n-at),
	}
}

// scanP is the probability of a maximum of at least b over all places but the fraction e at either end.
func scanP(b, e float64) float64 {
	if b <= 1 {
		return 1
	}
	places := 2 * math.Log((1-e)/e)
	return min(1, distuv.UnitNormal.Prob(b)*((b-1/b)*places+4/b))
}

// logLikelihood is that of x hits in n answers at the share x/n.
func logLikelihood(x, n int) float64 {
	return xLogX(x) + xLogX(n-x) - xLogX(n)
}

func xLogX(x int) float64 {
	if x == 0 {
		return 0
	}
	return float64(x) * math.Log(float64(x))
}
