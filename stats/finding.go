package stats

import "math"

// findingLevel is the chance that a healthy run of independent probes shows a finding.
const findingLevel = 0.001

// OnlyVersion returns the index of the version that gave all n answers of a split of several, when that would
// hardly happen to a router that follows the split.
func OnlyVersion(counts []int, shares []float64) (index int, found bool) {
	n := sum(counts)
	for i, c := range counts {
		if n > 0 && c == n && shares[i] < 1 {
			return i, math.Pow(shares[i], float64(n)) < findingLevel
		}
	}
	return 0, false
}
