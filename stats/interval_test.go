package stats

import (
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

func TestIntervalEdges(t *testing.T) {
	all := Interval{0, 1}
	if got := Wilson(0, 0, 0.99); got != all {
		t.Errorf("without probes: %v", got)
	}
	if got := Wilson(3, 10, 1); got != all {
		t.Errorf("at certainty: %v", got)
	}
	for _, n := range []int{1, 3, 7, 49, 1000, 999_983} {
		if got := Wilson(0, n, 0.99); got.Low != 0 || got.High >= 1 {
			t.Errorf("none of %d: %v", n, got)
		}
		if got := Wilson(n, n, 0.99); got.High != 1 || got.Low <= 0 {
			t.Errorf("all of %d: %v", n, got)
		}
	}
	if got := Intervals(nil, 0, 0.99); len(got) != 0 {
		t.Errorf("no versions: %v", got)
	}
}

func TestIntervalsAreGoodmansForMoreThanTwo(t *testing.T) {
	one, two := Wilson(80, 100, 0.99), Wilson(20, 100, 0.99)
	if got := Intervals([]int{80, 20}, 100, 0.99); !slices.Equal(got, []Interval{one, two}) {
		t.Errorf("two versions: %v", got)
	}
	if got := Intervals([]int{80}, 100, 0.99); !slices.Equal(got, []Interval{one}) {
		t.Errorf("one version: %v", got)
	}
	three := Intervals([]int{80, 20, 0}, 100, 0.99)
	want := Wilson(80, 100, 1-0.01/3)
	if !within(three[0].Low, want.Low, 1e-12, 0) || !within(three[0].High, want.High, 1e-12, 0) {
		t.Errorf("three versions: %v, want %v", three[0], want)
	}
}

// The interval covers the true share about as often as it says: the exact
// coverage oscillates around the nominal one.
func TestWilsonCoverage(t *testing.T) {
	for _, p := range []float64{0.2, 0.5, 0.95} {
		const n = 500
		covered := 0.0
		for x := range n + 1 {
			if i := Wilson(x, n, 0.99); i.Low <= p && p <= i.High {
				covered += distuv.Binomial{N: n, P: p}.Prob(float64(x))
			}
		}
		if covered < 0.985 || covered > 0.995 {
			t.Errorf("share %v: covered with probability %v", p, covered)
		}
	}
}

func TestUpperBound(t *testing.T) {
	for name, c := range map[string]struct {
		n          int
		confidence float64
		want       float64
	}{
		"no probes":                     {0, 0.99, 1},
		"one probe":                     {1, 0.99, 0.99},
		"two probes":                    {2, 0.75, 0.5},
		"certainty excludes nothing":    {100, 1, 1},
		"the rule of three, with 1e9":   {1e9, 0.95, 2.9957322691e-9},
		"no confidence needs no margin": {100, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			if got := UpperBound(c.n, c.confidence); !within(got, c.want, 1e-8, 0) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}
