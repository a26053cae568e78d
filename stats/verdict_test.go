package stats

import (
	"math"
	"math/rand/v2"
	"testing"
)

// run is a tally in the making: the answers of each version, then whatever else befell it.
type run struct {
	counts []int
	failed int
	others map[string]int
	cut    bool
}

func (r run) tally(split Split) *Tally {
	tally := tallyOf(split, r.counts...)
	tally.Failed, tally.CutShort = r.failed, r.cut
	for name, n := range r.others {
		for range n {
			tally.Answer(name)
		}
	}
	return tally
}

func mustParse(t *testing.T, text string) Split {
	t.Helper()
	split, err := ParseSplit(text)
	if err != nil {
		t.Fatal(err)
	}
	return split
}

func TestJudge(t *testing.T) {
	lavish := func(th *Thresholds) { th.MaxErrorRate = 0.5 }
	for name, c := range map[string]struct {
		split    string // one=80,two=20 if empty
		run      run
		change   func(*Thresholds)
		decision Decision
		reason   Reason
	}{
		"not a single probe": {
			run: run{}, decision: Inconclusive, reason: NothingAnswered,
		},
		"failures alone": {
			run: run{failed: 2020}, decision: Inconclusive, reason: NothingAnswered,
		},
		"failures alone within a lavish budget": {
			run: run{failed: 2020}, change: func(th *Thresholds) { th.MaxErrorRate = 1 },
			decision: Inconclusive, reason: NothingAnswered,
		},
		"failures alone, cut short": {
			run: run{failed: 3, cut: true}, decision: Inconclusive, reason: NothingAnswered,
		},
		"failures alone where one version gets everything": {
			split: "one=100,two=0", run: run{failed: 90}, change: func(th *Thresholds) { th.MaxErrorRate = 1 },
			decision: Inconclusive, reason: NothingAnswered,
		},

		"one answer of a version that nobody expects": {
			run:      run{counts: []int{1616, 404}, others: map[string]int{"three": 1}},
			decision: Fail, reason: UnexpectedVersion,
		},
		"one answer of a version that should get nothing": {
			split: "one=80,two=20,three=0", run: run{counts: []int{1616, 404, 1}},
			decision: Fail, reason: UnexpectedVersion,
		},
		"unexpected answers alone": {
			run: run{others: map[string]int{"three": 1}}, decision: Fail, reason: UnexpectedVersion,
		},
		"unexpected answers alone and all of them tolerated": {
			run:      run{others: map[string]int{"three": 5000}},
			change:   func(th *Thresholds) { th.MaxUnknownRate = 1 },
			decision: Inconclusive, reason: TooFewProbes,
		},
		"fewer unexpected answers than are tolerated": {
			run:      run{counts: []int{1616, 404}, others: map[string]int{"three": 20}},
			change:   func(th *Thresholds) { th.MaxUnknownRate = 0.01 },
			decision: Pass, reason: Consistent,
		},
		"as many unexpected answers as are tolerated": {
			run:      run{counts: []int{57, 14}, others: map[string]int{"three": 29}},
			change:   func(th *Thresholds) { th.MaxUnknownRate = 0.29 },
			decision: Inconclusive, reason: TooFewProbes,
		},
		"one unexpected answer more than is tolerated": {
			run:      run{counts: []int{56, 14}, others: map[string]int{"three": 30}},
			change:   func(th *Thresholds) { th.MaxUnknownRate = 0.29 },
			decision: Fail, reason: UnexpectedVersion,
		},
		"expected failures are no answers among which unexpected ones are few": {
			split: "one=64,two=16,!error=20", run: run{counts: []int{640, 160, 200}, others: map[string]int{"three": 9}},
			change:   func(th *Thresholds) { th.MaxUnknownRate = 0.01 },
			decision: Fail, reason: UnexpectedVersion,
		},
		"tolerated answers of a version that should get nothing": {
			split: "one=80,two=20,three=0", run: run{counts: []int{1616, 404, 20}},
			change:   func(th *Thresholds) { th.MaxUnknownRate = 0.01 },
			decision: Pass, reason: Consistent,
		},
		"unexpected answers do not make up for missing ones": {
			run:      run{counts: []int{1600, 400}, others: map[string]int{"three": 20}},
			change:   func(th *Thresholds) { th.MaxUnknownRate = 0.01 },
			decision: Inconclusive, reason: TooFewProbes,
		},

		"failures just within the budget": {
			run: run{counts: []int{1584, 396}, failed: 20}, decision: Inconclusive, reason: TooFewProbes,
		},
		"one failure too many": {
			run: run{counts: []int{1583, 396}, failed: 21}, decision: Fail, reason: Unhealthy,
		},
		"failures exactly at a budget that no float64 holds": {
			run:      run{counts: []int{57, 14}, failed: 29},
			change:   func(th *Thresholds) { th.MaxErrorRate = 0.29 },
			decision: Inconclusive, reason: TooFewProbes,
		},
		"one failure and no budget": {
			run:      run{counts: []int{1616, 404}, failed: 1},
			change:   func(th *Thresholds) { th.MaxErrorRate = 0 },
			decision: Fail, reason: Unhealthy,
		},
		"no failure and no budget": {
			run:      run{counts: []int{1616, 404}},
			change:   func(th *Thresholds) { th.MaxErrorRate = 0 },
			decision: Pass, reason: Consistent,
		},

		"cut short, and all is well": {
			run: run{counts: []int{1616, 404}, cut: true}, decision: Inconclusive, reason: Interrupted,
		},
		"cut short, and badly off": {
			run: run{counts: []int{404, 1616}, cut: true}, decision: Fail, reason: Mismatch,
		},
		"cut short, and off by what a test at the end would call a mismatch": {
			run: run{counts: []int{1679, 345}, cut: true}, decision: Inconclusive, reason: Interrupted,
		},
		"cut short just short of ten thousand to 1": {
			run: run{counts: []int{213, 99}, cut: true}, decision: Inconclusive, reason: Interrupted,
		},
		"cut short just beyond ten thousand to 1": {
			run: run{counts: []int{212, 100}, cut: true}, decision: Fail, reason: Mismatch,
		},
		"cut short before a hundred answers, and badly off": {
			run: run{counts: []int{0, 99}, cut: true}, decision: Inconclusive, reason: Interrupted,
		},
		"cut short at a hundred answers, and badly off": {
			run: run{counts: []int{0, 100}, cut: true}, decision: Fail, reason: Mismatch,
		},
		"cut short after enough answers of the one version": {
			split: "one=100,two=0", run: run{counts: []int{90, 0}, cut: true},
			decision: Inconclusive, reason: Interrupted,
		},

		"p just below nine tenths of alpha": {
			run: run{counts: []int{1679, 345}}, decision: Fail, reason: Mismatch,
		},
		"p between nine tenths of alpha and alpha": {
			run: run{counts: []int{1678, 345}}, decision: Pass, reason: Consistent,
		},
		"p above alpha": {
			run: run{counts: []int{1675, 345}}, decision: Pass, reason: Consistent,
		},
		"swapped names": {
			run: run{counts: []int{404, 1616}}, decision: Fail, reason: Mismatch,
		},
		"a mismatch so gross that few answers show it": {
			run: run{counts: []int{0, 10}}, decision: Fail, reason: Mismatch,
		},
		"nothing but the canary's answers, too few to tell": {
			run: run{counts: []int{0, 4}}, decision: Inconclusive, reason: TooFewProbes,
		},

		"as many answers as planned": {
			run: run{counts: []int{1616, 404}}, decision: Pass, reason: Consistent,
		},
		"one answer less than planned": {
			run: run{counts: []int{1615, 404}}, decision: Inconclusive, reason: TooFewProbes,
		},
		"ten answers": {
			run: run{counts: []int{8, 2}}, decision: Inconclusive, reason: TooFewProbes,
		},
		"a single answer": {
			run: run{counts: []int{1, 0}}, decision: Inconclusive, reason: TooFewProbes,
		},
		"a few of the planned answers were lost to failures": {
			run: run{counts: []int{1608, 402}, failed: 10}, decision: Pass, reason: Consistent,
		},
		"a few were lost, and one probe was not made": {
			run: run{counts: []int{1607, 402}, failed: 10}, decision: Inconclusive, reason: TooFewProbes,
		},
		// 1980 is the first whole number from 98 % of 2020 on.
		"as many were lost as may be": {
			run: run{counts: []int{1584, 396}, failed: 40}, change: lavish, decision: Pass, reason: Consistent,
		},
		"one more was lost than may be": {
			run: run{counts: []int{1583, 396}, failed: 41}, change: lavish, decision: Inconclusive, reason: TooFewProbes,
		},
		"half of the answers were lost, as is tolerated": {
			run: run{counts: []int{808, 202}, failed: 1010}, change: lavish, decision: Inconclusive, reason: TooFewProbes,
		},

		"one failure that could tip the balance": {
			run: run{counts: []int{1678, 345}, failed: 1}, decision: Inconclusive, reason: ErrorsCouldFlip,
		},
		"twenty failures within the budget that could hide a mismatch": {
			run: run{counts: []int{1656, 344}, failed: 20}, decision: Inconclusive, reason: ErrorsCouldFlip,
		},
		"one failure that could make up for a mismatch": {
			run: run{counts: []int{1679, 345}, failed: 1}, decision: Inconclusive, reason: ErrorsCouldFlip,
		},
		"a mismatch that no way of giving back the failures explains": {
			run: run{counts: []int{1690, 310}, failed: 20}, decision: Fail, reason: Mismatch,
		},
		"a mismatch at an early end that failures could explain": {
			run: run{counts: []int{180, 20}, failed: 2}, decision: Inconclusive, reason: ErrorsCouldFlip,
		},
		"failures among so few answers that the exact test counts, and could flip it": {
			run: run{counts: []int{95, 7}, failed: 1}, decision: Inconclusive, reason: ErrorsCouldFlip,
		},
		"twenty failures that could not": {
			run: run{counts: []int{1655, 345}, failed: 20}, decision: Pass, reason: Consistent,
		},
		"failures in a run that is too small anyway": {
			run: run{counts: []int{8, 2}, failed: 10}, change: lavish, decision: Inconclusive, reason: TooFewProbes,
		},

		"one version and as many answers as planned": {
			split: "one=100,two=0", run: run{counts: []int{90, 0}}, decision: Pass, reason: Consistent,
		},
		"one version and one answer less": {
			split: "one=100,two=0", run: run{counts: []int{89, 0}}, decision: Inconclusive, reason: TooFewProbes,
		},
		"one version and a hit on the other": {
			split: "one=100,two=0", run: run{counts: []int{89, 1}}, decision: Fail, reason: UnexpectedVersion,
		},
		"one version and an early hit on the other": {
			split: "one=100,two=0", run: run{counts: []int{0, 1}}, decision: Fail, reason: UnexpectedVersion,
		},
		"one version that has no other": {
			split: "one=1", run: run{counts: []int{90}}, decision: Pass, reason: Consistent,
		},
		"one version and a few failures": {
			split: "one=1", run: run{counts: []int{100}, failed: 1}, decision: Pass, reason: Consistent,
		},

		"a third version that should get nothing gets nothing": {
			split: "one=80,two=20,three=0", run: run{counts: []int{1616, 404, 0}}, decision: Pass, reason: Consistent,
		},
		"the other two are off while a third gets nothing": {
			split: "one=80,three=0,two=20", run: run{counts: []int{1515, 0, 505}}, decision: Fail, reason: Mismatch,
		},
		"three versions": {
			split: "one=1,two=1,three=1", run: run{counts: []int{1045, 1045, 1044}}, decision: Pass, reason: Consistent,
		},
		"three versions of which one gets half of its share": {
			split: "one=90,two=5,three=5", run: run{counts: []int{2478, 134, 67}}, decision: Fail, reason: Mismatch,
		},

		"unexpected before unhealthy": {
			run:      run{counts: []int{0, 100}, failed: 100, others: map[string]int{"three": 1}, cut: true},
			decision: Fail, reason: UnexpectedVersion,
		},
		"unhealthy before cut short": {
			run:      run{counts: []int{0, 100}, failed: 100, cut: true},
			decision: Fail, reason: Unhealthy,
		},
		"unhealthy before mismatch": {
			run: run{counts: []int{0, 100}, failed: 100}, decision: Fail, reason: Unhealthy,
		},
		"mismatch before too few": {
			run: run{counts: []int{50, 50}}, decision: Fail, reason: Mismatch,
		},
		"too few before errors that could flip": {
			run: run{counts: []int{1655, 344}, failed: 20}, decision: Inconclusive, reason: TooFewProbes,
		},
	} {
		t.Run(name, func(t *testing.T) {
			if c.split == "" {
				c.split = "one=80,two=20"
			}
			split, th := mustParse(t, c.split), DefaultThresholds()
			if c.change != nil {
				c.change(&th)
			}
			v := Judge(split, c.run.tally(split), th)
			if v.Decision != c.decision || v.Reason != c.reason {
				t.Errorf("%s because of %s, want %s because of %s", v.Decision, v.Reason, c.decision, c.reason)
			}
			if v.Fit != nil {
				t.Logf("p = %v", v.Fit.P)
			}
		})
	}
}

// A verdict that nobody has reached must not open a gate.
func TestTheZeroVerdictIsInconclusive(t *testing.T) {
	if v := (Verdict{}); v.Decision != Inconclusive || v.Decision.String() != "INCONCLUSIVE" {
		t.Errorf("%s", v.Decision)
	}
	for d, want := range map[Decision]string{Pass: "PASS", Fail: "FAIL", Inconclusive: "INCONCLUSIVE", 99: "INCONCLUSIVE", -1: "INCONCLUSIVE"} {
		if got := d.String(); got != want {
			t.Errorf("decision %d reads %s, want %s", d, got, want)
		}
	}
}

func TestTheNumbersBehindAVerdict(t *testing.T) {
	for name, c := range map[string]struct {
		split      string
		run        run
		method     Method // empty where there is nothing to test
		df         int
		needed     int
		detectable float64
		unexpected int
		couldFlip  bool
	}{
		"80/20 as planned":             {"one=80,two=20", run{counts: []int{1616, 404}}, Pearson, 1, 2020, 0.05, 0, false},
		"a quarter of the probes":      {"one=80,two=20", run{counts: []int{404, 101}}, Pearson, 1, 2020, 0.1, 0, false},
		"few probes":                   {"one=80,two=20", run{counts: []int{8, 2}}, Exact, 1, 2020, 0.711, 0, false},
		"nothing answered":             {"one=80,two=20", run{failed: 3}, "", 0, 2020, 1, 0, false},
		"unexpected answers alone":     {"one=80,two=20", run{others: map[string]int{"x": 2, "y": 1}}, "", 0, 2020, 1, 3, false},
		"a failure that tips":          {"one=80,two=20", run{counts: []int{1678, 345}, failed: 1}, Pearson, 1, 2020, 0.05, 0, true},
		"a failure that tips back":     {"one=80,two=20", run{counts: []int{1679, 345}, failed: 1}, Pearson, 1, 2020, 0.05, 0, true},
		"a mismatch has no need of it": {"one=80,two=20", run{counts: []int{1690, 310}, failed: 1}, Pearson, 1, 2020, 0.05, 0, false},
		"a third version of weight zero": {
			"one=80,two=20,three=0", run{counts: []int{1616, 404, 7}}, Pearson, 1, 2020, 0.05, 7, false,
		},
		"a weight of zero in the middle, small counts": {
			"one=80,three=0,two=20", run{counts: []int{80, 0, 20}}, Exact, 1, 2020, 0.225, 0, false,
		},
		"one version": {"one=100,two=0", run{counts: []int{90, 0}}, "", 0, 90, 0.05, 0, false},
		"three versions, enough for Pearson": {
			"one=98,two=1,three=1", run{counts: []int{13_678, 140, 140}}, Pearson, 2, 13_958, 0.0070, 0, false,
		},
		"three versions, few expected": {
			"one=98,two=1,three=1", run{counts: []int{490, 5, 5}}, Exact, 2, 13_958, 0.0372, 0, false,
		},
		"three versions, few expected but too many outcomes": {
			"one=98,two=1,three=1", run{counts: []int{1999, 20, 20}}, MonteCarlo, 2, 13_958, 0.0184, 0, false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			split := mustParse(t, c.split)
			v := Judge(split, c.run.tally(split), DefaultThresholds())
			switch {
			case c.method == "" && v.Fit != nil:
				t.Errorf("tested: %+v", *v.Fit)
			case c.method != "" && v.Fit == nil:
				t.Error("not tested")
			case c.method != "" && (v.Fit.Method != c.method || v.Fit.DF != c.df):
				t.Errorf("%s with %d df, want %s with %d", v.Fit.Method, v.Fit.DF, c.method, c.df)
			}
			if v.Needed != c.needed {
				t.Errorf("%d needed, want %d", v.Needed, c.needed)
			}
			if !within(v.Detectable, c.detectable, 0, 0.0006) {
				t.Errorf("a shift of %.4f is detectable, want %v", v.Detectable, c.detectable)
			}
			if v.Unexpected != c.unexpected || v.CouldFlip != c.couldFlip {
				t.Errorf("%d unexpected, could flip: %v; want %d, %v", v.Unexpected, v.CouldFlip, c.unexpected, c.couldFlip)
			}
		})
	}
}

// rates runs a router that follows truth many times, probe by probe, and
// returns how often each decision was reached.
func rates(t *testing.T, split Split, truth []float64, seed uint64) map[Decision]float64 {
	t.Helper()
	const runs = 20_000
	rng := rand.New(rand.NewPCG(seed, 2020))
	th := DefaultThresholds()
	n := NewPlan(split, th).Probes
	// The same counts come up again and again, and each is judged once.
	judged := map[[2]int]Decision{}
	rates := map[Decision]float64{}
	for range runs {
		var counts [2]int
		for range n {
			if rng.Float64() < truth[0] {
				counts[0]++
			} else {
				counts[1]++
			}
		}
		d, known := judged[counts]
		if !known {
			d = Judge(split, tallyOf(split, counts[:]...), th).Decision
			judged[counts] = d
		}
		rates[d] += 1.0 / runs
	}
	return rates
}

// At its nominal rate a healthy router fails 18 runs in 20,000; with twice
// the share of alpha it would be 30 or more.
func TestAHealthyRouterHardlyEverFails(t *testing.T) {
	got := rates(t, mustParse(t, "one=80,two=20"), []float64{0.8, 0.2}, 80)
	t.Log(got)
	if got[Fail] > 0.001*1.25 {
		t.Errorf("FAIL at a rate of %v", got[Fail])
	}
	if got[Fail] == 0 {
		t.Error("no run fails, so the test has lost its teeth")
	}
	if got[Inconclusive] > 0 {
		t.Errorf("INCONCLUSIVE at a rate of %v, though all probes were answered", got[Inconclusive])
	}
}

// The plan reckons with the spread of 80/20. That of 75/25 is wider, so that
// the binomial chance to miss it is not 1 % but 1.6 %; that of 85/15 is
// narrower, and the chance 0.5 %.
func TestAShiftOfFivePointsHardlyEverPasses(t *testing.T) {
	for name, c := range map[string]struct {
		truth []float64
		most  float64
	}{
		"75/25": {[]float64{0.75, 0.25}, 0.0185},
		"85/15": {[]float64{0.85, 0.15}, 0.0075},
	} {
		t.Run(name, func(t *testing.T) {
			got := rates(t, mustParse(t, "one=80,two=20"), c.truth, 75)
			t.Log(got)
			if got[Pass] > c.most {
				t.Errorf("PASS at a rate of %v", got[Pass])
			}
		})
	}
}

// No luck of a seed is in this one: the chances of all outcomes that fail are
// added up.
func TestTheChanceThatAHealthyRouterFails(t *testing.T) {
	for name, c := range map[string]struct {
		split string
		share float64
	}{
		"80/20": {"one=80,two=20", 0.8},
		"50/50": {"one=1,two=1", 0.5},
		"95/5":  {"one=95,two=5", 0.95},
	} {
		t.Run(name, func(t *testing.T) {
			split, th := mustParse(t, c.split), DefaultThresholds()
			n := NewPlan(split, th).Probes
			var fails float64
			for x := range n + 1 {
				// Further out the chances are too small to matter.
				if p := chance(x, n, c.share); p > 1e-12 {
					if Judge(split, tallyOf(split, x, n-x), th).Decision == Fail {
						fails += p
					}
				}
			}
			t.Logf("%.6f", fails)
			if fails > th.Alpha || fails < 0.75*th.Alpha {
				t.Errorf("FAIL with a chance of %v, nominal %v", fails, finalShare*th.Alpha)
			}
		})
	}
}

// chance is the binomial probability of x hits in n.
func chance(x, n int, share float64) float64 {
	logP := logFactorial(n) - logFactorial(x) - logFactorial(n-x)
	return math.Exp(logP + float64(x)*math.Log(share) + float64(n-x)*math.Log(1-share))
}
