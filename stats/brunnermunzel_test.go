package stats

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Brunner and Munzel's formulas as they print them: by the ranks among all values and those within each
// sample.
func TestBrunnerMunzelByRanks(t *testing.T) {
	// ranks are the midranks of values among others.
	ranks := func(values, others []float64) []float64 {
		r := make([]float64, len(values))
		for i, v := range values {
			r[i] = 0.5
			for _, w := range others {
				switch {
				case w < v:
					r[i]++
				case w == v:
					r[i] += 0.5
				}
			}
		}
		return r
	}
	rng := rand.New(rand.NewPCG(9, 9))
	tested := 0
	for range 1000 {
		x, y := randomBins(rng), randomBins(rng)
		xs, ys := unbinned(x), unbinned(y)
		all := append(append([]float64{}, xs...), ys...)
		xAll, yAll, xOwn, yOwn := ranks(xs, all), ranks(ys, all), ranks(xs, xs), ranks(ys, ys)
		for i := range xOwn {
			xOwn[i] = xAll[i] - xOwn[i]
		}
		for i := range yOwn {
			yOwn[i] = yAll[i] - yOwn[i]
		}
		nx, ny := float64(len(xs)), float64(len(ys))
		sx, sy := nx*stat.Variance(xOwn, nil), ny*stat.Variance(yOwn, nil)
		if len(xs) < 2 || len(ys) < 2 || sx+sy < 1e-9 {
			continue
		}
		tested++
		statistic := nx * ny * (stat.Mean(yAll, nil) - stat.Mean(xAll, nil)) / (nx + ny) / math.Sqrt(sx+sy)
		df := (sx + sy) * (sx + sy) / (sx*sx/(nx-1) + sy*sy/(ny-1))
		got := Compare(x, y).BrunnerMunzel
		if !within(got.Statistic, statistic, 1e-9, 1e-9) || !within(got.DF, df, 1e-9, 0) {
			t.Fatalf("%v and %v: %+v, want %v with %v df", x, y, got, statistic, df)
		}
		if p := 2 * (distuv.StudentsT{Sigma: 1, Nu: df}).CDF(-math.Abs(statistic)); !within(got.P, p, 1e-8, 0) {
			t.Fatalf("%v and %v: %+v, want p = %v", x, y, got, p)
		}
	}
	if tested < 500 {
		t.Errorf("only %d pairs of samples had a variance", tested)
	}
}

// Without a variance P is the chance of a separation at Theta = 1/2. The bound is reached by an x that is
// constant and a y that is as often above as below.
func TestBrunnerMunzelOfSeparateSamples(t *testing.T) {
	inf := math.Inf(1)
	for name, c := range map[string]struct {
		x, y []Bin
		want BrunnerMunzel
	}{
		"tiny":            {[]Bin{{1, 1}, {2, 1}}, []Bin{{3, 1}, {4, 1}, {5, 1}}, BrunnerMunzel{inf, 0, 0.5}},
		"y is larger":     {[]Bin{{1, 40}}, []Bin{{2, 6}, {3, 5}}, BrunnerMunzel{inf, 0, 1.0 / 1024}},
		"y is smaller":    {[]Bin{{2, 6}, {3, 5}}, []Bin{{1, 40}}, BrunnerMunzel{-inf, 0, 1.0 / 1024}},
		"they only touch": {[]Bin{{1, 1}, {2, 1}}, []Bin{{2, 2}}, BrunnerMunzel{1, 1, 0.5}},
		"millions":        {[]Bin{{1, 1e6}}, []Bin{{2, 1e6}}, BrunnerMunzel{inf, 0, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			got := Compare(c.x, c.y).BrunnerMunzel
			if !within(got.Statistic, c.want.Statistic, 1e-12, 0) || !within(got.P, c.want.P, 1e-12, 0) || got.DF != c.want.DF {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

// One pair of 10¹⁸ overlaps, which Theta cannot tell from 1 in a float64.
func TestBrunnerMunzelOfNearlySeparateSamples(t *testing.T) {
	got := Compare([]Bin{{1, 1e9}, {2, 1}}, []Bin{{2, 1}, {3, 1e9}}).BrunnerMunzel
	if math.IsInf(got.Statistic, 0) || !(got.Statistic > 1e8) || got.P > 1e-100 {
		t.Errorf("got %+v", got)
	}
}

// Equal medians but three times the spread: Brunner and Munzel's test is significant as often as it says,
// that of Mann and Whitney several times as often.
func TestBrunnerMunzelAllowsForSpread(t *testing.T) {
	rng := rand.New(rand.NewPCG(10, 10))
	const runs = 1000
	robust, plain := 0, 0
	for range runs {
		x, y := make([]float64, 160), make([]float64, 40)
		for i := range x {
			x[i] = rng.NormFloat64()
		}
		for i := range y {
			y[i] = 3 * rng.NormFloat64()
		}
		r := Compare(raw(x), raw(y))
		if r.BrunnerMunzel.P < 0.05 {
			robust++
		}
		if r.P < 0.05 {
			plain++
		}
	}
	if robust < 30 || robust > 75 {
		t.Errorf("Brunner-Munzel: %d of %d", robust, runs)
	}
	if plain < 100 {
		t.Errorf("Mann-Whitney: only %d of %d", plain, runs)
	}
}
