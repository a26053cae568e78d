package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestLatencyQuantilesAreWithinOnePercent(t *testing.T) {
	for name, draw := range map[string]func(*rand.Rand) float64{
		"around a millisecond": func(rng *rand.Rand) float64 { return 1e-3 * math.Exp(rng.NormFloat64()) },
		"around a second":      func(rng *rand.Rand) float64 { return math.Exp(rng.NormFloat64()) },
		"all orders of magnitude": func(rng *rand.Rand) float64 {
			return 1e-4 * math.Pow(10, 7*rng.Float64())
		},
		"two humps far apart": func(rng *rand.Rand) float64 {
			if rng.Float64() < 0.97 {
				return 2e-4 + 1e-4*rng.Float64()
			}
			return 5 + rng.Float64()
		},
	} {
		t.Run(name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(7, 7))
			var l Latency
			times := make([]float64, 20_001)
			for i := range times {
				times[i] = draw(rng)
				l.Record(times[i])
			}
			slices.Sort(times)
			for _, q := range []float64{0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 1} {
				exact := times[int(math.Ceil(q*float64(len(times))))-1]
				if got := l.Quantile(q); !within(got, exact, 0.01, 0.6e-6) {
					t.Errorf("quantile %v is %v, exactly %v", q, got, exact)
				}
			}
			if got, want := l.Max(), times[len(times)-1]; got != want {
				t.Errorf("max %v, want %v", got, want)
			}
			if l.Count() != len(times) {
				t.Errorf("%d recorded", l.Count())
			}
		})
	}
}

func TestLatencyEdges(t *testing.T) {
	for name, c := range map[string]struct {
		record   []float64
		p50, max float64
	}{
		"no times":                            {nil, 0, 0},
		"zero":                                {[]float64{0}, 0, 0},
		"a clock that ran backwards":          {[]float64{-1}, 0, 0},
		"backwards once in three":             {[]float64{-1, 0.002, 0.002}, 0.002, 0.002},
		"one time":                            {[]float64{0.0123}, 0.0123, 0.0123},
		"next to nothing":                     {[]float64{1e-9}, 1e-9, 1e-9},
		"an hour":                             {[]float64{3600}, 3600, 3600},
		"two hours count as one, but for max": {[]float64{7200, 7200}, 3600, 7200},
		"beyond all measure":                  {[]float64{math.Inf(1), 1, 1}, 1, math.Inf(1)},
	} {
		t.Run(name, func(t *testing.T) {
			var l Latency
			for _, seconds := range c.record {
				l.Record(seconds)
			}
			if got := l.Quantile(0.5); !within(got, c.p50, 0.01, 0) {
				t.Errorf("median %v, want %v", got, c.p50)
			}
			if l.Max() != c.max {
				t.Errorf("max %v, want %v", l.Max(), c.max)
			}
			if l.Count() != len(c.record) {
				t.Errorf("%d recorded, want %d", l.Count(), len(c.record))
			}
		})
	}
}

// The histogram rounds up within its buckets, which must not make a quantile
// greater than anything that was measured.
func TestNoQuantileExceedsTheMaximum(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	for range 1000 {
		var l Latency
		l.Record(math.Exp(4 * rng.NormFloat64()))
		if l.Quantile(1) > l.Max() || l.Quantile(0.5) > l.Max() {
			t.Fatalf("median %v, max %v", l.Quantile(0.5), l.Max())
		}
	}
}

func TestMerge(t *testing.T) {
	var one, two, both, none Latency
	for i := range 1000 {
		seconds := 0.001 * float64(i+1)
		both.Record(seconds)
		if i%3 == 0 {
			one.Record(seconds)
		} else {
			two.Record(seconds)
		}
	}
	one.Merge(&none)
	none.Merge(&one)
	none.Merge(&two)
	if none.Count() != 1000 || none.Max() != both.Max() {
		t.Errorf("%d times up to %v", none.Count(), none.Max())
	}
	for _, q := range []float64{0.01, 0.5, 0.9, 0.99} {
		if none.Quantile(q) != both.Quantile(q) {
			t.Errorf("quantile %v: %v, recorded at once %v", q, none.Quantile(q), both.Quantile(q))
		}
	}
	if one.Count() != 334 {
		t.Errorf("what was merged has %d now", one.Count())
	}
}
