package stats

import (
	"fmt"
	"math"
	"testing"
)

// design is a split of two versions under a tolerance, with what is to be reached for each truth, all at a
// confidence of 99 %.
type design struct {
	share, tolerance float64
	short            bool // cheap enough for every day
	cap              int
	truths           []operating
}

// operating is one row of operating characteristics. ratio is the mean length over the bound of Wald (1947), the
// number of answers that no procedure with these error rates can do without; of a gross mismatch it is that without
// the floor of 100 answers.
type operating struct {
	truth, ratio float64
	floored      bool
}

var designs = []design{
	{0.8, 0.02, false, 25860, []operating{{0.8, 1.55, false}, {0.81, 1.04, false}, {0.75, 1.48, false}, {0.5, 1.54, true}, {1, 1.55, true}}},
	{0.8, 0.05, true, 4305, []operating{{0.8, 1.46, false}, {0.81, 1.33, false}, {0.78, 1.09, false}, {0.7, 1.45, false}, {0.5, 1.52, true}, {1, 1.52, true}}},
	{0.8, 0.1, true, 1135, []operating{{0.8, 1.33, false}, {0.81, 1.54, false}, {0.78, 1.15, false}}},
	{0.95, 0.02, false, 8569, []operating{{0.95, 1.33, false}, {0.99, 1.51, false}, {1, 1.44, false}}},
	{0.95, 0.05, true, 3655, []operating{{0.95, 1.36, false}, {0.99, 1.45, false}, {1, 1.45, false}}},
	{0.99, 0.02, false, 18884, []operating{{0.99, 1.16, false}, {0.95, 1.53, false}, {1, 1.44, false}}},
	{0.99, 0.05, false, 0, []operating{{0.99, 0, false}, {0.95, 1.36, false}, {1, 0, false}}},
	{0.5, 0.02, false, 0, []operating{{0.5, 0, false}}},
	{0.5, 0.05, true, 6248, []operating{{0.5, 1.63, false}}},
	{0.5, 0.1, true, 0, []operating{{0.5, 0, false}}},
}

func (d design) shares() []float64 { return []float64{d.share, 1 - d.share} }

func (d design) String() string {
	return fmt.Sprintf("%.0f/%.0f ± %.0f", 100*d.share, 100-100*d.share, 100*d.tolerance)
}

// panel is what a run of split asks, and its limit.
func (d design) panel(confidence float64) (*Panel, int) {
	split := Split{{"one", 100 * d.share}, {"two", 100 - 100*d.share}}
	th := DefaultThresholds()
	th.Tolerance, th.Confidence = d.tolerance, confidence
	limit := NewPlan(split, th).Probes
	return NewWatch(split, th, limit).panel, limit
}

// waldBound is that of Wald for a truth: log(1/alpha) over the divergence from the nearest split that would need the
// opposite verdict.
func waldBound(shares, truth []float64, tolerance, alpha float64) float64 {
	return -math.Log(alpha) / opposite(shares, truth, tolerance)
}

// opposite is the divergence of truth from the nearest split on the other side of tolerance. For a truth within it
// that is the nearest end of a band, the other versions pro rata. For one beyond, the nearest q in all bands is
// q_i = truth_i / lambda but no further than the ends, with the lambda for which they sum to 1.
func opposite(shares, truth []float64, tolerance float64) float64 {
	nearest, inside := math.Inf(1), true
	for _, end := range sides(shares, tolerance) {
		p := truth[end.version]
		inside = inside && (p < end.bound) == end.upper
		nearest = min(nearest, relativeEntropy(p, end.bound))
	}
	if inside {
		return nearest
	}
	q := make([]float64, len(truth))
	low, high := 1e-3, 1e3
	for range 200 {
		lambda := math.Sqrt(low * high)
		total := 0.0
		for i, p := range truth {
			band := Band(shares[i], tolerance)
			q[i] = min(max(p/lambda, band.Low), band.High)
			total += q[i]
		}
		if total > 1 {
			low = lambda
		} else {
			high = lambda
		}
	}
	d := 0.0
	for i, p := range truth {
		if p > 0 {
			d += p * math.Log(p/q[i])
		}
	}
	return d
}

// At the ends of a band a split is out of tolerance and barely within it, so that both errors are likeliest there.
// Of all designs the worst chance of a false PASS is 0.0068, that of a false FAIL 0.0037.
func TestRatesAtTheEndsOfTheBandExactly(t *testing.T) {
	t.Parallel()
	for _, confidence := range []float64{0.95, 0.99, 0.999} {
		if confidence != 0.99 && !*long {
			continue
		}
		alpha := 1 - confidence
		worst := record{}
		for _, d := range designs {
			if !d.short && !*long {
				continue
			}
			panel, limit := d.panel(confidence)
			if d.cap != 0 && confidence == 0.99 && limit != d.cap {
				t.Errorf("%s: a cap of %d, want %d", d, limit, d.cap)
			}
			band := Band(d.share, d.tolerance)
			for i, r := range exactly([]float64{band.Low, band.High}, limit, panelOf(panel)) {
				name := fmt.Sprintf("%-11s at %v %%, truth %.4g", d, 100*confidence, 100*[]float64{band.Low, band.High}[i])
				t.Logf("%-35s PASS %.5f FAIL %.5f INC %.5f, mean %.0f", name, r.pass, r.fail, r.inconclusive, r.mean)
				noMoreThan(t, name+": PASS", r.pass, alpha, 0)
				noMoreThan(t, name+": FAIL", r.fail, alpha, 0)
				worst.pass, worst.fail = max(worst.pass, r.pass), max(worst.fail, r.fail)
			}
		}
		t.Logf("worst at %v %%: PASS %.5f, FAIL %.5f", 100*confidence, worst.pass, worst.fail)
		if confidence == 0.99 {
			noMoreThan(t, "the worst PASS", worst.pass, 0.007, 0)
			noMoreThan(t, "the worst FAIL", worst.fail, 0.004, 0)
			atLeast(t, "the worst PASS", worst.pass, 0.006)
			atLeast(t, "the worst FAIL", worst.fail, 0.0025)
		}
	}
}

// panelOf asks panel about two versions.
func panelOf(panel *Panel) func(x, n int) Decision {
	counts := make([]int, 2)
	return func(x, n int) Decision {
		counts[0], counts[1] = x, n-x
		return panel.Decide(counts, 0)
	}
}

// How soon a verdict comes, beside the least that any procedure takes.
func TestRatesOfTwoVersionsExactly(t *testing.T) {
	t.Parallel()
	table(t, "expected    truth     PASS     FAIL      INC | mean / median / q95     | bound ratio (wanted)")
	for _, d := range designs {
		if !d.short && !*long {
			continue
		}
		panel, limit := d.panel(0.99)
		truths := make([]float64, len(d.truths))
		for i, o := range d.truths {
			truths[i] = o.truth
		}
		records := exactly(truths, limit, panelOf(panel))
		panel.floor = 0
		unfloored := exactly(truths, limit, panelOf(panel))
		for i, o := range d.truths {
			r := records[i]
			least := waldBound(d.shares(), []float64{o.truth, 1 - o.truth}, d.tolerance, 0.01)
			ratio := r.mean / least
			if o.floored {
				ratio = unfloored[i].mean / least
			}
			t.Logf("%-11s %5.4g %8.6f %8.6f %8.6f | %5.0f / %5d / %5d [%.0f] | %5.0f %.3f (%.2f)", d, 100*o.truth, r.pass, r.fail, r.inconclusive,
				r.mean, r.median, r.q95, unfloored[i].mean, least, ratio, o.ratio)
			if o.ratio > 0 && ratio > o.ratio+0.01 {
				t.Errorf("%s, truth %v: %.3f times the bound, want %.2f", d, o.truth, ratio, o.ratio)
			}
			if o.truth == d.share {
				atLeast(t, d.String()+", as expected: PASS", r.pass, 0.999)
			}
		}
		if healthy := records[0]; d.share == 0.8 && d.tolerance == 0.05 {
			atLeast(t, "80/20 ± 5, as expected: PASS", healthy.pass, 0.9999)
			if healthy.mean < 950 || healthy.mean > 970 {
				t.Errorf("80/20 ± 5, as expected: %.1f answers on average", healthy.mean)
			}
		}
	}
}
