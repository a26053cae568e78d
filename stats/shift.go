package stats

// hodgesLehmann is the median of y - x over all pairs, the mean of the two middle ones if their number is
// even. The samples are not empty.
//
// The pairs are never listed: a bisection over the differences that a float64 can hold asks how many pairs
// differ by no more than that, and one walk along both samples answers it.
func hodgesLehmann(x, y sample) float64 {
	pairs := x.n * y.n
	low, high := y.lowest()-x.highest(), y.highest()-x.lowest()
	lower := smallest(low, high, func(d float64) bool { return 2*pairsWithin(x, y, d) >= pairs })
	upper := smallest(lower, high, func(d float64) bool { return 2*pairsWithin(x, y, d) > pairs })
	return (lower + upper) / 2
}

// pairsWithin is the number of pairs with y - x <= d. As y grows, fewer and fewer x will do, from the largest
// one down.
func pairsWithin(x, y sample, d float64) float64 {
	var pairs float64
	left, next := x.n, 0
	for _, bin := range y.bins {
		for next < len(x.bins) && bin.Value-x.bins[next].Value > d {
			left -= float64(x.bins[next].Count)
			next++
		}
		pairs += float64(bin.Count) * left
	}
	return pairs
}
