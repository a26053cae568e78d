package stats

import (
	"math/rand/v2"
	"testing"
)

// errorCase is a router some of whose probes fail, and the rates that may come of it.
type errorCase struct {
	name                          string
	truth, failing                []float64
	leastPass, mostPass, mostFail float64
	inconclusive                  float64 // at least
	wanted                        string  // of the literature on this design: the rate of PASS and the mean of probes
}

// Failed probes are counted against every bet. Half a dozen in a thousand cost a healthy split little, and whatever
// number of them cannot make a split that is off look healthy.
func TestRatesWithFailures(t *testing.T) {
	t.Parallel()
	e := newToleranceTrial(weights(80, 20), 0.99, 0.05).tolerating(1)
	runs := 60
	if *long {
		runs = 2000
	}
	for _, c := range []errorCase{
		{"80/20, none fail", []float64{0.8, 0.2}, []float64{0, 0}, 0.99, 1, 0.01, 0, "1.000, 960"},
		{"80/20, 1 % of both", []float64{0.8, 0.2}, []float64{0.01, 0.01}, 0.97, 1, 0.01, 0, ".999, 1202"},
		{"80/20, 2 % of both", []float64{0.8, 0.2}, []float64{0.02, 0.02}, 0.93, 1, 0.01, 0, ".984, 1728"},
		{"74/26, 29 % of the canary", []float64{0.74, 0.26}, []float64{0, 0.29}, 0, 0, 0, 1, "0, all INC"},
		{"50/50, 75 % of the canary", []float64{0.5, 0.5}, []float64{0, 0.75}, 0, 0, 0, 1, "0, all INC"},
	} {
		r := simulate(runs, 29, e.run(failing(c.truth, c.failing)))
		t.Logf("%-26s PASS %.4f FAIL %.4f INC %.4f, mean %.0f of %d (%s), %d runs", c.name, r.pass, r.fail, r.inconclusive, r.mean, e.probes, c.wanted, runs)
		atLeast(t, c.name+": PASS", r.pass, c.leastPass)
		noMoreThan(t, c.name+": PASS", r.pass, c.mostPass, 0)
		noMoreThan(t, c.name+": FAIL", r.fail, c.mostFail, 0)
		atLeast(t, c.name+": INCONCLUSIVE", r.inconclusive, c.inconclusive)
	}
}

// Within the default budgets the same two are not even a matter of shares.
func TestRatesOfFailuresBeyondTheBudget(t *testing.T) {
	t.Parallel()
	e := newToleranceTrial(weights(80, 20), 0.99, 0.05)
	for _, from := range []source{
		failing([]float64{0.74, 0.26}, []float64{0, 0.29}),
		failing([]float64{0.5, 0.5}, []float64{0, 0.75}),
	} {
		for i := range 50 {
			if v, n := e.verdict(from(rand.New(rand.NewPCG(75, uint64(i))))); v.Decision != Fail || v.Reason != Unhealthy {
				t.Fatalf("%s because of %s after %d probes", v.Decision, v.Reason, n)
			}
		}
	}
}

// One probe in a hundred fails, always where it hurts: at a split that is out of tolerance by a hair those that show
// it, at one that is barely within those that show that. The rates are no higher than without failures.
func TestRatesWithMaliciousFailures(t *testing.T) {
	t.Parallel()
	shares, tolerance, alpha, runs := []float64{0.8, 0.2}, 0.1, 0.1, 1500
	if *long {
		tolerance, alpha, runs = 0.05, 0.01, 20_000
	}
	limit := Cap(shares, tolerance, alpha)
	panel := NewPanel(shares, tolerance, alpha, limit)
	decided := func(truth []float64, version int, chance float64) record {
		chances := make([]float64, 2)
		chances[version] = chance / truth[version]
		from := failing(truth, chances)
		return simulate(runs, 1, func(rng *rand.Rand) ending {
			next, counts, failed := from(rng), make([]int, 2), 0
			for n := 1; ; n++ {
				if i := next(); i == failure {
					failed++
				} else {
					counts[i]++
				}
				if d := panel.Decide(counts, failed); d != Inconclusive || n == limit {
					return ending{d, n}
				}
			}
		})
	}
	band := Band(shares[0], tolerance)
	for version, share := range []float64{band.High, band.Low} { // version is what there is too much of
		truth := []float64{share, 1 - share}
		open, flattered, maligned := decided(truth, version, 0), decided(truth, version, 0.01), decided(truth, 1-version, 0.01)
		t.Logf("truth %.3g, alpha %v: PASS %.5f where they flatter (%.5f without), FAIL %.5f where they malign (%.5f), %d runs", truth, alpha,
			flattered.pass, open.pass, maligned.fail, open.fail, runs)
		noMoreThan(t, "PASS", flattered.pass, alpha, 0)
		noMoreThan(t, "PASS with failures", flattered.pass, open.pass, 0)
		noMoreThan(t, "FAIL", maligned.fail, alpha, 0)
		noMoreThan(t, "FAIL with failures", maligned.fail, open.fail, 0)
	}
}

// Without a tolerance failures are given back as kindly as possible before anything is called FAIL, and as unkindly
// before PASS.
func TestRatesWithoutToleranceWithFailures(t *testing.T) {
	t.Parallel()
	type cell struct {
		alpha, detect float64
		runs          int
	}
	cells := []cell{{0.05, 0.1, 200}}
	if *long {
		cells = []cell{{0.05, 0.1, 10_000}, {0.05, 0.05, 4000}, {0.001, 0.05, 4000}}
	}
	for _, c := range cells {
		e := newTrial(weights(80, 20), c.alpha, c.detect).tolerating(0.05)
		healthy := simulate(c.runs, 3, e.run(failing([]float64{0.8, 0.2}, []float64{0, 0.05})))
		t.Logf("80/20 at %v, 1 %% fail, all of the canary: PASS %.4f FAIL %.4f INC %.4f", c.alpha, healthy.pass, healthy.fail, healthy.inconclusive)
		noMoreThan(t, "FAIL of a correct split", healthy.fail, c.alpha, 0)
		for _, truth := range [][]float64{{0.8 - c.detect, 0.2 + c.detect}, {0.8 - c.detect/2, 0.2 + c.detect/2}} {
			hidden := simulate(c.runs, 4, e.run(failing(truth, []float64{0, 0.01 / truth[1]})))
			open := simulate(c.runs, 4, e.run(failing(truth, []float64{0, 0}))) // the same draws
			t.Logf("%.3g at %v, 1 %% fail, all of the canary: PASS %.4f FAIL %.4f INC %.4f; PASS without failures %.4f FAIL %.4f", truth, c.alpha,
				hidden.pass, hidden.fail, hidden.inconclusive, open.pass, open.fail)
			noMoreThan(t, "PASS of a mismatch with failures", hidden.pass, open.pass, 0.001) // for runs that would have stopped early
		}
	}
}
