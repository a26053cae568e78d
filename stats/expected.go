package stats

import "math/rand/v2"

// trials is how many runs ExpectedProbes simulates: for two versions 400, whose mean is off by 2 % or so. With more
// versions a run takes more time, and its length varies less.
func trials(versions int) int { return max(1600/(2+versions), 50) }

// ExpectedProbes is about how many probes a run with a tolerance takes when the router keeps to split exactly and
// nothing but the plan's Needed limits it. It simulates runs, always the same ones, and looks at each after every
// hundredth more of answers, which ends them a little late.
func ExpectedProbes(split Split, t Thresholds) int {
	shares, limit := split.positiveShares(), NewPlan(split, t).Needed
	panel := NewPanel(shares, t.Tolerance, 1-t.Confidence, limit)
	rng := rand.New(rand.NewPCG(1945, 16))
	runs, total := trials(len(shares)), 0
	for range runs {
		total += stop(rng, panel, shares, limit)
	}
	return total / runs
}

// stop simulates one run and returns the number of answers at which it ended.
func stop(rng *rand.Rand, panel *Panel, shares []float64, limit int) int {
	counts, drawn := make([]int, len(shares)), make([]float64, len(shares))
	answers, n := newMultinomial(0, shares), 0
	for n < limit {
		step := min(1+n/100, limit-n)
		answers.n = float64(step)
		answers.sample(rng, drawn)
		for i, x := range drawn {
			counts[i] += int(x)
		}
		n += step
		if panel.Decide(counts, 0) != Inconclusive {
			break
		}
	}
	return n
}

// SmallestTolerance is the smallest tolerance that a healthy split of shares has been proved to keep by n answers,
// with the chances of Cap. There is none, and found is false, where even the widest bands take more.
func SmallestTolerance(shares []float64, n int, alpha float64) (tolerance float64, found bool) {
	if Cap(shares, 1, alpha) > n {
		return 0, false
	}
	return smallest(1e-9, 1, func(tolerance float64) bool { return Cap(shares, tolerance, alpha) <= n }), true
}
