package stats

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Interval is a range of shares, fractions in [0, 1].
type Interval struct {
	Low, High float64
}

// Wilson is the score interval for the share of a version that answered x of n
// probes (Wilson 1927): all p with |x/n - p| <= z sqrt(p (1-p) / n). The
// confidence is a fraction below 1. Low is exactly 0 at x = 0, High exactly 1
// at x = n, and without probes the interval is [0, 1].
func Wilson(x, n int, confidence float64) Interval {
	return wilson(float64(x), float64(n), 1-confidence)
}

// Intervals are simultaneous intervals for the shares of all versions, which
// hold together with the given confidence. For up to two versions they are
// Wilson's, since the share of the second follows from the first. For k > 2
// they are Goodman's (1965): Wilson's with an error rate of (1-confidence)/k.
func Intervals(counts []int, n int, confidence float64) []Interval {
	alpha := 1 - confidence
	if len(counts) > 2 {
		alpha /= float64(len(counts))
	}
	intervals := make([]Interval, len(counts))
	for i, x := range counts {
		intervals[i] = wilson(float64(x), float64(n), alpha)
	}
	return intervals
}

func wilson(x, n, alpha float64) Interval {
	if n <= 0 || alpha <= 0 {
		return Interval{0, 1}
	}
	z := -distuv.UnitNormal.Quantile(alpha / 2)
	p := x / n
	scale := 1 + z*z/n
	centre := (p + z*z/(2*n)) / scale
	margin := z / scale * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	interval := Interval{max(0, centre-margin), min(1, centre+margin)}
	// The ends are roots of the defining equation, which rounding misses.
	if x == 0 {
		interval.Low = 0
	}
	if x == n {
		interval.High = 1
	}
	return interval
}

// UpperBound is the share that n probes without a single hit rule out:
// 1 - (1-confidence)^(1/n), at which such a run has probability 1-confidence.
// Without probes it is 1.
func UpperBound(n int, confidence float64) float64 {
	if n <= 0 {
		return 1
	}
	return -math.Expm1(math.Log1p(-confidence) / float64(n))
}
