package stats

import "math"

// streakLevel is the chance that independent replies are taken for dependent.
const streakLevel = 0.001

// Dependence says how far replies depend on the ones before, when they come in longer runs than chance allows.
type Dependence struct {
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
	return &Dependence{P: p, Effect: effect, Effective: float64(n) / effect}
}

// judgeOrder asks whether a verdict on the shares stands when the replies count for as many independent ones as
// they amount to, and makes it INCONCLUSIVE when it does not. That is a heuristic for dependence of short range,
// not a proof.
func (v *Verdict) judgeOrder(counts []int, shares []float64, tally *Tally, t Thresholds) {
	v.Streaks = dependence(tally)
	if v.Streaks == nil || v.Decision == Inconclusive {
		return
	}
	stands := v.standsExactly
	if t.Tolerance > 0 {
		stands = v.standsInBand
	}
	if !stands(counts, shares, t) {
		v.Streaks.Overturned = v.Decision
		v.Decision, v.Reason = Inconclusive, NotIndependent
	}
}

// standsExactly asks of a FAIL that chi-square, divided by the design effect, still is a mismatch, and of a PASS
// that so many independent answers would have been enough.
func (v *Verdict) standsExactly(_ []int, _ []float64, t Thresholds) bool {
	if v.Decision == Fail {
		return logSurvival(v.Fit.DF, v.Fit.Statistic/v.Streaks.Effect) < math.Log(finalShare*t.Alpha)
	}
	return v.Streaks.Effective >= (1-shortfall)*float64(v.Needed)
}

// standsInBand asks whether one-sided intervals from the effective number of answers lie inside the bands for a
// PASS, and one of them outside for a FAIL.
func (v *Verdict) standsInBand(counts []int, shares []float64, t Thresholds) bool {
	n := total(counts)
	alpha := 2 * (1 - t.Confidence)
	if v.Decision == Fail && len(counts) > 2 {
		alpha /= float64(len(counts)) // any one of them would do
	}
	for i, x := range counts {
		interval := wilson(float64(x)/n*v.Streaks.Effective, v.Streaks.Effective, alpha)
		band := Band(shares[i], t.Tolerance)
		switch {
		case v.Decision == Fail && (interval.High < band.Low || interval.Low > band.High):
			return true
		case v.Decision == Pass && (interval.Low < band.Low || interval.High > band.High):
			return false
		}
	}
	return v.Decision == Pass
}
