package report

import (
	"fmt"
	"math"

	"github.com/tcpshift/tcpshift/stats"
)

// banded is the sentence of a verdict on a tolerance.
func banded(r Report, run Run) string {
	o, band := mostStrained(r)
	within := fmt.Sprintf("within %s of %s", points(*r.Plan.Tolerance), SplitLabel(run.Split))
	sure := percent(r.Plan.Confidence) + " sure"
	switch run.Verdict.Reason {
	case stats.WithinTolerance:
		measurably := ""
		if run.Thresholds.Rejects(run.Verdict.Fit) {
			measurably = fmt.Sprintf("measurably off (%s), but ", pValue(r.ChiSquare))
		}
		return fmt.Sprintf("%s%s, %s: %s, and %s is tolerated", measurably, within, sure, got(o), interval(band)) + tolerated(run)
	case stats.OutOfTolerance:
		return fmt.Sprintf("not %s, %s: %s, where %s is tolerated", within, sure, got(o), interval(band))
	}
	text := fmt.Sprintf("%s did not settle whether the split is %s: %s, and %s is tolerated", plural(run.Tally.Judged(), "answer", "answers"),
		within, got(o), interval(band))
	if n := run.Verdict.Needed; n > r.Plan.Probes {
		text += fmt.Sprintf("; a healthy split can take %d%s", n, asking(r, n))
	}
	return text
}

// mostStrained is the version that is furthest outside its band or, when all are inside, nearest to an end of it in
// proportion to the room that it has; and its band. Of two that are equal, as the two of a split are when nothing
// else limits them, it is the one that should have the smaller share.
func mostStrained(r Report) (Observed, stats.Interval) {
	worst, most := 0, math.Inf(-1)
	for i, e := range r.Expected {
		if e.Share == 0 {
			continue
		}
		strain := r.Observed[i].Deviation / (*e.High - e.Share)
		if r.Observed[i].Deviation < 0 || *e.High == e.Share {
			strain = -r.Observed[i].Deviation / (e.Share - *e.Low)
		}
		if strain > most+1e-9 || strain > most-1e-9 && e.Share < r.Expected[worst].Share {
			worst, most = i, strain
		}
	}
	return r.Observed[worst], stats.Interval{Low: *r.Expected[worst].Low, High: *r.Expected[worst].High}
}

// interval shows a range of shares, as in "15 to 25 %".
func interval(i stats.Interval) string {
	return fmt.Sprintf("%s to %s", decimal(100*i.Low), percent(i.High))
}
