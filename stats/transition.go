package stats

// Transitions tests whether an answer depends on the one before it, in a sequence of categories in [0, k): Pearson's
// chi-square of independence, without correction, in the k x k table of how often one category follows another
// (Bartlett 1951; Anderson and Goodman 1957). It sees any dependence between neighbours, streaks, alternation and
// fixed successions alike, but needs counts that are not small: the smallest expected one should be 5 or more. See
// RunsTest for what is exact.
//
// Categories that nothing follows, or that follow nothing, do not count for DF. With fewer than two of either there is
// nothing to test, and P is 1.
func Transitions(sequence []int, k int) ChiSquareResult {
	table := make([][]int, k)
	for i := range table {
		table[i] = make([]int, k)
	}
	for i := 1; i < len(sequence); i++ {
		table[sequence[i-1]][sequence[i]]++
	}
	return Homogeneity(table)
}
