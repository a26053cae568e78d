package stats

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

func goldenClopperPearson(in struct {
	X, N       int
	Confidence float64
}) map[string]values {
	interval := ClopperPearson(in.X, in.N, in.Confidence)
	return map[string]values{"lo": {interval.Low}, "hi": {interval.High}}
}

func TestClopperPearsonEdges(t *testing.T) {
	all := Interval{0, 1}
	if got := ClopperPearson(0, 0, 0.99); got != all {
		t.Errorf("without probes: %v", got)
	}
	if got := ClopperPearson(3, 10, 1); got != all {
		t.Errorf("at certainty: %v", got)
	}
	for _, n := range []int{1, 3, 49, 1000, 999_983, 10_000_000} {
		for _, confidence := range []float64{0, 0.5, 0.99, 1 - 1e-6, 1 - 1e-12} {
			// One end has a closed form: p^n = tail.
			logP := math.Log((1-confidence)/2) / float64(n)
			if got := ClopperPearson(n, n, confidence); got.High != 1 || !within(got.Low, math.Exp(logP), 1e-7, 0) {
				t.Errorf("all of %d at %v: %v, want %v", n, confidence, got, math.Exp(logP))
			}
			if got := ClopperPearson(0, n, confidence); got.Low != 0 || !within(got.High, -math.Expm1(logP), 1e-7, 0) {
				t.Errorf("none of %d at %v: %v, want %v", n, confidence, got, -math.Expm1(logP))
			}
		}
	}
}

// By definition the binomial tails at the ends are (1-confidence)/2. At x near n and small tails
// mathext.InvRegIncBeta, the obvious way to a beta quantile, is off by percents.
func TestClopperPearsonEndsAreBinomialTails(t *testing.T) {
	for _, n := range []int{1, 2, 7, 100, 1000, 20_000, 1_000_000} {
		for _, x := range []int{1, 2, 5, n / 100, n / 5, n / 2, n - n/20, n - n/1000, n - 4, n - 1} {
			if x < 1 || x >= n {
				continue
			}
			for _, confidence := range []float64{0.5, 0.99, 1 - 1e-6, 1 - 1e-9} {
				got, tail := ClopperPearson(x, n, confidence), (1-confidence)/2
				above := tailBeyond(x, n, got.Low)
				below := tailBeyond(n-x, n, 1-got.High)
				// 1 - High cannot be told to more than 1e-16.
				slack := 1e-6 + float64(n-x)*2e-16/(1-got.High)
				if !within(above, tail, 1e-6, 0) || !within(below, tail, slack, 0) {
					t.Errorf("%d of %d: %v has tails %v and %v, want %v", x, n, got, above, below, tail)
				}
			}
		}
	}
}

// tailBeyond is P(X >= x) for a binomial X of n tries with chance p, summed up from x, which is above the
// mean.
func tailBeyond(x, n int, p float64) float64 {
	sum, term := 1.0, 1.0
	for i := x + 1; i <= n && term > sum*1e-17; i++ {
		term *= float64(n-i+1) / float64(i) * (p / (1 - p))
		sum += term
	}
	return sum * math.Exp(logFactorial(n)-logFactorial(x)-logFactorial(n-x)+float64(x)*math.Log(p)+float64(n-x)*math.Log1p(-p))
}

// Its coverage never falls below the nominal one, where Wilson's does.
func TestClopperPearsonGuaranteesItsCoverage(t *testing.T) {
	const n = 60
	var intervals, wilsons [n + 1]Interval
	for x := range intervals {
		intervals[x], wilsons[x] = ClopperPearson(x, n, 0.95), Wilson(x, n, 0.95)
	}
	least, leastWilson := 1.0, 1.0
	for p := 0.001; p < 1; p += 0.001 {
		binomial := distuv.Binomial{N: n, P: p}
		var covered, coveredWilson float64
		for x := range intervals {
			if intervals[x].Low <= p && p <= intervals[x].High {
				covered += binomial.Prob(float64(x))
			}
			if wilsons[x].Low <= p && p <= wilsons[x].High {
				coveredWilson += binomial.Prob(float64(x))
			}
		}
		least, leastWilson = min(least, covered), min(leastWilson, coveredWilson)
	}
	if least < 0.95 || least > 0.97 {
		t.Errorf("the least coverage is %v", least)
	}
	if leastWilson >= 0.95 {
		t.Errorf("Wilson's least coverage is %v", leastWilson)
	}
}

func BenchmarkClopperPearson(b *testing.B) {
	for b.Loop() {
		ClopperPearson(400, 2020, 0.99)
	}
}
