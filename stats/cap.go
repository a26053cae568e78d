package stats

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// MaxCap is the number of probes that a run with a tolerance makes at most by itself.
const MaxCap = 1_000_000

// undecidedRate is the chance that a healthy split is still undecided at the cap.
const undecidedRate = 0.001

// Cap is the number of answers by which a split that is exactly as expected has been proved to lie within its
// tolerance with a chance of 99.9 %; it is at most 1e15. Shares are positive, and alpha is that of the Panel.
//
// At each end of a band the bettor on the expected share gains I = KL(share || bound) an answer on average, with a
// standard deviation of s. By the normal approximation its half of the money is worth 1/alpha after n answers, but
// for a chance of 0.001 / ends, when n I - z s sqrt(n) = log(2/alpha); Cap is the largest such n.
func Cap(shares []float64, tolerance, alpha float64) int {
	ends := sides(shares, tolerance)
	z := -distuv.UnitNormal.Quantile(undecidedRate / float64(len(ends)))
	target := math.Log(2 / alpha)
	answers := 1.0
	for _, end := range ends {
		w, b := shares[end.version], end.bound
		gain := relativeEntropy(w, b)
		spread := 0.0
		if w < 1 { // at 1 every answer is the same, so there is none
			spread = z * math.Sqrt(w*(1-w)) * math.Abs(math.Log(w*(1-b)/(b*(1-w))))
		}
		root := (spread + math.Sqrt(spread*spread+4*gain*target)) / (2 * gain)
		answers = max(answers, root*root)
	}
	return int(min(math.Ceil(answers), 1e15))
}

// relativeEntropy is Kullback and Leibler's, of a coin that falls on p from one that falls on q: the average of what
// one toss tells against q, in natural logarithms.
func relativeEntropy(p, q float64) float64 {
	d := p * math.Log(p/q)
	if p < 1 {
		d += (1 - p) * math.Log((1-p)/(1-q))
	}
	return max(d, 2*(p-q)*(p-q)) // Pinsker's bound, for where the difference of the terms is lost in rounding
}
