package stats

import (
	"math"
	"testing"
)

func TestProbesEdges(t *testing.T) {
	for name, c := range map[string]struct {
		shares               []float64
		detect, alpha, power float64
		want                 int
	}{
		"80/20 at the defaults":                      {[]float64{0.8, 0.2}, 0.05, 0.001, 0.99, 2020},
		"95/5 asks for half of the smaller share":    {[]float64{0.95, 0.05}, 0.05, 0.001, 0.99, 2398},
		"a version without share does not count":     {[]float64{0.8, 0, 0.2}, 0.05, 0.001, 0.99, 2020},
		"one version":                                {[]float64{1}, 0.05, 0.001, 0.99, 90},
		"one version with a share":                   {[]float64{0, 1, 0}, 0.05, 0.001, 0.99, 90},
		"one version, at most a half is asked for":   {[]float64{1}, 0.9, 0.001, 0.99, 7},
		"one version and a whole number of halvings": {[]float64{1}, 0.5, 0.001, 0.9375, 4},
		"one version and next to no power":           {[]float64{1}, 0.5, 0.001, 0.01, 1},
		"power that any test has":                    {[]float64{0.8, 0.2}, 0.05, 0.01, 0.01, 1},
		"a share too small for any run":              {[]float64{1 - 1e-30, 1e-30}, 0.05, 0.001, 0.99, math.MaxInt},
		"certainty":                                  {[]float64{0.8, 0.2}, 0.05, 0.001, 1, math.MaxInt},
		"nothing to detect":                          {[]float64{0.8, 0.2}, 0, 0.001, 0.99, math.MaxInt},
		"nothing to detect, one version":             {[]float64{1}, 0, 0.001, 0.99, math.MaxInt},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Probes(c.shares, c.detect, c.alpha, c.power); got != c.want {
				t.Errorf("got %d, want %d", got, c.want)
			}
		})
	}
}

func TestRoundingDoesNotAskForOneProbeMore(t *testing.T) {
	for name, c := range map[string]struct {
		n    float64
		want int
	}{
		"a rounding error above": {2020.0000000001, 2020},
		"a real excess":          {2020.00001, 2021},
		"exactly":                {2020, 2020},
	} {
		t.Run(name, func(t *testing.T) {
			if got := probeCount(c.n); got != c.want {
				t.Errorf("got %d, want %d", got, c.want)
			}
		})
	}
}

func TestNoncentralityEdges(t *testing.T) {
	for name, c := range map[string]struct {
		df           int
		alpha, power float64
		want         float64
	}{
		"power that any test has": {1, 0.05, 0.05, 0},
		"certainty":               {1, 0.05, 1, math.Inf(1)},
		"no error allowed":        {1, 0, 0.9, math.Inf(1)},
		"no degrees of freedom":   {0, 0.05, 0.9, math.Inf(1)},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Noncentrality(c.df, c.alpha, c.power); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestPowerEdges(t *testing.T) {
	for name, c := range map[string]struct {
		shares, truth []float64
		n             int
		want          float64
	}{
		"no probes":                               {[]float64{0.8, 0.2}, []float64{0.5, 0.5}, 0, 0},
		"the shares hold":                         {[]float64{0.8, 0.2}, []float64{0.8, 0.2}, 500, 0.01},
		"one version and it gets everything":      {[]float64{1, 0}, []float64{1, 0}, 500, 0},
		"one version and another gets a tenth":    {[]float64{1, 0}, []float64{0.9, 0.1}, 2, 0.19},
		"a version without share gets everything": {[]float64{0.8, 0.2, 0}, []float64{0, 0, 1}, 1, 1},
		"a hopeless mismatch":                     {[]float64{1 - 1e-12, 1e-12}, []float64{0, 1}, 20_000, 1},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Power(c.shares, c.truth, c.n, 0.01); !within(got, c.want, 1e-12, 0) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// Probes and Detectable answer the same question from both sides.
func TestDetectableUndoesProbes(t *testing.T) {
	for _, s := range [][]float64{{0.8, 0.2}, {0.5, 0.5}, {0.7, 0.2, 0.1}, {1}} {
		n := Probes(s, 0.05, 0.001, 0.99)
		if d := Detectable(s, n, 0.001, 0.99); d > 0.05 {
			t.Errorf("%v: %d probes see only %v", s, n, d)
		}
		if d := Detectable(s, n-1, 0.001, 0.99); d <= 0.05 {
			t.Errorf("%v: one less than %d still sees %v", s, n, d)
		}
	}
}

func TestDetectableEdges(t *testing.T) {
	for name, c := range map[string]struct {
		shares []float64
		n      int
		want   float64
	}{
		"no probes":                  {[]float64{0.8, 0.2}, 0, 1},
		"one probe":                  {[]float64{0.8, 0.2}, 1, 1},
		"one version, no probes":     {[]float64{1}, 0, 1},
		"one version, two probes":    {[]float64{1, 0}, 2, 0.9},
		"one version, a single hair": {[]float64{1}, math.MaxInt, 0},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Detectable(c.shares, c.n, 0.001, 0.99); !within(got, c.want, 1e-12, 1e-15) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}
