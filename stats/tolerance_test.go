package stats

import "testing"

// Verdicts on 80/20, give or take 5 points, unless a case says otherwise.
func TestJudgeWithATolerance(t *testing.T) {
	for name, c := range map[string]struct {
		split    string // one=80,two=20 if empty
		run      run
		change   func(*Thresholds)
		decision Decision
		reason   Reason
		flip     bool
	}{
		"nothing answered":            {run: run{failed: 10}, decision: Inconclusive, reason: NothingAnswered},
		"healthy":                     {run: run{counts: []int{800, 200}}, decision: Pass, reason: WithinTolerance},
		"the first proof of healthy":  {run: run{counts: []int{660, 164}}, decision: Pass, reason: WithinTolerance},
		"not yet":                     {run: run{counts: []int{400, 100}}, decision: Inconclusive, reason: Undecided},
		"two points off is tolerated": {run: run{counts: []int{3280, 720}}, decision: Pass, reason: WithinTolerance},
		"nine points off is not":      {run: run{counts: []int{1420, 580}}, decision: Fail, reason: OutOfTolerance},
		"nine points off upwards":     {run: run{counts: []int{1780, 220}}, decision: Fail, reason: OutOfTolerance},
		"at the edge":                 {run: run{counts: []int{3230, 1075}}, decision: Inconclusive, reason: Undecided},
		"at the edge, and cut short":  {run: run{counts: []int{300, 100}, cut: true}, decision: Inconclusive, reason: Interrupted},
		// What is proved is proved whenever one looks.
		"healthy, and cut short":          {run: run{counts: []int{800, 200}, cut: true}, decision: Pass, reason: WithinTolerance},
		"off, and cut short":              {run: run{counts: []int{100, 100}, cut: true}, decision: Fail, reason: OutOfTolerance},
		"gross, but 99 answers":           {run: run{counts: []int{9, 90}}, decision: Inconclusive, reason: Undecided},
		"gross, and 100 answers":          {run: run{counts: []int{9, 91}}, decision: Fail, reason: OutOfTolerance},
		"gross, and no more are made":     {run: run{counts: []int{0, 20}}, change: func(t *Thresholds) { t.Cap = 20 }, decision: Fail, reason: OutOfTolerance},
		"a wider tolerance":               {run: run{counts: []int{160, 40}}, change: func(t *Thresholds) { t.Tolerance = 0.1 }, decision: Pass, reason: WithinTolerance},
		"a narrower tolerance":            {run: run{counts: []int{800, 200}}, change: func(t *Thresholds) { t.Tolerance = 0.02 }, decision: Inconclusive, reason: Undecided},
		"a higher confidence":             {run: run{counts: []int{660, 164}}, change: func(t *Thresholds) { t.Confidence = 0.999 }, decision: Inconclusive, reason: Undecided},
		"alpha has no say":                {run: run{counts: []int{3280, 720}}, change: func(t *Thresholds) { t.Alpha = 0.4 }, decision: Pass, reason: WithinTolerance},
		"three versions":                  {split: "a=70,b=20,c=10", run: run{counts: []int{700, 200, 100}}, decision: Pass, reason: WithinTolerance},
		"three versions, one of them off": {split: "a=70,b=20,c=10", run: run{counts: []int{700, 300, 0}}, decision: Fail, reason: OutOfTolerance},
		"a version that gets everything":  {split: "a=1,b=0", run: run{counts: []int{104, 0}}, decision: Pass, reason: WithinTolerance},
		"a hit on what gets nothing":      {split: "a=1,b=0", run: run{counts: []int{104, 1}}, decision: Fail, reason: UnexpectedVersion},
		"an unexpected version":           {run: run{counts: []int{800, 200}, others: map[string]int{"x": 1}}, decision: Fail, reason: UnexpectedVersion},
		"too many failures":               {run: run{counts: []int{8000, 2000}, failed: 102}, decision: Fail, reason: Unhealthy},

		"failures that change nothing": {run: run{counts: []int{1600, 400}, failed: 5}, decision: Pass, reason: WithinTolerance},
		"failures in the way of a PASS": {
			run: run{counts: []int{660, 164}, failed: 5}, decision: Inconclusive, reason: ErrorsCouldFlip, flip: true,
		},
		"failures in the way of a FAIL": {
			run: run{counts: []int{659, 290}, failed: 9}, decision: Inconclusive, reason: ErrorsCouldFlip, flip: true,
		},
		"failures that hide a shift": { // of 74/26, with the canary's failures made good
			run: run{counts: []int{3186, 796}, failed: 322}, change: func(t *Thresholds) { t.MaxErrorRate = 0.5 },
			decision: Inconclusive, reason: ErrorsCouldFlip, flip: true,
		},
		"failures that could flip, and are too many": {
			run: run{counts: []int{660, 164}, failed: 9}, decision: Fail, reason: Unhealthy, flip: true,
		},
		"expected failures have a band": {split: "a=64,b=16,!error=20", run: run{counts: []int{960, 240, 300}}, decision: Pass, reason: WithinTolerance},
		"none of them came":             {split: "a=64,b=16,!error=20", run: run{counts: []int{960, 240, 0}}, decision: Fail, reason: OutOfTolerance},
	} {
		t.Run(name, func(t *testing.T) {
			if c.split == "" {
				c.split = "one=80,two=20"
			}
			split, th := mustParse(t, c.split), DefaultThresholds()
			th.Tolerance = 0.05
			if c.change != nil {
				c.change(&th)
			}
			v := Judge(split, c.run.tally(split), th)
			if v.Decision != c.decision || v.Reason != c.reason || v.CouldFlip != c.flip {
				t.Errorf("%s because of %s, could flip: %v; want %s because of %s, %v", v.Decision, v.Reason, v.CouldFlip, c.decision, c.reason, c.flip)
				t.Logf("%+v", v.Evidence)
			}
		})
	}
}

func TestThePlanOfATolerance(t *testing.T) {
	for name, c := range map[string]struct {
		split     string
		tolerance float64
		want      Plan
	}{
		"80/20, 5 points":              {"a=80,b=20", 0.05, Plan{4305, 4305, false}},
		"a version that gets nothing":  {"a=80,b=20,c=0", 0.05, Plan{4305, 4305, false}},
		"more than a run makes itself": {"a=80,b=20", 0.001, Plan{10_050_217, 1_000_000, true}},
		"one version":                  {"a=1", 0.05, Plan{104, 104, false}},
	} {
		t.Run(name, func(t *testing.T) {
			th := DefaultThresholds()
			th.Tolerance = c.tolerance
			if got := NewPlan(mustParse(t, c.split), th); got != c.want {
				t.Errorf("%+v, want %+v", got, c.want)
			}
		})
	}
}

// The exact mean for 80/20 and 5 points is 960; two others are from simulations of 10,000 runs and more.
func TestExpectedProbes(t *testing.T) {
	for name, c := range map[string]struct {
		split     string
		tolerance float64
		want      float64
	}{
		"80/20, 5 points":    {"a=80,b=20", 0.05, 960},
		"80/20, 10 points":   {"a=80,b=20", 0.10, 238},
		"95/5, 2 points":     {"a=95,b=5", 0.02, 1805},
		"70/20/10, 5 points": {"a=70,b=20,c=10", 0.05, 1294},
		"one version":        {"a=1", 0.05, 104},
	} {
		t.Run(name, func(t *testing.T) {
			th := DefaultThresholds()
			th.Tolerance = c.tolerance
			if got := ExpectedProbes(mustParse(t, c.split), th); !within(float64(got), c.want, 0.06, 0) {
				t.Errorf("%d, want about %v", got, c.want)
			}
		})
	}
}

func TestSmallestTolerance(t *testing.T) {
	s := []float64{0.8, 0.2}
	for _, n := range []int{1135, 2000, 4305, 25_860} {
		tolerance, found := SmallestTolerance(s, n, 0.01)
		if !found || Cap(s, tolerance, 0.01) > n || Cap(s, tolerance*0.999, 0.01) <= n {
			t.Errorf("%d probes: %v, %v", n, tolerance, found)
		}
	}
	if tolerance, found := SmallestTolerance([]float64{1}, 104, 0.01); !found || Cap([]float64{1}, tolerance, 0.01) != 104 {
		t.Errorf("104 probes of one version: %v, %v", tolerance, found)
	}
	for _, s := range [][]float64{{0.8, 0.2}, {1}} {
		widest := Cap(s, 1, 0.01)
		if tolerance, found := SmallestTolerance(s, widest-1, 0.01); found {
			t.Errorf("%v: %d probes settle a tolerance of %v, though all there is takes %d", s, widest-1, tolerance, widest)
		}
		if tolerance, found := SmallestTolerance(s, widest, 0.01); !found || Cap(s, tolerance, 0.01) != widest {
			t.Errorf("%v: %d probes, the fewest that settle anything: %v, %v", s, widest, tolerance, found)
		}
	}
	if tolerance, found := SmallestTolerance(s, 500, 0.01); found {
		t.Errorf("500 probes settle a tolerance of %v, though no band of the 80 %% ends beyond 90", tolerance)
	}
}
