package stats

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"testing"
)

// goldenKinds has, for each kind of reference case, the number of cases and
// the code under test. A runner returns every value that the case wants.
var goldenKinds = map[string]struct {
	cases int
	run   goldenRunner
}{
	"chisq_gof":           {25, golden(goldenPearson)},
	"gof_edge":            {2, golden(goldenEdge)},
	"exact_multinomial":   {18, golden(goldenExact)},
	"errors_chisq_range":  {4, golden(goldenErrorRange)},
	"ncx2":                {8, golden(goldenNoncentral)},
	"power":               {6, golden(goldenPower)},
	"sample_size":         {5, golden(goldenProbes)},
	"wilson":              {6, golden(goldenWilson)},
	"goodman":             {4, golden(goldenGoodman)},
	"panel_e":             {14, golden(goldenPanel)},
	"dirichlet_e":         {10, golden(goldenDirichlet)},
	"auto_cap":            {5, golden(goldenCap)},
	"g_test":              {8, golden(goldenG)},
	"clopper_pearson":     {5, golden(goldenClopperPearson)},
	"confidence_sequence": {6, golden(goldenRobbins)},
	"homogeneity":         {4, golden(goldenHomogeneity)},
	"mann_whitney":        {5, golden(goldenRanks)},
	"sequence":            {7, golden(goldenSequence)},
}

// TestGolden holds the arithmetic to values from mpmath, R, scipy and
// statsmodels; each case names its source.
func TestGolden(t *testing.T) {
	data, err := os.ReadFile("testdata/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Cases []struct {
			ID, Kind   string
			Input      json.RawMessage
			Want       wants
			RTol, ATol float64
		}
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	cases := map[string]int{}
	for _, c := range file.Cases {
		kind, ok := goldenKinds[c.Kind]
		if !ok {
			t.Errorf("%s: no runner for kind %q", c.ID, c.Kind)
			continue
		}
		cases[c.Kind]++
		t.Run(c.ID, func(t *testing.T) {
			got := kind.run(t, c.Input)
			if len(c.Want) == 0 {
				t.Fatal("the case wants nothing")
			}
			for _, name := range slices.Sorted(maps.Keys(c.Want)) {
				want := c.Want[name]
				if len(want) == 0 {
					t.Fatalf("%s: nothing is wanted of it", name)
				}
				if len(got[name]) != len(want) {
					t.Fatalf("%s: got %v, want %v", name, got[name], want)
				}
				for i, v := range got[name] {
					if !within(v, want[i], c.RTol, c.ATol) {
						t.Errorf("%s: got %v, want %v", name, v, want[i])
					}
				}
			}
		})
	}
	for name, kind := range goldenKinds {
		if cases[name] < kind.cases {
			t.Errorf("%s: %d cases ran, want %d", name, cases[name], kind.cases)
		}
	}
}

// within is the tolerance rule of the reference values.
func within(got, want, rtol, atol float64) bool {
	return got == want || math.Abs(got-want) <= atol+rtol*math.Abs(want)
}

type goldenRunner func(t *testing.T, input json.RawMessage) map[string]values

// golden decodes a case's input for run. A field that run does not know is an
// error: it would be a part of the case that is not tested.
func golden[In any](run func(In) map[string]values) goldenRunner {
	return func(t *testing.T, input json.RawMessage) map[string]values {
		var in In
		decoder := json.NewDecoder(bytes.NewReader(input))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&in); err != nil {
			t.Fatal(err)
		}
		return run(in)
	}
}

// wants has the wanted values by name. Those of objects within the case are
// flattened: the field p of the second object in the list pairs is
// "pairs[1].p".
type wants map[string]values

func (w *wants) UnmarshalJSON(data []byte) error {
	*w = wants{}
	return w.flatten("", data)
}

func (w wants) flatten(prefix string, object []byte) error {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(object, &fields); err != nil {
		return err
	}
	for name, data := range fields {
		name = prefix + name
		var objects []map[string]any
		var err error
		switch {
		case data[0] == '{':
			err = w.flatten(name+".", data)
		case json.Unmarshal(data, &objects) == nil && len(objects) > 0:
			var list []json.RawMessage
			err = json.Unmarshal(data, &list)
			for i := 0; i < len(list) && err == nil; i++ {
				err = w.flatten(fmt.Sprintf("%s[%d].", name, i), list[i])
			}
		default:
			var v values
			err = json.Unmarshal(data, &v)
			w[name] = v
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func TestWantsAreFlattened(t *testing.T) {
	var got wants
	err := json.Unmarshal([]byte(`{"n": 1, "list": [2, 3], "none": [], "one": {"r": 6},
		"pairs": [{"p": 4}, {"p": "Inf", "q": [5]}]}`), &got)
	if err != nil {
		t.Fatal(err)
	}
	want := wants{
		"n": {1}, "list": {2, 3}, "none": {}, "one.r": {6},
		"pairs[0].p": {4}, "pairs[1].p": {math.Inf(1)}, "pairs[1].q": {5},
	}
	if !maps.EqualFunc(got, want, slices.Equal[values]) {
		t.Errorf("got %v, want %v", got, want)
	}
	for name, data := range map[string]string{
		"a word":              `{"p": "small"}`,
		"a word within":       `{"pairs": [{"p": "small"}]}`,
		"objects and numbers": `{"pairs": [{"p": 1}, 2]}`,
	} {
		if json.Unmarshal([]byte(data), &got) == nil {
			t.Errorf("%s is taken for a value", name)
		}
	}
}

// values are the numbers of a wanted value, in their order: one number, a list, or a list of lists. A word stands for
// a number.
type values []float64

var words = map[string]float64{
	"Inf": math.Inf(1), "lo": 0, "hi": 1,
	"FAIL": -1, "CONTINUE": 0, "PASS": 1, "INCONCLUSIVE": 2,
}

func (v *values) UnmarshalJSON(data []byte) error {
	var tree any
	if err := json.Unmarshal(data, &tree); err != nil {
		return err
	}
	*v = values{}
	return v.add(tree)
}

func (v *values) add(tree any) error {
	switch x := tree.(type) {
	case float64:
		*v = append(*v, x)
		return nil
	case string:
		if number, known := words[x]; known {
			*v = append(*v, number)
			return nil
		}
	case []any:
		for _, item := range x {
			if err := v.add(item); err != nil {
				return err
			}
		}
		return nil
	}
	return fmt.Errorf("no number: %v", tree)
}

// shares turns weights into fractions.
func shares(weights []float64) []float64 {
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	fractions := make([]float64, len(weights))
	for i, w := range weights {
		fractions[i] = w / sum
	}
	return fractions
}

type weighted struct {
	Counts  []int
	Weights []float64
}

func goldenPearson(in weighted) map[string]values {
	fit := pearson(in.Counts, shares(in.Weights))
	return map[string]values{
		"statistic": {fit.Statistic}, "df": {float64(fit.DF)}, "p": {fit.P}, "log_p": {fit.LogP},
		"cohen_w": {fit.CohenW}, "tvd": {fit.TVD}, "max_dev": {fit.MaxDeviation},
	}
}

func goldenEdge(in weighted) map[string]values {
	fit := pearson(in.Counts, shares(in.Weights))
	return map[string]values{"statistic": {fit.Statistic}, "df": {float64(fit.DF)}, "p": {fit.P}}
}

func goldenExact(in weighted) map[string]values {
	logP := exactLogP(in.Counts, shares(in.Weights))
	ways := outcomes(total(in.Counts), len(in.Counts))
	return map[string]values{"p": {math.Exp(logP)}, "outcomes": {ways}}
}

func goldenErrorRange(in struct {
	weighted
	Errors int
}) map[string]values {
	s := shares(in.Weights)
	worst := pearson(worstCase(in.Counts, s, in.Errors, chiSquare), s)
	giveBack(in.Counts, s, in.Errors, levelChiSquare)
	best := pearson(in.Counts, s)
	return map[string]values{
		"stat_min": {best.Statistic}, "p_at_min": {best.P},
		"stat_max": {worst.Statistic}, "p_at_max": {worst.P},
	}
}

func goldenNoncentral(in struct{ X, DF, NCP float64 }) map[string]values {
	d := NoncentralChiSquared{K: in.DF, Lambda: in.NCP}
	return map[string]values{"cdf": {d.CDF(in.X)}, "sf": {d.Survival(in.X)}}
}

func goldenPower(in struct {
	Weights, Truth []float64
	N              int
	Alpha          float64
}) map[string]values {
	s, truth := shares(in.Weights), shares(in.Truth)
	df := len(s) - 1
	var ncp float64
	for i := range s {
		ncp += float64(in.N) * (truth[i] - s[i]) * (truth[i] - s[i]) / s[i]
	}
	return map[string]values{
		"ncp": {ncp}, "df": {float64(df)}, "critical": {critical(df, in.Alpha)},
		"power": {Power(s, truth, in.N, in.Alpha)},
	}
}

func goldenProbes(in struct {
	Weights             []float64
	Shift, Alpha, Power float64
}) map[string]values {
	s := shares(in.Weights)
	return map[string]values{
		"ncp": {Noncentrality(len(s)-1, in.Alpha, in.Power)},
		"n":   {float64(Probes(s, in.Shift, in.Alpha, in.Power))},
	}
}

func goldenWilson(in struct {
	X, N       int
	Confidence float64
}) map[string]values {
	interval := Wilson(in.X, in.N, in.Confidence)
	return map[string]values{"lo": {interval.Low}, "hi": {interval.High}}
}

// goldenGoodman asks for Goodman's intervals of two versions too, which
// Intervals does not use.
func goldenGoodman(in struct {
	Counts     []int
	Confidence float64
}) map[string]values {
	n, k := int(total(in.Counts)), len(in.Counts)
	want := map[string]values{}
	for _, x := range in.Counts {
		interval := wilson(float64(x), float64(n), (1-in.Confidence)/float64(k))
		want["lo"] = append(want["lo"], interval.Low)
		want["hi"] = append(want["hi"], interval.High)
	}
	return want
}
