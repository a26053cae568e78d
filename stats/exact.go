package stats

import (
	"math"
	"sort"
)

// tie is the relative slack within which two outcomes count as equally likely.
// Rounding would otherwise split pairs that are equal by symmetry. The value
// is that of R's binom.test.
const tie = 1e-7

// exactLogP is the natural logarithm of the exact multinomial p-value: the
// probability, if the shares hold, of all outcomes that are at most as likely
// as counts. All shares are positive.
func exactLogP(counts []int, shares []float64) float64 {
	if len(counts) == 2 {
		return binomialLogP(counts[0], counts[0]+counts[1], shares[0], shares[1])
	}
	return multinomialLogP(counts, shares)
}

// outcomes is C(n+k-1, k-1), the number of ways to spread n probes over k
// versions; +Inf where it is too large for a float64.
func outcomes(n float64, k int) float64 {
	ways := 1.0
	for i := 1; i < k; i++ {
		ways *= (n + float64(i)) / float64(i)
	}
	// Exact wherever it matters: a product this small is off by far less than
	// half a unit.
	return math.Round(ways)
}

// binomialLogP is the p-value for two versions, whose outcomes x = 0..n rise
// in probability up to the mode and fall after it. The outcomes to be summed
// are therefore two tails, whose ends a binary search finds.
func binomialLogP(x, n int, share, other float64) float64 {
	logN := logFactorial(n)
	logPMF := func(i int) float64 {
		return logN - logFactorial(i) - logFactorial(n-i) +
			float64(i)*math.Log(share) + float64(n-i)*math.Log(other)
	}
	mode := min(int(float64(n+1)*share), n)
	observed := logPMF(x)
	bound := observed + tie
	lower := sort.Search(mode, func(i int) bool { return logPMF(i) > bound }) - 1
	upper := mode + sort.Search(n-mode+1, func(i int) bool { return logPMF(mode+i) <= bound })

	// Probabilities are summed relative to that of the observed outcome, which
	// alone may be too small for a float64.
	var sum float64
	if lower >= 0 {
		sum += math.Exp(logPMF(lower)-observed) * lowerTail(lower, n, share, other)
	}
	if upper <= n {
		sum += math.Exp(logPMF(upper)-observed) * lowerTail(n-upper, n, other, share)
	}
	return min(0, observed+math.Log(sum))
}

// lowerTail is P(X <= x) / P(X = x) for a binomial X, by the ratio of
// neighbours P(X = i-1) / P(X = i) = i other / ((n-i+1) share). Below the mode
// the terms shrink, so it stops where they no longer change the sum.
func lowerTail(x, n int, share, other float64) float64 {
	sum, term := 1.0, 1.0
	for i := x; i > 0 && term > sum*1e-17; i-- {
		term *= float64(i) / float64(n-i+1) * (other / share)
		sum += term
	}
	return sum
}

// multinomialLogP is the p-value for any number of versions, by enumeration.
func multinomialLogP(counts []int, shares []float64) float64 {
	n := 0
	for _, count := range counts {
		n += count
	}
	// terms[i][x] is what x probes on version i add to the log-probability of
	// an outcome, apart from log n!, which all outcomes share.
	terms := make([][]float64, len(shares))
	for i, share := range shares {
		terms[i] = make([]float64, n+1)
		for x := 1; x <= n; x++ {
			terms[i][x] = float64(x)*math.Log(share) - logFactorial(x)
		}
	}
	var observed float64
	for i, count := range counts {
		observed += terms[i][count]
	}
	bound := observed + tie
	last := len(shares) - 1
	var sum float64
	var spread func(i, left int, logP float64)
	spread = func(i, left int, logP float64) {
		if i == last || left == 0 {
			logP += terms[i][left]
			if logP <= bound {
				sum += math.Exp(logP - observed)
			}
			return
		}
		for x := range left + 1 {
			spread(i+1, left-x, logP+terms[i][x])
		}
	}
	spread(0, n, 0)
	return min(0, logFactorial(n)+observed+math.Log(sum))
}

func logFactorial(n int) float64 {
	v, _ := math.Lgamma(float64(n) + 1)
	return v
}
