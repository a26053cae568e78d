package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

func goldenRanks(in struct{ X, Y []float64 }) map[string]values {
	r := Compare(raw(in.X), raw(in.Y))
	return map[string]values{
		"u": {r.U}, "theta": {r.Theta}, "p": {r.P}, "hl_shift": {r.Shift},
		"bm_statistic": {r.BrunnerMunzel.Statistic}, "bm_p": {r.BrunnerMunzel.P},
	}
}

// raw is a sample without ties but those that it has.
func raw(sample []float64) []Bin {
	bins := make([]Bin, len(sample))
	for i, v := range sample {
		bins[i] = Bin{v, 1}
	}
	return bins
}

// unbinned is the other way round.
func unbinned(bins []Bin) []float64 {
	var sample []float64
	for _, bin := range bins {
		for range bin.Count {
			sample = append(sample, bin.Value)
		}
	}
	return sample
}

// randomBins are up to seven bins of few values, so that there are ties, in no order, some empty and some
// twice.
func randomBins(rng *rand.Rand) []Bin {
	bins := []Bin{{float64(rng.IntN(12)) / 4, 1 + rng.IntN(3)}}
	for range rng.IntN(7) {
		bins = append(bins, Bin{float64(rng.IntN(12)) / 4, rng.IntN(4)})
	}
	return bins
}

// exponential are n latencies in seconds, with the given median.
func exponential(rng *rand.Rand, n int, median float64) []Bin {
	sample := make([]float64, n)
	for i := range sample {
		sample[i] = median * rng.ExpFloat64() / math.Ln2
	}
	return raw(sample)
}

func TestCompareEdges(t *testing.T) {
	equal := Ranks{Theta: 0.5, P: 1, BrunnerMunzel: BrunnerMunzel{P: 1}}
	drawn := func(u float64) Ranks { r := equal; r.U = u; return r }
	for name, c := range map[string]struct {
		x, y []Bin
		want Ranks
	}{
		"both empty":         {nil, nil, equal},
		"no x":               {nil, []Bin{{1, 3}}, equal},
		"no y":               {[]Bin{{1, 3}}, nil, equal},
		"bins but no values": {[]Bin{{1, 0}, {2, -5}}, []Bin{{1, 3}}, equal},
		"an empty bin beyond the other sample": {
			[]Bin{{1, 2}, {5, 0}}, []Bin{{4, 2}},
			Ranks{4, 1, 2 * distuv.UnitNormal.Survival(1.5/math.Sqrt(4.0/3)), BrunnerMunzel{math.Inf(1), 0, 0.5}, 3},
		},
		"one value each, equal": {[]Bin{{1, 1}}, []Bin{{1, 1}}, drawn(0.5)},
		"all values equal":      {[]Bin{{1, 300}, {1, 5}}, []Bin{{1, 7}}, drawn(305 * 7 / 2.0)},
		"one value each": {
			[]Bin{{1, 1}}, []Bin{{3, 1}},
			Ranks{1, 1, 1, BrunnerMunzel{math.Inf(1), 0, 1}, 2},
		},
		"one value in the midst of others": {
			[]Bin{{1, 1}}, []Bin{{0, 1}, {3, 1}},
			Ranks{1, 0.5, 1, BrunnerMunzel{P: 1}, 0.5},
		},
		"counts whose product overflows an int": {
			[]Bin{{1, math.MaxInt}}, []Bin{{1, math.MaxInt}}, drawn(0x1p125),
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Compare(c.x, c.y); got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

// U counts pairs, and its variance under random ranks is that of the textbooks: nx ny / 12 (N+1 - sum of
// (t³-t) / (N (N-1))).
func TestCompareAgainstCountingPairs(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for range 1000 {
		x, y := randomBins(rng), randomBins(rng)
		xs, ys := unbinned(x), unbinned(y)
		var u float64
		for _, b := range ys {
			for _, a := range xs {
				switch {
				case b > a:
					u++
				case b == a:
					u += 0.5
				}
			}
		}
		ties := map[float64]float64{}
		for _, v := range slices.Concat(xs, ys) {
			ties[v]++
		}
		nx, ny := float64(len(xs)), float64(len(ys))
		n, cubes := nx+ny, 0.0
		for _, tied := range ties {
			cubes += tied*tied*tied - tied
		}
		p := 1.0
		if len(ties) > 1 {
			z := (math.Abs(u-nx*ny/2) - 0.5) / math.Sqrt(nx*ny/12*(n+1-cubes/(n*(n-1))))
			p = min(1, 2*distuv.UnitNormal.Survival(z))
		}
		got := Compare(x, y)
		if got.U != u || !within(got.Theta, u/nx/ny, 1e-14, 0) || !within(got.P, p, 1e-10, 0) {
			t.Fatalf("%v and %v: %+v, want U = %v and p = %v", x, y, got, u, p)
		}
	}
}

// Exchanging the samples turns everything round.
func TestCompareIsAntisymmetric(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	for range 1000 {
		x, y := randomBins(rng), randomBins(rng)
		before := slices.Clone(x)
		a, b := Compare(x, y), Compare(y, x)
		pairs := float64(len(unbinned(x)) * len(unbinned(y)))
		for _, v := range []struct {
			name      string
			got, want float64
		}{
			{"U", b.U, pairs - a.U},
			{"theta", b.Theta, 1 - a.Theta},
			{"p", b.P, a.P},
			{"shift", b.Shift, -a.Shift},
			{"Brunner-Munzel statistic", b.BrunnerMunzel.Statistic, -a.BrunnerMunzel.Statistic},
			{"Brunner-Munzel p", b.BrunnerMunzel.P, a.BrunnerMunzel.P},
		} {
			if !within(v.got, v.want, 1e-9, 1e-9) {
				t.Errorf("%v and %v: %s is %v, want %v", x, y, v.name, v.got, v.want)
			}
		}
		if !slices.Equal(before, x) {
			t.Fatalf("%v is now %v", before, x)
		}
	}
}

// Bins 5 % wide say the same as the values in them.
func TestCompareOfHistograms(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	width := math.Log(1.05)
	histogram := func(sample []Bin) []Bin {
		for i, v := range sample {
			sample[i].Value = math.Exp((math.Floor(math.Log(v.Value)/width) + 0.5) * width)
		}
		return sample
	}
	for range 20 {
		x, y := exponential(rng, 800, 0.001), exponential(rng, 200, 0.0013)
		exact := Compare(x, y)
		binned := Compare(histogram(x), histogram(y))
		if !within(binned.Theta, exact.Theta, 0, 0.004) || !within(binned.Shift, exact.Shift, 0, 26e-6) {
			t.Errorf("%+v binned, %+v exactly", binned, exact)
		}
	}
}

func BenchmarkCompareTenThousandTimes(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	x, y := exponential(rng, 8000, 0.001), exponential(rng, 2000, 0.001)
	for b.Loop() {
		Compare(x, y)
	}
}
