package stats

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestOnlyVersion(t *testing.T) {
	for name, c := range map[string]struct {
		counts []int
		shares []float64
		index  int
		found  bool
	}{
		"no answers":                              {[]int{0, 0}, []float64{0.8, 0.2}, 0, false},
		"both versions answered":                  {[]int{1000, 1}, []float64{0.8, 0.2}, 0, false},
		"the first alone":                         {[]int{100, 0}, []float64{0.8, 0.2}, 0, true},
		"the second alone":                        {[]int{0, 100}, []float64{0.8, 0.2}, 1, true},
		"0.8 to the 30th is more than 0.001":      {[]int{30, 0}, []float64{0.8, 0.2}, 0, false},
		"0.8 to the 31st is less":                 {[]int{31, 0}, []float64{0.8, 0.2}, 0, true},
		"a coin falls on one side nine times":     {[]int{9, 0}, []float64{0.5, 0.5}, 0, false},
		"a coin falls on one side ten times":      {[]int{10, 0}, []float64{0.5, 0.5}, 0, true},
		"a canary too small to be missed":         {[]int{2020, 0}, []float64{0.999, 0.001}, 0, false},
		"a canary that should have shown itself":  {[]int{7000, 0}, []float64{0.999, 0.001}, 0, true},
		"one version as it should be":             {[]int{5000, 0}, []float64{1, 0}, 0, false},
		"a version of weight zero alone":          {[]int{0, 1}, []float64{1, 0}, 1, true},
		"a split of one":                          {[]int{5000}, []float64{1}, 0, false},
		"one of three alone":                      {[]int{0, 0, 20}, []float64{0.4, 0.3, 0.3}, 2, true},
		"two of three, with nothing on the third": {[]int{40, 60, 0}, []float64{0.4, 0.3, 0.3}, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			index, found := OnlyVersion(weights(c.shares...), c.counts)
			if found != c.found || found && index != c.index {
				t.Errorf("version %d, %v; want %d, %v", index, found, c.index, c.found)
			}
		})
	}
}

func TestSilentVersions(t *testing.T) {
	for name, c := range map[string]struct {
		counts []int
		shares []float64
		want   []int
	}{
		"no answers":                             {[]int{0, 0}, []float64{0.8, 0.2}, nil},
		"all of them answered":                   {[]int{80, 20}, []float64{0.8, 0.2}, nil},
		"0.8 to the 30th is more than 0.001":     {[]int{30, 0}, []float64{0.8, 0.2}, nil},
		"0.8 to the 31st is less":                {[]int{31, 0}, []float64{0.8, 0.2}, []int{1}},
		"a version of weight zero is silent":     {[]int{5000, 0}, []float64{1, 0}, nil},
		"two of four":                            {[]int{50, 0, 50, 0}, []float64{0.25, 0.25, 0.25, 0.25}, []int{1, 3}},
		"a small one may be silent, a great not": {[]int{0, 100, 0}, []float64{0.5, 0.499, 0.001}, []int{0}},
		"everything went to a weight of zero":    {[]int{0, 1}, []float64{1, 0}, []int{0}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, SilentVersions(c.counts, c.shares)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
