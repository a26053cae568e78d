package stats

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat"
)

// Noncentrality is the lambda at which a chi-square test with df degrees of
// freedom and error rate alpha rejects with probability power. df is at least
// 1, alpha and power are between 0 and 1. It is 0 when power <= alpha, which
// any test has, and +Inf where no lambda would do: power 1, alpha 0 or df 0.
func Noncentrality(df int, alpha, power float64) float64 {
	switch {
	case df < 1 || power >= 1 || alpha <= 0:
		return math.Inf(1)
	case power <= alpha:
		return 0
	}
	k, x := float64(df), critical(df, alpha)
	rejects := func(lambda float64) bool {
		return NoncentralChiSquared{k, lambda}.Survival(x) >= power
	}
	low, high := 0.0, 1.0
	for !rejects(high) {
		low, high = high, 2*high
	}
	for high-low > 1e-13*high {
		if mid := (low + high) / 2; rejects(mid) {
			high = mid
		} else {
			low = mid
		}
	}
	return high
}

// critical is the chi-square that is exceeded with probability alpha. The
// complemented inverse keeps the digits of a small alpha, which 1-alpha loses.
func critical(df int, alpha float64) float64 {
	return 2 * mathext.GammaIncRegCompInv(float64(df)/2, alpha)
}

// Power is the probability that a chi-square test of shares with n probes and
// error rate alpha rejects when truth holds instead. Both are fractions that
// sum to 1, with one entry a version.
//
// Where truth gives something to versions of share 0, one such reply settles
// the matter, and Power is the probability of at least one. With one version
// and no such truth there is nothing to reject, and Power is 0.
func Power(shares, truth []float64, n int, alpha float64) float64 {
	var impossible float64
	for i, share := range shares {
		if share == 0 {
			impossible += truth[i]
		}
	}
	df := len(positive(shares)) - 1
	switch {
	case n <= 0:
		return 0
	case impossible > 0:
		return -math.Expm1(float64(n) * math.Log1p(-min(impossible, 1)))
	case df < 1:
		return 0
	}
	lambda := float64(n) * stat.ChiSquare(truth, shares)
	return NoncentralChiSquared{float64(df), lambda}.Survival(critical(df, alpha))
}

// Probes is the number of probes with which a test of shares at error rate
// alpha sees, with probability power, that some version is off by detect, a
// fraction above 0. For small shares half the share is asked for instead, so
// that a version that gets half of its traffic is always seen.
//
// When one version is off by d and the others share the difference pro rata,
// which is the shift hardest to see, a probe adds d² / (w (1-w)) to the
// noncentrality, where w is the share. Hence
//
//	N = ceil(lambda max w (1-w) / d²),  d = min(detect, w/2)
//
// over the positive shares. With only one there is nothing for chi-square to
// test, and a reply from elsewhere settles the matter; the others must get
// less than detect (at most 1/2) if N = ceil(ln(1-power) / ln(1-detect))
// probes show none. The result is at least 1, and math.MaxInt where it would
// not fit.
func Probes(shares []float64, detect, alpha, power float64) int {
	weights := positive(shares)
	if len(weights) < 2 {
		return probeCount(math.Log1p(-power) / math.Log1p(-min(detect, 0.5)))
	}
	lambda := Noncentrality(len(weights)-1, alpha, power)
	var most float64
	for _, w := range weights {
		d := min(detect, w/2)
		most = max(most, lambda*w*(1-w)/(d*d))
	}
	return probeCount(most)
}

// probeCount rounds n up. A relative 1e-12 is taken off first: 2020 computed
// as 2020.0000000001 must not ask for 2021.
func probeCount(n float64) int {
	n = math.Ceil(n * (1 - 1e-12))
	if n >= math.MaxInt {
		return math.MaxInt
	}
	return max(1, int(n))
}

// Detectable is the shift, a fraction of at most 1, that n probes see with
// probability power: the smallest d for which they suffice whichever version is
// off by it, sqrt(lambda max w (1-w) / n). With only one positive share it is
// the UpperBound on the others. Without probes it is 1.
func Detectable(shares []float64, n int, alpha, power float64) float64 {
	weights := positive(shares)
	switch {
	case n <= 0:
		return 1
	case len(weights) < 2:
		return UpperBound(n, power)
	}
	var spread float64
	for _, w := range weights {
		spread = max(spread, w*(1-w))
	}
	lambda := Noncentrality(len(weights)-1, alpha, power)
	return min(1, math.Sqrt(lambda*spread/float64(n)))
}

// positive returns the shares above 0.
func positive(shares []float64) []float64 {
	return slices.DeleteFunc(slices.Clone(shares), func(w float64) bool { return w <= 0 })
}
