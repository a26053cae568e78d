package stats

import "math"

// The members of the power-divergence family that have a name.
const (
	PearsonLambda      = 1.0       // chi-square
	CressieReadLambda  = 2.0 / 3.0 // the one that Cressie and Read recommend for its error rates
	GLambda            = 0.0       // the likelihood ratio
	FreemanTukeyLambda = -0.5      // 4 times the sum of (sqrt(observed) - sqrt(expected))²
	ModifiedGLambda    = -1.0      // the likelihood ratio with observed and expected exchanged
	NeymanLambda       = -2.0      // chi-square over the observed counts
)

// PowerDivergence is the statistic of Cressie and Read, Multinomial goodness-of-fit tests, Journal of the
// Royal Statistical Society B 46 (1984), between counts and the shares that they should have:
//
//	2 / (lambda (lambda+1)) sum of observed ((observed/expected)^lambda - 1)
//
// and its limits at lambda 0 and -1. Counts and shares have one entry a version, the shares are fractions
// that sum to 1, and lambda is any finite number. If the shares hold, the statistic is chi-squared in large
// samples whatever the lambda.
//
// It is 0 without counts and never negative. A version with neither a share nor a count adds nothing. One of
// share 0 that was seen makes the statistic +Inf for lambda >= 0, but adds a finite amount below that; one
// that has a share and was not seen makes it +Inf for lambda <= -1.
func PowerDivergence(counts []int, shares []float64, lambda float64) float64 {
	n := total(counts)
	var sum float64
	for i, count := range counts {
		sum += divergence(float64(count), n*shares[i], lambda)
	}
	return sum
}

// GTest is the likelihood-ratio test of whether counts agree with shares, the member of the power-divergence
// family at lambda 0. Unlike chi-square its statistic is a sum over nested questions, such as which group of
// versions and then which of the group. For a single verdict GoodnessOfFit keeps its error rate better.
//
// The degrees of freedom are those of Fit. A version of share 0 that was seen is impossible: the statistic is
// +Inf, P is 0 and LogP is -Inf.
func GTest(counts []int, shares []float64) ChiSquareResult {
	return chiSquareResult(PowerDivergence(counts, shares, GLambda), pearson(counts, shares).DF)
}

// divergence is what one version adds. To the terms of the definition it adds -2 (observed - expected) /
// (lambda+1), which sums to 0 over the versions and makes every term positive, so that nothing cancels
// between them.
func divergence(observed, expected, lambda float64) float64 {
	// Exchanging observed and expected maps lambda to -1-lambda, and the limit at -1 to that at 0.
	if lambda < -0.5 {
		observed, expected, lambda = expected, observed, -1-lambda
	}
	switch {
	case observed == expected:
		return 0
	case observed == 0:
		return 2 * expected / (lambda + 1)
	case expected == 0 && lambda >= 0:
		return math.Inf(1)
	case expected == 0:
		return -2 * observed / lambda
	}
	excess := (observed - expected) / expected
	if math.Abs(excess)*(lambda+1) < 0.1 {
		return expected * divergenceSeries(excess, lambda)
	}
	ratio := observed / expected
	power := math.Log(ratio)
	if lambda != 0 {
		power = math.Expm1(lambda*power) / lambda
	}
	return 2 * expected / (lambda + 1) * (ratio*power - excess)
}

// divergenceSeries is the divergence over the expected count as a binomial series in excess =
// observed/expected - 1: excess² (1 + (lambda-1) excess/3 + (lambda-1)(lambda-2) excess²/12 + ...). Near 0
// the closed form is a difference of nearly equal numbers.
func divergenceSeries(excess, lambda float64) float64 {
	sum, term := 1.0, 1.0
	for j := 1.0; math.Abs(term) > sum*1e-17; j++ {
		term *= (lambda - j) / (j + 2) * excess
		sum += term
	}
	return excess * excess * sum
}
