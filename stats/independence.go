package stats

import "math"

// streakLevel is the chance that independent replies are taken for dependent.
const streakLevel = 0.001

// Dependence says how far replies depend on the ones before, when they come in longer runs than chance allows.
type Dependence struct {
	N         int     // replies
	P         float64 // the chance of so few runs if replies were independent
	Effect    float64 // how many of these replies tell as much as one independent reply
	Effective float64 // how many independent replies they amount to

	// Overturned is the decision that did not stand on so few, or Inconclusive.
	Overturned Decision
}

// dependence looks for streaks in the order of a tally's answers. It returns nil when there are none, or when the
// order of some answers is not known.
func dependence(tally *Tally) *Dependence {
	n := sum(tally.Counts)
	if n == 0 || tally.order.N() != n {
		return nil
	}
	p := Streaks(tally.order, tally.Counts)
	if p >= streakLevel {
		return nil
	}
	observed := make([]float64, len(tally.Counts))
	for i, x := range tally.Counts {
		observed[i] = float64(x) / float64(n)
	}
	effect := DesignEffect(Correlation(tally.order.Changes(), n, observed))
	return &Dependence{N: n, P: p, Effect: effect, Effective: float64(n) / effect}
}

// judgeOrder asks whether a verdict on the shares stands when the replies count for as many independent ones as
// they amount to, and makes it INCONCLUSIVE when it does not. That is a heuristic for dependence of short range,
// not a proof.
func (v *Verdict) judgeOrder(panel *Panel, counts []int, tally *Tally, t Thresholds) {
	v.Streaks = dependence(tally)
	if v.Streaks == nil || v.Decision == Inconclusive {
		return
	}
	stands := false
	switch {
	case panel != nil:
		stands = v.Streaks.upholdBand(panel, v.Decision, counts, tally.Failed)
	case v.Decision == Pass:
		stands = v.Streaks.Effective >= (1-shortfall)*float64(v.Needed)
	case sum(counts) < v.Needed && v.Evidence.Fail >= v.Evidence.Threshold:
		stands = v.Streaks.upholdEvidence(v.Evidence.Fail, v.Evidence.Threshold)
	default:
		stands = logSurvival(v.Fit.DF, v.Fit.Statistic/v.Streaks.Effect) < math.Log(finalShare*t.Alpha)
	}
	if !stands {
		v.Streaks.Overturned = v.Decision
		v.Decision, v.Reason = Inconclusive, NotIndependent
	}
}

// upholdEvidence reports whether evidence, which grows with the number of answers, reaches the threshold on the
// effective number too.
func (d *Dependence) upholdEvidence(logE, threshold float64) bool { return logE/d.Effect >= threshold }

// upholdBand reports whether the panel comes to the same decision when each answer, and each failure, counts for as
// much less as the design effect says.
func (d *Dependence) upholdBand(panel *Panel, decision Decision, counts []int, failed int) bool {
	effective := make([]int, len(counts))
	for i, x := range counts {
		effective[i] = int(math.Round(float64(x) / d.Effect))
	}
	return panel.Decide(effective, int(math.Ceil(float64(failed)/d.Effect))) == decision
}
