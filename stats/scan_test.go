package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestScanFindsNoPlaceToLookAt(t *testing.T) {
	for name, sequence := range map[string][]int{
		"empty":                    nil,
		"one answer":               {0},
		"one version only":         make([]int, 1000),
		"the other version only":   slices.Repeat([]int{1}, 1000),
		"19 answers cannot be cut": append(make([]int, 10), 1, 1, 1, 1, 1, 1, 1, 1, 1),
	} {
		t.Run(name, func(t *testing.T) {
			if got, want := Scan(sequence, 0), (Change{P: 1}); got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
	}
}

func TestScan(t *testing.T) {
	half := func(a, b int) []int { return append(make([]int, a), slices.Repeat([]int{1}, b)...) }
	for name, c := range map[string]struct {
		sequence      []int
		at            int
		before, after float64
		g             float64
	}{
		"20 answers have one place":  {half(10, 10), 10, 1, 0, 20 * math.Ln2},
		"one version, then another":  {half(60, 40), 60, 1, 0, -60*math.Log(0.6) - 40*math.Log(0.4)},
		"too early a change is late": {half(5, 95), 10, 0.5, 0, 10*math.Log(0.5) - 5*math.Log(0.05) - 95*math.Log(0.95)},
		"the first of equal places":  {smoothRobin(100, 0, 50, 50), 11, 6. / 11, 44. / 89, 0.05113545},
		"more than a fiftieth of 1010": {half(19, 991), 21, 19. / 21, 0,
			19*math.Log(19./21) + 2*math.Log(2./21) - 19*math.Log(19./1010) - 991*math.Log(991./1010)},
		"a fiftieth of many answers": {half(19, 981), 20, 0.95, 0,
			19*math.Log(0.95) + math.Log(0.05) - 19*math.Log(0.019) - 981*math.Log(0.981)},
	} {
		t.Run(name, func(t *testing.T) {
			got := Scan(c.sequence, 0)
			if got.At != c.at || !within(got.Before, c.before, 1e-12, 0) || !within(got.After, c.after, 1e-12, 0) {
				t.Errorf("%+v, want %d, %v and %v", got, c.at, c.before, c.after)
			}
			if !within(got.B, math.Sqrt(2*c.g), 1e-6, 0) {
				t.Errorf("B %v, want %v", got.B, math.Sqrt(2*c.g))
			}
		})
	}
}

// Where the share is the same on both sides, rounding must not leave a statistic below 0, of which there is no root.
func TestScanOfEqualHalves(t *testing.T) {
	for hits := 1; hits < 10; hits++ {
		half := slices.Repeat([]int{1}, 10)
		copy(half, make([]int, hits))
		got := Scan(append(half, half...), 0)
		if !within(got.B, 0, 0, 1e-6) || got.P != 1 || got.At != 10 || got.Before != got.After {
			t.Errorf("%d hits: %+v", hits, got)
		}
	}
}

func TestScanP(t *testing.T) {
	for name, c := range map[string]struct{ b, e, want float64 }{
		"no change":                           {0, 0.1, 1},
		"where the formula is below 0":        {0.2, 0.02, 1},
		"where the formula is less than 1":    {0.6, 0.1, 1},
		"where the formula exceeds 1":         {1.5, 0.02, 1},
		"a single place":                      {3, 0.5, 4. / 3 * math.Exp(-4.5) / math.Sqrt(2*math.Pi)},
		"a tenth at the ends":                 {2, 0.1, (1.5*2*math.Log(9) + 2) * math.Exp(-2) / math.Sqrt(2*math.Pi)},
		"far out, with most of its digits":    {20, 0.1, (19.95*2*math.Log(9) + 0.2) * math.Exp(-200) / math.Sqrt(2*math.Pi)},
		"so far that a float64 cannot say it": {40, 0.1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			if got := scanP(c.b, c.e); !within(got, c.want, 1e-12, 0) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestScanFalseAlarms(t *testing.T) {
	for name, shares := range map[string][]float64{"80/20": {0.8, 0.2}, "99/1": {0.99, 0.01}} {
		t.Run(name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(25, 26))
			rate := alarms(2000, func() float64 { return Scan(markov(rng, 500, 0, shares...), 0).P })
			if t.Logf("rate %.4f", rate); rate > 0.003 {
				t.Errorf("false alarms at a rate of %.4f, nominal 0.001", rate)
			}
		})
	}
}

func TestScanSeesWarmUp(t *testing.T) {
	rng := rand.New(rand.NewPCG(27, 28))
	rate := alarms(100, func() float64 {
		change := Scan(append(make([]int, 100), markov(rng, 900, 0, 0.8, 0.2)...), 0)
		if change.P < 0.001 && (change.At < 80 || change.At > 130 || change.Before < 0.95 || change.After > 0.85) {
			t.Errorf("a change that is not the one at 100: %+v", change)
		}
		return change.P
	})
	if rate < 0.97 {
		t.Errorf("seen at a rate of %v", rate)
	}
}

func BenchmarkScanMillion(b *testing.B) {
	sequence := markov(rand.New(rand.NewPCG(29, 30)), 1_000_000, 0, 0.8, 0.2)
	for b.Loop() {
		Scan(sequence, 0)
	}
}
