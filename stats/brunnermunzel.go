package stats

import (
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// BrunnerMunzel is the test of Brunner and Munzel, The nonparametric Behrens-Fisher problem, Biometrical
// Journal 42 (2000), of whether P(Y > X) + P(Y = X)/2 is 1/2. Unlike that of Mann and Whitney it keeps its
// error rate when the spreads differ. The approximation wants some ten values in each sample.
//
// When all values are equal, or a sample has just one and the two overlap, the data have no variance to
// measure against: the statistic is 0 and P is 1.
//
// Where no value of one sample reaches the other the variance is 0 as well, but that says something. The
// statistic is then +Inf or -Inf, and P is 2^(1-m), where m is the size of the smaller sample. It is the
// largest probability of such a separation, one way or the other, under P(Y > X) <= 1/2 >= P(Y < X): m pairs
// that share no value are independent, and y is larger in all of them with probability 2^-m at most.
type BrunnerMunzel struct {
	// Statistic is (Theta - 1/2) over its standard error, positive when y is the larger one.
	Statistic float64
	// DF is the degrees of freedom of its t distribution, a fraction by the formula of Satterthwaite (1946),
	// 0 where P does not come from one.
	DF float64
	// P is two-sided.
	P float64
}

// brunnerMunzel is Welch's t test of the placements: as fractions of the other sample their means are 1-Theta
// for x and Theta for y.
func brunnerMunzel(x, y sample, xBelow, yBelow []float64) BrunnerMunzel {
	mean, vx := x.placementMoments(xBelow, y.n)
	theta, vy := y.placementMoments(yBelow, x.n)
	switch {
	case x.highest() < y.lowest():
		return BrunnerMunzel{Statistic: math.Inf(1), P: math.Exp2(1 - min(x.n, y.n))}
	case y.highest() < x.lowest():
		return BrunnerMunzel{Statistic: math.Inf(-1), P: math.Exp2(1 - min(x.n, y.n))}
	case min(x.n, y.n) < 2 || vx+vy == 0:
		return BrunnerMunzel{P: 1}
	}
	ex, ey := vx/x.n, vy/y.n
	statistic := (theta - mean) / 2 / math.Sqrt(ex+ey)
	df := (ex + ey) * (ex + ey) / (ex*ex/(x.n-1) + ey*ey/(y.n-1))
	return BrunnerMunzel{
		Statistic: statistic,
		DF:        df,
		P:         min(1, 2*distuv.StudentsT{Sigma: 1, Nu: df}.Survival(math.Abs(statistic))),
	}
}

// placementMoments are the mean and the unbiased variance of the placements of s, as fractions of the size of
// the other sample. As fractions they are exact where it matters: when all are equal they are 0, 1/2 or 1,
// and the variance is 0.
func (s sample) placementMoments(placements []float64, others float64) (mean, variance float64) {
	fractions := make([]float64, len(placements))
	counts := make([]float64, len(placements))
	for i, placement := range placements {
		fractions[i] = placement / others
		counts[i] = float64(s.bins[i].Count)
	}
	return stat.MeanVariance(fractions, counts)
}
