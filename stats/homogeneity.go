package stats

import (
	"cmp"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// minPooledExpected is the expected count that PoolSmall sees to: the customary 5 (Cochran 1954). The lax
// rule will do where the result is a finding, not a verdict.
const minPooledExpected = 5

// Homogeneity tests whether several groups of probes share one split, whatever it is: Pearson's chi-square
// test of an r x c table. A row is a group, such as the probes to one address, and has one count a version;
// all rows are of one length. The degrees of freedom are (r-1)(c-1) over the rows and columns with a count;
// those of zeros only leave the test. With fewer than two of either there is nothing to compare, and P is 1.
//
// The p-value is the chi-square approximation. It is meant for tables in which every expected count is 5 or
// more, as PoolSmall makes them.
func Homogeneity(table [][]int) ChiSquareResult {
	rows, columns, n := margins(table)
	r, c := len(positive(rows)), len(positive(columns))
	if r < 2 || c < 2 {
		return chiSquareResult(0, 0)
	}
	var observed, expected []float64
	for i, row := range table {
		for j, count := range row {
			observed = append(observed, float64(count))
			expected = append(expected, rows[i]*columns[j]/n)
		}
	}
	return chiSquareResult(stat.ChiSquare(observed, expected), (r-1)*(c-1))
}

// PoolSmall merges the groups of a table for Homogeneity that have an expected count below 5, smallest first,
// into one group, the last row of the result. If that is still too small, it takes in the next larger groups.
// The others stay, in their order. When the rarest version has too few counts for any two groups, one group
// remains, of which Homogeneity says nothing.
//
// into[i] is the row of pooled that holds group i, or -1 for a group without counts, which is left out. What
// is pooled depends on the sums of rows and columns only, which say nothing about whether the groups agree,
// so that the error rate of the test is unharmed.
func PoolSmall(table [][]int) (pooled [][]int, into []int) {
	rows, columns, n := margins(table)
	if n == 0 {
		return nil, slices.Repeat([]int{-1}, len(table))
	}
	rarest := slices.Min(positive(columns))
	small := func(row float64) bool { return row*rarest < minPooledExpected*n }

	var order []int
	for i, row := range rows {
		if row > 0 {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(rows[i], rows[j]) })
	merged, size := 0, 0.0
	for merged < len(order) && (small(rows[order[merged]]) || merged > 0 && small(size)) {
		size += rows[order[merged]]
		merged++
	}

	into = slices.Repeat([]int{-1}, len(table))
	slices.Sort(order[merged:])
	for _, i := range order[merged:] {
		into[i] = len(pooled)
		pooled = append(pooled, slices.Clone(table[i]))
	}
	if merged == 0 {
		return pooled, into
	}
	rest := make([]int, len(columns))
	for _, i := range order[:merged] {
		into[i] = len(pooled)
		for j, count := range table[i] {
			rest[j] += count
		}
	}
	return append(pooled, rest), into
}

// margins are the sums of the rows, of the columns and of the whole table.
func margins(table [][]int) (rows, columns []float64, n float64) {
	rows = make([]float64, len(table))
	if len(table) > 0 {
		columns = make([]float64, len(table[0]))
	}
	for i, row := range table {
		rows[i] = total(row)
		n += rows[i]
		for j, count := range row {
			columns[j] += float64(count)
		}
	}
	return rows, columns, n
}
