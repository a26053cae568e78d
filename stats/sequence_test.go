package stats

import (
	"fmt"
	"math/rand/v2"
)

// goldenSequence returns what the tests of order say about a sequence, of the
// first version alone when there are two.
func goldenSequence(in struct {
	Name string
	K    int
	Seq  string
}) map[string]values {
	sequence := letters(in.Seq)
	order, counts := ordered(sequence, in.K)
	transitions := Transitions(sequence, in.K)
	statistic, df, p := transitions.Statistic, transitions.DF, transitions.P
	got := map[string]values{
		"runs":            {float64(order.Changes() + 1)},
		"z_multi":         {RunsZ(counts, order.Changes()+1)},
		"transition_chi2": {statistic}, "transition_df": {float64(df)}, "transition_p": {p},
	}
	versions := in.K
	if in.K == 2 {
		versions = 1
	}
	for i := range versions {
		few, many := RunsTest(counts[i], len(sequence)-counts[i], order.Runs(i))
		sup, left := Path(sequence, i)
		change := Scan(sequence, i)
		for name, v := range map[string]float64{
			"category": float64(i), "runs": float64(order.Runs(i)), "p_few": few, "p_many": many,
			"scan_b": change.B, "scan_at": float64(change.At), "scan_p": change.P,
			"path_sup": sup, "path_left_p": left,
		} {
			got[fmt.Sprintf("per_category[%d].%s", i, name)] = values{v}
		}
	}
	return got
}

// letters reads a sequence of categories, A for the first.
func letters(text string) []int {
	sequence := make([]int, len(text))
	for i, letter := range []byte(text) {
		sequence[i] = int(letter - 'A')
	}
	return sequence
}

// ordered returns the order and the counts of a sequence over k categories.
func ordered(sequence []int, k int) (*Order, []int) {
	order, counts := NewOrder(k), make([]int, k)
	for _, c := range sequence {
		order.Add(c)
		counts[c]++
	}
	return order, counts
}

// markov draws n categories of which each repeats the one before it with
// probability rho, and is drawn anew from shares otherwise; rho = 0 draws
// independent ones.
func markov(rng *rand.Rand, n int, rho float64, shares ...float64) []int {
	sequence := make([]int, n)
	for i := range sequence {
		if i > 0 && rho > 0 && rng.Float64() < rho {
			sequence[i] = sequence[i-1]
			continue
		}
		c := 0
		for u := rng.Float64(); c < len(shares)-1 && u >= shares[c]; c++ {
			u -= shares[c]
		}
		sequence[i] = c
	}
	return sequence
}

// smoothRobin is the smooth weighted round robin of nginx: each turn raises
// every version by its weight, and the highest answers and pays the sum.
func smoothRobin(n, start int, weights ...int) []int {
	sequence, level := make([]int, n), make([]int, len(weights))
	for i := -start; i < n; i++ {
		highest, sum := 0, 0
		for c, weight := range weights {
			level[c] += weight
			sum += weight
			if level[c] > level[highest] {
				highest = c
			}
		}
		level[highest] -= sum
		if i >= 0 {
			sequence[i] = highest
		}
	}
	return sequence
}

// alarms is the fraction of tries for which p is below 0.001.
func alarms(tries int, p func() float64) float64 {
	below := 0
	for range tries {
		if p() < 0.001 {
			below++
		}
	}
	return float64(below) / float64(tries)
}
