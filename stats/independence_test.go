package stats

import (
	"math/rand/v2"
	"testing"
)

// inTurns counts answers that come in turns: so many of the first version, then so many of the second.
func inTurns(split Split, n, first, second int) *Tally {
	tally := NewTally(split)
	for tally.Answered() < n {
		for range first {
			tally.Answer(split[0].Name)
		}
		for range second {
			tally.Answer(split[1].Name)
		}
	}
	return tally
}

func TestAVerdictMustSurviveStreaks(t *testing.T) {
	for name, c := range map[string]struct {
		n, first, second int
		tolerance        float64
		decision         Decision
		reason           Reason
		overturned       Decision
	}{
		"round robin has no streaks":        {2020, 4, 1, 0, Pass, Consistent, Inconclusive},
		"a PASS of dependent answers":       {2020, 12, 3, 0, Inconclusive, NotIndependent, Pass},
		"a PASS of not quite enough":        {6000, 12, 3, 0, Inconclusive, NotIndependent, Pass},
		"a PASS of 98 % of enough":          {7600, 12, 3, 0, Pass, Consistent, Inconclusive},
		"a PASS of enough of them":          {12_000, 12, 3, 0, Pass, Consistent, Inconclusive},
		"a FAIL that they explain":          {2020, 30, 10, 0, Inconclusive, NotIndependent, Fail},
		"a FAIL that they do not":           {2020, 10, 10, 0, Fail, Mismatch, Inconclusive},
		"too few, dependent or not":         {300, 12, 3, 0, Inconclusive, TooFewProbes, Inconclusive},
		"undecided, dependent or not":       {300, 12, 3, 0.05, Inconclusive, Undecided, Inconclusive},
		"within a tolerance, on few":        {1000, 12, 3, 0.05, Inconclusive, NotIndependent, Pass},
		"within a tolerance, on many":       {10_000, 12, 3, 0.05, Pass, WithinTolerance, Inconclusive},
		"outside a tolerance, hardly":       {1600, 60, 40, 0.05, Inconclusive, NotIndependent, Fail},
		"outside a tolerance, by far":       {1600, 6, 18, 0.05, Fail, OutOfTolerance, Inconclusive},
		"alternation outside the tolerance": {1600, 1, 1, 0.05, Fail, OutOfTolerance, Inconclusive},
	} {
		t.Run(name, func(t *testing.T) {
			split, th := mustParse(t, "one=80,two=20"), DefaultThresholds()
			th.Tolerance = c.tolerance
			tally := inTurns(split, c.n, c.first, c.second)
			v := Judge(split, tally, th)
			if v.Decision != c.decision || v.Reason != c.reason {
				t.Errorf("%s because of %s, want %s because of %s; %+v", v.Decision, v.Reason, c.decision, c.reason, v.Streaks)
			}
			if c.reason == NotIndependent && v.Streaks.Overturned != c.overturned {
				t.Errorf("overturned %s, want %s", v.Streaks.Overturned, c.overturned)
			}
			// The same counts in an order that nobody knows are taken to be independent.
			unordered := NewTally(split)
			unordered.Add("one", tally.Counts[0])
			unordered.Add("two", tally.Counts[1])
			if v := Judge(split, unordered, th); v.Reason == NotIndependent || v.Streaks != nil {
				t.Errorf("without an order: %s, %+v", v.Reason, v.Streaks)
			}
			tally.Add("one", 1)
			if v := Judge(split, tally, th); v.Streaks != nil {
				t.Errorf("without the order of one answer: %s, %+v", v.Reason, v.Streaks)
			}
		})
	}
}

// Independent replies come in turns as long as these with a chance of 0.0015, which is not yet below streakLevel.
func TestAFewStreaksAreChance(t *testing.T) {
	split := mustParse(t, "one=80,two=20")
	if v := Judge(split, inTurns(split, 60, 8, 2), DefaultThresholds()); v.Streaks != nil {
		t.Errorf("%+v", v.Streaks)
	}
}

// Failures that are expected are outcomes as any other, and stick as others do.
func TestExpectedFailuresHaveAPlaceInTheOrder(t *testing.T) {
	split := mustParse(t, "one=80,!error=20")
	tally := NewTally(split)
	for range 200 {
		for range 12 {
			tally.Answer("one")
		}
		for range 3 {
			tally.Fail("eof")
		}
	}
	if v := Judge(split, tally, DefaultThresholds()); v.Streaks == nil || v.Reason != NotIndependent {
		t.Errorf("%s, %+v", v.Reason, v.Streaks)
	}
}

// What the panel finds on all answers it must find on as many as they are worth. It takes about 800 answers like the
// expected split to prove it.
func TestABandMustHoldOnFewer(t *testing.T) {
	panel := NewPanel([]float64{0.8, 0.2}, 0.05, 0.01, 4305)
	for name, c := range map[string]struct {
		decision Decision
		counts   []int
		failed   int
		effect   float64
		want     bool
	}{
		"inside, of enough":            {Pass, []int{6600, 1650}, 0, 10, true},
		"inside, of too few":           {Pass, []int{6600, 1650}, 0, 13, false},
		"inside, but for the failures": {Pass, []int{6600, 1650}, 50, 10, false},
		"outside, of enough":           {Fail, []int{3300, 1460}, 0, 5, true},
		"outside, of too few":          {Fail, []int{3300, 1460}, 0, 10, false},
		"outside, of less than 100":    {Fail, []int{0, 900}, 0, 10, false},
		"outside, but not inside":      {Pass, []int{3300, 1460}, 0, 5, false},
	} {
		t.Run(name, func(t *testing.T) {
			if panel.Decide(c.counts, c.failed) != c.decision && c.want {
				t.Fatalf("on all of them it is %s", panel.Decide(c.counts, c.failed))
			}
			d := &Dependence{Effect: c.effect}
			if got := d.upholdBand(panel, c.decision, c.counts, c.failed); got != c.want {
				t.Errorf("upheld: %v", got)
			}
		})
	}
}

// A run is not stopped for what would not stand, and goes on until it does.
func TestStreaksProlongARun(t *testing.T) {
	for name, c := range map[string]struct {
		tolerance     float64
		first, second int
	}{
		"with a tolerance": {0.05, 12, 3},
		"exactly":          {0, 12, 8},
	} {
		t.Run(name, func(t *testing.T) {
			split, th := mustParse(t, "one=80,two=20"), DefaultThresholds()
			th.Tolerance, th.Cap = c.tolerance, 40_000
			watch, tally := NewWatch(split, th, 40_000), NewTally(split)
			evident := 0
			for !watch.Settled(tally) && tally.Answered() < 40_000 {
				n := tally.Answered() % (c.first + c.second)
				tally.Answer(split[min(n/c.first, 1)].Name)
				if e := watch.Evidence(tally); evident == 0 && tally.Answered() >= failFloor && max(e.Pass, e.Fail) >= e.Threshold {
					evident = tally.Answered()
				}
			}
			v := Judge(split, tally, th)
			t.Logf("the evidence is there after %d answers, and the verdict, %s, after %d", evident, v.Decision, tally.Answered())
			if v.Decision == Inconclusive || v.Streaks == nil || tally.Answered() < 2*evident {
				t.Errorf("%s because of %s", v.Decision, v.Reason)
			}
		})
	}
}

// Unexpected answers and failures have no place in the order.
func TestTheOrderIsThatOfTheSplit(t *testing.T) {
	split := mustParse(t, "one=80,two=20")
	th := DefaultThresholds()
	th.MaxErrorRate, th.MaxUnknownRate = 1, 1
	tally := NewTally(split)
	rng := rand.New(rand.NewPCG(8, 2))
	for i := range 3000 {
		switch {
		case i%3 == 0:
			tally.Answer("x")
		case i%7 == 0:
			tally.Fail("eof")
		case rng.Float64() < 0.8:
			tally.Answer("one")
		default:
			tally.Answer("two")
		}
	}
	if v := Judge(split, tally, th); v.Streaks != nil {
		t.Errorf("%+v", v.Streaks)
	}
	if tally.order.N() != sum(tally.Counts) {
		t.Errorf("%d in the order, %d counted", tally.order.N(), sum(tally.Counts))
	}
}
