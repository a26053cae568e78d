package stats

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// ConfidenceSequence is an interval for the share of a version that answered x of n probes which may be
// looked at after every probe: the chance that the true share is ever outside, at any n, is at most alpha. It
// therefore holds under any rule for stopping, one that waits for a wanted result included; an interval for a
// fixed n, such as Wilson's, does not. The price is width: 1.6 times Wilson's at alpha 0.01 and n = 1000, a
// factor that grows like sqrt(log n). The intersection of the intervals so far is valid too. For k versions
// together, divide alpha by k.
//
// It consists of the p at which the likelihood is more than alpha times its mean over a beta(1/2, 1/2)
// distribution of shares (Robbins, Statistical methods related to the law of the iterated logarithm, Annals
// of Mathematical Statistics 41, 1970):
//
//	log(B(x+1/2, n-x+1/2) / B(1/2, 1/2)) - x log p - (n-x) log(1-p) < log(1/alpha)
//
// At the true share the left side is the logarithm of a martingale of mean 1, which by Ville's inequality
// ever reaches 1/alpha with probability at most alpha. Jeffreys' beta(1/2, 1/2) favours no share.
//
// 0 <= x <= n and alpha < 1. Low is exactly 0 at x = 0, High exactly 1 at x = n. Without probes or at alpha
// <= 0 the interval is [0, 1].
func ConfidenceSequence(x, n int, alpha float64) Interval {
	if n <= 0 || alpha <= 0 {
		return Interval{0, 1}
	}
	return Interval{robbinsLow(x, n, alpha), 1 - robbinsLow(n-x, n, alpha)}
}

// robbinsLow is the lower root of the inequality. Its left side falls from +Inf at p = 0 to its minimum at p
// = x/n, which is negative, since no mean exceeds the largest likelihood.
func robbinsLow(x, n int, alpha float64) float64 {
	if x == 0 {
		return 0
	}
	hits, misses := float64(x), float64(n-x)
	mean := mathext.Lbeta(hits+0.5, misses+0.5) - math.Log(math.Pi) // B(1/2, 1/2) is pi
	bound := -math.Log(alpha)
	return smallest(0, hits/(hits+misses), func(p float64) bool {
		return mean-hits*math.Log(p)-misses*math.Log1p(-p) < bound // p is below the upper limit, so never 1
	})
}
