package stats

import (
	"math"
	"testing"
)

func TestWorstFitWithoutFailuresIsGoodnessOfFit(t *testing.T) {
	counts, s := []int{790, 210}, []float64{0.8, 0.2}
	if got, want := WorstFit(counts, s, 0), GoodnessOfFit(counts, s); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// Every way of giving the failures back is tried, also the mixed ones that
// WorstFit does not look at.
func TestWorstFitIsTheWorst(t *testing.T) {
	for name, c := range map[string]struct {
		counts   []int
		shares   []float64
		failures int
		method   Method
	}{
		"Pearson, three versions":              {[]int{700, 200, 90}, []float64{0.7, 0.2, 0.1}, 10, Pearson},
		"Pearson, counts already off":          {[]int{700, 160, 130}, []float64{0.7, 0.2, 0.1}, 25, Pearson},
		"exact, two versions":                  {[]int{96, 2}, []float64{0.95, 0.05}, 4, Exact},
		"exact, where the statistic disagrees": {[]int{29, 1, 0}, []float64{0.9, 0.05, 0.05}, 1, Exact},
		"exact, three versions":                {[]int{36, 1, 1}, []float64{0.9, 0.07, 0.03}, 5, Exact},
		"Monte Carlo":                          {[]int{19_960, 18, 22}, []float64{0.998, 0.001, 0.001}, 2, MonteCarlo},
	} {
		t.Run(name, func(t *testing.T) {
			got := WorstFit(c.counts, c.shares, c.failures)
			if got.Method != c.method {
				t.Fatalf("method %s, want %s", got.Method, c.method)
			}
			want := math.Inf(1)
			spread(c.counts, c.failures, func(counts []int) {
				want = min(want, GoodnessOfFit(counts, c.shares).LogP)
			})
			if !within(got.LogP, want, 1e-9, 0) {
				t.Errorf("log p = %v, the worst is %v", got.LogP, want)
			}
		})
	}
}

// No way of giving the failures back has a larger p-value, or a healthy router could FAIL for them.
func TestBestFitIsTheBest(t *testing.T) {
	for name, c := range map[string]struct {
		counts   []int
		shares   []float64
		failures int
		method   Method
	}{
		"Pearson, two versions":              {[]int{850, 150}, []float64{0.8, 0.2}, 20, Pearson},
		"Pearson, three versions":            {[]int{700, 160, 130}, []float64{0.7, 0.2, 0.1}, 25, Pearson},
		"exact, two versions":                {[]int{98, 0}, []float64{0.95, 0.05}, 4, Exact},
		"exact, where the statistic differs": {[]int{29, 2, 0}, []float64{0.9, 0.05, 0.05}, 1, Exact},
		"exact, three versions":              {[]int{36, 0, 3}, []float64{0.9, 0.07, 0.03}, 5, Exact},
		"exact, all to the likeliest":        {[]int{5, 1, 0}, []float64{0.9, 0.05, 0.05}, 5, Exact},
	} {
		t.Run(name, func(t *testing.T) {
			got := BestFit(c.counts, c.shares, c.failures)
			if got.Method != c.method {
				t.Fatalf("method %s, want %s", got.Method, c.method)
			}
			want := math.Inf(-1)
			spread(c.counts, c.failures, func(counts []int) {
				want = max(want, GoodnessOfFit(counts, c.shares).LogP)
			})
			if !within(got.LogP, want, 1e-9, 1e-12) {
				t.Errorf("log p = %v, the best is %v", got.LogP, want)
			}
		})
	}
}

// spread calls f with every way of adding failures to counts.
func spread(counts []int, failures int, f func([]int)) {
	if len(counts) == 1 {
		f([]int{counts[0] + failures})
		return
	}
	for x := range failures + 1 {
		spread(counts[1:], failures-x, func(rest []int) {
			f(append([]int{counts[0] + x}, rest...))
		})
	}
}

// A version of share 0 is judged by its own replies, not by a failure that it
// might have answered.
func TestWorstFitGivesNothingToImpossibleVersions(t *testing.T) {
	fit := WorstFit([]int{80, 20, 0}, []float64{0.8, 0.2, 0}, 1)
	if math.IsInf(fit.Statistic, 1) || fit.DF != 1 {
		t.Errorf("%+v", fit)
	}
}

func TestWorstFitOfFailuresAlone(t *testing.T) {
	fit := WorstFit([]int{0, 0}, []float64{0.8, 0.2}, 3)
	if want := GoodnessOfFit([]int{0, 3}, []float64{0.8, 0.2}); fit != want {
		t.Errorf("got %+v, want %+v", fit, want)
	}
}
