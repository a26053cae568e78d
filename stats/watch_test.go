package stats

import (
	"math/rand/v2"
	"testing"
)

func TestARunIsSettled(t *testing.T) {
	tolerant := func(th *Thresholds) { th.Tolerance = 0.05 }
	for name, c := range map[string]struct {
		split   string // one=80,two=20 if empty
		run     run
		change  func(*Thresholds)
		settled bool
	}{
		"nothing yet":                     {run: run{}, settled: false},
		"healthy so far":                  {run: run{counts: []int{800, 200}}, settled: false},
		"gross, but 99 answers":           {run: run{counts: []int{0, 99}}, settled: false},
		"gross, and 100 answers":          {run: run{counts: []int{0, 100}}, settled: true},
		"just short of ten thousand to 1": {run: run{counts: []int{213, 99}}, settled: false},
		"just beyond ten thousand to 1":   {run: run{counts: []int{212, 100}}, settled: true},
		"beyond, but for a failure":       {run: run{counts: []int{212, 100}, failed: 2}, settled: false},
		"a higher alpha":                  {run: run{counts: []int{213, 99}}, change: func(th *Thresholds) { th.Alpha = 0.01 }, settled: true},

		"one unexpected answer in 99":      {run: run{counts: []int{78, 20}, others: map[string]int{"x": 1}}, settled: false},
		"one unexpected answer in 100":     {run: run{counts: []int{79, 20}, others: map[string]int{"x": 1}}, settled: true},
		"a hit on a weight of zero in 100": {split: "a=80,b=20,c=0", run: run{counts: []int{79, 20, 1}}, settled: true},
		"unexpected answers in the budget": {
			run: run{counts: []int{79, 20}, others: map[string]int{"x": 20}}, change: func(th *Thresholds) { th.MaxUnknownRate = 0.01 }, settled: false,
		},
		"unexpected answers beyond it": {
			run: run{counts: []int{79, 20}, others: map[string]int{"x": 21}}, change: func(th *Thresholds) { th.MaxUnknownRate = 0.01 }, settled: true,
		},

		// 20 of 2020 probes are in the budget of 1 %, 21 are not.
		"failures that could yet be few":    {run: run{counts: []int{79, 20}, failed: 20}, settled: false},
		"failures that are too many":        {run: run{counts: []int{79, 20}, failed: 21}, settled: true},
		"too many, but of 99 probes":        {run: run{counts: []int{60, 18}, failed: 21}, settled: false},
		"too many, and nothing answered":    {run: run{failed: 150}, settled: false},
		"expected failures cost no budget":  {split: "a=64,b=16,!error=20", run: run{counts: []int{64, 16, 40}}, settled: false},
		"one version that gets everything":  {split: "a=1,b=0", run: run{counts: []int{500, 0}}, settled: false},
		"one version, and within tolerance": {split: "a=1,b=0", run: run{counts: []int{104, 0}}, change: tolerant, settled: true},

		"proved within the tolerance":     {run: run{counts: []int{660, 164}}, change: tolerant, settled: true},
		"not yet proved":                  {run: run{counts: []int{400, 100}}, change: tolerant, settled: false},
		"proved outside the tolerance":    {run: run{counts: []int{70, 80}}, change: tolerant, settled: true},
		"within, but failures exceed 1 %": {run: run{counts: []int{1600, 400}, failed: 21}, change: tolerant, settled: false},
		"within, and failures are 1 %":    {run: run{counts: []int{1600, 400}, failed: 20}, change: tolerant, settled: true},
		"outside, whatever the failures":  {run: run{counts: []int{500, 500}, failed: 21}, change: tolerant, settled: true},
		"off, but within the tolerance":   {run: run{counts: []int{3280, 720}}, change: tolerant, settled: true},
		"within, but unexpected ones exceed": {
			run:     run{counts: []int{1600, 400}, others: map[string]int{"x": 21}},
			change:  func(th *Thresholds) { th.Tolerance, th.MaxUnknownRate = 0.05, 0.01 },
			settled: false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			if c.split == "" {
				c.split = "one=80,two=20"
			}
			split, th := mustParse(t, c.split), DefaultThresholds()
			if c.change != nil {
				c.change(&th)
			}
			watch := NewWatch(split, th, NewPlan(split, th).Probes)
			if got := watch.Settled(c.run.tally(split)); got != c.settled {
				t.Errorf("%v, evidence %+v", got, watch.Evidence(c.run.tally(split)))
			}
		})
	}
}

// Where nobody says how many probes there are at most, a run makes MaxCap of them, however many more it would take.
func TestTheBetsOfACappedRun(t *testing.T) {
	split, th := mustParse(t, "one=80,two=20"), DefaultThresholds()
	th.Tolerance = 0.001
	tally := tallyOf(split, 7000, 3000)
	for limit, same := range map[int]bool{0: true, MaxCap: true, 20 * MaxCap: false} {
		th.Cap = limit
		got, want := NewWatch(split, th, 0).Evidence(tally), NewPanel(split.Shares(), th.Tolerance, 0.01, MaxCap).Evidence(tally.Counts, 0)
		if within(got.Fail, want.Fail, 1e-12, 0) != same {
			t.Errorf("at most %d probes: %v, those of a capped run have %v", limit, got.Fail, want.Fail)
		}
	}
}

// What Watch stops for, Judge decides, and never INCONCLUSIVE.
func TestASettledRunHasADecision(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 14))
	names := []string{"a", "b", "c", "x"}
	for i := range 400 {
		split := mustParse(t, []string{"a=80,b=20", "a=70,b=20,c=10", "a=80,b=20,c=0", "a=64,b=16,!eof=20"}[i%4])
		th := DefaultThresholds()
		if i/4%2 == 1 {
			th.Tolerance = 0.05
		}
		probes := NewPlan(split, th).Probes
		watch, tally := NewWatch(split, th, probes), NewTally(split)
		chance := [4]float64{0.4 + 0.5*rng.Float64(), 0.99, 0.99 + 0.01*rng.Float64(), 0.99 + 0.01*rng.Float64()}
		for range probes {
			switch p := rng.Float64(); {
			case p < chance[0]:
				tally.Answer(names[0])
			case p < chance[1]:
				tally.Answer(names[1+rng.IntN(1+i%2)])
			case p < chance[2]:
				tally.Fail("eof")
			case p < chance[3]:
				tally.Answer("x")
			}
			if watch.Settled(tally) {
				if v := Judge(split, tally, th); v.Decision == Inconclusive {
					t.Fatalf("%v of %s, %d failed: settled, but %s because of %s", tally.Counts, split, tally.Failed, v.Decision, v.Reason)
				}
				break
			}
		}
	}
}

func TestWatchingAllocatesNothing(t *testing.T) {
	for name, tolerance := range map[string]float64{"exact": 0, "with a tolerance": 0.05} {
		t.Run(name, func(t *testing.T) {
			split, th := mustParse(t, "a=70,b=20,c=10"), DefaultThresholds()
			th.Tolerance = tolerance
			watch, tally := NewWatch(split, th, 5000), tallyOf(split, 700, 200, 100)
			tally.Failed = 3
			if n := testing.AllocsPerRun(100, func() { watch.Settled(tally) }); n != 0 {
				t.Errorf("%v allocations a look", n)
			}
		})
	}
}

func BenchmarkWatch(b *testing.B) {
	for name, tolerance := range map[string]float64{"exact": 0, "tolerance": 0.05} {
		b.Run(name, func(b *testing.B) {
			split, th := Split{{"a", 80}, {"b", 20}}, DefaultThresholds()
			th.Tolerance = tolerance
			watch, tally := NewWatch(split, th, 4305), tallyOf(split, 640, 160)
			tally.Failed = 2
			b.ReportAllocs()
			for b.Loop() {
				watch.Settled(tally)
			}
		})
	}
}
