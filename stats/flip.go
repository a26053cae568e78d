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
	if methodWith(counts, shares, failures) == Exact {
		surprise = unlikeliness
	}
	return GoodnessOfFit(worstCase(counts, shares, failures, surprise), shares)
}

// BestFit is the Fit with the largest p-value over all ways of giving failures
// back. If even this one is a mismatch, the failures cannot have caused it.
// With failures = 0 it is GoodnessOfFit.
func BestFit(counts []int, shares []float64, failures int) Fit {
	if failures <= 0 {
		return GoodnessOfFit(counts, shares)
	}
	level := levelChiSquare
	if methodWith(counts, shares, failures) == Exact {
		level = levelLikelihood
	}
	best := slices.Clone(counts)
	giveBack(best, shares, failures, level)
	return GoodnessOfFit(best, shares)
}

func methodWith(counts []int, shares []float64, failures int) Method {
	_, positive := withShare(counts, shares)
	return methodFor(total(counts)+float64(failures), positive)
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

// How high a version with x answers stands, (x + level) / share, when the next
// failure is to go to the lowest.
const (
	levelDirichlet  = 0.0 // the evidence grows by a factor of (c share + x) / ((c+n) share)
	levelChiSquare  = 0.5 // the statistic grows with ((x+1)² - x²) / share
	levelLikelihood = 1.0 // the probability changes by share / (x+1)
)

// giveBack adds failures to counts where they make the split look best. The
// criterion is a sum of one convex function a version, so giving one failure
// after the other to the version where it costs least is optimal: they fill
// the versions like water, from the lowest. Its allocation-free form finds the
// water's height first. A version of share 0 stands infinitely high.
func giveBack(counts []int, shares []float64, failures int, level float64) {
	low, high := 0.0, math.Inf(1)
	for i, share := range shares {
		high = min(high, (float64(counts[i])+float64(failures)+level)/share)
	}
	for range 64 {
		height := (low + high) / 2
		if poured(counts, shares, height, level, failures) <= failures {
			low = height
		} else {
			high = height
		}
	}
	for i, share := range shares {
		added := room(counts[i], share, low, level)
		counts[i] += added
		failures -= added
	}
	for ; failures > 0; failures-- { // those that would stand equally high, fewer than there are versions
		counts[lowest(counts, shares, level)]++
	}
}

// poured is how many failures fit below height, counted up to just beyond
// limit.
func poured(counts []int, shares []float64, height, level float64, limit int) int {
	n := 0
	for i, share := range shares {
		if n += room(counts[i], share, height, level); n > limit {
			break
		}
	}
	return n
}

// room is how many failures a version can take before it stands at height.
func room(count int, share, height, level float64) int {
	return max(0, int(math.Ceil(share*height-level))-count)
}

func lowest(counts []int, shares []float64, level float64) int {
	at, least := 0, math.Inf(1)
	for i, share := range shares {
		if h := (float64(counts[i]) + level) / share; h < least {
			at, least = i, h
		}
	}
	return at
}
