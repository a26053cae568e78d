package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func goldenDirichlet(in struct {
	weighted
	Concentrations []float64
}) map[string]values {
	s := shares(in.Weights)
	logE := NewDirichlet(s).LogE(in.Counts)
	want := map[string]values{"log_e": {logE}, "p_now": {min(1, math.Exp(-logE))}}
	if !slices.Equal(in.Concentrations, concentrations[:]) {
		delete(want, "log_e")
	}
	for _, c := range in.Concentrations {
		want["log_e_each"] = append(want["log_e_each"], oneByOne(in.Counts, s, c))
	}
	return want
}

// oneByOne is the evidence of a single concentration as the product of what each answer tells: the predicted share
// of its version over the expected one. The order of the answers does not matter.
func oneByOne(counts []int, shares []float64, c float64) float64 {
	if n := total(counts); n > 1e6 {
		// A billion steps are too many; the closed form then has to do.
		logE := logGamma(c) - logGamma(c+n)
		for i, x := range counts {
			logE += logGamma(c*shares[i]+float64(x)) - logGamma(c*shares[i]) - float64(x)*math.Log(shares[i])
		}
		return logE
	}
	logE, n := 0.0, 0.0
	for i, x := range counts {
		for j := range x {
			logE += math.Log((c*shares[i] + float64(j)) / (c + n) / shares[i])
			n++
		}
	}
	return logE
}

// The evidence has an expectation of exactly 1 under the split, whatever the number of answers.
func TestDirichletIsFair(t *testing.T) {
	for _, s := range [][]float64{{0.8, 0.2}, {0.99, 0.01}, {0.5, 0.3, 0.2}} {
		d := NewDirichlet(s)
		for _, n := range []int{1, 2, 10, 60} {
			mean := 0.0
			var spread func(counts []int, left int)
			spread = func(counts []int, left int) {
				if len(counts) == len(s)-1 {
					counts = append(slices.Clone(counts), left)
					logP := logFactorial(n)
					for i, x := range counts {
						logP += float64(x)*math.Log(s[i]) - logFactorial(x)
					}
					mean += math.Exp(logP + d.LogE(counts))
					return
				}
				for x := range left + 1 {
					spread(append(slices.Clone(counts), x), left-x)
				}
			}
			spread(nil, n)
			if !within(mean, 1, 1e-9, 0) {
				t.Errorf("%v after %d answers: %v on average", s, n, mean)
			}
		}
	}
}

// Rounding must not make evidence where there is none, however many answers judge is given.
func TestDirichletOfHugeCounts(t *testing.T) {
	d := NewDirichlet([]float64{0.8, 0.2})
	for _, n := range []int{1e12, 1e14, 1 << 52} {
		n -= n % 5
		if e := d.LogE([]int{n / 5 * 4, n / 5}); e > 0.1 {
			t.Errorf("%d answers that fit exactly: log e = %v", n, e)
		}
	}
}

func TestGiveBack(t *testing.T) {
	for name, c := range map[string]struct {
		counts []int
		shares []float64
		failed int
		level  float64
		want   []int
	}{
		"nothing":                   {[]int{8, 2}, []float64{0.8, 0.2}, 0, levelChiSquare, []int{8, 2}},
		"all to the one that lacks": {[]int{800, 150}, []float64{0.8, 0.2}, 50, levelChiSquare, []int{800, 200}},
		"in proportion":             {[]int{800, 200}, []float64{0.8, 0.2}, 10, levelChiSquare, []int{808, 202}},
		"first level, then rise":    {[]int{80, 10}, []float64{0.8, 0.2}, 20, levelChiSquare, []int{88, 22}},
		"to the larger one":         {[]int{0, 0}, []float64{0.8, 0.2}, 1, levelChiSquare, []int{1, 0}},
		"none to a weight of zero":  {[]int{5, 0, 5}, []float64{0.5, 0, 0.5}, 4, levelLikelihood, []int{7, 0, 7}},
		"three that are equal":      {[]int{0, 0, 0}, []float64{1. / 3, 1. / 3, 1. / 3}, 2, levelDirichlet, []int{1, 1, 0}},
		"too many to count":         {[]int{0, 1 << 50}, []float64{0.5, 0.5}, 1 << 50, levelChiSquare, []int{1 << 50, 1 << 50}},
	} {
		t.Run(name, func(t *testing.T) {
			got := slices.Clone(c.counts)
			giveBack(got, c.shares, c.failed, c.level)
			if !slices.Equal(got, c.want) {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}

// Whatever way of giving failures back is tried, none looks better than that of giveBack.
func TestNoWayOfGivingBackIsBetter(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 20))
	for range 300 {
		s := shares([]float64{1 + rng.Float64()*9, 1 + rng.Float64(), 0.05 + rng.Float64()})
		counts := []int{rng.IntN(60), rng.IntN(20), rng.IntN(10)}
		failed := 1 + rng.IntN(12)
		d := NewDirichlet(s)
		for name, c := range map[string]struct {
			level float64
			cost  func([]int) float64
		}{
			"chi-square":     {levelChiSquare, func(x []int) float64 { return chiSquare(x, s) }},
			"unlikeliness":   {levelLikelihood, func(x []int) float64 { return unlikeliness(x, s) }},
			"Dirichlet's e":  {levelDirichlet, d.LogE},
			"a single c = 4": {levelDirichlet, func(x []int) float64 { return oneByOne(x, s, 4) }},
		} {
			best := slices.Clone(counts)
			giveBack(best, s, failed, c.level)
			if sum(best) != sum(counts)+failed {
				t.Fatalf("%v of %v has lost some of %d", best, counts, failed)
			}
			for i := range failed + 1 {
				for j := range failed - i + 1 {
					other := []int{counts[0] + i, counts[1] + j, counts[2] + failed - i - j}
					if c.cost(other) < c.cost(best)-1e-9 {
						t.Fatalf("%s: %v of %v and %d failed by %v, but %v is better", name, best, counts, failed, s, other)
					}
				}
			}
		}
	}
}

func BenchmarkDirichlet(b *testing.B) {
	for name, k := range map[string]int{"k=2": 2, "k=50": 50} {
		b.Run(name, func(b *testing.B) {
			s := shares(fifty[:k])
			d, counts := NewDirichlet(s), slices.Repeat([]int{100}, k)
			b.ReportAllocs()
			for b.Loop() {
				d.LogE(counts)
			}
		})
	}
}
