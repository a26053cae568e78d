package stats

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseCounts(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []Count
	}{
		"two versions":             {"one=805,two=195", []Count{{"one", 805}, {"two", 195}}},
		"spaces, and an order":     {" two = 195 , one=805", []Count{{"two", 195}, {"one", 805}}},
		"nothing of one":           {"one=0", []Count{{"one", 0}}},
		"failures":                 {"one=1,!refused=2,!error=3", []Count{{"one", 1}, {"!refused", 2}, {"!error", 3}}},
		"as many as can be judged": {"one=9007199254740992", []Count{{"one", 1 << 53}}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ParseCounts(c.text)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestParseCountsRefuses(t *testing.T) {
	const bounds = "is not a whole number from 0 to 9007199254740992"
	for name, c := range map[string]struct{ text, want string }{
		"nothing":                 {" ", "it is empty"},
		"a name alone":            {"one", `"one" has no count`},
		"a number alone":          {"=3", `the count "3" has no name`},
		"a comma at the end":      {"one=1,", `the count "" has no name`},
		"a negative number":       {"one=-1", `the count "-1" of "one" ` + bounds},
		"a fraction":              {"one=1.5", `the count "1.5" of "one" ` + bounds},
		"a whole number as one":   {"one=1e3", `the count "1e3" of "one" ` + bounds},
		"beyond 2^53":             {"one=9007199254740993", `the count "9007199254740993" of "one" ` + bounds},
		"beyond 2^64":             {"one=18446744073709551617", `the count "18446744073709551617" of "one" ` + bounds},
		"no number":               {"one=many", `the count "many" of "one" ` + bounds},
		"a sum beyond 2^53":       {"one=9007199254740992,two=1", "the counts add up to more than 9007199254740992"},
		"a name twice":            {"one=1,one=1", `"one" is there twice`},
		"an unknown failure":      {"!down=1", `"!down" is no kind of failure; !error, !refused, !reset, !timeout, !eof are`},
		"a name that never ends":  {strings.Repeat("x", 257) + "=1", `the name "xxxxxxxxxxxxxxxxxxxx"… has more than 256 bytes`},
		"a name that is too long": {strings.Repeat("x", 256) + "=x", fmt.Sprintf(`the count "x" of %q %s`, strings.Repeat("x", 256), bounds)},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ParseCounts(c.text)
			if err == nil {
				t.Fatalf("%v", got)
			}
			if diff := cmp.Diff(c.want, err.Error()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func FuzzParseCounts(f *testing.F) {
	for _, seed := range []string{"one=805,two=195", "!refused=3,one=1", "one=-1", "one=9007199254740992,two=1", "=,=", "a=0x1", "\xff=1"} {
		f.Add(seed)
	}
	split := Split{{"one", 80}, {"two", 20}} // two versions, for which no test takes long
	f.Fuzz(func(t *testing.T, text string) {
		counts, err := ParseCounts(text)
		if err != nil {
			return
		}
		tally, sum := NewTally(split), 0
		for _, c := range counts {
			if c.Name == "" || c.Count < 0 || c.Count > MaxCount {
				t.Fatalf("%q has the count %+v", text, c)
			}
			tally.Add(c.Name, c.Count)
			sum += c.Count
		}
		if sum > MaxCount || tally.Launched() != sum {
			t.Fatalf("%q: %d in all, and %d in the tally", text, sum, tally.Launched())
		}
		th := DefaultThresholds()
		exact := Judge(split, tally, th)
		th.Tolerance = 0.05
		within := Judge(split, tally, th)
		for _, e := range []*Evidence{exact.Evidence, within.Evidence} {
			if math.IsInf(e.Fail, 0) || math.IsNaN(e.Fail) || e == within.Evidence && (math.IsInf(e.Pass, 0) || math.IsNaN(e.Pass)) {
				t.Fatalf("%q: the evidence is %+v", text, e)
			}
		}
		if tally.Answered() == 0 && (exact.Decision != Inconclusive || within.Decision != Inconclusive) {
			t.Fatalf("%q: %s and %s of no answer", text, exact.Decision, within.Decision)
		}
	})
}
