package report

import (
	"math"
	"strconv"
	"strings"

	"github.com/guptarohit/asciigraph"
)

// The plot of a plan is as large as fits a terminal of 80 columns and 24 rows below its table.
const (
	plotWidth  = 60
	plotHeight = 8
)

// plot draws the shift that a number of probes can see against that number, on a logarithmic scale of probes. It is
// empty when fewer than three numbers can see anything.
func (p ProbePlan) plot() string {
	if len(p.Detectable) < 3 {
		return ""
	}
	first, last := p.Detectable[0].Probes, p.Detectable[len(p.Detectable)-1].Probes
	low, high := math.Log10(float64(first)), math.Log10(float64(last))
	series := make([]float64, plotWidth)
	for i := range series {
		x := low + (high-low)*float64(i)/(plotWidth-1)
		shift, ok := p.sees(int(math.Round(math.Pow(10, x))))
		if !ok { // just before the first number that sees anything, by rounding
			shift = p.Detectable[0].Shift
		}
		series[i] = 100 * shift
	}
	what := "points that are seen"
	if p.Tolerance != nil {
		what = "points of tolerance"
	}
	graph := asciigraph.Plot(series,
		asciigraph.Height(plotHeight), asciigraph.LowerBound(0), asciigraph.Precision(1),
		asciigraph.XAxisRange(low, high), asciigraph.XAxisTickCount(5),
		asciigraph.XAxisValueFormatter(func(x float64) string {
			return strconv.Itoa(rounded(int(math.Round(math.Pow(10, x)))))
		}),
		asciigraph.Caption("probes"),
	)
	var b strings.Builder
	b.WriteString("\n  " + what + "\n")
	for line := range strings.SplitSeq(graph, "\n") {
		b.WriteString(strings.TrimRight("  "+line, " ") + "\n")
	}
	return b.String()
}
