package cmd

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/tcpshift/tcpshift/probe"
	"github.com/tcpshift/tcpshift/report"
	"github.com/tcpshift/tcpshift/stats"
)

// probeOptions is the command line of probe.
type probeOptions struct {
	Target         probe.Target
	Expect         stats.Split
	Map            map[string]string // name in --expect: name in replies
	Probes         int               // 0: as many as the verdict needs
	Concurrency    int
	Rate           float64 // 0: no limit
	Duration       time.Duration
	Timeout        time.Duration
	ConnectTimeout time.Duration // 0: as long as Timeout
	Send           string
	Match          []string
	MaxReply       int
	Thresholds     stats.Thresholds
	Inconclusive   string // what to take it for: "", "fail" or "pass"
	Outputs        []output
	Progress       string
}

func defaultProbeOptions() probeOptions {
	return probeOptions{
		Concurrency: 64,
		Timeout:     5 * time.Second,
		Send:        probe.DefaultPayload,
		MaxReply:    4096,
		Thresholds:  stats.DefaultThresholds(),
		Progress:    "auto",
	}
}

func newProbe(a *app, run func(probeOptions) error) *cobra.Command {
	o := defaultProbeOptions()
	c := &cobra.Command{
		Use:   "probe TARGET --expect SPLIT",
		Short: "Probe a target and judge its split",
		Long: `Probe opens many connections to TARGET, host:port or tcp://host:port, sends a line
on each, reads which version answered, and judges whether the versions share the
connections as expected.

A reply's first word is the version, and our own line must follow it, as the
tcp-echo server of the tutorials answers. Use --match for other servers.`,
		Example: `  tcpshift probe 127.0.0.1:31400 --expect one=80,two=20
  tcpshift probe gateway.example:31400 --expect v1=80,v2=20 --map v1=one,v2=two
  tcpshift probe 127.0.0.1:22 --expect OpenSSH=1 --send '' --match '^SSH-2.0-([A-Za-z]+)'
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
		RunE: func(_ *cobra.Command, args []string) error {
			target, err := probe.ParseTarget(args[0])
			if err != nil {
				return hinted{fmt.Errorf("target %q: %w", args[0], err), "a target is host:port or tcp://host:port, as in 127.0.0.1:9000"}
			}
			o.Target = target
			if o.Expect == nil {
				return errNoExpect
			}
			if err := o.rename(); err != nil {
				return err
			}
			return run(o)
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.VarP(split(&o.Expect), "expect", "e", "expected `SPLIT`, as in one=80,two=20; a weight of 0 means that it must get nothing")
	flags.Var(renames(&o.Map), "map", "`NAMES` of --expect as replies carry them, as in v1=one,v2=two")
	probingFlags(flags, &o)
	flags.Var(text(&o.Send, func(s string) error {
		_, err := probe.ParsePayload(s)
		return err
	}), "send", "`TEXT` of each probe: {time}, {seq}, {id} and the escapes \\r \\n \\t \\\\ \\xNN; empty if the server speaks first")
	flags.StringArrayVar(&o.Match, "match", nil, "`REGEX` whose first group, or the one named version, is the version; or name=REGEX, repeated")
	flags.Var(atLeastOne(&o.MaxReply, 1<<20), "max-reply", "`BYTES` of a reply that are read at most")
	return c
}

// probingFlags adds the flags that probe and demo share.
func probingFlags(flags *pflag.FlagSet, o *probeOptions) {
	flags.VarP(atLeastOne(&o.Probes, 1e9), "probes", "n", "number `N` of probes (default as many as the verdict needs)")
	flags.VarP(atLeastOne(&o.Concurrency, 100_000), "concurrency", "c", "number `N` of probes in flight at most")
	flags.Var(number(&o.Rate, 0, 1e7, 1), "rate", "at most `N` new probes a second, evenly spaced (default no limit)")
	flags.Var(positiveDuration(&o.Duration), "duration", "stop launching after `TIME`, then wait for what is in flight")
	flags.Var(positiveDuration(&o.Timeout), "timeout", "`TIME` for a whole probe, from dial to reply")
	flags.Var(positiveDuration(&o.ConnectTimeout), "connect-timeout", "`TIME` for the dial alone (default that of --timeout)")
	verdictFlags(flags, &o.Thresholds, &o.Inconclusive)
	flags.VarP((*outputList)(&o.Outputs), "output", "o", "`FORMAT[=FILE]`: "+formatNames()+"; repeatable (default text)")
	flags.Var(oneOf(&o.Progress, "auto", "never"), "progress", "show progress on a terminal: `WHEN` is auto or never")
}

// rename puts the names of replies into the expected split.
func (o *probeOptions) rename() error {
	known := make(map[string]bool)
	for _, v := range o.Expect {
		known[v.Name] = true
	}
	for name := range o.Map {
		if !known[name] {
			return hinted{fmt.Errorf("--map: %q is not in --expect", name), flagHints["map"]}
		}
	}
	o.Expect = o.Expect.Rename(o.Map)
	return nil
}

// probe is the command: it prepares everything that can fail, then probes, judges and reports.
func (a *app) probe(o probeOptions) error {
	payload, err := probe.ParsePayload(o.Send)
	if err != nil {
		return hinted{fmt.Errorf("--send: %w", err), flagHints["send"]}
	}
	var match *probe.Match
	if len(o.Match) > 0 {
		if match, err = probe.ParseMatch(o.Match); err != nil {
			return hinted{fmt.Errorf("--match: %w", err), flagHints["match"]}
		}
	}
	outputs, err := a.openOutputs(o.Outputs)
	if err != nil {
		return err
	}
	defer outputs.discard()

	plan, from := o.plan()
	run := report.Run{
		Version: version(),
		Started: time.Now(),
		Target:  report.Target{Address: o.Target.String(), Protocol: o.Target.Protocol},
		Plan:    report.Plan{Probes: plan, From: from, Concurrency: o.Concurrency},
		Split:   o.Expect, Thresholds: o.Thresholds,
	}
	if o.Rate > 0 {
		run.Plan.Rate = &o.Rate
	}
	seen, ok := a.launch(o, probe.Config{
		Target: o.Target, Probes: plan, Concurrency: o.Concurrency, Rate: o.Rate,
		Timeout: o.Timeout, DialTimeout: o.ConnectTimeout,
		Payload: payload, Match: match, MaxReply: o.MaxReply,
	})
	if !ok {
		return exitCode(exitInterrupted)
	}
	run.Finished = time.Now()
	run.Verdict = stats.Judge(o.Expect, seen.tally, o.Thresholds)
	run.ExitCode, run.Mapped = codeOf(run.Verdict.Decision, o.Inconclusive)
	seen.fill(&run)
	code := outputs.write(report.New(run))
	if hint := hintFor(run); hint != "" && !a.quiet {
		a.hint(hint)
	}
	if code != exitPass {
		return exitCode(code)
	}
	return nil
}

// plan is how many probes to make, and what says so.
func (o probeOptions) plan() (probes int, from string) {
	if o.Probes > 0 {
		return o.Probes, "flag"
	}
	p := stats.NewPlan(o.Expect, o.Thresholds)
	if p.Capped {
		return p.Probes, "cap"
	}
	return p.Probes, "detect"
}

// giveUp is how many probes may fail before the first answer. By then nothing is going to answer, and at a timeout
// each the rest would only cost the user's patience.
const giveUp = 100

// launch runs the probes and collects their results. It returns false when a second interrupt ended it.
func (a *app) launch(o probeOptions, cfg probe.Config) (*collector, bool) {
	seen := newCollector(o.Expect)
	ctx, abort := context.WithCancel(context.Background())
	defer abort()
	stop := newStopper(a, o.Duration, abort)
	defer stop.done()
	cfg.Drain = stop.drain
	progress := a.newProgress(o, cfg.Probes)
	defer progress.clear()
	for r := range probe.Run(ctx, cfg) {
		seen.add(r)
		progress.update(seen.tally)
		if seen.tally.Failed == giveUp && seen.tally.Answered() == 0 {
			stop.halt()
		}
	}
	seen.tally.CutShort = stop.interrupted() && seen.tally.Finished() < cfg.Probes
	return seen, ctx.Err() == nil
}
