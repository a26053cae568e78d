package stats

import "math"

// earlyFactor is how much stronger than at the planned end the evidence against an exact split must be to stop a
// run before it. That spends a tenth of alpha; the test at the end has the rest.
const earlyFactor = 10

// Watch tells during a run whether its verdict is settled: whether it can be given now, or nothing that is still to
// come can change it. Looking after every probe costs nothing in error rates: all that Watch stops for is either
// certain or valid at any time.
type Watch struct {
	split      Split
	thresholds Thresholds
	probes     int // that the run makes at most

	panel     *Panel     // with a tolerance
	dirichlet *Dirichlet // without one, and with more than one version to test
	given     []int      // scratch
}

// NewWatch returns the watch over a run of at most a number of probes.
func NewWatch(split Split, t Thresholds, probes int) *Watch {
	shares := split.positiveShares()
	w := &Watch{split: split, thresholds: t, probes: probes, given: make([]int, 0, len(split))}
	switch {
	case t.Tolerance > 0:
		limit := t.Cap
		if limit == 0 {
			limit = NewPlan(split, t).Probes
		}
		w.panel = NewPanel(shares, t.Tolerance, 1-t.Confidence, limit)
	case len(shares) > 1:
		w.dirichlet = NewDirichlet(shares)
	}
	return w
}

// Settled reports whether the run can stop. Until the evidence suffices it allocates nothing.
//
// Replies that depend on each other tell less than they seem to. When a decision would not stand for that reason,
// the run goes on: with more of them it may.
func (w *Watch) Settled(tally *Tally) bool {
	if w.overspent(tally) {
		return true
	}
	counts := w.tested(tally)
	switch {
	case w.panel != nil:
		decision := w.panel.Decide(counts, tally.Failed)
		if decision == Inconclusive || decision == Pass && !w.withinBudgets(tally, counts) {
			return false
		}
		d := dependence(tally)
		return d == nil || d.upholdBand(w.panel, decision, counts, tally.Failed)
	case w.dirichlet != nil && sum(counts) >= failFloor:
		logE := w.against(counts, tally.Failed)
		if logE < w.threshold() {
			return false
		}
		d := dependence(tally)
		return d == nil || d.upholdEvidence(logE, w.threshold())
	}
	return false
}

// withinBudgets reports whether a PASS could be given now. More probes may bring a run back into its budgets.
func (w *Watch) withinBudgets(tally *Tally, counts []int) bool {
	return !unhealthy(tally, w.thresholds) && !exceeds(tally.Judged()-sum(counts), tally.Answered(), w.thresholds.MaxUnknownRate)
}

// overspent reports whether a budget will be exceeded at the end whatever the remaining probes bring. Some answers
// are waited for even so, because a report on a handful of them explains nothing.
func (w *Watch) overspent(tally *Tally) bool {
	if tally.Finished() < failFloor || tally.Answered() == 0 {
		return false
	}
	unexpected := tally.Judged() - sum(w.tested(tally))
	return exceeds(tally.Failed, w.probes, w.thresholds.MaxErrorRate) || exceeds(unexpected, w.probes, w.thresholds.MaxUnknownRate)
}

// Evidence is what tally says for and against the split; nil where no evidence is gathered, because only one
// version can answer.
func (w *Watch) Evidence(tally *Tally) *Evidence {
	counts := w.tested(tally)
	switch {
	case w.panel != nil:
		e := w.panel.Evidence(counts, tally.Failed)
		return &e
	case w.dirichlet != nil:
		return &Evidence{Fail: w.against(counts, tally.Failed), Pass: math.Inf(-1), Threshold: w.threshold()}
	}
	return nil
}

func (w *Watch) threshold() float64 { return math.Log(earlyFactor / w.thresholds.Alpha) }

// against is the evidence against the exact split that is left when failures are given back as kindly as possible.
func (w *Watch) against(counts []int, failed int) float64 {
	if failed > 0 {
		giveBack(counts, w.dirichlet.shares, failed, levelDirichlet)
	}
	return w.dirichlet.LogE(counts)
}

// tested returns the counts of what has a positive share. The slice is overwritten by the next call.
func (w *Watch) tested(tally *Tally) []int {
	w.given = w.given[:0]
	for i, v := range w.split {
		if v.Weight > 0 {
			w.given = append(w.given, tally.Counts[i])
		}
	}
	return w.given
}
