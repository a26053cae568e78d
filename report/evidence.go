package report

import (
	"fmt"
	"math"
	"strconv"
)

// evidence is that of the verdict.
func evidence(run Run) *Evidence {
	e := run.Verdict.Evidence
	if e == nil {
		return nil
	}
	out := &Evidence{Fail: e.Fail, Threshold: e.Threshold}
	if run.Thresholds.Tolerance > 0 {
		out.Pass = &e.Pass
	}
	return out
}

// stopped says why a run ended before it had made all the probes that it might have.
func (p *page) stopped(r Report) {
	if !r.Settled {
		return
	}
	why := "no more of them could have changed the verdict"
	if s := r.Sequential; s != nil && s.Pass != nil && *s.Pass >= s.Threshold {
		why = enough("that it is within the tolerance", *s.Pass, s.Threshold)
	} else if s != nil && s.Fail >= s.Threshold {
		why = enough("that it is off", s.Fail, s.Threshold)
	}
	p.paragraph(fmt.Sprintf("Stopped early, of %d probes at most: %s.", r.Plan.Probes, why), 0)
}

func enough(of string, evidence, threshold float64) string {
	return fmt.Sprintf("the evidence %s stands at %s to 1, and %s to 1 settles it at any time", of, odds(evidence), odds(threshold))
}

// odds shows a number by its natural logarithm, as a power of ten where it is large.
func odds(log float64) string {
	if log < math.Log(1e6) {
		return strconv.FormatFloat(math.Exp(log), 'f', 0, 64)
	}
	return fmt.Sprintf("10^%.0f", math.Floor(log/math.Ln10))
}
