package stats

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
)

// Verdict is a decision with its reason and the numbers behind it.
type Verdict struct {
	Decision Decision
	Reason   Reason

	// Fit is the test of the counts against the split; nil when fewer than two versions have a positive share or
	// none of them answered.
	Fit *Fit

	// Needed is the number of answers that see a shift of Thresholds.Detect.
	Needed int
	// Detectable is the smallest shift that the answers at hand would have shown, with probability Power.
	Detectable float64
	// CouldFlip says that the failures, given back to versions in the worst way, would turn a PASS into a FAIL.
	CouldFlip bool
	// Unexpected is the number of answers of versions that should have had none.
	Unexpected int
}

// finalShare is the part of alpha that the test at the planned end may spend. The rest is for stopping early on a
// gross mismatch; together they stay below alpha.
const finalShare = 0.9

// shortfall is the part of the needed answers that failures may cost. At 2 % the shift that is seen 99 times in 100
// grows by 1 % of itself, which is less than the report shows.
const shortfall = 0.02

// Judge reaches the verdict on tally, whose counts are in the order of split. The rules are tried in turn, and the
// first that applies decides:
//
//  1. nothing answered: INCONCLUSIVE;
//  2. unexpected versions above their budget: FAIL;
//  3. failures above theirs: FAIL;
//  4. a run that was cut short: INCONCLUSIVE, for whoever watches a run and stops it when it looks good or bad
//     has no error rate to state;
//  5. counts that the split explains with probability less than alpha: FAIL;
//  6. too few probes to see the shift in question: INCONCLUSIVE;
//  7. failures that could hide a mismatch: INCONCLUSIVE;
//  8. else PASS.
func Judge(split Split, tally *Tally, t Thresholds) Verdict {
	counts, shares, unexpected := tested(split, tally)
	answered := tally.Answered()
	v := Verdict{
		Needed:     Probes(shares, t.Detect, t.Alpha, t.Power),
		Detectable: Detectable(shares, sum(counts), t.Alpha, t.Power),
		Unexpected: unexpected,
	}
	if len(counts) > 1 && sum(counts) > 0 {
		fit := GoodnessOfFit(counts, shares)
		v.Fit = &fit
		worst := WorstFit(counts, shares, tally.Failed)
		v.CouldFlip = !mismatch(fit, t) && mismatch(worst, t)
	}
	switch {
	case answered == 0:
		v.Decision, v.Reason = Inconclusive, NothingAnswered
	case exceeds(unexpected, answered, t.MaxUnknownRate):
		v.Decision, v.Reason = Fail, UnexpectedVersion
	case exceeds(tally.Failed, tally.Finished(), t.MaxErrorRate):
		v.Decision, v.Reason = Fail, Unhealthy
	case tally.CutShort:
		v.Decision, v.Reason = Inconclusive, Interrupted
	case v.Fit != nil && mismatch(*v.Fit, t):
		v.Decision, v.Reason = Fail, Mismatch
	case !enough(sum(counts), tally.Failed, v.Needed):
		v.Decision, v.Reason = Inconclusive, TooFewProbes
	case v.CouldFlip:
		v.Decision, v.Reason = Inconclusive, ErrorsCouldFlip
	default:
		v.Decision, v.Reason = Pass, Consistent
	}
	return v
}

// tested separates what a test can be about, the versions of positive share and their counts, from the answers
// that should not have come: of versions that the split does not name or gives nothing.
func tested(split Split, tally *Tally) (counts []int, shares []float64, unexpected int) {
	unexpected = tally.Answered()
	for i, share := range split.Shares() {
		if share > 0 {
			counts = append(counts, tally.Counts[i])
			shares = append(shares, share)
			unexpected -= tally.Counts[i]
		}
	}
	return counts, shares, unexpected
}

func mismatch(f Fit, t Thresholds) bool { return f.P < finalShare*t.Alpha }

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
