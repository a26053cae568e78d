package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/tcpshift/tcpshift/stats"
)

// PlanSchema names the JSON form of a ProbePlan.
const PlanSchema = "tcpshift.plan/v1"

// ProbePlan is how many probes a verdict on a split takes, and what other numbers of probes can see.
type ProbePlan struct {
	Schema     string       `json:"schema"`
	Probes     int          `json:"probes"` // as many as a run makes by itself at most
	Needed     int          `json:"needed"` // as many as it takes; more than Probes when a limit is in the way
	Detect     float64      `json:"detect"`
	Alpha      float64      `json:"alpha"`
	Power      float64      `json:"power"`
	Confidence float64      `json:"confidence"`
	Tolerance  *float64     `json:"tolerance"`       // nil when the split is to be judged exactly
	Expected   int          `json:"expected_probes"` // after which a run on a healthy split ends, on average
	Cap        int          `json:"cap"`             // that a run makes at most whatever it is to see
	Detectable []Detectable `json:"detectable"`

	split stats.Split
	given int
	sees  func(probes int) (shift float64, ok bool)
}

// Detectable is the smallest shift of a share, a fraction, that a number of probes shows or, when a tolerance is
// given, the smallest tolerance that a healthy split is found to keep by then.
type Detectable struct {
	Probes int     `json:"probes"`
	Shift  float64 `json:"shift"`
}

// mostProbes is the largest number of probes that can be asked for.
const mostProbes = 1_000_000_000

// NewPlan plans the probing of split. given is a number of probes that is asked about, or 0.
func NewPlan(split stats.Split, t stats.Thresholds, given int) ProbePlan {
	plan := stats.NewPlan(split, t)
	p := ProbePlan{
		Schema: PlanSchema, Probes: plan.Probes, Needed: plan.Needed, Detect: t.Detect, Alpha: t.Alpha, Power: t.Power,
		Confidence: t.Confidence, Expected: plan.Probes, Cap: stats.MaxProbes, split: split, given: given,
	}
	shares := slices.DeleteFunc(split.Shares(), func(share float64) bool { return share == 0 })
	p.sees = func(n int) (float64, bool) { return stats.Detectable(shares, n, t.Alpha, t.Power), true }
	if t.Tolerance > 0 {
		p.Tolerance, p.Cap, p.Expected = &t.Tolerance, plan.Probes, min(stats.ExpectedProbes(split, t), plan.Probes)
		p.sees = func(n int) (float64, bool) {
			smallest, ok := stats.SmallestTolerance(shares, n, 1-t.Confidence)
			if n == plan.Needed { // as was asked, although a smaller one may need no more when bands end halfway
				smallest = max(smallest, t.Tolerance)
			}
			return smallest, ok
		}
	}
	numbers := []int{10, 100, 500, 1000, 2000, 5000, 10000, stats.MaxProbes, plan.Needed}
	if n := plan.Needed; t.Tolerance > 0 {
		numbers = []int{rounded(n / 5), rounded(n / 2), n, rounded(2 * n), rounded(5 * n), rounded(10 * n)}
	}
	if given > 0 {
		numbers = append(numbers, given)
	}
	slices.Sort(numbers)
	p.Detectable = []Detectable{}
	for _, n := range slices.Compact(numbers) {
		if shift, ok := p.sees(n); ok {
			p.Detectable = append(p.Detectable, Detectable{n, shift})
		}
	}
	return p
}

// PlanJSON writes the plan as JSON.
func PlanJSON(w io.Writer, p ProbePlan) error { return writeJSON(w, p) }

// PlanText writes the plan for a person.
func PlanText(w io.Writer, p ProbePlan) error {
	var b page
	b.style.Width = 80
	heading := "smallest shift that they show"
	if p.Tolerance != nil {
		heading = "smallest tolerance that a healthy split is found to keep"
	}
	if p.given > 0 {
		b.paragraph(p.answer(), 0)
		b.WriteString("\n")
	}
	for _, text := range p.explain() {
		b.paragraph(text, 0)
	}
	if p.Needed > p.Probes {
		more := ""
		if p.Needed <= mostProbes {
			more = fmt.Sprintf("; for more, ask with -n %d", p.Needed)
		}
		b.paragraph(fmt.Sprintf("A run makes %d by itself at most%s.", p.Probes, more), 0)
	}
	fmt.Fprintf(&b, "\n  probes  %s\n", heading)
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
	b.WriteString(p.plot())
	_, err := io.WriteString(w, b.String())
	return err
}

// answer says what the number of probes that is asked about can do.
func (p ProbePlan) answer() string {
	shift, ok := p.sees(p.given)
	split := SplitLabel(p.split)
	switch {
	case p.Tolerance == nil:
		return fmt.Sprintf("%s a shift of %s away from %s, %s.", plural(p.given, "probe shows", "probes show"), points(shift), split, timesIn(p.Power))
	case !ok:
		return fmt.Sprintf("%s too few to find %s within any tolerance.", plural(p.given, "probe is", "probes are"), split)
	}
	return fmt.Sprintf("By %s a router that keeps to %s has been found within %s of it, 999 times in 1000.", plural(p.given, "probe", "probes"), split, points(shift))
}

// explain says what it takes, in paragraphs.
func (p ProbePlan) explain() []string {
	split := SplitLabel(p.split)
	switch {
	case p.Tolerance != nil:
		average := fmt.Sprintf("about %s on average, and after ", plural(rounded(p.Expected), "probe", "probes"))
		if p.Needed > p.Probes {
			average = "" // that of a run which ends too early is of no use
		}
		return []string{
			fmt.Sprintf("A router that keeps to %s is found within %s of it after %s%d in 999 of 1000 runs.", split, points(*p.Tolerance), average, p.Needed),
			fmt.Sprintf("Tolerated: %s. What is outside is called PASS, and what is inside FAIL, %s at most.", p.bands(), timesIn(1-p.Confidence)),
		}
	case p.split.Positive() == 1:
		return []string{fmt.Sprintf("It takes %s that all meet the one version to show that the others get less than %s, %s.",
			plural(p.Needed, "probe", "probes"), percent(min(p.Detect, 0.5)), timesIn(p.Power))}
	}
	list := []string{fmt.Sprintf("It takes %s to see a shift of %s away from %s, %s. A router that keeps to the split is called FAIL %s at most.",
		plural(p.Needed, "probe", "probes"), points(p.Detect), split, timesIn(p.Power), timesIn(p.Alpha))}
	if half := smallestShare(p.split) / 2; half < p.Detect {
		list = append(list, fmt.Sprintf("For the smallest share that is a shift of %s, half of it.", points(half)))
	}
	return list
}

// bands lists what the tolerance allows each version.
func (p ProbePlan) bands() string {
	const listed = 5
	var list []string
	for i, band := range stats.Bands(p.split, *p.Tolerance) {
		if p.split[i].Weight > 0 {
			list = append(list, shown(p.split[i].Name)+" "+interval(band))
		}
	}
	if n := len(list); n > listed {
		list = append(list[:listed], fmt.Sprintf("and %d more", n-listed))
	}
	return strings.Join(list, ", ")
}

// rounded keeps two digits of n, all that a simulation is good for.
func rounded(n int) int {
	unit := 1
	for n/unit >= 100 {
		unit *= 10
	}
	return (n + unit/2) / unit * unit
}

func smallestShare(split stats.Split) float64 {
	return slices.Min(slices.DeleteFunc(split.Shares(), func(s float64) bool { return s <= 0 }))
}
