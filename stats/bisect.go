package stats

import "math"

// smallest is the smallest float64 from low to high for which enough holds. It must hold from some number on,
// and is taken to hold at high, which is not tried. It halves the number of float64s in between, not their
// distance, so that 64 steps find any root to the last digit however small it is.
func smallest(low, high float64, enough func(float64) bool) float64 {
	l, h := ordinal(low), ordinal(high)
	for l < h {
		mid := l&h + (l^h)>>1 // the mean of l and h, rounded down, where l+h could overflow
		if enough(fromOrdinal(mid)) {
			h = mid
		} else {
			l = mid + 1
		}
	}
	return fromOrdinal(h)
}

// ordinal numbers the float64s in their order, 0 being 0.
func ordinal(v float64) int64 {
	bits := int64(math.Float64bits(v))
	if bits < 0 {
		return math.MinInt64 - bits
	}
	return bits
}

func fromOrdinal(i int64) float64 {
	if i < 0 {
		i = math.MinInt64 - i
	}
	return math.Float64frombits(uint64(i))
}
