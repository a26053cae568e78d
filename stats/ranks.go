package stats

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// Bin is a value that a sample has Count times: one bin of a histogram, or one of a raw sample's values,
// counted once.
type Bin struct {
	Value float64
	Count int
}

// Ranks says how the values of a sample y lie against those of a sample x.
type Ranks struct {
	// U is the statistic of Mann and Whitney (1947): the number of pairs in which y is larger, equal ones
	// counting half.
	U float64
	// Theta is U over the number of pairs, P(Y > X) + P(Y = X)/2. It is 1/2 when neither is larger as a rule.
	Theta float64
	// P is the two-sided p-value of U if x and y have the same distribution, by the normal approximation with
	// correction for ties and continuity. A small one may also come from a different spread; to say that one
	// sample is larger, use BrunnerMunzel.P.
	P float64
	// BrunnerMunzel tests whether Theta is 1/2, whatever else differs.
	BrunnerMunzel BrunnerMunzel
	// Shift is the estimate of Hodges and Lehmann (1963) of how much larger y is: the median of y - x over
	// all pairs, in the unit of the values.
	Shift float64
}

// Compare compares the samples x and y by ranks, which no outlier and no choice of scale affects. Bins may
// come in any order, and values more than once; values must be finite, and a bin with a count below 1 is
// ignored. Bins 5 % wide are fine enough for latencies: Theta moves by less than 0.004.
//
// When a sample is empty, Theta is 1/2, the shift is 0 and both p-values are 1, as they are when all values
// are equal. With a and b different values the cost is of order (a+b) log(a+b), whatever the counts.
func Compare(x, y []Bin) Ranks {
	xs, ys := newSample(x), newSample(y)
	if xs.n == 0 || ys.n == 0 {
		return Ranks{Theta: 0.5, P: 1, BrunnerMunzel: BrunnerMunzel{P: 1}}
	}
	xBelow, yBelow := xs.placements(ys), ys.placements(xs)
	var u float64
	for i, bin := range ys.bins {
		u += float64(bin.Count) * yBelow[i]
	}
	pairs := xs.n * ys.n
	variance := pairs / ((xs.n + ys.n) * (xs.n + ys.n - 1)) * (xs.rankSpread(xBelow, ys.n) + ys.rankSpread(yBelow, xs.n))
	return Ranks{
		U:             u,
		Theta:         u / pairs,
		P:             mannWhitneyP(u-pairs/2, variance),
		BrunnerMunzel: brunnerMunzel(xs, ys, xBelow, yBelow),
		Shift:         hodgesLehmann(xs, ys),
	}
}

// mannWhitneyP is the two-sided p-value of U, given its distance from its mean. Half of the step from one U
// to the next is taken off for continuity.
func mannWhitneyP(distance, variance float64) float64 {
	distance = math.Abs(distance) - 0.5
	if distance <= 0 {
		return 1
	}
	return 2 * distuv.UnitNormal.Survival(distance/math.Sqrt(variance))
}

// sample has its bins in ascending order, each value once, and n values in all.
type sample struct {
	bins []Bin
	n    float64
}

func newSample(bins []Bin) sample {
	var s sample
	sorted := slices.SortedFunc(slices.Values(bins), func(a, b Bin) int { return cmp.Compare(a.Value, b.Value) })
	for _, bin := range sorted {
		if bin.Count < 1 {
			continue
		}
		s.n += float64(bin.Count)
		if last := len(s.bins) - 1; last >= 0 && s.bins[last].Value == bin.Value {
			s.bins[last].Count += bin.Count
		} else {
			s.bins = append(s.bins, bin)
		}
	}
	return s
}

func (s sample) lowest() float64 { return s.bins[0].Value }

func (s sample) highest() float64 { return s.bins[len(s.bins)-1].Value }

// placements are, for each bin of s, the number of values of other below it, equal ones counting half.
func (s sample) placements(other sample) []float64 {
	placements := make([]float64, len(s.bins))
	below, next := 0.0, 0
	for i, bin := range s.bins {
		for next < len(other.bins) && other.bins[next].Value < bin.Value {
			below += float64(other.bins[next].Count)
			next++
		}
		placements[i] = below
		if next < len(other.bins) && other.bins[next].Value == bin.Value {
			placements[i] += float64(other.bins[next].Count) / 2
		}
	}
	return placements
}

// rankSpread is the sum over the values of s of (rank - mean rank)², with ranks among s and the other sample
// together and their mean for ties: the rank within s plus the placement. Summed over both samples it is (N³
// - N - sum of (t³ - t)) / 12, where t is the size of each tie, without the loss of digits.
func (s sample) rankSpread(placements []float64, others float64) float64 {
	mean := (s.n + others + 1) / 2
	var spread, before float64
	for i, bin := range s.bins {
		count := float64(bin.Count)
		rank := before + (count+1)/2 + placements[i]
		spread += count * (rank - mean) * (rank - mean)
		before += count
	}
	return spread
}
