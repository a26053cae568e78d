package stats

import (
	"math/rand/v2"
	"testing"
)

// When the shares hold, a test at alpha = 0.01 may reject once in a hundred
// runs. The bounds are four standard errors wide: a rate of 0.014 would go
// red, and so would a test that has stopped rejecting.
func TestGoodnessOfFitFalseAlarms(t *testing.T) {
	const runs, alpha = 20_000, 0.01
	for name, c := range map[string]struct {
		shares []float64
		n      int
		method Method
		low    float64
	}{
		"95/5 with 100 probes":   {[]float64{0.95, 0.05}, 100, Exact, 0.002},
		"98/1/1 with 200 probes": {[]float64{0.98, 0.01, 0.01}, 200, Exact, 0.002},
		"80/20 with 1000 probes": {[]float64{0.8, 0.2}, 1000, Pearson, 0.007},
	} {
		t.Run(name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(3, 4))
			// Few different counts come up, so each is tested once.
			rejects := map[[3]int]bool{}
			alarms := 0
			for range runs {
				var counts [3]int
				for range c.n {
					i := 0
					for u := rng.Float64(); i < len(c.shares)-1 && u >= c.shares[i]; i++ {
						u -= c.shares[i]
					}
					counts[i]++
				}
				rejected, known := rejects[counts]
				if !known {
					fit := GoodnessOfFit(counts[:len(c.shares)], c.shares)
					if fit.Method != c.method {
						t.Fatalf("method %s, want %s", fit.Method, c.method)
					}
					rejected = fit.P < alpha
					rejects[counts] = rejected
				}
				if rejected {
					alarms++
				}
			}
			rate := float64(alarms) / runs
			t.Logf("rate %.4f", rate)
			if rate < c.low || rate > 0.0128 {
				t.Errorf("false alarms at a rate of %.4f, nominal %v", rate, alpha)
			}
		})
	}
}
