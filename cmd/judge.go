package cmd

import (
	"errors"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tcpshift/tcpshift/report"
	"github.com/tcpshift/tcpshift/stats"
)

// judgeOptions is the command line of judge.
type judgeOptions struct {
	Counts []stats.Count
	expecting
	Thresholds   stats.Thresholds
	Inconclusive string
	Outputs      []output
}

func newJudge(a *app, run func(judgeOptions) error) *cobra.Command {
	o := judgeOptions{Thresholds: stats.DefaultThresholds()}
	c := &cobra.Command{
		Use:   "judge --counts COUNTS {--expect SPLIT | --from FILE}",
		Short: "Judge answers that were counted elsewhere",
		Long: `Judge reaches the verdict that probe, left to choose the number of probes, would have
reached on the same answers. It does not know in which order they came, so it takes
them to be independent. Failed probes count under !error, or under !refused, !reset,
!timeout and !eof.`,
		Example: `  tcpshift judge --counts one=805,two=195 --expect one=80,two=20
  tcpshift judge --counts one=1605,two=401,!refused=3 --expect one=80,two=20
  tcpshift judge --counts one=805,two=195 --expect one=80,two=20 --tolerance 5 -o json
  tcpshift judge --counts one=805,two=195 --from route.yaml --map v1=one,v2=two`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if o.Counts == nil {
				return hinted{errors.New("--counts is missing: what was answered?"), flagHints["counts"]}
			}
			if err := o.settle(a, c.Flags(), o.Thresholds); err != nil {
				return err
			}
			return run(o)
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.Var(counts(&o.Counts), "counts", "how many answers each version gave, `COUNTS` as in one=805,two=195")
	o.expecting.flags(flags, "--counts has them")
	verdictFlags(flags, &o.Thresholds, &o.Inconclusive, &o.Outputs)
	return c
}

// judge is the command.
func (a *app) judge(o judgeOptions) error {
	outputs, err := a.openOutputs(o.Outputs)
	if err != nil {
		return err
	}
	defer outputs.discard()
	now := time.Now()
	run := report.Run{
		Version: version(), Started: now, Finished: now, Source: o.Origin,
		Split: o.Expect, Thresholds: o.Thresholds, Tally: stats.NewTally(o.Expect),
	}
	for _, c := range o.Counts {
		run.Tally.Add(c.Name, c.Count)
		if kind, failed := strings.CutPrefix(c.Name, "!"); failed && c.Count > 0 {
			run.Failures = append(run.Failures, report.Failure{Kind: kind, Count: c.Count, Expected: run.Tally.Expects(kind)})
		}
	}
	run.Plan = report.Plan{Probes: run.Tally.Launched(), From: "flag"}
	return a.conclude(run, o.Inconclusive, outputs)
}
