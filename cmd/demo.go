package cmd

import (
	"net"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/tcpshift/tcpshift/probe"
	"github.com/tcpshift/tcpshift/stats"
)

// demoOptions is the command line of demo: that of probe, against a lab of its own.
type demoOptions struct {
	Probe probeOptions
	Lab   labOptions
}

func newDemo(a *app, run func(demoOptions) error) *cobra.Command {
	o := demoOptions{
		Probe: defaultProbeOptions(),
		Lab:   labOptions{Sampler: "random", Seed: 7, Listen: "127.0.0.1:0"},
	}
	o.Probe.Expect = defaultSplit
	var actual stats.Split
	c := &cobra.Command{
		Use:   "demo",
		Short: "See it work: a lab and a probe of it in one command",
		Long: `Demo starts the lab's router and versions on loopback, probes them and prints the
report. With --actual the router keeps to another split than is expected, and the
verdict is FAIL. The seed makes the same run come out alike, if it goes on to its end;
--seed N throws other dice.`,
		Example: `  tcpshift demo
  tcpshift demo --actual one=70,two=30
  tcpshift demo --expect v1=98,v2=1,v3=1 --sampler smooth-wrr
  tcpshift demo -n 10`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			o.Lab.Split = o.Probe.Expect
			if actual != nil {
				o.Lab.Split = actual
			}
			if err := checkThresholds(c.Flags(), o.Probe.Expect, o.Probe.Thresholds); err != nil {
				return err
			}
			return run(o)
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.VarP(split(&o.Probe.Expect), "expect", "e", "expected `SPLIT`")
	flags.Var(split(&actual), "actual", "`SPLIT` that the router keeps to (default the expected one)")
	routerFlags(flags, &o.Lab)
	probingFlags(flags, &o.Probe)
	return c
}

func (a *app) demo(o demoOptions) error {
	network, err := o.Lab.start()
	if err != nil {
		return err
	}
	defer network.Close()
	host, port, _ := net.SplitHostPort(network.Addr().String())
	n, err := strconv.Atoi(port)
	if err != nil {
		return err
	}
	o.Probe.Target = probe.Target{Protocol: "tcp", Host: host, Port: uint16(n)}
	o.Probe.filesPerProbe = 8 // the client's, two of the router and the version's, and those of the one before that still close
	return a.probe(o.Probe)
}
