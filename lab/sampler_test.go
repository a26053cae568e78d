package lab_test

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tcpshift/tcpshift/lab"
)

func newSampler(t testing.TB, name string, seed uint64, weights ...float64) lab.Sampler {
	t.Helper()
	sampler, err := lab.NewSampler(name, weights, seed)
	if err != nil {
		t.Fatal(err)
	}
	return sampler
}

// letters writes picks as nginx does: a for the first backend, b for the second.
func letters(sampler lab.Sampler, picks int) string {
	var b strings.Builder
	for i := range picks {
		b.WriteByte('a' + byte(sampler.Pick(lab.Arrival{Number: i})))
	}
	return b.String()
}

func counts(sampler lab.Sampler, backends, picks int) []int {
	counts := make([]int, backends)
	for i := range picks {
		counts[sampler.Pick(lab.Arrival{Number: i})]++
	}
	return counts
}

func TestSmoothWRR(t *testing.T) {
	tests := []struct {
		name    string
		weights []float64
		want    string
	}{
		// From the log of nginx's commit "Upstream: smooth weighted round-robin
		// balancing"; the round is asked for twice.
		{"the published example 5, 1, 1", []float64{5, 1, 1}, "aabacaa" + "aabacaa"},
		// By hand, before each pick: 80 20, 60 40, 40 60, 120 -20, 100 0.
		{"80 and 20", []float64{80, 20}, "aabaa" + "aabaa"},
		{"the same as fractions", []float64{0.75, 0.25}, "aaba" + "aaba"},
		{"equal weights take turns, the first begins", []float64{7, 7, 7}, "abcabc"},
		{"weight zero in each place", []float64{0, 1, 0, 2, 0}, "dbd" + "dbd"},
		{"a single backend", []float64{3}, "aaa"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := letters(newSampler(t, "smooth-wrr", 0, tt.weights...), len(tt.want)); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}

	t.Run("fractions that binary cannot hold keep their shares", func(t *testing.T) {
		got := counts(newSampler(t, "smooth-wrr", 0, 0.1, 0.2, 0.7), 3, 100_000)
		for i, want := range []int{10_000, 20_000, 70_000} {
			if d := got[i] - want; d < -1 || d > 1 {
				t.Errorf("backend %d was picked %d times, want %d", i, got[i], want)
			}
		}
	})
}

func TestRandom(t *testing.T) {
	const picks = 10_000
	tests := []struct {
		name    string
		weights []float64
		limit   float64 // chi-square, upper 0.1 %, by positive weights less one
	}{
		{"80 and 20", []float64{80, 20}, 10.83},
		{"20 and 80", []float64{20, 80}, 10.83},
		{"three equal ones", []float64{1, 1, 1}, 13.82},
		{"weight zero first, between and last", []float64{0, 3, 0, 7, 0}, 10.83},
		{"fractions", []float64{0.1, 0.2, 0.3, 0.4}, 16.27},
		{"a single backend", []float64{5}, 0},
		{"the smallest and the largest weights there are", []float64{math.SmallestNonzeroFloat64, math.MaxFloat64}, 0.001},
		{"one weight, the smallest there is", []float64{math.SmallestNonzeroFloat64, 0}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := counts(newSampler(t, "random", 1, tt.weights...), len(tt.weights), picks)
			total, chi2 := 0.0, 0.0
			for _, w := range tt.weights {
				total += w
			}
			for i, w := range tt.weights {
				if w == 0 {
					if got[i] != 0 {
						t.Errorf("backend %d of weight 0 was picked %d times", i, got[i])
					}
					continue
				}
				if expected := picks * (w / total); expected > 0 {
					chi2 += (float64(got[i]) - expected) * (float64(got[i]) - expected) / expected
				}
			}
			if chi2 > tt.limit {
				t.Errorf("picked %v for weights %v: chi-square %.2f, limit %.2f", got, tt.weights, chi2, tt.limit)
			}
		})
	}

	t.Run("a seed is a sequence", func(t *testing.T) {
		const want = "aaaaaaaaaaaaaaaaaaaaababaababaaaaaaaabaa"
		if got := letters(newSampler(t, "random", 1, 80, 20), len(want)); got != want {
			t.Errorf("seed 1: got %s, want %s", got, want)
		}
		if got := counts(newSampler(t, "random", 1, 80, 20), 2, picks); !cmp.Equal(got, []int{7967, 2033}) {
			t.Errorf("seed 1: got %v of %d", got, picks)
		}
		if got := letters(newSampler(t, "random", 2, 80, 20), len(want)); got == want {
			t.Error("seed 2 gives the sequence of seed 1")
		}
	})

	t.Run("a pick does not depend on the one before", func(t *testing.T) {
		// Of independent picks at 80/20, 0.8*0.2 + 0.2*0.8 = 32 % differ from
		// the one before; 10 000 of them stray from it by 0.5 points (1 sigma).
		sequence := letters(newSampler(t, "random", 1, 80, 20), picks)
		changes := strings.Count(sequence, "ab") + strings.Count(sequence, "ba")
		if changes < 3040 || changes > 3360 {
			t.Errorf("%d changes in %d picks, want about 3200", changes, picks)
		}
	})
}

func TestNewSamplerRefuses(t *testing.T) {
	tests := []struct {
		name    string
		sampler string
		weights []float64
		want    string
	}{
		{"an unknown name", "roulette", []float64{1}, `unknown sampler "roulette"; known are random, smooth-wrr`},
		{"an empty name", "", []float64{1}, `unknown sampler ""; known are random, smooth-wrr`},
		{"a negative weight", "random", []float64{1, -2}, "weight 2 of 2 is -2; weights are finite numbers, zero or more"},
		{"a weight that is no number", "random", []float64{math.NaN(), 2}, "weight 1 of 2 is NaN; weights are finite numbers, zero or more"},
		{"an infinite weight", "smooth-wrr", []float64{math.Inf(1)}, "weight 1 of 1 is +Inf; weights are finite numbers, zero or more"},
		{"weights that are all zero", "smooth-wrr", []float64{0, 0}, "at least one weight must be positive"},
		{"no weights", "random", nil, "at least one weight must be positive"},
		{"a sum beyond all numbers", "random", []float64{math.MaxFloat64, math.MaxFloat64}, "the weights are too large to add up"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := lab.NewSampler(tt.sampler, tt.weights, 1)
			if err == nil || err.Error() != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

func TestSamplersLeaveTheCallersWeightsAlone(t *testing.T) {
	for _, name := range lab.SamplerNames() {
		t.Run(name, func(t *testing.T) {
			weights := []float64{80, 20}
			sampler := newSampler(t, name, 1, weights...)
			weights[0] = 0
			if got := counts(sampler, 2, 100); got[0] < 50 {
				t.Errorf("a change of the caller's slice changed the picks: %v", got)
			}
			if weights[1] != 20 {
				t.Errorf("the caller's slice was changed: %v", weights)
			}
		})
	}
}
