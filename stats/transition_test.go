package stats

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestTransitions(t *testing.T) {
	for name, c := range map[string]struct {
		sequence  string
		k         int
		statistic float64
		df        int
	}{
		"empty":                            {"", 2, 0, 0},
		"no versions":                      {"", 0, 0, 0},
		"one answer":                       {"A", 2, 0, 0},
		"one version only":                 {"AAAA", 2, 0, 0},
		"two answers":                      {"AB", 2, 0, 0},
		"nothing follows the last":         {"AAAB", 2, 0, 0},
		"the first follows nothing":        {"BAAA", 2, 0, 0},
		"alternation":                      {strings.Repeat("AB", 50), 2, 99, 1},
		"each follows each equally often":  {"AABBA", 2, 0, 1},
		"an unseen version does not count": {strings.Repeat("AC", 50), 3, 99, 1},
		"fixed succession of three":        {strings.Repeat("ABC", 20) + "A", 3, 120, 4},
	} {
		t.Run(name, func(t *testing.T) {
			transitions := Transitions(letters(c.sequence), c.k)
			statistic, df, p := transitions.Statistic, transitions.DF, transitions.P
			if !within(statistic, c.statistic, 1e-12, 0) || df != c.df {
				t.Errorf("%v with %d degrees, want %v with %d", statistic, df, c.statistic, c.df)
			}
			want := 1.0
			switch df { // the closed forms of the tail
			case 1:
				want = math.Erfc(math.Sqrt(statistic / 2))
			case 4:
				want = math.Exp(-statistic/2) * (1 + statistic/2)
			}
			if !within(p, want, 1e-11, 0) {
				t.Errorf("p %v, want %v", p, want)
			}
		})
	}
}

func TestTransitionsFalseAlarms(t *testing.T) {
	rng := rand.New(rand.NewPCG(31, 32))
	rate := alarms(5000, func() float64 {
		p := Transitions(markov(rng, 500, 0, 0.5, 0.3, 0.2), 3).P
		return p
	})
	if t.Logf("rate %.4f", rate); rate > 0.003 {
		t.Errorf("false alarms at a rate of %.4f, nominal 0.001", rate)
	}
}

func TestTransitionsSeeStickiness(t *testing.T) {
	rng := rand.New(rand.NewPCG(33, 34))
	rate := alarms(100, func() float64 {
		p := Transitions(markov(rng, 500, 0.3, 0.5, 0.3, 0.2), 3).P
		return p
	})
	if rate < 0.98 {
		t.Errorf("seen at a rate of %v", rate)
	}
}
