package report

import (
	"strings"
	"testing"

	"github.com/tcpshift/tcpshift/stats"
)

// What a sentence says, and what it must not say, where the golden outputs have no run of the kind.
func TestMessages(t *testing.T) {
	lenient := func(th *stats.Thresholds) { th.MaxUnknownRate = 0.1 }
	for name, c := range map[string]struct {
		run       *runBuilder
		want, not string
	}{
		"p between alpha and ten times alpha is not measurable": { // p = 0.006
			newRun("one=80,two=20", 3270, 730).within(5), "within 5 points of 80/20, 99 % sure: two got 18.2 %", "measurably",
		},
		"what the budget let pass, with a tolerance": {
			newRun("one=80,two=20", 1600, 400).answered("three", 2).within(5).with(lenient), "; 2 answers of unexpected versions tolerated", "",
		},
		"the one version that has a band": {
			newRun("one=0,two=100", 0, 104).within(5), "two got 100 % of the answers, and 95 to 100 % is tolerated", "one got",
		},
		"answers that do not count do not make up for others": {
			newRun("one=80,two=20", 1600, 400).answered("three", 30).with(lenient), "2000 answers are too few", "2030",
		},
		"failures are part of what was done before it was cut short": {
			newRun("one=80,two=20", 400, 99).failed("read", "reset", 2, reset).cut(64), "cut short after 501 of 2020 probes", "",
		},
		"no expected failure is missed where others are too many": {
			newRun("one=64,two=16,!refused=20", 1600, 0).failed("read", "eof", 100, "EOF"), "; nothing came from two", "!refused",
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := c.run.report().Verdict.Message
			if !strings.Contains(got, c.want) || c.not != "" && strings.Contains(got, c.not) {
				t.Errorf("%s\nmust say %q, and not %q", got, c.want, c.not)
			}
		})
	}
}

// A server can call itself what it likes.
func TestAVersionThatCallsItselfAFailureIsNone(t *testing.T) {
	for _, o := range []Observed{{Name: "!error"}, {Name: "one", Expected: true}} {
		if got := got(o); strings.Contains(got, "failed") {
			t.Errorf("%+v: %s", o, got)
		}
	}
}

// Not all answers came from the one version if some came from versions that nobody expects.
func TestOneVersionOnlyIsSaidOfAllAnswers(t *testing.T) {
	r := newRun("one=80,two=20", 200, 0).answered("three", 2).with(func(th *stats.Thresholds) { th.MaxUnknownRate = 0.1 }).report()
	for _, f := range r.Findings {
		if f.ID == "one-version-only" {
			t.Error(f.Message)
		}
	}
}

func TestOdds(t *testing.T) {
	for want, log := range map[string]float64{"1": 0, "100": 4.6051702, "999999": 13.8155095, "10^6": 13.8155106, "10^43": 100} {
		if got := odds(log); got != want {
			t.Errorf("e^%v: %s, want %s", log, got, want)
		}
	}
}
