package stats

import (
	"fmt"
	"math/rand/v2"
)

// trial is a split with what it is held to, and how many probes a run makes at most.
type trial struct {
	split      Split
	thresholds Thresholds
	probes     int
	patient    bool // nothing stops a run early
	quick      bool // spare the whole verdict where it is no FAIL
	blind      bool // the order of the answers is withheld, and with it the guard against their dependence
}

// newTrial is of a split without a tolerance.
func newTrial(split Split, alpha, detect float64) trial {
	th := DefaultThresholds()
	th.Alpha, th.Detect = alpha, detect
	return trial{split: split, thresholds: th, probes: NewPlan(split, th).Probes}
}

// newToleranceTrial is of a split with one.
func newToleranceTrial(split Split, confidence, tolerance float64) trial {
	th := DefaultThresholds()
	th.Confidence, th.Tolerance = confidence, tolerance
	return trial{split: split, thresholds: th, probes: NewPlan(split, th).Probes}
}

// tolerating lets a rate of failures pass that would be FAIL by itself.
func (e trial) tolerating(errors float64) trial {
	e.thresholds.MaxErrorRate = errors
	return e
}

// equal is a split of k versions with the same weight.
func equal(k int) Split {
	split := make(Split, k)
	for i := range split {
		split[i] = Share{fmt.Sprintf("v%d", i), 1}
	}
	return split
}

// weights is a split of versions with these weights.
func weights(list ...float64) Split {
	split := equal(len(list))
	for i, w := range list {
		split[i].Weight = w
	}
	return split
}

// failure is the outcome of a probe that no version answered.
const failure = -1

// source makes the router of one run, which gives the outcomes of its probes one after the other: the index of a
// version, or failure.
type source func(rng *rand.Rand) func() int

// independent chooses versions at their shares in truth, without regard to the choices before.
func independent(truth []float64) source {
	w := newWheel(truth)
	return func(rng *rand.Rand) func() int { return func() int { return w.turn(rng) } }
}

// failing chooses like independent, but a probe that goes to version i fails with a chance of chances[i].
func failing(truth, chances []float64) source {
	w := newWheel(truth)
	return func(rng *rand.Rand) func() int {
		return func() int {
			i := w.turn(rng)
			if rng.Float64() < chances[i] {
				return failure
			}
			return i
		}
	}
}

// sticky repeats its last choice with a chance of rho, which is then the correlation of neighbours.
func sticky(truth []float64, rho float64) source {
	w := newWheel(truth)
	return func(rng *rand.Rand) func() int {
		last := w.turn(rng)
		return func() int {
			if rng.Float64() >= rho {
				last = w.turn(rng)
			}
			return last
		}
	}
}

// run is one run over a source, as a program would make it: count each outcome, ask whether all is settled, and judge
// when it is, or at the end.
func (e trial) run(from source) func(rng *rand.Rand) ending {
	return func(rng *rand.Rand) ending {
		v, n := e.verdict(from(rng))
		return ending{v.Decision, n}
	}
}

func (e trial) verdict(next func() int) (Verdict, int) {
	watch, tally := NewWatch(e.split, e.thresholds, e.probes), NewTally(e.split)
	for n := 1; ; n++ {
		switch i := next(); {
		case i == failure:
			tally.Fail("timeout")
		case e.blind:
			tally.Add(e.split[i].Name, 1)
		default:
			tally.Answer(e.split[i].Name)
		}
		settled := !e.patient && watch.Settled(tally)
		if !settled && n < e.probes {
			continue
		}
		if e.quick && !settled && e.noMismatch(tally) {
			return Verdict{Decision: Pass}, n
		}
		return Judge(e.split, tally, e.thresholds), n
	}
}

// noMismatch reports of a run that went to its end without failures that its verdict is not FAIL. It may be PASS or,
// for streaks, INCONCLUSIVE.
func (e trial) noMismatch(tally *Tally) bool {
	return e.thresholds.Tolerance == 0 && tally.Failed == 0 && GoodnessOfFit(tally.Counts, e.split.Shares()).P >= e.thresholds.Alpha
}
