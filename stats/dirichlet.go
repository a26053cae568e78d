package stats

import "math"

// concentrations are how closely the alternatives of Dirichlet gather around the expected split: from anywhere at
// all to a few points off. Together they are within a factor of two of the best possible whatever the truth is.
var concentrations = [...]float64{4, 64, 1024}

// Dirichlet is the evidence against an exact split that may be looked at after every answer: the average, over
// alternatives drawn from three Dirichlet distributions around the split, of the likelihood ratio of the counts. Its
// expectation under the split is 1 at any time, so that by Ville's inequality (1939) it ever reaches 1/alpha with a
// chance of at most alpha. It is the mixture of Good (1967) as Lindon and Malek (2022) use it for sample ratios.
type Dirichlet struct {
	shares    []float64
	logShares []float64
	constant  [len(concentrations)]float64 // log Gamma(c) - sum of log Gamma(c share)
}

// NewDirichlet returns the evidence against shares, all positive with a sum of 1.
func NewDirichlet(shares []float64) *Dirichlet {
	d := &Dirichlet{shares: shares, logShares: make([]float64, len(shares))}
	for i, share := range shares {
		d.logShares[i] = math.Log(share)
	}
	for j, c := range concentrations {
		d.constant[j] = logGamma(c)
		for _, share := range shares {
			d.constant[j] -= logGamma(c * share)
		}
	}
	return d
}

// LogE is the natural logarithm of the evidence in counts,
//
//	E = mean over c of  Gamma(c) / Gamma(c+n)  product over i of  Gamma(c share_i + x_i) / Gamma(c share_i) / share_i^x_i
//
// It is 0 without answers. It allocates nothing.
func (d *Dirichlet) LogE(counts []int) float64 {
	n := total(counts)
	likelihood := 0.0
	for i, x := range counts {
		likelihood += float64(x) * d.logShares[i]
	}
	var logs [len(concentrations)]float64
	largest := math.Inf(-1)
	for j, c := range concentrations {
		logs[j] = d.constant[j] - logGamma(c+n) - likelihood
		for i, x := range counts {
			logs[j] += logGamma(c*d.shares[i] + float64(x))
		}
		largest = max(largest, logs[j])
	}
	mean := 0.0
	for _, v := range logs {
		mean += math.Exp(v-largest) / float64(len(logs))
	}
	// No average of alternatives is likelier than the best of them. The bound matters beyond 1e12 answers, where
	// the difference of such large logarithms is mostly rounding.
	return min(largest+math.Log(mean), d.bestLogRatio(counts, n))
}

// bestLogRatio is the logarithm of the likelihood ratio of the alternative that fits best, the observed shares.
func (d *Dirichlet) bestLogRatio(counts []int, n float64) float64 {
	ratio := 0.0
	for i, x := range counts {
		if x > 0 {
			ratio += float64(x) * (math.Log(float64(x)/n) - d.logShares[i])
		}
	}
	return ratio
}

func logGamma(x float64) float64 {
	v, _ := math.Lgamma(x)
	return v
}
