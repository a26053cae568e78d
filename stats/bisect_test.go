package stats

import (
	"math"
	"testing"
)

func TestSmallestFindsEveryFloat(t *testing.T) {
	numbers := []float64{
		-math.MaxFloat64, -2, -1, -math.SmallestNonzeroFloat64, 0, math.SmallestNonzeroFloat64, 1e-300, 0.1, 1,
		math.Nextafter(1, 2), 2, math.MaxFloat64,
	}
	for i, want := range numbers {
		for _, low := range numbers[:i+1] {
			for _, high := range numbers[i:] {
				calls := 0
				got := smallest(low, high, func(v float64) bool { calls++; return v >= want })
				if got != want || calls > 64 {
					t.Errorf("from %v to %v: %v after %d calls, want %v", low, high, got, calls, want)
				}
			}
		}
	}
}

func TestSmallestTakesHighForGranted(t *testing.T) {
	if got := smallest(-3, 5, func(float64) bool { return false }); got != 5 {
		t.Errorf("got %v", got)
	}
}
