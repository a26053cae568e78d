package stats

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// manyVersions are the splits of more than two versions that are simulated with a tolerance.
var manyVersions = map[string][]float64{
	"70/20/10": {0.7, 0.2, 0.1},
	"10 x 10":  shares(fifty[:10]),
}

// followed is what becomes of a run of a panel whose answers follow truth. It is looked at after every one.
func followed(panel *Panel, limit int, truth []float64) func(rng *rand.Rand) ending {
	w := newWheel(truth)
	return func(rng *rand.Rand) ending {
		counts := make([]int, len(truth))
		for n := 1; ; n++ {
			counts[w.turn(rng)]++
			if d := panel.Decide(counts, 0); d != Inconclusive || n == limit {
				return ending{d, n}
			}
		}
	}
}

// at returns shares with the first one of a version moved to p, and the others pro rata.
func at(shares []float64, version int, p float64) []float64 {
	truth := slices.Clone(shares)
	for i := range truth {
		truth[i] *= (1 - p) / (1 - shares[version])
	}
	truth[version] = p
	return truth
}

// end is a split with one share at an end of its band, and one with that share a hair beyond.
type end struct {
	name            string
	inside, outside []float64
}

// ends lists those of a split. Versions of equal shares behave alike, so that the first of them stands for all.
func ends(shares []float64, tolerance float64) []end {
	const hair = 1e-9
	var list []end
	for _, s := range sides(shares, tolerance) {
		if slices.Index(shares, shares[s.version]) != s.version {
			continue
		}
		out := s.bound - hair
		if s.upper {
			out = s.bound + hair
		}
		name := fmt.Sprintf("%.4g for %.4g", 100*s.bound, 100*shares[s.version])
		list = append(list, end{name, at(shares, s.version, s.bound), at(shares, s.version, out)})
	}
	return list
}

// With more than two versions nothing can be computed exactly. The bets are the same at any alpha, so a large one,
// of which a rate is soon known, stands for the others; it may not be exceeded even by chance. This is the worst
// end of all.
func TestRatesAtTheWorstEndOfManyBands(t *testing.T) {
	t.Parallel()
	const tolerance, alpha, runs = 0.1, 0.1, 1000
	s := manyVersions["70/20/10"]
	limit := Cap(s, tolerance, alpha)
	panel := NewPanel(s, tolerance, alpha, limit)
	for _, e := range ends(s, tolerance) {
		if e.name != "60 for 70" {
			continue
		}
		out := simulate(runs, 70, followed(panel, limit, e.outside))
		in := simulate(runs, 71, followed(panel, limit, e.inside))
		t.Logf("PASS %.4f, FAIL %.4f", out.pass, in.fail)
		noMoreThan(t, "PASS a hair outside", out.pass, alpha, 0)
		noMoreThan(t, "FAIL", in.fail, alpha, 0)
		atLeast(t, "PASS a hair outside", out.pass, 0.04)
		return
	}
	t.Error("there is no such end")
}

func TestRatesAtTheEndsOfManyBands(t *testing.T) {
	t.Parallel()
	if !*long {
		t.Skip("takes minutes")
	}
	for _, c := range []struct {
		split            string
		tolerance, alpha float64
		runs             int
	}{
		{"70/20/10", 0.1, 0.1, 10_000},
		{"10 x 10", 0.1, 0.1, 4000},
		{"70/20/10", 0.1, 0.01, 10_000},
		{"70/20/10", 0.05, 0.01, 5000},
		{"70/20/10", 0.02, 0.01, 500},
		{"10 x 10", 0.1, 0.01, 4000},
		{"10 x 10", 0.05, 0.01, 4000},
		{"10 x 10", 0.02, 0.01, 200},
	} {
		t.Run(fmt.Sprintf("%s ± %v at alpha %v", c.split, c.tolerance, c.alpha), func(t *testing.T) {
			endsOfBands(t, manyVersions[c.split], c.tolerance, c.alpha, c.runs)
		})
	}
}

func endsOfBands(t *testing.T, shares []float64, tolerance, alpha float64, runs int) {
	limit := Cap(shares, tolerance, alpha)
	panel := NewPanel(shares, tolerance, alpha, limit)
	slack := margin(alpha, runs)
	for _, e := range ends(shares, tolerance) {
		out := simulate(runs, 70, followed(panel, limit, e.outside))
		in := simulate(runs, 71, followed(panel, limit, e.inside))
		t.Logf("truth %-12s: a hair outside PASS %.5f; exactly there FAIL %.5f, mean %.0f of %d, %d runs",
			e.name, out.pass, in.fail, in.mean, limit, runs)
		noMoreThan(t, e.name+": PASS", out.pass, alpha, slack)
		noMoreThan(t, e.name+": FAIL", in.fail, alpha, slack)
	}
	if len(shares) == 10 { // half of the versions at the upper end of their bands and half at the lower
		band := Band(shares[0], tolerance)
		reach := min(band.High-shares[0], shares[0]-band.Low)
		truth := slices.Clone(shares)
		for i := range truth {
			truth[i] += reach * float64(1-2*(i%2))
		}
		r := simulate(runs, 72, followed(panel, limit, truth))
		t.Logf("half of the versions up and half down: FAIL %.5f PASS %.5f", r.fail, r.pass)
		noMoreThan(t, "all versions at the ends: FAIL", r.fail, alpha, slack)
	}
}

// How soon a verdict comes, beside the least that any procedure takes.
func TestRatesOfManyVersions(t *testing.T) {
	t.Parallel()
	table(t, "expected, tolerance, truth: PASS FAIL INC | mean / median / q95 | bound ratio (wanted)")
	ten := at(shares(fifty[:10]), 0, 0.2)
	for _, c := range []struct {
		split           string
		tolerance       float64
		truth           []float64
		ratio           float64
		shortRuns, runs int
		healthy         bool
	}{
		{"70/20/10", 0.1, []float64{0.7, 0.2, 0.1}, 1.66, 1000, 20_000, true},
		{"70/20/10", 0.05, []float64{0.7, 0.2, 0.1}, 1.58, 400, 20_000, true},
		{"70/20/10", 0.02, []float64{0.7, 0.2, 0.1}, 1.64, 0, 10_000, true},
		{"70/20/10", 0.05, []float64{0.6, 0.3, 0.1}, 1.62, 400, 10_000, false},
		{"70/20/10", 0.05, []float64{0.7, 0.1, 0.2}, 2.10, 400, 10_000, false},
		{"70/20/10", 0.05, []float64{0.7, 0.3, 0}, 1.80, 400, 10_000, false},
		{"10 x 10", 0.1, shares(fifty[:10]), 0, 0, 10_000, true},
		{"10 x 10", 0.05, shares(fifty[:10]), 2.45, 200, 10_000, true},
		{"10 x 10", 0.02, shares(fifty[:10]), 0, 0, 1000, true},
		{"10 x 10", 0.05, ten, 1.98, 0, 10_000, false},
	} {
		runs, slack := c.shortRuns, 0.05
		if *long {
			runs, slack = c.runs, 0.02
		}
		if runs == 0 {
			continue
		}
		s := manyVersions[c.split]
		limit := Cap(s, c.tolerance, 0.01)
		r := simulate(runs, 73, followed(NewPanel(s, c.tolerance, 0.01, limit), limit, c.truth))
		least := waldBound(s, c.truth, c.tolerance, 0.01)
		name := fmt.Sprintf("%-8s ± %-4v truth %.3g", c.split, c.tolerance, c.truth)
		t.Logf("%-50s %.4f %.4f %.4f | %5.0f / %5d / %5d | %5.0f %.3f (%.2f), cap %d, %d runs", name, r.pass, r.fail, r.inconclusive,
			r.mean, r.median, r.q95, least, r.mean/least, c.ratio, limit, runs)
		if ratio := r.mean / least; c.ratio > 0 && ratio > c.ratio*(1+slack) {
			t.Errorf("%s: %.3f times the bound, want %.2f", name, ratio, c.ratio)
		}
		if c.healthy {
			atLeast(t, name+": PASS", r.pass, 0.997)
		} else {
			atLeast(t, name+": FAIL", r.fail, 0.997)
		}
	}
}
