package report

import (
	"fmt"
	"strings"

	"github.com/tcpshift/tcpshift/stats"
)

// failures lists what went wrong, with an example of each.
func (p *page) failures(r Report) {
	if len(r.Failures) == 0 {
		return
	}
	p.WriteString("\n")
	for _, f := range r.Failures {
		expected := ""
		if f.Expected {
			expected = ", as is expected of some"
		}
		where, example := "", ""
		if f.Phase != "" {
			where, example = " in "+f.Phase, ", such as: "+Escape(f.Example)
		}
		p.paragraph(fmt.Sprintf("%d failed with %s%s%s%s", f.Count, f.Kind, where, expected, example), 2)
	}
}

// tooUnhealthy counts the failures that nobody expects.
func tooUnhealthy(r Report, run Run) string {
	var list []Failure
	for _, f := range r.Failures {
		if !f.Expected {
			list = append(list, f)
		}
	}
	n, finished := run.Tally.Failed, run.Tally.Finished()
	return fmt.Sprintf("%d of %s failed (%s), %s where %s is tolerated", n, plural(finished, "probe", "probes"),
		kinds(list), percent(float64(n)/float64(finished)), percent(r.Plan.MaxErrorRate))
}

// couldFlip says which way the failures could tip the verdict.
func couldFlip(r Report, run Run) string {
	split, failed := SplitLabel(run.Split), plural(run.Tally.Failed, "failed probe", "failed probes")
	switch {
	case r.Plan.Tolerance != nil:
		return fmt.Sprintf("the answers alone would settle it, but %s could change the verdict", failed)
	case run.Thresholds.Rejects(run.Verdict.Fit):
		return fmt.Sprintf("the answers are not consistent with %s (%s), but %s could account for it", split, pValue(r.ChiSquare), failed)
	}
	return fmt.Sprintf("the answers are consistent with %s (%s), but %s could hide a mismatch", split, pValue(r.ChiSquare), failed)
}

// silent names the versions that answered nothing although their share would have brought answers.
func silent(run Run) string {
	var who []string
	for _, i := range stats.SilentVersions(run.Tally.Counts, run.Split.Shares()) {
		if !run.Split[i].IsFailure() {
			who = append(who, shown(run.Split[i].Name))
		}
	}
	if len(who) == 0 {
		return ""
	}
	return "; nothing came from " + strings.Join(who, ", ")
}

// kinds lists the kinds of failure with their counts, the most frequent first, as in "12 reset, 3 timeout".
func kinds(failures []Failure) string {
	var parts []string
	for _, f := range failures {
		parts = append(parts, fmt.Sprintf("%d %s", f.Count, f.Kind))
	}
	return strings.Join(parts, ", ")
}
