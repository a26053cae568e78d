package stats

import (
	"math"
	"testing"
)

func TestGoodnessOfFitEdges(t *testing.T) {
	inf := math.Inf(1)
	for name, c := range map[string]struct {
		counts []int
		shares []float64
		want   Fit
	}{
		"no probes": {
			[]int{0, 0}, []float64{0.8, 0.2},
			Fit{DF: 1, P: 1, Method: Exact},
		},
		"no probes and many versions": {
			make([]int, 4), []float64{0.25, 0.25, 0.25, 0.25},
			Fit{DF: 3, P: 1, Method: Exact},
		},
		"an impossible version was seen": {
			[]int{10, 1}, []float64{1, 0},
			Fit{inf, 1, 0, -inf, Pearson, inf, 1.0 / 11, 1.0 / 11},
		},
		"an impossible version was seen among several": {
			[]int{800, 199, 1}, []float64{0.8, 0.2, 0},
			Fit{inf, 2, 0, -inf, Pearson, inf, 0.001, 0.001},
		},
		"a version without share was not seen": {
			[]int{400, 0, 100}, []float64{0.8, 0, 0.2},
			Fit{DF: 1, P: 1, Method: Pearson},
		},
		"only one version has a share": {
			[]int{10, 0}, []float64{1, 0},
			Fit{P: 1, Method: Pearson},
		},
		"the shares are met exactly by too few for Pearson": {
			[]int{8, 2}, []float64{0.8, 0.2},
			Fit{DF: 1, P: 1, Method: Exact},
		},
		"one probe": {
			[]int{0, 1}, []float64{0.5, 0.5},
			Fit{1, 1, 1, 0, Exact, 1, 0.5, 0.5},
		},
		"the smallest expected count is just enough for Pearson": {
			[]int{100, 25}, []float64{0.8, 0.2},
			Fit{DF: 1, P: 1, Method: Pearson},
		},
		"too many outcomes to enumerate": {
			[]int{20_000 - 9, 3, 3, 3}, []float64{1 - 9.0/20_000, 3.0 / 20_000, 3.0 / 20_000, 3.0 / 20_000},
			Fit{DF: 3, P: 1, Method: MonteCarlo},
		},
		"counts whose sum overflows an int": {
			[]int{math.MaxInt, math.MaxInt}, []float64{0.5, 0.5},
			Fit{DF: 1, P: 1, Method: Pearson},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := GoodnessOfFit(c.counts, c.shares)
			if got.Method != c.want.Method || got.DF != c.want.DF {
				t.Errorf("method %s with %d df, want %s with %d", got.Method, got.DF, c.want.Method, c.want.DF)
			}
			for _, v := range []struct {
				name      string
				got, want float64
			}{
				{"statistic", got.Statistic, c.want.Statistic},
				{"p", got.P, c.want.P},
				{"log p", got.LogP, c.want.LogP},
				{"Cohen's w", got.CohenW, c.want.CohenW},
				{"total variation", got.TVD, c.want.TVD},
				{"deviation", got.MaxDeviation, c.want.MaxDeviation},
			} {
				if !within(v.got, v.want, 1e-12, 1e-12) {
					t.Errorf("%s: got %v, want %v", v.name, v.got, v.want)
				}
			}
		})
	}
}

// Where P underflows, LogP must still tell hopeless from more hopeless.
func TestLogPSurvivesUnderflow(t *testing.T) {
	for name, c := range map[string]struct {
		counts []int
		shares []float64
		method Method
		want   float64
	}{
		// log(2 Q(z)) with z = 2000, by the asymptotic series of Mill's ratio.
		"Pearson": {
			[]int{0, 1_000_000}, []float64{0.8, 0.2}, Pearson,
			-2e6 - math.Log(2000) + 0.5*math.Log(2/math.Pi) + math.Log1p(-1/4e6),
		},
		"exact with two versions":   {[]int{0, 100}, []float64{0.9999, 0.0001}, Exact, 100 * math.Log(0.0001)},
		"exact with three versions": {[]int{0, 0, 700}, []float64{0.98, 0.01, 0.01}, Exact, math.Ln2 + 700*math.Log(0.01)},
	} {
		t.Run(name, func(t *testing.T) {
			fit := GoodnessOfFit(c.counts, c.shares)
			if fit.Method != c.method {
				t.Fatalf("method %s, want %s", fit.Method, c.method)
			}
			if fit.P > 1e-200 {
				t.Errorf("p = %v", fit.P)
			}
			if !within(fit.LogP, c.want, 1e-12, 0) {
				t.Errorf("log p = %v, want %v", fit.LogP, c.want)
			}
		})
	}
}

// The continued fraction takes over from the plain logarithm at x = df + 2.
func TestLogSurvivalHasNoSeam(t *testing.T) {
	for _, df := range []int{1, 2, 3, 9, 49, 255} {
		seam := float64(df + 2)
		before, after := logSurvival(df, seam), logSurvival(df, seam*(1+1e-12))
		if !within(after, before, 1e-10, 0) {
			t.Errorf("df %d: %v before, %v after", df, before, after)
		}
	}
}

// No counts may give NaN, since every comparison with it is false and a
// verdict would read that as consistent.
func TestGoodnessOfFitIsNeverNaN(t *testing.T) {
	counts := []int{0, 1, 2, 24, 1000, 1_000_000, math.MaxInt}
	for _, w := range []float64{0, 1e-12, 1e-3, 0.2, 0.5, 1} {
		for _, a := range counts {
			for _, b := range counts {
				fit := GoodnessOfFit([]int{a, b}, []float64{1 - w, w})
				for _, v := range []float64{fit.Statistic, fit.P, fit.LogP, fit.CohenW, fit.TVD, fit.MaxDeviation} {
					if math.IsNaN(v) {
						t.Fatalf("%d and %d at %v: %+v", a, b, w, fit)
					}
				}
				if fit.P < 0 || fit.P > 1 || fit.LogP > 0 {
					t.Fatalf("%d and %d at %v: p = %v, log p = %v", a, b, w, fit.P, fit.LogP)
				}
			}
		}
	}
}

func BenchmarkGoodnessOfFitPearson(b *testing.B) {
	for b.Loop() {
		GoodnessOfFit([]int{1600, 420}, []float64{0.8, 0.2})
	}
}
