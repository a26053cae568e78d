package stats

import (
	"math"
	"testing"
)

func goldenG(in weighted) map[string]values {
	s := shares(in.Weights)
	g := GTest(in.Counts, s)
	return map[string]values{
		"g": {g.Statistic}, "df": {float64(g.DF)}, "p": {g.P}, "log_p": {g.LogP},
		"cressie_read":  {PowerDivergence(in.Counts, s, CressieReadLambda)},
		"freeman_tukey": {PowerDivergence(in.Counts, s, FreemanTukeyLambda)},
	}
}

// Each named member has a definition of its own.
func TestPowerDivergenceMembers(t *testing.T) {
	for name, c := range map[string]struct {
		lambda float64
		term   func(o, e float64) float64
	}{
		"Pearson":      {PearsonLambda, func(o, e float64) float64 { return (o - e) * (o - e) / e }},
		"Cressie-Read": {CressieReadLambda, func(o, e float64) float64 { return 9 / 5.0 * o * (math.Cbrt(o*o/e/e) - 1) }},
		"G":            {GLambda, func(o, e float64) float64 { return 2 * o * math.Log(o/e) }},
		"Freeman-Tukey": {FreemanTukeyLambda, func(o, e float64) float64 {
			return 4 * (math.Sqrt(o) - math.Sqrt(e)) * (math.Sqrt(o) - math.Sqrt(e))
		}},
		"modified G":          {ModifiedGLambda, func(o, e float64) float64 { return 2 * e * math.Log(e/o) }},
		"Neyman":              {NeymanLambda, func(o, e float64) float64 { return (o - e) * (o - e) / o }},
		"beyond every name":   {5, func(o, e float64) float64 { return o * (math.Pow(o/e, 5) - 1) / 15 }},
		"beyond on the other": {-4, func(o, e float64) float64 { return o * (math.Pow(o/e, -4) - 1) / 6 }},
	} {
		t.Run(name, func(t *testing.T) {
			for _, counts := range [][]int{{700, 200, 100}, {690, 220, 90}, {1, 2, 3}, {5, 900, 95}, {701, 199, 100}} {
				s := []float64{0.7, 0.2, 0.1}
				n, want := total(counts), 0.0
				for i, count := range counts {
					want += c.term(float64(count), n*s[i])
				}
				if got := PowerDivergence(counts, s, c.lambda); !within(got, want, 1e-11, 1e-11) {
					t.Errorf("%v: got %v, want %v", counts, got, want)
				}
			}
		})
	}
}

func TestPowerDivergenceEdges(t *testing.T) {
	inf := math.Inf(1)
	for name, c := range map[string]struct {
		counts []int
		shares []float64
		lambda float64
		want   float64
	}{
		"no probes":                      {[]int{0, 0}, []float64{0.8, 0.2}, GLambda, 0},
		"no versions":                    {nil, nil, GLambda, 0},
		"neither share nor count":        {[]int{80, 20, 0}, []float64{0.8, 0.2, 0}, GLambda, 0},
		"not seen, G":                    {[]int{0, 100}, []float64{0.5, 0.5}, GLambda, 200 * math.Ln2},
		"not seen, Freeman-Tukey":        {[]int{0, 100}, []float64{0.5, 0.5}, FreemanTukeyLambda, 400 * (2 - math.Sqrt2)},
		"not seen, modified G":           {[]int{0, 100}, []float64{0.5, 0.5}, ModifiedGLambda, inf},
		"not seen, Neyman":               {[]int{0, 100}, []float64{0.5, 0.5}, NeymanLambda, inf},
		"not seen, just above the limit": {[]int{0, 100}, []float64{0.5, 0.5}, -0.75, 3200.0 / 3 * (1 - math.Exp2(-0.75))},
		"impossible, Pearson":            {[]int{99, 1}, []float64{1, 0}, PearsonLambda, inf},
		"impossible, G":                  {[]int{99, 1}, []float64{1, 0}, GLambda, inf},
		"impossible, Freeman-Tukey":      {[]int{99, 1}, []float64{1, 0}, FreemanTukeyLambda, 4 * (1 + (10-math.Sqrt(99))*(10-math.Sqrt(99)))},
		"counts whose sum overflows":     {[]int{math.MaxInt, math.MaxInt}, []float64{0.5, 0.5}, GLambda, 0},
		"one probe too many of 10¹²":     {[]int{500_000_000_001, 499_999_999_999}, []float64{0.5, 0.5}, GLambda, 4e-12},
	} {
		t.Run(name, func(t *testing.T) {
			if got := PowerDivergence(c.counts, c.shares, c.lambda); !within(got, c.want, 1e-12, 0) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// No lambda is a special point: not the limits, not where the roles are exchanged or the series takes over.
func TestPowerDivergenceIsContinuous(t *testing.T) {
	s := []float64{0.5, 0.5}
	for _, lambda := range []float64{-2, -1, -0.5, 0, 2.0 / 3, 1, 3} {
		for _, x := range []int{1, 40_000, 49_999, 54_999, 55_001, 90_000} {
			counts := []int{x, 100_000 - x}
			at := PowerDivergence(counts, s, lambda)
			for _, near := range []float64{lambda - 1e-10, lambda + 1e-10} {
				if got := PowerDivergence(counts, s, near); !within(got, at, 1e-7, 0) {
					t.Errorf("%v: %v at lambda %v, %v at %v", counts, at, lambda, got, near)
				}
			}
		}
		seam := 0.1 / (max(lambda, -1-lambda) + 1)
		before, after := divergence(1+seam*(1-1e-12), 1, lambda), divergence(1+seam*(1+1e-12), 1, lambda)
		if !within(after, before, 1e-10, 0) {
			t.Errorf("lambda %v: %v before the seam, %v after", lambda, before, after)
		}
	}
}

// A statistic that is NaN or negative would pass for a good fit.
func TestPowerDivergenceIsNeverNaN(t *testing.T) {
	counts := []int{0, 1, 2, 24, 1000, 1_000_000, math.MaxInt}
	for _, lambda := range []float64{-1000, -2, -1, -0.75, -0.5, -1e-300, 0, 1e-300, 2.0 / 3, 1, 2, 1000} {
		for _, w := range []float64{0, 1e-12, 1e-3, 0.2, 0.5, 1} {
			for _, a := range counts {
				for _, b := range counts {
					if d := PowerDivergence([]int{a, b}, []float64{1 - w, w}, lambda); !(d >= 0) {
						t.Fatalf("%d and %d at %v, lambda %v: %v", a, b, w, lambda, d)
					}
				}
			}
		}
	}
}

func TestGTestEdges(t *testing.T) {
	inf := math.Inf(1)
	for name, c := range map[string]struct {
		counts []int
		shares []float64
		want   ChiSquareResult
	}{
		"no probes":                      {[]int{0, 0}, []float64{0.8, 0.2}, ChiSquareResult{0, 1, 1, 0}},
		"an impossible version was seen": {[]int{10, 1}, []float64{1, 0}, ChiSquareResult{inf, 1, 0, -inf}},
		"a version without share was not seen": {
			[]int{400, 0, 100}, []float64{0.8, 0, 0.2}, ChiSquareResult{0, 1, 1, 0},
		},
		"only one version has a share": {[]int{10, 0}, []float64{1, 0}, ChiSquareResult{0, 0, 1, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := GTest(c.counts, c.shares); got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

// The G statistics of nested questions add up: among three versions, the first against the rest and then
// which of the rest.
func TestGDecomposes(t *testing.T) {
	all := GTest([]int{690, 250, 60}, []float64{0.7, 0.2, 0.1})
	first := GTest([]int{690, 310}, []float64{0.7, 0.3})
	rest := GTest([]int{250, 60}, []float64{2.0 / 3, 1.0 / 3})
	if !within(all.Statistic, first.Statistic+rest.Statistic, 1e-12, 0) || all.DF != first.DF+rest.DF {
		t.Errorf("%+v, of which %+v and %+v", all, first, rest)
	}
}
