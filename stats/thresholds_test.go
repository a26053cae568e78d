package stats

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Reports and help texts state these numbers.
func TestDefaultThresholds(t *testing.T) {
	want := Thresholds{Alpha: 0.001, Power: 0.99, Confidence: 0.99, Detect: 0.05, MaxErrorRate: 0.01, MaxUnknownRate: 0}
	if diff := cmp.Diff(want, DefaultThresholds()); diff != "" {
		t.Error(diff)
	}
}

func TestNewPlan(t *testing.T) {
	for name, c := range map[string]struct {
		split  string
		detect float64
		want   Plan
	}{
		"80/20":                            {"one=80,two=20", 0.05, Plan{2020, 2020, false}},
		"a version that must get nothing":  {"one=80,two=20,three=0", 0.05, Plan{2020, 2020, false}},
		"one version":                      {"one=100,two=0", 0.05, Plan{90, 90, false}},
		"a small canary":                   {"one=99.9,two=0.1", 0.05, Plan{126_071, 20_000, true}},
		"a smaller shift":                  {"one=80,two=20", 0.01, Plan{50_479, 20_000, true}},
		"no shift at all":                  {"one=80,two=20", 0, Plan{math.MaxInt, 20_000, true}},
		"a shift that just fits under it":  {"one=80,two=20", 0.015_887, Plan{20_000, 20_000, false}},
		"a shift that just does not fit":   {"one=80,two=20", 0.015_886, Plan{20_003, 20_000, true}},
		"a shift that no share could make": {"one=80,two=20", 0.9, Plan{505, 505, false}},
	} {
		t.Run(name, func(t *testing.T) {
			th := DefaultThresholds()
			th.Detect = c.detect
			if diff := cmp.Diff(c.want, NewPlan(mustParse(t, c.split), th)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A run that does all that its plan asks for, and meets no trouble, must not
// end for want of probes.
func TestAPlanIsEnough(t *testing.T) {
	for _, text := range []string{"a=80,b=20", "a=1,b=1", "a=1", "a=1,b=0", "a=95,b=5", "a=1,b=1,c=1", "a=33.3,b=33.3,c=33.4", "a=90,b=5,c=5,d=0"} {
		t.Run(text, func(t *testing.T) {
			split, th := mustParse(t, text), DefaultThresholds()
			plan := NewPlan(split, th)
			tally, left := NewTally(split), plan.Probes
			for i, share := range split.Shares() {
				tally.Counts[i] = min(int(math.Round(share*float64(plan.Probes))), left)
				left -= tally.Counts[i]
			}
			tally.Counts[0] += left
			if v := Judge(split, tally, th); v.Decision != Pass {
				t.Errorf("%d probes: %s because of %s", plan.Probes, v.Decision, v.Reason)
			}
		})
	}
}
