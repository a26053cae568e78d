package stats

import (
	"math"
	"testing"
)

func TestNoncentralChiSquaredEdges(t *testing.T) {
	inf := math.Inf(1)
	for name, c := range map[string]struct {
		k, lambda, x  float64
		cdf, survival float64
	}{
		"below 0":                              {1, 5, -1, 0, 1},
		"at 0":                                 {1, 5, 0, 0, 1},
		"at infinity":                          {1, 5, inf, 1, 0},
		"central, below 0":                     {3, 0, -1, 0, 1},
		"central, two degrees":                 {2, 0, 2, 1 - math.Exp(-1), math.Exp(-1)},
		"no degrees of freedom, central, at 0": {0, 0, 0, 1, 0},
		"no degrees of freedom, mass on 0":     {0, 3, 0, math.Exp(-1.5), 1 - math.Exp(-1.5)},
		"no limit to the noncentrality":        {1, inf, 10, 0, 1},
		"lambda so large that nothing is left": {1, 1e13, 10, 0, 1},
		"x so large that nothing is left":      {1, 10, 1e7, 1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			d := NoncentralChiSquared{c.k, c.lambda}
			if got := d.CDF(c.x); !within(got, c.cdf, 1e-14, 0) {
				t.Errorf("CDF %v, want %v", got, c.cdf)
			}
			if got := d.Survival(c.x); !within(got, c.survival, 1e-14, 0) {
				t.Errorf("Survival %v, want %v", got, c.survival)
			}
		})
	}
}

// With one degree of freedom X = (Z + sqrt(lambda))² for a normal Z, so both
// tails have a closed form that keeps its digits where 1-p loses them.
func TestNoncentralChiSquaredIsASquaredNormal(t *testing.T) {
	above := func(z float64) float64 { return math.Erfc(z/math.Sqrt2) / 2 }
	for _, lambda := range []float64{0.01, 1, 31.5, 400, 10_000} {
		for _, x := range []float64{0.5, 4, 10.8, 60, 400, 9_000, 12_000} {
			d := NoncentralChiSquared{1, lambda}
			root, shift := math.Sqrt(x), math.Sqrt(lambda)
			if want := above(root-shift) + above(root+shift); !within(d.Survival(x), want, 1e-11, 1e-300) {
				t.Errorf("lambda %v: P(X > %v) = %v, want %v", lambda, x, d.Survival(x), want)
			}
			// Above the middle the difference of the two tails loses nothing either.
			if want := above(shift-root) - above(shift+root); root < 2*shift && !within(d.CDF(x), want, 1e-10, 1e-300) {
				t.Errorf("lambda %v: P(X <= %v) = %v, want %v", lambda, x, d.CDF(x), want)
			}
		}
	}
}
