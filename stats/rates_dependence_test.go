package stats

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// dependent compares the rates of e over a sticky router with and without the guard.
func dependent(t *testing.T, e trial, truth, rho float64, runs int, wanted string) (guarded, unguarded record) {
	t.Helper()
	from := sticky([]float64{truth, 1 - truth}, rho)
	guarded = simulate(runs, 98, e.run(from))
	e.blind = true
	unguarded = simulate(runs, 98, e.run(from))
	t.Logf("truth %.0f, rho %.1f: guarded PASS %.4f FAIL %.4f INC %.4f; unguarded PASS %.4f FAIL %.4f (%s), %d runs", 100*truth, rho,
		guarded.pass, guarded.fail, guarded.inconclusive, unguarded.pass, unguarded.fail, wanted, runs)
	return guarded, unguarded
}

// Replies that depend on each other break the promise of every test. What the guard saves is a matter of simulation.
func TestRatesOfStickyRepliesWithTolerance(t *testing.T) {
	t.Parallel()
	e := newToleranceTrial(weights(80, 20), 0.99, 0.05)
	runs := 100
	if *long {
		runs = 2000
	}
	for _, c := range []struct {
		rho                     float64
		fail, pass              float64 // of a healthy split, and of 74/26, at most
		wantedFail, wantedPass  string
		unguardedFail, unguards float64 // at least
		short                   bool
	}{
		{0.3, 0.005, 0.01, "guarded FAIL .001", "PASS .02, guarded .011", 0, 0, false},
		{0.5, 0.02, 0.01, "guarded FAIL .008", "PASS .10, guarded 0", 0, 0.02, true},
		{0.8, 0.06, 0.01, "guarded FAIL .026", "PASS .25, guarded 0", 0.03, 0.1, false},
	} {
		if !c.short && !*long {
			continue
		}
		guarded, unguarded := dependent(t, e, 0.8, c.rho, runs, c.wantedFail)
		noMoreThan(t, fmt.Sprintf("rho %v: FAIL of a healthy split", c.rho), guarded.fail, c.fail, 0)
		atLeast(t, fmt.Sprintf("rho %v: FAIL of a healthy split without the guard", c.rho), unguarded.fail, c.unguardedFail)
		if c.rho <= 0.5 { // where going on for longer brings a verdict all the same
			atLeast(t, fmt.Sprintf("rho %v: PASS of a healthy split", c.rho), guarded.pass, 0.8)
		}
		guarded, unguarded = dependent(t, e, 0.74, c.rho, runs, c.wantedPass)
		noMoreThan(t, fmt.Sprintf("rho %v: PASS of 74/26", c.rho), guarded.pass, c.pass, 0)
		atLeast(t, fmt.Sprintf("rho %v: PASS of 74/26 without the guard", c.rho), unguarded.pass, c.unguards)
	}
}

// Without a tolerance chi-square at the end is divided by how many replies tell as much as an independent one, which
// brings the rate back to alpha. The evidence that stops a run early can be misled before there are enough replies to
// see that they depend on each other, so that with it the rate stays above alpha.
func TestRatesOfStickyReplies(t *testing.T) {
	t.Parallel()
	type cell struct {
		alpha, detect, rho, plain, most float64
		runs                            int
	}
	cells := []cell{{0.01, 0.062, 0.5, 0.14, 0.035, 100}} // about 1000 probes
	if *long {
		cells = []cell{
			{0.01, 0.062, 0, 0.01, 0.01, 3000}, {0.01, 0.062, 0.3, 0.06, 0.025, 3000},
			{0.01, 0.062, 0.5, 0.14, 0.035, 3000}, {0.01, 0.062, 0.8, 0.42, 0.085, 3000},
			{0.001, 0.05, 0, 0.001, 0.001, 3000}, {0.001, 0.05, 0.3, 0, 0.006, 3000},
			{0.001, 0.05, 0.5, 0, 0.012, 3000}, {0.001, 0.05, 0.8, 0, 0.07, 3000},
		}
	}
	for _, c := range cells {
		e := newTrial(weights(80, 20), c.alpha, c.detect)
		plain := simulate(c.runs, 98, e.atTheEnd(sticky([]float64{0.8, 0.2}, c.rho)))
		patient := e
		patient.patient = true
		guardedEnd := simulate(c.runs, 98, patient.run(sticky([]float64{0.8, 0.2}, c.rho)))
		guarded, unguarded := dependent(t, e, 0.8, c.rho, c.runs,
			fmt.Sprintf("alpha %v, at the end only: guarded FAIL %.4f, chi-square %.4f, wanted %.2f", c.alpha, guardedEnd.fail, plain.fail, c.plain))
		noMoreThan(t, fmt.Sprintf("rho %v: FAIL", c.rho), guarded.fail, c.most, margin(c.most, c.runs))
		noMoreThan(t, fmt.Sprintf("rho %v: FAIL at the end", c.rho), guardedEnd.fail, 1.5*c.alpha, margin(1.5*c.alpha, c.runs))
		atLeast(t, fmt.Sprintf("rho %v: FAIL of the plain test", c.rho), plain.fail, 0.6*c.plain-margin(0.6*c.plain, c.runs))
		if c.rho > 0 {
			atLeast(t, fmt.Sprintf("rho %v: FAIL without the guard", c.rho), unguarded.fail, 0.5*c.plain)
		}
	}
}

// atTheEnd is a single chi-square test after all probes.
func (e trial) atTheEnd(from source) func(rng *rand.Rand) ending {
	return func(rng *rand.Rand) ending {
		next, counts := from(rng), make([]int, len(e.split))
		for range e.probes {
			counts[next()]++
		}
		if GoodnessOfFit(counts, e.split.Shares()).P < e.thresholds.Alpha {
			return ending{Fail, e.probes}
		}
		return ending{Pass, e.probes}
	}
}
