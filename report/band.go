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
	if n := run.Verdict.Needed; n > r.Launched {
		text += fmt.Sprintf("; a healthy split can take %d", n)
		if n > r.Plan.Probes {
			text += asking(r, n)
		}
	}
	return text
}

// mostStrained is the version that is furthest outside its band or, when all are inside, nearest to an end of it in
// proportion to the room that it has; and its band. Of two that are equal, as the two of a split are when nothing
// else limits them, it is the one that should have the smaller share.
func mostStrained(r Report) (Observed, stats.Interval) {
	var worst Observed
	var within stats.Interval
	most := math.Inf(-1)
	for _, o := range compared(r) {
		expected := o.Share - o.Deviation
		band := stats.Band(expected, *r.Plan.Tolerance)
		strain := o.Deviation / (band.High - expected)
		if o.Deviation < 0 || band.High <= expected {
			strain = -o.Deviation / (expected - band.Low)
		}
		if strain > most+1e-9 || strain > most-1e-9 && expected < worst.Share-worst.Deviation {
			worst, within, most = o, band, strain
		}
	}
	return worst, within
}

// interval shows a range of shares, as in "15 to 25 %", with as many digits as it takes to tell its ends apart.
func interval(i stats.Interval) string {
	low, high := decimal(100*i.Low), percent(i.High)
	for digits := 2; low+" %" == high && digits < 15; digits++ {
		low, high = trimmed(100*i.Low, digits), trimmed(100*i.High, digits)+" %"
	}
	return low + " to " + high
}
