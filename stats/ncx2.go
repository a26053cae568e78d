package stats

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// NoncentralChiSquared is the distribution of Pearson's statistic when the
// shares do not hold. It is a mixture of central chi-squared distributions
// with K+2j degrees of freedom, where j is Poisson with mean Lambda/2.
//
// K >= 0 is the degrees of freedom and Lambda >= 0 the noncentrality. Lambda =
// 0 is the central distribution, and K = 0 puts a mass of exp(-Lambda/2) on 0
// (Siegel 1979). The work grows with the square root of Lambda. The relative
// error is below 1e-11 up to Lambda = 10,000, and grows with it to 1e-7 at
// 100,000,000.
type NoncentralChiSquared struct {
	K, Lambda float64
}

// CDF is P(X <= x), accurate in relative terms however small it is; 0 for
// x < 0.
func (d NoncentralChiSquared) CDF(x float64) float64 {
	switch {
	case x < 0:
		return 0
	case d.Lambda == 0:
		return gammaP(d.K/2, x/2)
	case d.below(x):
		return 0
	case d.above(x):
		return 1
	}
	y, half := x/2, d.Lambda/2
	mode := math.Floor(half)
	weight := poisson(mode, half)

	// Going down, the probability P(a, y) of a component grows by its term and
	// needs no evaluation of its own. Going up it would shrink by differences
	// of nearly equal numbers, so there each one is evaluated.
	var sum float64
	p := gammaP(d.K/2+mode, y)
	for j, w := mode, weight; j >= 0 && w > sum*negligible; j-- {
		sum += w * p
		w *= j / half
		p += gammaTerm(d.K/2+j-1, y)
	}
	for j, w := mode+1, weight*half/(mode+1); w > sum*negligible; j++ {
		sum += w * gammaP(d.K/2+j, y)
		w *= half / (j + 1)
	}
	return min(sum, 1)
}

// Survival is P(X > x), accurate in relative terms however small it is; 1 for
// x < 0.
func (d NoncentralChiSquared) Survival(x float64) float64 {
	switch {
	case x < 0:
		return 1
	case d.Lambda == 0:
		return gammaQ(d.K/2, x/2)
	case d.below(x):
		return 1
	case d.above(x):
		return 0
	}
	y, half := x/2, d.Lambda/2
	mode := math.Floor(half)
	weight := poisson(mode, half)

	// The mirror image of CDF: Q(a, y) grows going up.
	var sum float64
	q := gammaQ(d.K/2+mode, y)
	for j, w := mode, weight; w > sum*negligible; j++ {
		sum += w * q
		w *= half / (j + 1)
		q += gammaTerm(d.K/2+j, y)
	}
	for j, w := mode-1, weight*mode/half; j >= 0 && w > sum*negligible; j-- {
		sum += w * gammaQ(d.K/2+j, y)
		w *= j / half
	}
	return min(sum, 1)
}

// negligible is the weight, relative to the sum so far, at which a mixture is
// complete: no component exceeds 1.
const negligible = 1e-18

// underflow is -log of the smallest positive float64.
const underflow = 745.2

// below reports that P(X <= x) is less than any positive float64, by Birgé's
// bound P(X <= K+Lambda - 2 sqrt((K+2Lambda) t)) <= exp(-t) (An
// alternative point of view on Lepski's method, 2001, lemma 8.1).
// It spares large Lambda a sum of millions of terms that are all 0.
func (d NoncentralChiSquared) below(x float64) bool {
	return math.IsInf(d.Lambda, 1) || x <= d.K+d.Lambda-2*math.Sqrt((d.K+2*d.Lambda)*underflow)
}

// above is the same for P(X > x), by the same lemma: P(X >= K+Lambda +
// 2 sqrt((K+2Lambda) t) + 2t) <= exp(-t).
func (d NoncentralChiSquared) above(x float64) bool {
	return x >= d.K+d.Lambda+2*math.Sqrt((d.K+2*d.Lambda)*underflow)+2*underflow
}

// poisson is the probability of j under the given mean, which is positive.
func poisson(j, mean float64) float64 {
	logGamma, _ := math.Lgamma(j + 1)
	return math.Exp(j*math.Log(mean) - mean - logGamma)
}

// gammaP is the regularized lower incomplete gamma function P(a, y). At a = 0,
// where gonum panics, it is the limit: all mass lies on 0.
func gammaP(a, y float64) float64 {
	if a == 0 {
		return 1
	}
	return mathext.GammaIncReg(a, y)
}

// gammaQ is 1 - P(a, y), without the loss of digits.
func gammaQ(a, y float64) float64 {
	if a == 0 {
		return 0
	}
	return mathext.GammaIncRegComp(a, y)
}

// gammaTerm is y^a e^-y / Gamma(a+1) = P(a, y) - P(a+1, y).
func gammaTerm(a, y float64) float64 {
	if a == 0 {
		return math.Exp(-y)
	}
	logGamma, _ := math.Lgamma(a + 1)
	return math.Exp(a*math.Log(y) - y - logGamma)
}
