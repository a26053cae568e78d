package stats

import "math"

// findingLevel is the chance that a healthy run of independent probes shows a finding.
const findingLevel = 0.001

// OnlyVersion returns the index of the version that gave all n answers of a split of several, when that would
// hardly happen to a router that follows the split.
func OnlyVersion(split Split, counts []int) (index int, found bool) {
	n, shares := sum(counts), split.Shares()
	for i, c := range counts {
		if n > 0 && c == n && !split[i].IsFailure() {
			return i, math.Pow(shares[i], float64(n)) < findingLevel
		}
	}
	return 0, false
}

// SilentVersions returns the indexes of the versions that gave none of the answers, when that would hardly happen
// at their share.
func SilentVersions(counts []int, shares []float64) []int {
	var silent []int
	for i, c := range counts {
		if c == 0 && math.Pow(1-shares[i], float64(sum(counts))) < findingLevel {
			silent = append(silent, i)
		}
	}
	return silent
}
