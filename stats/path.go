package stats

import "math"

// minPath is the smallest number of answers of the version, and of the rest, whose path is compared to its limit.
const minPath = 10

// Path tests whether the answers of a category are spread more evenly over a sequence of categories than chance
// spreads them, as a round robin does. Unlike the number of runs it sees that also when several round robins are
// interleaved, or answers overtake each other.
//
// sup is the largest distance, in answers, between the number of answers of the category among the first t and its
// expectation t n_c / N. p is the probability that chance keeps as close: that of K <= (sup + 1/2) / sqrt(n_c (N -
// n_c) / N) for K of Kolmogorov's distribution, the limit if all orders are equally likely (Kolmogorov 1933). The 1/2
// makes up for the steps of the path, and without it false alarms are several times the nominal rate. A path with
// fewer than 10 answers of the category, or of the others, is not tested: p is 1.
func Path(sequence []int, category int) (sup, p float64) {
	own := 0
	for _, c := range sequence {
		if c == category {
			own++
		}
	}
	n, count, farthest := len(sequence), 0, 0
	for i, c := range sequence {
		if c == category {
			count++
		}
		distance := n*count - (i+1)*own
		farthest = max(farthest, distance, -distance)
	}
	if n > 0 {
		sup = float64(farthest) / float64(n)
	}
	if min(own, n-own) < minPath {
		return sup, 1
	}
	scale := math.Sqrt(float64(own) / float64(n) * float64(n-own))
	return sup, kolmogorov((sup + 0.5) / scale)
}

// kolmogorov is the distribution function of the largest absolute value of a Brownian bridge, accurate in relative
// terms however small it is; 0 for x <= 0.
//
// It has two series (Feller 1948). Each needs only a few terms on its side of 1, and only the first keeps the digits
// of a small value.
func kolmogorov(x float64) float64 {
	if x <= 0 {
		return 0
	}
	var sum float64
	if x < 1 {
		for j := 1.0; j <= 9; j += 2 {
			z := j * math.Pi / x
			sum += math.Exp(-z * z / 8)
		}
		return math.Sqrt(2*math.Pi) / x * sum
	}
	for j, sign := 1.0, 1.0; j <= 5; j, sign = j+1, -sign {
		sum += sign * math.Exp(-2*j*j*x*x)
	}
	return 1 - 2*sum
}
