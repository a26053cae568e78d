package cmd

import (
	"errors"
	"fmt"

	"github.com/spf13/pflag"

	"github.com/tcpshift/tcpshift/stats"
)

// planFlags adds the flags on which the number of probes depends.
func planFlags(flags *pflag.FlagSet, t *stats.Thresholds) {
	flags.Var(number(&t.Detect, 0, 100, 0.01), "detect", "smallest shift that must be seen, in percentage `POINTS`; at most half of each share")
	// The lower end is what a simulated p-value, of which the smallest is 1e-5, can still go below.
	flags.Var(number(&t.Alpha, 2e-5, 0.5, 1), "alpha", "chance `P` that a correct split is called FAIL, without a tolerance")
	flags.Var(tolerance(&t.Tolerance), "tolerance", "judge by how far off a share may be, in percentage `POINTS`, instead of exactly")
	flags.Var(number(&t.Power, 0.5, 1, 1), "power", "chance `P` that a shift of --detect is seen")
	flags.Var(number(&t.Confidence, 0.5, 1, 1), "confidence", "confidence `P` of the intervals, and of a verdict on --tolerance")
}

// verdictFlags adds the flags that every judging command has.
func verdictFlags(flags *pflag.FlagSet, t *stats.Thresholds, inconclusive *string, outputs *[]output) {
	planFlags(flags, t)
	flags.Var(share(&t.MaxErrorRate), "max-error-rate", "`SHARE` of failed probes above which the verdict is FAIL")
	flags.Var(share(&t.MaxUnknownRate), "max-unknown-rate", "`SHARE` of answers from unexpected versions above which the verdict is FAIL")
	flags.Var(oneOf(inconclusive, "fail", "pass"), "inconclusive", "take INCONCLUSIVE for a fail or a pass: `WHAT` is fail or pass")
	flags.VarP((*outputList)(outputs), "output", "o", "`FORMAT[=FILE]`: "+formatNames()+"; repeatable (default text)")
}

// checkThresholds finds what each flag alone cannot be wrong about.
func checkThresholds(flags *pflag.FlagSet, expect stats.Split, t stats.Thresholds) error {
	if t.Tolerance == 0 {
		return nil
	}
	if flags.Changed("detect") {
		return hinted{errors.New("--detect has no say when a --tolerance is given"),
			"give --tolerance to ask whether the split is close enough, or --detect to ask whether it is exact"}
	}
	if !stats.ToleranceFits(expect, t.Tolerance) {
		return hinted{fmt.Errorf("--tolerance: %v points are lost in the rounding of a share, so nothing could be within", 100*t.Tolerance), flagHints["tolerance"]}
	}
	return nil
}
