package stats

import (
	"math"
	"testing"
)

func goldenRobbins(in struct {
	X, N  int
	Alpha float64
}) map[string]values {
	interval := ConfidenceSequence(in.X, in.N, in.Alpha)
	return map[string]values{"lo": {interval.Low}, "hi": {interval.High}}
}

func TestConfidenceSequenceEdges(t *testing.T) {
	all := Interval{0, 1}
	if got := ConfidenceSequence(0, 0, 0.01); got != all {
		t.Errorf("without probes: %v", got)
	}
	if got := ConfidenceSequence(3, 10, 0); got != all {
		t.Errorf("at certainty: %v", got)
	}
	// One hit has the mean likelihood 1/2 and the likelihood p.
	if got := ConfidenceSequence(1, 1, 1e-200); got.High != 1 || !within(got.Low, 0.5e-200, 1e-12, 0) {
		t.Errorf("next to certainty: %v", got)
	}
	for _, n := range []int{1, 3, 7, 49, 1000, 999_983} {
		if got := ConfidenceSequence(0, n, 0.01); got.Low != 0 || got.High >= 1 {
			t.Errorf("none of %d: %v", n, got)
		}
		if got := ConfidenceSequence(n, n, 0.01); got.High != 1 || got.Low <= 0 {
			t.Errorf("all of %d: %v", n, got)
		}
	}
}

// The mean likelihood is also a product over the probes: after x hits in n the next one is a hit with chance
// (x + 1/2) / (n + 1) (Krichevsky and Trofimov 1981). The ends are where its ratio to the likelihood is
// 1/alpha.
func TestConfidenceSequenceEndsMeetTheInequality(t *testing.T) {
	for _, n := range []int{1, 2, 7, 100, 2020, 100_000} {
		for _, x := range []int{0, 1, n / 100, n / 5, n / 2, n - 1, n} {
			for _, alpha := range []float64{0.5, 0.05, 0.001, 1e-9} {
				var mean float64
				for i := range n {
					if i < x {
						mean += math.Log((float64(i) + 0.5) / float64(i+1))
					} else {
						mean += math.Log((float64(i-x) + 0.5) / float64(i+1))
					}
				}
				got := ConfidenceSequence(x, n, alpha)
				in := func(p float64) bool {
					return mean-float64(x)*math.Log(p)-float64(n-x)*math.Log1p(-p) < -math.Log(alpha)
				}
				step := 1e-9 * got.Low
				if x > 0 && (in(got.Low-step) || !in(got.Low+step)) {
					t.Errorf("%d of %d at %v: %v does not begin at a root", x, n, alpha, got)
				}
				step = 1e-9*(1-got.High) + 2e-16 // which is as near to 1 as a float64 can tell
				if x < n && (!in(got.High-step) || in(min(1, got.High+step))) {
					t.Errorf("%d of %d at %v: %v does not end at a root", x, n, alpha, got)
				}
			}
		}
	}
}

// The chance that the interval ever excludes the true share within 400 probes, exactly, by the number of hits
// so far. Wilson's interval is outside several times as often as it says.
func TestConfidenceSequenceHoldsUnderAnyStoppingRule(t *testing.T) {
	const probes, alpha = 400, 0.05
	for _, p := range []float64{0.5, 0.8, 0.99} {
		ever := func(interval func(x, n int) Interval) float64 {
			inside := []float64{1}
			for n := 1; n <= probes; n++ {
				next := make([]float64, n+1)
				for x, chance := range inside {
					next[x] += chance * (1 - p)
					next[x+1] += chance * p
				}
				for x := range next {
					if next[x] == 0 {
						continue
					}
					if i := interval(x, n); p < i.Low || p > i.High {
						next[x] = 0
					}
				}
				inside = next
			}
			stayed := 0.0
			for _, chance := range inside {
				stayed += chance
			}
			return 1 - stayed
		}
		sequence := ever(func(x, n int) Interval { return ConfidenceSequence(x, n, alpha) })
		if sequence > alpha || sequence < alpha/20 {
			t.Errorf("share %v: ever outside with probability %v", p, sequence)
		}
		if wilson := ever(func(x, n int) Interval { return Wilson(x, n, 1-alpha) }); wilson < 3*alpha {
			t.Errorf("share %v: Wilson's interval is ever outside with probability %v only", p, wilson)
		}
	}
}

func BenchmarkConfidenceSequence(b *testing.B) {
	for b.Loop() {
		ConfidenceSequence(400, 2020, 0.01)
	}
}
