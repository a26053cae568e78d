package stats

import "slices"

// Decision is the outcome of a verdict. Its zero value is Inconclusive: what nobody has judged has not passed.
type Decision int

// The three decisions.
const (
	Inconclusive Decision = iota
	Fail
	Pass
)

// String is the decision as reports show it.
func (d Decision) String() string {
	switch d {
	case Pass:
		return "PASS"
	case Fail:
		return "FAIL"
	}
	return "INCONCLUSIVE"
}

// Reason is a short id of why a verdict was reached.
type Reason string

// The reasons.
const (
	NothingAnswered   Reason = "unreachable"
	UnexpectedVersion Reason = "unexpected-version"
	Unhealthy         Reason = "unhealthy"
	Interrupted       Reason = "interrupted"
	Mismatch          Reason = "mismatch"
	TooFewProbes      Reason = "too-few-probes"
	ErrorsCouldFlip   Reason = "errors-could-flip"
	Consistent        Reason = "consistent"
	WithinTolerance   Reason = "within-tolerance"
	OutOfTolerance    Reason = "out-of-tolerance"
	Undecided         Reason = "undecided"
	NotIndependent    Reason = "not-independent"
)

// Verdict is a decision with its reason and the numbers behind it.
type Verdict struct {
	Decision Decision
	Reason   Reason

	// Fit is the test of the counts against the split; nil when fewer than two versions have a positive share or
	// none of them answered.
	Fit *Fit

	// Needed is the number of answers that see a shift of Thresholds.Detect; with a tolerance, the number by which a
	// healthy split has passed.
	Needed int
	// Detectable is the smallest shift that the answers at hand would have shown, with probability Power.
	Detectable float64
	// CouldFlip says that it depends on what became of the failed probes: given back to versions in one way or
	// another they would change the verdict.
	CouldFlip bool
	// Evidence is what had gathered for and against the split; nil when only one version can answer.
	Evidence *Evidence
	// Streaks is how far the replies depend on each other; nil when nothing speaks for it.
	Streaks *Dependence
	// Unexpected is the number of answers of versions that should have had none.
	Unexpected int
}

// shortfall is the part of the needed answers that failures may cost. At 2 % the shift that is seen 99 times in 100
// grows by 1 % of itself, which is less than the report shows.
const shortfall = 0.02

// Judge reaches the verdict on tally, whose counts are in the order of split. The rules are tried in turn, and the
// first that applies decides:
//
//  1. nothing answered: INCONCLUSIVE;
//  2. unexpected versions above their budget: FAIL;
//  3. failures above theirs: FAIL.
//
// Then the shares are judged, with a tolerance by judgeBand and without one by judgeExactly. What they find must
// finally survive the replies' dependence on each other, if there is any: judgeOrder.
func Judge(split Split, tally *Tally, t Thresholds) Verdict {
	watch := NewWatch(split, t, 0)
	counts, shares := slices.Clone(watch.tested(tally)), split.positiveShares()
	unexpected := tally.Judged() - sum(counts)
	v := Verdict{
		Needed:     NewPlan(split, t).Needed,
		Detectable: Detectable(shares, sum(counts), t.Alpha, t.Power),
		Unexpected: unexpected,
		Evidence:   watch.Evidence(tally),
	}
	fit, best, worst := fits(counts, shares, tally.Failed)
	v.Fit = fit
	inside := Inconclusive
	if watch.panel != nil {
		inside = watch.panel.Decide(counts, tally.Failed)
		v.CouldFlip = inside == Inconclusive && watch.panel.Decide(counts, 0) != Inconclusive
	} else {
		v.CouldFlip = !t.Rejects(best) && t.Rejects(worst)
	}
	switch {
	case tally.Answered() == 0:
		v.Decision, v.Reason = Inconclusive, NothingAnswered
	case exceeds(unexpected, tally.Answered(), t.MaxUnknownRate):
		v.Decision, v.Reason = Fail, UnexpectedVersion
	case unhealthy(tally, t):
		v.Decision, v.Reason = Fail, Unhealthy
	case t.Tolerance > 0:
		v.judgeBand(inside, tally)
		v.judgeOrder(watch.panel, counts, tally, t)
	default:
		v.judgeExactly(sum(counts), best, tally, t)
		v.judgeOrder(watch.panel, counts, tally, t)
	}
	return v
}

// judgeExactly asks whether the shares are the expected ones, given n answers and, in best, how well they fit when
// the failures are given back as kindly as possible:
//
//  1. evidence against them that holds at any time, at 100 answers or more: FAIL;
//  2. a run that was cut short: INCONCLUSIVE, for whoever watches a run and stops it when it looks good or bad has
//     no other error rate to state;
//  3. counts that the split explains with a probability below alpha, however the failures are given back: FAIL;
//  4. such counts, but for a way of giving the failures back: INCONCLUSIVE;
//  5. too few probes to see the shift in question: INCONCLUSIVE;
//  6. failures that could hide a mismatch: INCONCLUSIVE;
//  7. else PASS.
func (v *Verdict) judgeExactly(n int, best *Fit, tally *Tally, t Thresholds) {
	switch {
	case v.Evidence != nil && v.Evidence.Fail >= v.Evidence.Threshold && n >= failFloor:
		v.Decision, v.Reason = Fail, Mismatch
	case tally.CutShort:
		v.Decision, v.Reason = Inconclusive, Interrupted
	case t.Rejects(best):
		v.Decision, v.Reason = Fail, Mismatch
	case t.Rejects(v.Fit):
		v.Decision, v.Reason = Inconclusive, ErrorsCouldFlip
	case !enough(n, tally.Failed, v.Needed):
		v.Decision, v.Reason = Inconclusive, TooFewProbes
	case v.CouldFlip:
		v.Decision, v.Reason = Inconclusive, ErrorsCouldFlip
	default:
		v.Decision, v.Reason = Pass, Consistent
	}
}

// judgeBand takes the panel's word for whether every share lies within the tolerance. That is valid at any time, so
// that a run which was cut short is judged as every other. Where nothing is decided, it is worth knowing whether the
// failed probes stand in the way.
func (v *Verdict) judgeBand(inside Decision, tally *Tally) {
	v.Decision = inside
	switch inside {
	case Pass:
		v.Reason = WithinTolerance
	case Fail:
		v.Reason = OutOfTolerance
	default:
		v.Reason = Undecided
		if tally.CutShort {
			v.Reason = Interrupted
		} else if v.CouldFlip {
			v.Reason = ErrorsCouldFlip
		}
	}
}

// fits tests counts as they are, and with the failures given back as kindly and as unkindly as possible. All are nil
// when there is nothing to test.
func fits(counts []int, shares []float64, failed int) (fit, best, worst *Fit) {
	if len(counts) < 2 || sum(counts) == 0 {
		return nil, nil, nil
	}
	f := GoodnessOfFit(counts, shares)
	if failed == 0 {
		return &f, &f, &f
	}
	b, w := BestFit(counts, shares, failed), WorstFit(counts, shares, failed)
	return &f, &b, &w
}

func unhealthy(tally *Tally, t Thresholds) bool {
	return exceeds(tally.Failed, tally.Finished(), t.MaxErrorRate)
}

// enough reports whether the run was as large as planned, and its failures few enough to leave it its power.
func enough(answers, failed, needed int) bool {
	return answers+failed >= needed && float64(answers) >= (1-shortfall)*float64(needed)
}

// exceeds compares counts with a rate so that n = rate * total, as in 29 of 100 at 29 %, is within the budget
// whatever the rounding of the product.
func exceeds(n, total int, rate float64) bool {
	return float64(n) > rate*float64(total)*(1+1e-12)
}

func sum(counts []int) int {
	var n int
	for _, c := range counts {
		n += c
	}
	return n
}
