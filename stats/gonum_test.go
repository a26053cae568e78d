package stats

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// TestEdgesOfGonum names what the library does at the edges that verdicts meet, and holds our own functions to what
// they should say there. When a case's first part fails, the library has changed and a guard may go.
func TestEdgesOfGonum(t *testing.T) {
	panics := func(f func()) (did bool) {
		defer func() { did = recover() != nil }()
		f()
		return false
	}
	for name, c := range map[string]struct {
		library func() bool // it still has the edge
		ours    func() bool // we do not
	}{
		"chi-squared without degrees of freedom panics": {
			func() bool { return panics(func() { distuv.ChiSquared{K: 0}.Survival(1) }) },
			func() bool {
				fit := GoodnessOfFit([]int{7}, []float64{1})
				empty := Homogeneity([][]int{{3, 0}, {5, 0}})
				return fit.P == 1 && fit.DF == 0 && empty.P == 1 && empty.DF == 0
			},
		},
		"chi-squared below zero panics": {
			func() bool { return panics(func() { distuv.ChiSquared{K: 1}.CDF(-1) }) },
			func() bool { d := NoncentralChiSquared{K: 1}; return d.CDF(-1) == 0 && d.Survival(-1) == 1 },
		},
		"the tail of 1 - CDF is lost": {
			func() bool { return 1-distuv.ChiSquared{K: 1}.CDF(100) == 0 },
			func() bool {
				fit := pearson([]int{600, 400}, []float64{0.8, 0.2})
				return fit.P > 0 && fit.P < 1e-50 && within(math.Log(fit.P), fit.LogP, 1e-9, 0)
			},
		},
		"a p-value that underflows keeps its logarithm": {
			func() bool { return distuv.ChiSquared{K: 1}.Survival(2000) == 0 },
			func() bool { l := logSurvival(1, 2000); return l < -1000 && l > -1010 },
		},
		"chi-square of an answer where none is expected is infinite": {
			func() bool { return math.IsInf(stat.ChiSquare([]float64{9, 1}, []float64{10, 0}), 1) },
			func() bool { fit := GoodnessOfFit([]int{9, 1}, []float64{1, 0}); return fit.P == 0 && fit.DF == 1 },
		},
		"chi-square of no answer where none is expected is nothing, and costs no degree of freedom": {
			func() bool { return stat.ChiSquare([]float64{10, 0}, []float64{10, 0}) == 0 },
			func() bool { return GoodnessOfFit([]int{8, 2, 0}, []float64{0.8, 0.2, 0}).DF == 1 },
		},
		"a binomial that cannot miss is no number": {
			func() bool { return math.IsNaN(distuv.Binomial{N: 10, P: 1}.Prob(10)) },
			func() bool {
				certain := NewPanel([]float64{1}, 0.05, 0.01, 104)
				return certain.Decide([]int{104}, 0) == Pass && Cap([]float64{1}, 0.05, 0.01) == 104
			},
		},
		"a quantile of a beta distribution without hits panics": {
			func() bool { return panics(func() { distuv.Beta{Alpha: 0, Beta: 5}.Quantile(0.5) }) },
			func() bool { i := ClopperPearson(0, 5, 0.99); return i.Low == 0 && i.High > 0.6 && i.High < 0.7 },
		},
	} {
		t.Run(name, func(t *testing.T) {
			if !c.library() {
				t.Error("the library no longer does this")
			}
			if !c.ours() {
				t.Error("our side of it is wrong")
			}
		})
	}
}
