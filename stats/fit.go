package stats

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Method names how a p-value was computed.
type Method string

// The three ways to a p-value, from the cheapest to the dearest.
const (
	Pearson    Method = "pearson"     // the chi-square approximation of Pearson (1900)
	Exact      Method = "exact"       // every outcome, weighed by its multinomial probability
	MonteCarlo Method = "monte-carlo" // the statistic of simulated outcomes, with a fixed seed
)

// minExpected is the smallest expected count for which Pearson's p-value is
// used. The customary 5 (Cochran 1954) is too lax for small error rates: at alpha =
// 0.001 the approximation is wrong up to threefold there, and by about a fifth at 25.
const minExpected = 25

// maxOutcomes bounds the work of the exact test.
const maxOutcomes = 2e6

// Fit says how far counts lie from the shares that they should have.
type Fit struct {
	// Statistic is Pearson's chi-square, the sum of (observed - expected)² /
	// expected, whatever the method. It is +Inf when a version of share 0 was
	// seen.
	Statistic float64
	// DF is the degrees of freedom: one less than the number of versions that
	// have a share or were seen.
	DF int
	// P is the probability of a result at least this far off if the shares
	// hold.
	P float64
	// LogP is the natural logarithm of P. It stays finite where P is too small
	// for a float64, and is -Inf only for an outcome that the shares rule out.
	LogP float64
	// Method tells how P was computed.
	Method Method
	// CohenW is sqrt(Statistic / n), an effect size that does not grow with n.
	CohenW float64
	// TVD is the total variation distance, half the sum of |observed share -
	// share|: the fraction of the traffic that went to the wrong place.
	TVD float64
	// MaxDeviation is the largest |observed share - share|, a fraction.
	MaxDeviation float64
}

// GoodnessOfFit tests whether counts agree with shares. Both have one entry a
// version; the shares are fractions that sum to 1.
//
// The p-value is Pearson's where every expected count is at least 25. Below
// that it is the exact multinomial one, if there are at most 2,000,000
// outcomes, and otherwise a Monte Carlo one that is the same in every run and
// at least 1/100,000.
//
// A version with share 0 that was not seen says nothing and is left out. One
// that was seen is impossible: the statistic is +Inf, P is 0 and LogP is -Inf.
// With one version left there is nothing to test, and P is 1. Without any
// count P is 1 and the effect sizes are 0.
func GoodnessOfFit(counts []int, shares []float64) Fit {
	fit := pearson(counts, shares)
	if fit.DF == 0 || math.IsInf(fit.LogP, -1) {
		return fit
	}
	counts, shares = withShare(counts, shares)
	n := total(counts)
	fit.Method = methodFor(n, shares)
	switch fit.Method {
	case Exact:
		fit.LogP = exactLogP(counts, shares)
		fit.P = math.Exp(fit.LogP)
	case MonteCarlo:
		fit.P = simulatedP(fit.Statistic, n, shares)
		fit.LogP = math.Log(fit.P)
	}
	return fit
}

// methodFor chooses the test for n probes over shares, all positive.
func methodFor(n float64, shares []float64) Method {
	switch {
	case n*slices.Min(shares) >= minExpected:
		return Pearson
	case outcomes(n, len(shares)) <= maxOutcomes:
		return Exact
	default:
		return MonteCarlo
	}
}

// pearson is the chi-square test of goodness of fit, however small the
// expected counts.
func pearson(counts []int, shares []float64) Fit {
	fit := Fit{Statistic: chiSquare(counts, shares), DF: -1, Method: Pearson}
	for i, share := range shares {
		if share > 0 || counts[i] > 0 {
			fit.DF++
		}
	}
	fit.DF = max(fit.DF, 0)
	fit.P, fit.LogP = 1, 0
	switch {
	case math.IsInf(fit.Statistic, 1):
		fit.P, fit.LogP = 0, math.Inf(-1)
	case fit.DF > 0:
		fit.P = distuv.ChiSquared{K: float64(fit.DF)}.Survival(fit.Statistic)
		fit.LogP = logSurvival(fit.DF, fit.Statistic)
	}
	n := total(counts)
	if n == 0 {
		return fit
	}
	fit.CohenW = math.Sqrt(fit.Statistic / n)
	for i, share := range shares {
		deviation := math.Abs(float64(counts[i])/n - share)
		fit.TVD += deviation / 2
		fit.MaxDeviation = max(fit.MaxDeviation, deviation)
	}
	return fit
}

// logSurvival is log P(X > x) for X chi-squared, accurate where the probability
// itself underflows: with a = df/2 and y = x/2, the tail is y^a e^-y / Gamma(a)
// times a continued fraction, evaluated by Lentz's method (Numerical Recipes,
// section 6.2). The fraction converges for y > a+1; below that nothing
// underflows.
func logSurvival(df int, x float64) float64 {
	const tiny = 1e-300
	a, y := float64(df)/2, x/2
	if y <= a+1 {
		return math.Log(mathext.GammaIncRegComp(a, y))
	}
	b := y + 1 - a
	c := 1 / tiny
	d := 1 / b
	fraction := d
	for i, step := 1.0, 0.0; math.Abs(step-1) > 1e-15; i++ {
		term := -i * (i - a)
		b += 2
		d = 1 / (b + term*d)
		c = b + term/c
		step = c * d
		fraction *= step
	}
	logGamma, _ := math.Lgamma(a)
	return a*math.Log(y) - y - logGamma + math.Log(fraction)
}

// chiSquare is Pearson's statistic.
func chiSquare(counts []int, shares []float64) float64 {
	n := total(counts)
	observed := make([]float64, len(counts))
	expected := make([]float64, len(counts))
	for i, count := range counts {
		observed[i] = float64(count)
		expected[i] = n * shares[i]
	}
	return stat.ChiSquare(observed, expected)
}

// withShare keeps the versions whose share is positive.
func withShare(counts []int, shares []float64) ([]int, []float64) {
	var c []int
	var s []float64
	for i, share := range shares {
		if share > 0 {
			c = append(c, counts[i])
			s = append(s, share)
		}
	}
	return c, s
}

// total sums counts, as a float64 because a sum of ints can overflow.
func total(counts []int) float64 {
	sum := 0.0
	for _, count := range counts {
		sum += float64(count)
	}
	return sum
}
