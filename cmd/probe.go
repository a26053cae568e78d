package cmd

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/tcpshift/tcpshift/probe"
	"github.com/tcpshift/tcpshift/stats"
)

// probeOptions is the command line of probe.
type probeOptions struct {
	Target probe.Target
	expecting
	Probes         int // 0: as many as the verdict needs
	Concurrency    int
	Rate           float64 // 0: no limit
	Duration       time.Duration
	Timeout        time.Duration
	ConnectTimeout time.Duration // 0: as long as Timeout
	Send           string
	Match          []string
	MaxReply       int
	Requests       int
	Steps          *probe.Steps // nil: one payload, one reply
	HTTP           httpOptions
	TLS            tlsOptions
	ProxyProtocol  string // "", "v1" or "v2"
	Source         string
	AllAddresses   bool
	ResetClose     bool
	Thresholds     stats.Thresholds
	Inconclusive   string // what to take it for: "", "fail" or "pass"
	Outputs        []output
	Progress       string

	filesPerProbe int // that a probe keeps open in this process; 0 is 1
}

func defaultProbeOptions() probeOptions {
	return probeOptions{
		Concurrency: 64,
		Timeout:     5 * time.Second,
		Send:        probe.DefaultPayload,
		MaxReply:    4096,
		Requests:    1,
		Thresholds:  stats.DefaultThresholds(),
		Progress:    "auto",
	}
}

func newProbe(a *app, run func(probeOptions) error) *cobra.Command {
	o := defaultProbeOptions()
	var steps string
	c := &cobra.Command{
		Use:   "probe TARGET {--expect SPLIT | --from FILE}",
		Short: "Probe a target and judge its split",
		Long: `Probe opens many connections to TARGET, sends a line on each, reads which version
answered, and judges whether the versions share the connections as expected: as
--expect says, or as the manifest that --from names.

TARGET is host:port or tcp://host:port, tls://host:port, http://host[:port]/path,
https://host[:port]/path, or unix:///path.

Without further flags it asks whether the split is exactly the expected one, with
--tolerance whether it is close enough. It stops as soon as the verdict is settled.

A reply's first word is the version, and our own line must follow it, as the
tcp-echo server of the tutorials answers. Use --match for other servers, and --steps
where one line is not enough. Of an HTTP answer the body's first word is the version,
unless --match or --version-from say otherwise.`,
		Example: `  tcpshift probe 127.0.0.1:31400 --expect one=80,two=20
  tcpshift probe 127.0.0.1:31400 --expect one=80,two=20 --tolerance 5
  tcpshift probe 127.0.0.1:31400 --expect one=64,two=16,!error=20
  tcpshift probe gateway.example:31400 --from route.yaml --map v1=one,v2=two
  tcpshift probe 127.0.0.1:22 --expect OpenSSH=1 --send '' --match '^SSH-2.0-([A-Za-z]+)'
  tcpshift probe https://shop.example/ --expect v1=90,v2=10 --match v1=blue --match v2=green
  tcpshift probe http://127.0.0.1:8080/ --expect v1=90,v2=10 --version-from header:X-Version
  tcpshift probe tls://127.0.0.1:8443 --expect one=80,two=20 --tls-ca ca.pem --sni shop.example
  tcpshift probe 127.0.0.1:31400 --expect one=100,two=0 -o text -o json=run.json`,
		Args: func(_ *cobra.Command, args []string) error {
			const hint = "tcpshift probe host:port --expect one=80,two=20"
			switch len(args) {
			case 0:
				return hinted{errors.New("the target is missing"), hint}
			case 1:
				return nil
			}
			return hinted{fmt.Errorf("one target at a time, not %d", len(args)), hint}
		},
		RunE: func(c *cobra.Command, args []string) error {
			target, err := probe.ParseTarget(args[0])
			if err != nil {
				return hinted{fmt.Errorf("target %q: %w", args[0], err), "a target is host:port or a URL, as in 127.0.0.1:9000, tls://host:8443 or http://host/page"}
			}
			o.Target = target
			if err := o.speak(c.Flags(), steps); err != nil {
				return err
			}
			if err := o.settle(a, c.Flags(), o.Thresholds); err != nil {
				return err
			}
			if err := o.probed(a, o.Target); err != nil {
				return err
			}
			return run(o)
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	o.expecting.flags(flags, "replies carry them")
	probingFlags(flags, &o)
	speakingFlags(flags, &o, &steps)
	connectionFlags(flags, &o)
	return c
}

// probingFlags adds the flags that probe and demo share.
func probingFlags(flags *pflag.FlagSet, o *probeOptions) {
	flags.VarP(atLeastOne(&o.Probes, 1e9), "probes", "n", "number `N` of probes at most (default as many as the verdict needs)")
	flags.VarP(atLeastOne(&o.Concurrency, 100_000), "concurrency", "c", "number `N` of probes in flight at most")
	flags.Var(number(&o.Rate, 0, 1e7, 1), "rate", "at most `N` new probes a second, evenly spaced (default no limit)")
	flags.Var(positiveDuration(&o.Duration), "duration", "stop launching after `TIME`, then wait for what is in flight")
	flags.Var(positiveDuration(&o.Timeout), "timeout", "`TIME` for a whole probe, from dial to reply")
	flags.Var(positiveDuration(&o.ConnectTimeout), "connect-timeout", "`TIME` for the dial and TLS alone (default that of --timeout)")
	verdictFlags(flags, &o.Thresholds, &o.Inconclusive, &o.Outputs)
	flags.Var(oneOf(&o.Progress, "auto", "never"), "progress", "show progress on a terminal: `WHEN` is auto or never")
}
