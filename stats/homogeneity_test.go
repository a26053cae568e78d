package stats

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func goldenHomogeneity(in struct{ Table [][]int }) map[string]values {
	h := Homogeneity(in.Table)
	return map[string]values{"statistic": {h.Statistic}, "df": {float64(h.DF)}, "p": {h.P}}
}

func TestHomogeneityEdges(t *testing.T) {
	nothing := ChiSquareResult{P: 1}
	for name, c := range map[string]struct {
		table [][]int
		want  ChiSquareResult
	}{
		"no groups":                     {nil, nothing},
		"no versions":                   {[][]int{{}, {}}, nothing},
		"no probes":                     {[][]int{{0, 0}, {0, 0}}, nothing},
		"one group":                     {[][]int{{80, 20}}, nothing},
		"one group that was asked":      {[][]int{{80, 20}, {0, 0}}, nothing},
		"one version":                   {[][]int{{80}, {20}}, nothing},
		"one version that was seen":     {[][]int{{80, 0}, {7, 0}}, nothing},
		"groups that agree":             {[][]int{{80, 20}, {8, 2}}, ChiSquareResult{0, 1, 1, 0}},
		"groups that agree, with zeros": {[][]int{{80, 0, 20}, {0, 0, 0}, {8, 0, 2}}, ChiSquareResult{0, 1, 1, 0}},
		"counts whose sum overflows": {
			[][]int{{math.MaxInt, math.MaxInt}, {math.MaxInt, math.MaxInt}}, ChiSquareResult{0, 1, 1, 0},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Homogeneity(c.table); got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

// Two groups of a million that share nothing: chi-square is n, and P underflows.
func TestHomogeneityLogPSurvivesUnderflow(t *testing.T) {
	h := Homogeneity([][]int{{2_000_000, 0}, {0, 2_000_000}})
	want := -2e6 - math.Log(2000) + 0.5*math.Log(2/math.Pi) + math.Log1p(-1/4e6) // as for Pearson's fit
	if !within(h.Statistic, 4e6, 1e-12, 0) || h.P != 0 || !within(h.LogP, want, 1e-12, 0) {
		t.Errorf("%+v, want log p %v", h, want)
	}
}

// Neither the order of groups and versions nor which is which matters, and empty ones count for nothing.
func TestHomogeneityInvariances(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	for range 200 {
		r, c := 2+rng.IntN(4), 2+rng.IntN(4)
		table := make([][]int, r)
		shuffled := make([][]int, r+1)
		transposed := make([][]int, c)
		rowAt, columnAt := rng.Perm(r+1), rng.Perm(c+1)
		for i := range shuffled {
			shuffled[i] = make([]int, c+1)
		}
		for i := range r {
			table[i] = make([]int, c)
			for j := range c {
				count := 1 + rng.IntN(30)
				table[i][j] = count
				shuffled[rowAt[i]][columnAt[j]] = count
				transposed[j] = append(transposed[j], count)
			}
		}
		want := Homogeneity(table)
		if want.DF != (r-1)*(c-1) {
			t.Fatalf("%v: %d df", table, want.DF)
		}
		for name, other := range map[string][][]int{"shuffled": shuffled, "transposed": transposed} {
			got := Homogeneity(other)
			if got.DF != want.DF || !within(got.Statistic, want.Statistic, 1e-12, 0) || !within(got.LogP, want.LogP, 1e-10, 0) {
				t.Errorf("%v is %+v, %s %+v", table, want, name, got)
			}
		}
	}
}

func TestPoolSmall(t *testing.T) {
	for name, c := range map[string]struct {
		table, pooled [][]int
		into          []int
	}{
		"no groups":          {nil, nil, []int{}},
		"no probes":          {[][]int{{0, 0}, {0, 0}}, nil, []int{-1, -1}},
		"none is small":      {[][]int{{80, 20}, {30, 70}}, [][]int{{80, 20}, {30, 70}}, []int{0, 1}},
		"expected exactly 5": {[][]int{{5, 5}, {80, 80}}, [][]int{{5, 5}, {80, 80}}, []int{0, 1}},
		"two small ones make one": {
			[][]int{{4, 4}, {80, 80}, {3, 3}, {70, 70}}, [][]int{{80, 80}, {70, 70}, {7, 7}}, []int{2, 0, 2, 1},
		},
		"one small one takes in the next": {
			[][]int{{80, 80}, {4, 4}, {70, 70}, {90, 90}}, [][]int{{80, 80}, {90, 90}, {74, 74}}, []int{0, 2, 2, 1},
		},
		"a rare version makes groups small": {
			[][]int{{500, 1}, {500, 9}, {30, 0}}, [][]int{{1030, 10}}, []int{0, 0, 0},
		},
		"a version that nobody saw does not": {
			[][]int{{80, 20, 0}, {30, 70, 0}}, [][]int{{80, 20, 0}, {30, 70, 0}}, []int{0, 1},
		},
		"a group without counts is left out": {
			[][]int{{80, 20}, {0, 0}, {30, 70}}, [][]int{{80, 20}, {30, 70}}, []int{0, -1, 1},
		},
		"one small group": {[][]int{{1, 2}}, [][]int{{1, 2}}, []int{0}},
	} {
		t.Run(name, func(t *testing.T) {
			pooled, into := PoolSmall(c.table)
			if diff := cmp.Diff(c.pooled, pooled); diff != "" {
				t.Errorf("pooled (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.into, into); diff != "" {
				t.Errorf("into (-want +got):\n%s", diff)
			}
		})
	}
}

// Every count goes where into says, and every expected count is 5 or more unless one group is left.
func TestPoolSmallKeepsEveryCount(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	several := 0
	for range 2000 {
		table := make([][]int, 1+rng.IntN(8))
		for i := range table {
			scale := 1 << rng.IntN(8)
			table[i] = []int{rng.IntN(4 * scale), rng.IntN(4 * scale), rng.IntN(4 * scale)}
		}
		pooled, into := PoolSmall(table)
		var left [][]int
		for range pooled {
			left = append(left, make([]int, 3))
		}
		for i, row := range table {
			if into[i] < 0 {
				if sum(row) > 0 {
					t.Fatalf("%v: group %d is lost", table, i)
				}
				continue
			}
			for j, count := range row {
				left[into[i]][j] += count
			}
		}
		if diff := cmp.Diff(left, pooled); diff != "" {
			t.Fatalf("%v (-into +pooled):\n%s", table, diff)
		}
		if len(pooled) < 2 {
			continue
		}
		several++
		rows, columns, n := margins(pooled)
		for _, row := range rows {
			for _, column := range columns {
				if column > 0 && row*column < 5*n {
					t.Fatalf("%v: pooled to %v", table, pooled)
				}
			}
		}
	}
	if several < 100 {
		t.Errorf("only %d tables had several groups left", several)
	}
}

// The smallest expected counts are 5, and still the test of groups that do share a split is about as often
// significant as it says.
func TestHomogeneityFalseAlarms(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 6))
	alarms := 0
	for range 4000 {
		table := make([][]int, 5)
		for i, n := range []float64{400, 300, 100, 25, 9} {
			canary := int(binomial(rng, n, 0.2, 0.8))
			table[i] = []int{int(n) - canary, canary}
		}
		pooled, _ := PoolSmall(table)
		if Homogeneity(pooled).P < 0.05 {
			alarms++
		}
	}
	if alarms < 140 || alarms > 260 {
		t.Errorf("%d alarms in 4000, want about 200", alarms)
	}
}
