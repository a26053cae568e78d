package stats

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestPathEdges(t *testing.T) {
	for name, c := range map[string]struct {
		sequence []int
		sup      float64
	}{
		"empty":                        {nil, 0},
		"one answer":                   {letters("A"), 0},
		"one answer, of another":       {letters("B"), 0},
		"one version only":             {make([]int, 1000), 0},
		"nine others are too few":      {append(make([]int, 91), letters("BBBBBBBBB")...), 91 - 91*0.91},
		"nine of its own are too few":  {append(letters("AAAAAAAAA"), letters("BBBBBBBBBBBBBBBB")...), 9 - 9*9/25.},
		"too early is as far as late":  {letters("AABB"), 1},
		"too late, as far as the rest": {letters("BBAA"), 1},
	} {
		t.Run(name, func(t *testing.T) {
			sup, p := Path(c.sequence, 0)
			if !within(sup, c.sup, 1e-12, 0) || p != 1 {
				t.Errorf("distance %v, p %v, want %v and 1", sup, p, c.sup)
			}
		})
	}
}

func TestPathOfTenAndTenIsTested(t *testing.T) {
	if sup, p := Path(smoothRobin(20, 0, 1, 1), 0); sup != 0.5 || !within(p, kolmogorov(1/math.Sqrt(5)), 1e-12, 0) {
		t.Errorf("distance %v, p %v", sup, p)
	}
}

// The values are the first series in mpmath, with 60 digits.
func TestKolmogorov(t *testing.T) {
	for name, c := range map[string]struct{ x, want float64 }{
		"below 0":                        {-1, 0},
		"at 0":                           {0, 0},
		"too small for a float64":        {0.04, 0},
		"far down":                       {0.1, 6.6093052422454708e-53},
		"the golden round robin's scale": {0.17, 4.2581155288804933e-18},
		"a small distance":               {0.5, 0.036054756335124906},
		"the median":                     {0.82757, 0.49999440948388307},
		"just below where series change": {0.99, 0.71912616077445109},
		"where series change":            {1, 0.73000032832264548},
		"the 5% point of the KS test":    {1.3580986, 0.94999998931971921},
		"far up":                         {2, 0.9993290747442203},
		"as good as certain":             {4, 0.99999999999997467},
	} {
		t.Run(name, func(t *testing.T) {
			if got := kolmogorov(c.x); !within(got, c.want, 2e-14, 0) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// The golden case has this value too, but an absolute tolerance that it disappears in.
func TestPathKeepsDigits(t *testing.T) {
	if _, p := Path(smoothRobin(200, 0, 70, 20, 10), 0); !within(p, 3.729712349929779e-18, 1e-7, 0) {
		t.Errorf("p %v", p)
	}
}

func TestPathFalseAlarms(t *testing.T) {
	for name, c := range map[string]struct {
		shares []float64
		n      int
	}{
		"80/20 with 1000 answers": {[]float64{0.8, 0.2}, 1000},
		"98/2 with 1000 answers":  {[]float64{0.98, 0.02}, 1000},
		"50/50 with 200 answers":  {[]float64{0.5, 0.5}, 200},
	} {
		t.Run(name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(21, 22))
			rate := alarms(5000, func() float64 { _, p := Path(markov(rng, c.n, 0, c.shares...), 0); return p })
			if t.Logf("rate %.4f", rate); rate > 0.0015 {
				t.Errorf("false alarms at a rate of %.4f, nominal 0.001", rate)
			}
		})
	}
}

// A round robin is seen also where neighbours in the sequence are no neighbours in its turns.
func TestPathSeesRoundRobin(t *testing.T) {
	rng := rand.New(rand.NewPCG(23, 24))
	for name, c := range map[string]struct {
		draw func() []int
		low  float64
	}{
		"in sequence, 500 answers": {func() []int { return smoothRobin(500, rng.IntN(100), 80, 20) }, 1},
		"overtaking within 50, 2000 answers": {func() []int {
			sequence := smoothRobin(2000, rng.IntN(100), 80, 20)
			for from := 0; from < len(sequence); from += 50 {
				part := sequence[from : from+50]
				rng.Shuffle(len(part), func(i, j int) { part[i], part[j] = part[j], part[i] })
			}
			return sequence
		}, 0.95},
		"8 workers with turns of their own, 2000 answers": {func() []int {
			var workers [8][]int
			for i := range workers {
				workers[i] = smoothRobin(2000, rng.IntN(100), 80, 20)
			}
			sequence := make([]int, 2000)
			for i := range sequence {
				w := rng.IntN(len(workers))
				sequence[i], workers[w] = workers[w][0], workers[w][1:]
			}
			return sequence
		}, 0.95},
	} {
		t.Run(name, func(t *testing.T) {
			if rate := alarms(100, func() float64 { _, p := Path(c.draw(), 0); return p }); rate < c.low {
				t.Errorf("seen at a rate of %v", rate)
			}
		})
	}
}
