package stats

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestCorrelationEdges(t *testing.T) {
	for name, c := range map[string]struct {
		changes, n int
		shares     []float64
		want       float64
	}{
		"empty":                            {0, 0, nil, 0},
		"one answer":                       {0, 1, []float64{1, 0}, 0},
		"one version only":                 {0, 1000, []float64{1, 0}, 0},
		"as many changes as chance brings": {320, 1001, []float64{0.8, 0.2}, 0},
		"half as many":                     {160, 1001, []float64{0.8, 0.2}, 0.5},
		"half as many, three versions":     {230, 1001, []float64{0.7, 0.2, 0.1}, 0.5},
		"round robin":                      {1000, 1001, []float64{0.5, 0.5}, 0},
		"no change at all":                 {0, 1001, []float64{0.5, 0.5}, 1000. / 1002},
		"two answers alike":                {0, 2, []float64{0.5, 0.5}, 1. / 3},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Correlation(c.changes, c.n, c.shares); !within(got, c.want, 1e-12, 1e-12) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestDesignEffect(t *testing.T) {
	for name, c := range map[string]struct{ r, want float64 }{
		"independent answers":    {0, 1},
		"half repeat":            {0.5, 3},
		"none independent":       {1, math.Inf(1)},
		"as strong as n answers": {Correlation(0, 1001, []float64{0.5, 0.5}), 1001},
	} {
		t.Run(name, func(t *testing.T) {
			if got := DesignEffect(c.r); !within(got, c.want, 1e-12, 0) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// The design effect is how much more the share of a version varies between sequences than if answers were
// independent. The standard error of the ratio is a tenth.
func TestDesignEffectIsTheInflationOfTheVariance(t *testing.T) {
	const tries, n, share = 2000, 500, 0.8
	for _, rho := range []float64{0, 0.3, 0.6} {
		rng := rand.New(rand.NewPCG(17, 18))
		var squares, r float64
		for range tries {
			o, counts := ordered(markov(rng, n, rho, share, 1-share), 2)
			p := float64(counts[0]) / n
			squares += (p - share) * (p - share)
			r += Correlation(o.Changes(), n, []float64{p, 1 - p})
		}
		r /= tries
		if !within(r, rho, 0, 0.03) {
			t.Errorf("correlation %v, want %v", r, rho)
		}
		if ratio := squares / tries / (share * (1 - share) / n); !within(ratio, DesignEffect(rho), 0.15, 0) {
			t.Errorf("rho %v: the variance grows by %v, not by %v", rho, ratio, DesignEffect(rho))
		}
	}
}

func TestStreaks(t *testing.T) {
	few := func(a, b, r int) float64 { p, _ := RunsTest(a, b, r); return p }
	for name, c := range map[string]struct {
		sequence string
		k        int
		want     float64
	}{
		"empty":                                  {"", 2, 1},
		"no versions":                            {"", 0, 1},
		"one answer":                             {"A", 2, 1},
		"one version only":                       {"AAAAAAAA", 3, 1},
		"two versions are one test":              {"AAAAAAAABBBB", 2, few(8, 4, 2)},
		"an unseen third does not count":         {"AAAAAAAACCCC", 3, few(8, 4, 2)},
		"three versions are three tests":         {"AAAAAAAABBBBCC", 3, 3 * few(8, 6, 2)},
		"the version that stands out decides":    {"ABABABABABCCCCCCAB", 3, 3 * few(6, 12, 3)},
		"no more than 1":                         {"ABCABCABC", 3, 1},
		"an unseen fourth leaves three of three": {"AAAAAAAABBBBCC", 4, 3 * few(8, 6, 2)},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Streaks(ordered(letters(c.sequence), c.k)); !within(got, c.want, 1e-12, 0) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// Each rate is what a sticky load balancer is found out at; with three versions the threshold is a third.
func TestStreaksSeeStickiness(t *testing.T) {
	for name, c := range map[string]struct {
		n      int
		rho    float64
		shares []float64
		low    float64
	}{
		"80/20, 0.2, 1000 answers":    {1000, 0.2, []float64{0.8, 0.2}, 0.97},
		"80/20, 0.3, 500 answers":     {500, 0.3, []float64{0.8, 0.2}, 0.98},
		"99/1, 0.5, 2000 answers":     {2000, 0.5, []float64{0.99, 0.01}, 0.95},
		"70/20/10, 0.3, 1000 answers": {1000, 0.3, []float64{0.7, 0.2, 0.1}, 0.98},
	} {
		t.Run(name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(19, 20))
			rate := alarms(200, func() float64 {
				return Streaks(ordered(markov(rng, c.n, c.rho, c.shares...), len(c.shares)))
			})
			if rate < c.low {
				t.Errorf("seen at a rate of %v", rate)
			}
		})
	}
}
