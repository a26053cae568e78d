package report

import (
	"fmt"
	"io"
	"slices"

	"github.com/tcpshift/tcpshift/stats"
)

// PlanSchema names the JSON form of a ProbePlan.
const PlanSchema = "tcpshift.plan/v1"

// ProbePlan is how many probes a verdict on a split takes, and what other numbers of probes can see.
type ProbePlan struct {
	Schema     string       `json:"schema"`
	Probes     int          `json:"probes"` // as many as a run makes by itself
	Needed     int          `json:"needed"` // as many as it takes; more than Probes when the cap is in the way
	Detect     float64      `json:"detect"`
	Alpha      float64      `json:"alpha"`
	Power      float64      `json:"power"`
	Tolerance  *float64     `json:"tolerance"`       // nil when the split is to be judged exactly
	Expected   int          `json:"expected_probes"` // that a run on a healthy split ends with
	Cap        int          `json:"cap"`
	Detectable []Detectable `json:"detectable"`

	split stats.Split
	given int
}

// Detectable is the smallest shift of a share, a fraction, that a number of probes shows.
type Detectable struct {
	Probes int     `json:"probes"`
	Shift  float64 `json:"shift"`
}

// NewPlan plans the probing of split. given is a number of probes that is asked about, or 0.
func NewPlan(split stats.Split, t stats.Thresholds, given int) ProbePlan {
	plan := stats.NewPlan(split, t)
	p := ProbePlan{
		Schema: PlanSchema, Probes: plan.Probes, Needed: plan.Needed, Detect: t.Detect, Alpha: t.Alpha, Power: t.Power,
		Expected: plan.Probes, Cap: stats.MaxProbes, split: split, given: given,
	}
	numbers := []int{10, 100, 500, 1000, 2000, 5000, 10000, stats.MaxProbes, plan.Needed}
	if given > 0 {
		numbers = append(numbers, given)
	}
	slices.Sort(numbers)
	for _, n := range slices.Compact(numbers) {
		p.Detectable = append(p.Detectable, Detectable{n, stats.Detectable(split.Shares(), n, t.Alpha, t.Power)})
	}
	return p
}

// PlanJSON writes the plan as JSON.
func PlanJSON(w io.Writer, p ProbePlan) error { return writeJSON(w, p) }

// PlanText writes the plan for a person.
func PlanText(w io.Writer, p ProbePlan) error {
	var b page
	b.style.Width = 80
	split := SplitLabel(p.split)
	if p.given > 0 {
		b.paragraph(fmt.Sprintf("%s a shift of %s away from %s, %s.", plural(p.given, "probe shows", "probes show"),
			points(p.shiftAt(p.given)), split, timesIn(p.Power)), 0)
		b.WriteString("\n")
	}
	if p.split.Positive() == 1 {
		b.paragraph(fmt.Sprintf("It takes %s that all meet the one version to show that the others get less than %s, %s.",
			plural(p.Needed, "probe", "probes"), percent(min(p.Detect, 0.5)), timesIn(p.Power)), 0)
	} else {
		b.paragraph(fmt.Sprintf("It takes %s to see a shift of %s away from %s, %s. A router that keeps to the split is called FAIL %s at most.",
			plural(p.Needed, "probe", "probes"), points(p.Detect), split, timesIn(p.Power), timesIn(p.Alpha)), 0)
		if half := smallestShare(p.split) / 2; half < p.Detect {
			b.paragraph(fmt.Sprintf("For the smallest share that is a shift of %s, half of it.", points(half)), 0)
		}
	}
	if p.Needed > p.Probes {
		b.paragraph(fmt.Sprintf("A run makes %d by itself at most; for more, ask with -n %d.", p.Cap, p.Needed), 0)
	}
	b.WriteString("\n  probes  smallest shift that they show\n")
	for _, d := range p.Detectable {
		marks := ""
		if d.Probes == p.given {
			marks += "  <- asked about"
		}
		if d.Probes == p.Needed {
			marks += "  <- needed"
		}
		fmt.Fprintf(&b, "%8d  %s%s\n", d.Probes, points(d.Shift), marks)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (p ProbePlan) shiftAt(n int) float64 {
	i := slices.IndexFunc(p.Detectable, func(d Detectable) bool { return d.Probes == n })
	return p.Detectable[i].Shift
}

func smallestShare(split stats.Split) float64 {
	return slices.Min(slices.DeleteFunc(split.Shares(), func(s float64) bool { return s <= 0 }))
}
