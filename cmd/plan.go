package cmd

import (
	"bytes"

	"github.com/spf13/cobra"

	"github.com/tcpshift/tcpshift/report"
	"github.com/tcpshift/tcpshift/stats"
)

// planOptions is the command line of plan.
type planOptions struct {
	expecting
	Probes     int // 0: only what the table shows anyway
	Thresholds stats.Thresholds
	Format     string
}

func newPlan(a *app, run func(planOptions) error) *cobra.Command {
	o := planOptions{Thresholds: stats.DefaultThresholds(), Format: "text"}
	c := &cobra.Command{
		Use:   "plan {--expect SPLIT | --from FILE}",
		Short: "How many probes it takes, and what a number of them can see",
		Long: `Plan computes, without probing, how many probes a verdict on SPLIT takes, and the
smallest shift that a given number of probes would show. With --tolerance it computes
how many probes it takes to find a healthy split within it.`,
		Example: `  tcpshift plan --expect one=80,two=20
  tcpshift plan --expect one=99,two=1 --detect 0.5
  tcpshift plan --expect one=80,two=20 -n 100
  tcpshift plan --from route.yaml
  tcpshift plan --expect one=80,two=20 --tolerance 5`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := o.settle(a, c.Flags(), o.Thresholds); err != nil {
				return err
			}
			return run(o)
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	o.expecting.flags(flags, "")
	flags.VarP(atLeastOne(&o.Probes, 1e9), "probes", "n", "what a run of `N` probes can see")
	planFlags(flags, &o.Thresholds)
	flags.VarP(oneOf(&o.Format, "text", "json"), "output", "o", "`FORMAT`: text or json")
	return c
}

func (a *app) plan(o planOptions) error {
	plan := report.NewPlan(o.Expect, o.Thresholds, o.Probes)
	var b bytes.Buffer
	render := report.PlanText
	if o.Format == "json" {
		render = report.PlanJSON
	}
	if err := render(&b, plan); err != nil {
		return err
	}
	return a.print(b.Bytes())
}
