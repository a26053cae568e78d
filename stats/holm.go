package stats

import (
	"cmp"
	"slices"
)

// Holm adjusts the p-values of several tests for being several: to reject each whose adjusted value is at
// most alpha rejects any true hypothesis with probability at most alpha, however the tests depend on each
// other (Holm, A simple sequentially rejective multiple test procedure, Scandinavian Journal of Statistics 6,
// 1979). The i-th smallest of m is multiplied by m-i+1, made no smaller than those before it, and capped at
// 1. That is never more than Bonferroni's m times.
//
// The values are in [0, 1]; the result has their order, and p is not changed. Of no p-value it is empty.
func Holm(p []float64) []float64 {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(p[i], p[j]) })
	adjusted := make([]float64, len(p))
	largest := 0.0
	for rank, i := range order {
		largest = max(largest, min(1, float64(len(p)-rank)*p[i]))
		adjusted[i] = largest
	}
	return adjusted
}
