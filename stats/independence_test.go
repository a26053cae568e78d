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
		"a PASS of enough of them":          {12_000, 12, 3, 0, Pass, Consistent, Inconclusive},
		"a FAIL that they explain":          {2020, 30, 10, 0, Inconclusive, NotIndependent, Fail},
		"a FAIL that they do not":           {2020, 10, 10, 0, Fail, Mismatch, Inconclusive},
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
		})
	}
}

func TestOneVersionAloneIsNoStreak(t *testing.T) {
	split := mustParse(t, "one=80,two=20")
	v := Judge(split, inTurns(split, 300, 1, 0), DefaultThresholds())
	if v.Decision != Fail || v.Reason != Mismatch || v.Streaks != nil {
		t.Errorf("%s because of %s, %+v", v.Decision, v.Reason, v.Streaks)
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
