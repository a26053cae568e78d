package stats

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestShiftIsTheMedianOfAllPairs(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 11))
	odd, even := 0, 0
	for range 2000 {
		x, y := randomBins(rng), randomBins(rng)
		if rng.IntN(2) == 0 { // no ties
			for i := range x {
				x[i].Value += rng.NormFloat64()
			}
		}
		var differences []float64
		for _, b := range unbinned(y) {
			for _, a := range unbinned(x) {
				differences = append(differences, b-a)
			}
		}
		slices.Sort(differences)
		n := len(differences)
		want := (differences[(n-1)/2] + differences[n/2]) / 2
		if n%2 == 1 {
			odd++
		} else {
			even++
		}
		if got := Compare(x, y).Shift; got != want {
			t.Fatalf("%v and %v: %v, want %v", x, y, got, want)
		}
	}
	if odd < 200 || even < 200 {
		t.Errorf("%d odd and %d even numbers of pairs", odd, even)
	}
}

// The number of pairs is far beyond what could be listed.
func TestShiftOfMillions(t *testing.T) {
	x := []Bin{{0.001, 3_000_000}, {0.002, 1_000_000}}
	y := []Bin{{0.0015, 1_000_000}, {0.004, 3_000_000}}
	if got := Compare(x, y).Shift; got != 0.004-0.001 {
		t.Errorf("got %v", got)
	}
}
