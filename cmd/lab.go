package cmd

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/tcpshift/tcpshift/lab"
	"github.com/tcpshift/tcpshift/stats"
)

// labOptions is the command line of lab.
type labOptions struct {
	Split   stats.Split
	Sampler string
	Seed    uint64
	Listen  string
}

var defaultSplit = stats.Split{{Name: "one", Weight: 80}, {Name: "two", Weight: 20}}

func newLab(a *app) *cobra.Command {
	o := labOptions{Split: defaultSplit, Sampler: "random"}
	c := &cobra.Command{
		Use:   "lab",
		Short: "Serve a practice network: a weighted router and its backends",
		Long: `Lab serves a weighted TCP router and an echo server for each version behind it, all
on loopback. The addresses are printed first, one a line: the router's, then those of
the versions in the order of --split. It runs until Ctrl-C. With !error in the split
its share of the connections ends without an answer.`,
		Example: `  tcpshift lab
  tcpshift lab --split v1=90,v2=9,v3=1 --sampler smooth-wrr
  tcpshift lab --split one=64,two=16,!error=20
  tcpshift lab --listen 127.0.0.1:31400 --seed 7`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if !c.Flags().Changed("seed") {
				o.Seed = rand.Uint64()
			}
			return a.lab(o)
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.Var(split(&o.Split), "split", "`SPLIT` that the router keeps to, as in one=80,two=20")
	flags.StringVar(&o.Listen, "listen", "127.0.0.1:0", "`ADDR` of the router")
	routerFlags(flags, &o)
	flags.Lookup("seed").Usage += " (default another each time)"
	return c
}

// routerFlags adds the flags that lab and demo share.
func routerFlags(flags *pflag.FlagSet, o *labOptions) {
	names := lab.SamplerNames()
	flags.Var(oneOf(&o.Sampler, names...), "sampler", "how the router picks: `NAME` is "+strings.Join(names, " or "))
	flags.Var(seed(&o.Seed), "seed", "`N` that the router's dice start from")
}

func (o labOptions) start() (*lab.Network, error) {
	config := lab.Config{Listen: o.Listen, Sampler: o.Sampler, Seed: o.Seed}
	for _, v := range o.Split {
		if v.IsFailure() && v.Name != stats.AnyFailure && v.Name != "!eof" {
			return nil, hinted{fmt.Errorf("the lab cannot fail with %s: its router ends a connection without a backend in order", v.Name),
				"use !error or !eof, as in one=64,two=16,!error=20"}
		}
		config.Versions = append(config.Versions, lab.Version{Name: v.Name, Weight: v.Weight, Dead: v.IsFailure()})
	}
	network, err := lab.Start(config)
	if err != nil {
		return nil, cannotListen(o.Listen, err)
	}
	return network, nil
}

func (a *app) lab(o labOptions) error {
	network, err := o.start()
	if err != nil {
		return err
	}
	defer network.Close()
	lines := []string{network.Addr().String()}
	for _, b := range network.Backends() {
		if b.Addr != "" {
			lines = append(lines, b.Addr)
		}
	}
	if err := a.print([]byte(strings.Join(lines, "\n") + "\n")); err != nil {
		return err
	}
	a.note("the router on %s sends %s, by %s with seed %d; Ctrl-C ends it", network.Addr(), o.Split, o.Sampler, o.Seed)
	<-a.Interrupts
	var routed []string
	for i, n := range network.Counts() {
		routed = append(routed, fmt.Sprintf("%s=%d", o.Split[i].Name, n))
	}
	a.note("routed %s", strings.Join(routed, ","))
	return nil
}
