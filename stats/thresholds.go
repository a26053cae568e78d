package stats

// MaxProbes is how many probes a plan asks for at most. A split that would need more is probed so far and then
// found INCONCLUSIVE, unless it is FAIL by then.
const MaxProbes = 20000

// Thresholds are the error rates and limits that a verdict is held to. The zero value is not usable; start from
// DefaultThresholds.
type Thresholds struct {
	Alpha          float64 // chance that a correct split is called FAIL
	Power          float64 // chance that a split which is off by Detect is not called PASS
	Confidence     float64 // of the intervals, and of a verdict on a tolerance
	Detect         float64 // the smallest shift that must be seen, at most half of each share
	Tolerance      float64 // how far off a share may be; 0: the split is judged exactly
	Cap            int     // probes that a run with a tolerance makes at most; 0: as many as its plan says
	MaxErrorRate   float64 // failures among the finished probes that are tolerated
	MaxUnknownRate float64 // unexpected versions among the answers that are tolerated
}

// finalShare is the part of alpha that the test at the planned end may spend. The rest is for stopping early on a
// gross mismatch; together they stay below alpha.
const finalShare = 0.9

// Rejects reports whether f, the test at the planned end of a run, is too unlikely for a correct split. Nothing to
// test is never rejected.
func (t Thresholds) Rejects(f *Fit) bool { return f != nil && f.P < finalShare*t.Alpha }

// DefaultThresholds calls one correct split in a thousand FAIL and sees a shift of 5 points 99 times in 100.
func DefaultThresholds() Thresholds {
	return Thresholds{Alpha: 0.001, Power: 0.99, Confidence: 0.99, Detect: 0.05, MaxErrorRate: 0.01}
}

// Plan is how many probes a verdict takes.
type Plan struct {
	Needed int  // probes that see a shift of Detect; with a tolerance those by which a healthy split has passed
	Probes int  // probes to make at most: Needed, or a limit if that is less
	Capped bool // Probes is less than Needed
}

// NewPlan returns the plan for split at t.
func NewPlan(split Split, t Thresholds) Plan {
	needed, limit := Probes(split.Shares(), t.Detect, t.Alpha, t.Power), MaxProbes
	if t.Tolerance > 0 {
		needed, limit = Cap(split.positiveShares(), t.Tolerance, 1-t.Confidence), MaxCap
	}
	return Plan{Needed: needed, Probes: min(needed, limit), Capped: needed > limit}
}
