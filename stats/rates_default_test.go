package stats

import (
	"fmt"
	"testing"
)

// twoVersions asks Watch about each state of a split of two versions, and Judge where it is settled or at the end.
func (e trial) twoVersions() func(x, n int) Decision {
	watch, tally := NewWatch(e.split, e.thresholds, e.probes), NewTally(e.split)
	return func(x, n int) Decision {
		tally.Counts[0], tally.Counts[1] = x, n-x
		if n < e.probes && !watch.Settled(tally) {
			return Inconclusive
		}
		return Judge(e.split, tally, e.thresholds).Decision
	}
}

// endOnly is the chance that the test at the planned end alone, without stopping early, calls a mismatch.
func (e trial) endOnly(truth float64) float64 {
	p := 0.0
	for x := range e.probes + 1 {
		if c := chance(x, e.probes, truth); c > forgotten {
			if fit := GoodnessOfFit([]int{x, e.probes - x}, e.split.Shares()); e.thresholds.Rejects(&fit) {
				p += c
			}
		}
	}
	return p
}

// Looking after every answer costs nothing: of all mismatches that the test at the end would have found it loses none,
// and a correct split is called FAIL no more often than stated.
func TestRatesWithoutToleranceExactly(t *testing.T) {
	t.Parallel()
	table(t, "expected truth     PASS     FAIL      INC | mean / median / q95 | FAIL by the test at the end alone")
	for _, c := range []struct {
		share, alpha, detect float64
		truths               []float64 // without the expected one
		most                 float64   // of FAIL of a correct split, in units of alpha
		short                bool
	}{
		{0.8, 0.001, 0.05, []float64{0.75, 0.7, 0.5, 0.999999999999}, 1, true},
		{0.5, 0.001, 0.05, []float64{0.45, 0.7}, 1, false},
		{0.9, 0.001, 0.05, []float64{0.85}, 1, false},
		{0.95, 0.001, 0.05, []float64{0.9, 0.99, 0.999999999999}, 1, false},
		// At the planned end chi-square is an approximation. With a rare canary it costs up to a fifth of alpha.
		{0.98, 0.001, 0.05, []float64{0.96}, 1.2, false},
		{0.99, 0.001, 0.05, []float64{0.95, 0.999999999999}, 1.2, false},
		{0.8, 0.001, 0.1, []float64{0.7}, 1.2, false},
		{0.8, 0.01, 0.05, []float64{0.75}, 1, false},
		{0.99, 0.01, 0.05, nil, 1, false},
		{0.8, 0.05, 0.05, []float64{0.75}, 1, false},
		{0.99, 0.05, 0.05, nil, 1, false},
	} {
		if !c.short && !*long {
			continue
		}
		e := newTrial(weights(100*c.share, 100-100*c.share), c.alpha, c.detect)
		truths := append([]float64{c.share}, c.truths...)
		records := exactly(truths, e.probes, e.twoVersions())
		for i, r := range records {
			plain := e.endOnly(truths[i])
			t.Logf("%.0f/%.0f at %v ± %v, truth %-4.4g %8.6f %8.6f %8.6f | %4.0f / %4d / %4d of %d | %.6f", 100*c.share, 100-100*c.share, c.alpha, c.detect,
				100*truths[i], r.pass, r.fail, r.inconclusive, r.mean, r.median, r.q95, e.probes, plain)
			atLeast(t, "FAIL against that of the test at the end", r.fail, plain-1e-9)
		}
		noMoreThan(t, "FAIL of a correct split", records[0].fail, c.most*c.alpha, 0)
		atLeast(t, "FAIL of a correct split", records[0].fail, 0.85*c.alpha)
		if c.short {
			within5 := func(what string, got, want, by float64) {
				if !within(got, want, 0, by) {
					t.Errorf("%s: %.5f, want %.5f", what, got, want)
				}
			}
			within5("FAIL of 75/25", records[1].fail, 0.98417, 0.0001)
			within5("the mean of 70/30", records[2].mean, 424, 1)
			within5("the mean of 50/50", records[3].mean, 100, 3) // 57 but for the least number of answers
			within5("the mean of 100/0", records[4].mean, 100, 1)
		}
	}
}

// The thresholds are derived from alpha in one way, so that a large alpha, of which a rate is soon known, stands for
// the others. Twice the rate would be beyond the margin.
func TestRatesWithoutTolerance(t *testing.T) {
	t.Parallel()
	type cell struct {
		name          string
		split         Split
		alpha, detect float64
		runs          int
	}
	cells := []cell{
		{"50/30/20", weights(50, 30, 20), 0.05, 0.1, 800},
		{"ten", equal(10), 0.05, 0.1, 250},
	}
	if *long {
		cells = []cell{
			{"80/20", weights(80, 20), 0.05, 0.05, 10_000},
			{"50/30/20", weights(50, 30, 20), 0.05, 0.05, 10_000},
			{"90/5/5", weights(90, 5, 5), 0.05, 0.05, 10_000},
			{"98/1/1", weights(98, 1, 1), 0.05, 0.05, 2000},
			{"three", equal(3), 0.05, 0.05, 10_000},
			{"five", equal(5), 0.05, 0.05, 10_000},
			{"ten", equal(10), 0.05, 0.05, 10_000},
			{"80/20", weights(80, 20), 0.001, 0.1, 200_000},
			{"50/30/20", weights(50, 30, 20), 0.001, 0.1, 200_000},
			{"three", equal(3), 0.001, 0.1, 60_000},
			{"50/30/20", weights(50, 30, 20), 0.001, 0.05, 20_000},
			{"90/5/5", weights(90, 5, 5), 0.001, 0.05, 40_000},
			{"98/1/1", weights(98, 1, 1), 0.001, 0.05, 4000},
			{"five", equal(5), 0.001, 0.05, 20_000},
			{"ten", equal(10), 0.001, 0.05, 20_000},
		}
	}
	table(t, "expected alpha detect: FAIL, of it early, mean of probes, runs")
	for _, c := range cells {
		e := newTrial(c.split, c.alpha, c.detect)
		e.quick = *long
		r := simulate(c.runs, 1953, e.run(independent(c.split.Shares())))
		t.Logf("%-8s %-5v %-4v: %.5f %.5f %5.0f of %5d, %6d runs", c.name, c.alpha, c.detect, r.fail, r.early, r.mean, e.probes, c.runs)
		name := fmt.Sprintf("%s at %v: FAIL", c.name, c.alpha)
		noMoreThan(t, name, r.fail, c.alpha, margin(c.alpha, c.runs))
		atLeast(t, name, r.fail, c.alpha/2-margin(c.alpha, c.runs))
	}
}
