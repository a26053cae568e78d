package stats

import (
	"math"
	"slices"
)

// WorstFit is the Fit with the smallest p-value over all ways of giving
// failures, a number of probes that went unanswered, back to the versions of
// positive share. If even this one is consistent, the failures cannot hide a
// mismatch. With failures = 0 it is GoodnessOfFit.
func WorstFit(counts []int, shares []float64, failures int) Fit {
	if failures <= 0 {
		return GoodnessOfFit(counts, shares)
	}
	surprise := chiSquare
	_, positive := withShare(counts, shares)
	if methodFor(total(counts)+float64(failures), positive) == Exact {
		surprise = unlikeliness
	}
	return GoodnessOfFit(worstCase(counts, shares, failures, surprise), shares)
}

// worstCase gives all failures to the version where they raise surprise most.
// No mixture is worse: chi-square is a convex function of the counts, and so
// is the negative log-probability that the exact test orders outcomes by. A
// convex function on a simplex is largest at a vertex, and a vertex is all
// failures on one version. The p-value falls as either grows at fixed n.
func worstCase(counts []int, shares []float64, failures int, surprise func([]int, []float64) float64) []int {
	worst, most := slices.Clone(counts), math.Inf(-1)
	for i, share := range shares {
		if share == 0 {
			continue
		}
		candidate := slices.Clone(counts)
		candidate[i] += failures
		if s := surprise(candidate, shares); s > most {
			worst, most = candidate, s
		}
	}
	return worst
}

// unlikeliness is the negative log-probability of counts, but for the term
// log n!.
func unlikeliness(counts []int, shares []float64) float64 {
	var sum float64
	for i, count := range counts {
		if count > 0 {
			sum += logFactorial(count) - float64(count)*math.Log(shares[i])
		}
	}
	return sum
}
