package stats

// Correlation estimates how much an answer depends on the one before it: the probability r that it repeats the
// version, over and above what chance brings. In a chain that repeats with probability r and otherwise draws anew,
// neighbours differ at a rate of (1-r) (1 - sum share²), and r is the correlation between them. changes is how many
// of the n-1 pairs of neighbours differ, and shares are the observed ones, fractions that sum to 1; with others, a
// mere shift of the shares would look like dependence.
//
// Alternation would give a negative r, and counts as 0. The upper end is (n-1)/(n+1), where the DesignEffect is n:
// a sequence weighs at least as much as one independent answer. Fewer than two answers or versions give 0.
func Correlation(changes, n int, shares []float64) float64 {
	differ := 1.0
	for _, share := range shares {
		differ -= share * share
	}
	if n < 2 || differ <= 0 {
		return 0
	}
	answers := float64(n)
	r := 1 - float64(changes)/(answers-1)/differ
	return min(max(r, 0), (answers-1)/(answers+1))
}

// DesignEffect is the factor (1+r)/(1-r) by which a correlation r between neighbours, in [0, 1), inflates the
// variance of the shares of a long sequence (Bayley and Hammersley 1946; the term is Kish's, 1965): n answers weigh as
// much as n / DesignEffect(r) independent ones. It is +Inf at r = 1.
func DesignEffect(r float64) float64 { return (1 + r) / (1 - r) }

// Streaks is the probability, if all orders are equally likely, that some version has as few runs as the one that
// stands out most: the smallest few of RunsTest, times the number of versions if there are more than two, at most 1.
// Two versions have the same runs, and one test. counts has the answers of each version, those that were added to o.
//
// Versions without an answer say nothing about order and are not counted: the test is conditional on counts. With
// fewer than two that have one, it is 1.
func Streaks(o *Order, counts []int) float64 {
	smallest, seen := 1.0, 0
	for i, count := range counts {
		if count > 0 {
			few, _ := RunsTest(count, o.N()-count, o.Runs(i))
			smallest = min(smallest, few)
			seen++
		}
	}
	if seen > 2 {
		smallest *= float64(seen)
	}
	return min(smallest, 1)
}
