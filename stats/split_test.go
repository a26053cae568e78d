package stats

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseSplit(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want Split
	}{
		"two versions":                     {"one=80,two=20", Split{{"one", 80}, {"two", 20}}},
		"one version":                      {"one=1", Split{{"one", 1}}},
		"a version that must get nothing":  {"one=100,two=0", Split{{"one", 100}, {"two", 0}}},
		"fractions":                        {"one=.5,two=5.,three=0.25", Split{{"one", 0.5}, {"two", 5}, {"three", 0.25}}},
		"spaces around names and numbers":  {" one = 80 ,\ttwo\t=20\n", Split{{"one", 80}, {"two", 20}}},
		"a space within a name":            {"version one=80,two=20", Split{{"version one", 80}, {"two", 20}}},
		"names beyond ASCII":               {"é=1,日本=2", Split{{"é", 1}, {"日本", 2}}},
		"names that differ in case":        {"one=1,One=2", Split{{"one", 1}, {"One", 2}}},
		"a name that is no UTF-8":          {"\xff=1", Split{{"\xff", 1}}},
		"a plus sign":                      {"one=+5", Split{{"one", 5}}},
		"an exponent":                      {"one=1e3", Split{{"one", 1000}}},
		"a hexadecimal weight":             {"one=0x1p3", Split{{"one", 8}}},
		"a weight with an underscore":      {"one=1_000", Split{{"one", 1000}}},
		"the greatest weight":              {"one=1e15,two=1e15", Split{{"one", 1e15}, {"two", 1e15}}},
		"the smallest share":               {"one=999999999999,two=1", Split{{"one", 999999999999}, {"two", 1}}},
		"tiny weights in fair proportions": {"one=1e-300,two=2e-300", Split{{"one", 1e-300}, {"two", 2e-300}}},
		"an exclamation mark further on":   {"one!=1", Split{{"one!", 1}}},
		"the longest name":                 {strings.Repeat("n", 256) + "=1", Split{{strings.Repeat("n", 256), 1}}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ParseSplit(c.text)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestParseSplitRefuses(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"nothing":                      {"", `it is empty`},
		"blanks":                       {" \t\n", `it is empty`},
		"a name alone":                 {"one", `"one" has no weight`},
		"a second name alone":          {"one=80, two", `"two" has no weight`},
		"an equals sign in a name":     {"app=one=80", `the weight "one=80" of "app" is not a number`},
		"semicolons for commas":        {"one=80;two=20", `the weight "80;two=20" of "one" is not a number`},
		"a weight that underflows":     {"one=1e-400,two=1", `the weight "1e-400" of "one" is too small`},
		"a name and no number":         {"one=", `"one" has no weight`},
		"a name and a blank":           {"one= ", `"one" has no weight`},
		"a trailing comma":             {"one=80,", `"" has no weight`},
		"two commas in a row":          {"one=80,,two=20", `"" has no weight`},
		"a comma alone":                {",", `"" has no weight`},
		"a number alone":               {"=80", `the weight 80 has no name`},
		"a blank name":                 {" =80", `the weight 80 has no name`},
		"a negative weight":            {"one=-1", `the weight -1 of "one" is not a number from 0 to 1e+15`},
		"no number":                    {"one=NaN", `the weight NaN of "one" is not a number from 0 to 1e+15`},
		"infinity":                     {"one=Inf", `the weight +Inf of "one" is not a number from 0 to 1e+15`},
		"infinity in full":             {"one=-infinity", `the weight -Inf of "one" is not a number from 0 to 1e+15`},
		"weights whose sum overflows":  {"one=1e308,two=1e308", `the weight 1e+308 of "one" is not a number from 0 to 1e+15`},
		"a weight that overflows":      {"one=1e400", `the weight +Inf of "one" is not a number from 0 to 1e+15`},
		"a weight one step too great":  {"one=1000000000000000.125", `the weight 1.0000000000000001e+15 of "one" is not a number from 0 to 1e+15`},
		"a percent sign":               {"one=80%", `the weight "80%" of "one" is not a number`},
		"two numbers":                  {"one=80 20", `the weight "80 20" of "one" is not a number`},
		"digits beyond ASCII":          {"one=１", `the weight "１" of "one" is not a number`},
		"a word for a number":          {"one=\x1b[31mmany", `the weight "\x1b[31mmany" of "one" is not a number`},
		"an underscore at the end":     {"one=80_", `the weight "80_" of "one" is not a number`},
		"zeros only":                   {"one=0,two=0", `no weight is positive`},
		"a name twice":                 {"one=80,one=20", `"one" is there twice`},
		"a name twice but for a space": {"one=80, one =20", `"one" is there twice`},
		"too small a share":            {"one=1e-300,two=1", `the weight 1e-300 of "one" is less than 1e-12 of the sum`},
		"a share just too small":       {"one=9e-13,two=1", `the weight 9e-13 of "one" is less than 1e-12 of the sum`},
		"no kind of failure":           {"one=80,!down=20", `"!down" is no kind of failure; !error, !refused, !reset, !timeout, !eof are`},
		"failures of every kind alone": {"!error=20", "the failures leave nothing for versions; their share must be below 100 %"},
		"failures beside a zero":       {"one=0,!eof=1", "the failures leave nothing for versions; their share must be below 100 %"},
		"failures at a weight of zero": {"one=80,!reset=0", `the weight of "!reset" is not above 0; that failures are not expected goes without saying`},
		"a kind of failure twice":      {"one=80,!eof=1,!eof=2", `"!eof" is there twice`},
		"too long a name": {
			strings.Repeat("n", 257) + "=1", `the name "nnnnnnnnnnnnnnnnnnnn"… has more than 256 bytes`,
		},
		"ten thousand names": {strings.TrimSuffix(strings.Repeat("n=1,", 10_000), ","), `it has 10000 versions, more than 256`},
		"one name too many":  {strings.TrimSuffix(strings.Repeat("n=1,", 257), ","), `it has 257 versions, more than 256`},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ParseSplit(c.text)
			if err == nil {
				t.Fatalf("got %v, want the error %q", got, c.want)
			}
			if diff := cmp.Diff(c.want, err.Error()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAsManyVersionsAsAllowed(t *testing.T) {
	var pairs []string
	for i := range MaxVersions {
		pairs = append(pairs, fmt.Sprintf("v%d=1", i))
	}
	split, err := ParseSplit(strings.Join(pairs, ","))
	if err != nil || len(split) != MaxVersions {
		t.Errorf("%d versions, error %v", len(split), err)
	}
}

// A split need not come from ParseSplit, and what was built by hand must not
// get further than what was typed.
func TestValidateRefusesWhatParseSplitCannotRead(t *testing.T) {
	for name, c := range map[string]struct {
		split Split
		want  string
	}{
		"no versions":       {nil, "it has 0 versions; from 1 to 256 will do"},
		"too many versions": {make(Split, 257), "it has 257 versions; from 1 to 256 will do"},
	} {
		t.Run(name, func(t *testing.T) {
			err := c.split.Validate()
			if err == nil || err.Error() != c.want {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

func TestShares(t *testing.T) {
	for name, c := range map[string]struct {
		split Split
		want  []float64
	}{
		"percentages":                     {Split{{"one", 80}, {"two", 20}}, []float64{0.8, 0.2}},
		"ratios":                          {Split{{"one", 4}, {"two", 1}}, []float64{0.8, 0.2}},
		"a version that must get nothing": {Split{{"one", 3}, {"two", 0}}, []float64{1, 0}},
		"three in the order given":        {Split{{"c", 2}, {"a", 1}, {"b", 1}}, []float64{0.5, 0.25, 0.25}},
		"the greatest weights":            {Split{{"one", MaxWeight}, {"two", MaxWeight}}, []float64{0.5, 0.5}},
		"subnormal weights":               {Split{{"one", 5e-324}, {"two", 5e-324}}, []float64{0.5, 0.5}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, c.split.Shares()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRename(t *testing.T) {
	split := Split{{"v1", 50}, {"v2", 30}, {"v3", 20}}
	for name, c := range map[string]struct {
		names map[string]string
		want  Split
	}{
		"nothing to rename":                     {nil, Split{{"v1", 50}, {"v2", 30}, {"v3", 20}}},
		"a name that is not there":              {map[string]string{"v4": "four"}, Split{{"v1", 50}, {"v2", 30}, {"v3", 20}}},
		"one name":                              {map[string]string{"v2": "two"}, Split{{"v1", 50}, {"two", 30}, {"v3", 20}}},
		"two names that swap":                   {map[string]string{"v1": "v2", "v2": "v1"}, Split{{"v2", 50}, {"v1", 30}, {"v3", 20}}},
		"a new name is not renamed again":       {map[string]string{"v1": "v9", "v9": "nine"}, Split{{"v9", 50}, {"v2", 30}, {"v3", 20}}},
		"two that become one, at the first":     {map[string]string{"v1": "app", "v3": "app"}, Split{{"app", 70}, {"v2", 30}}},
		"a name that another has already":       {map[string]string{"v3": "v1"}, Split{{"v1", 70}, {"v2", 30}}},
		"a name that another has only later on": {map[string]string{"v1": "v3"}, Split{{"v3", 70}, {"v2", 30}}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, split.Rename(c.names)); diff != "" {
				t.Error(diff)
			}
		})
	}
	if want := (Split{{"v1", 50}, {"v2", 30}, {"v3", 20}}); !slices.Equal(split, want) {
		t.Errorf("the original is now %v", split)
	}
}

func TestStringIsReadBack(t *testing.T) {
	for name, c := range map[string]struct {
		split Split
		want  string
	}{
		"whole weights":           {Split{{"one", 80}, {"two", 20}}, "one=80,two=20"},
		"fractions":               {Split{{"one", 99.9}, {"two", 0.1}}, "one=99.9,two=0.1"},
		"great and small weights": {Split{{"one", 1e15}, {"two", 1234.5678}}, "one=1000000000000000,two=1234.5678"},
		"a weight of zero":        {Split{{"one", 1}, {"two", 0}}, "one=1,two=0"},
		"a third":                 {Split{{"one", 1.0 / 3}}, "one=0.3333333333333333"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.split.String(); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			back, err := ParseSplit(c.want)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.split, back); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func FuzzSplit(f *testing.F) {
	for _, text := range []string{
		"", " ", ",", "=", "one=80,two=20", "one=100,two=0", "one=0,two=0", " one = 80 ,\ttwo=20", "app=one=1",
		"é=1,日本=2", "one=1e15,two=1e15", "one=1e-300,two=1", "one=5e-324,two=5e-324", "one=1e308,two=1e308",
		"one=1e400", "one=NaN", "one=-0,two=1", "one=0x1p-3", "one=1_000", "!error=20", "\xff=1", "one=80,",
		"one=9007199254740993,two=1", "\u00a0one\u3000=1",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		split, err := ParseSplit(text)
		if err != nil {
			return
		}
		if err := split.Validate(); err != nil {
			t.Fatalf("%q was read, yet %v", text, err)
		}
		var sum float64
		for i, share := range split.Shares() {
			if math.IsNaN(share) || share < 0 || share > 1 || share == 0 != (split[i].Weight == 0) {
				t.Errorf("%q: %v has a share of %v", text, split[i], share)
			}
			sum += share
		}
		if !within(sum, 1, 0, 1e-9) {
			t.Errorf("%q: the shares sum to %v", text, sum)
		}
		back, err := ParseSplit(split.String())
		if err != nil {
			t.Fatalf("%q: cannot read back %q: %v", text, split.String(), err)
		}
		if !slices.Equal(back, split) {
			t.Errorf("%q: %v became %v", text, split, back)
		}
	})
}
