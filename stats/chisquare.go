package stats

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// ChiSquareResult is the outcome of a test whose statistic is chi-squared in large samples.
type ChiSquareResult struct {
	// Statistic is at least 0, and +Inf for counts that the hypothesis rules out.
	Statistic float64
	// DF is the degrees of freedom. With 0 there was nothing to test, and P is 1.
	DF int
	// P is the probability of a statistic at least this large if the hypothesis holds.
	P float64
	// LogP is the natural logarithm of P. It stays finite where P is too small for a float64.
	LogP float64
}

func chiSquareResult(statistic float64, df int) ChiSquareResult {
	r := ChiSquareResult{Statistic: statistic, DF: df, P: 1}
	switch {
	case math.IsInf(statistic, 1):
		r.P, r.LogP = 0, math.Inf(-1)
	case df > 0:
		r.P = distuv.ChiSquared{K: float64(df)}.Survival(statistic)
		r.LogP = logSurvival(df, statistic)
	}
	return r
}
