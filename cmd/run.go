package cmd

import (
	"context"
	"fmt"
	"time"

	"github.com/tcpshift/tcpshift/probe"
	"github.com/tcpshift/tcpshift/report"
	"github.com/tcpshift/tcpshift/stats"
)

// probe is the command: it prepares everything that can fail, then probes, judges and reports.
func (a *app) probe(o probeOptions) error {
	cfg, err := o.config()
	if err != nil {
		return err
	}
	outputs, err := a.openOutputs(o.Outputs)
	if err != nil {
		return err
	}
	defer outputs.discard()

	cfg.Concurrency = a.affordable(o.Concurrency, o.filesPerProbe)
	cfg.Warn = a.warn
	plan, from := o.plan()
	cfg.Probes, cfg.SeldomAll = plan, from == "cap" && o.Thresholds.Tolerance > 0
	if err := cfg.Sources.Check(plan); err != nil {
		return hinted{fmt.Errorf("--source: %w", err), flagHints["source"]}
	}
	o.Thresholds.Cap = plan
	run := report.Run{
		Version: version(),
		Started: time.Now(),
		Target:  report.Target{Address: o.Target.String(), Protocol: o.Target.Protocol},
		Plan:    report.Plan{Probes: plan, From: from, Concurrency: cfg.Concurrency},
		Source:  o.Origin,
		Split:   o.Expect, Thresholds: o.Thresholds,
	}
	if o.Rate > 0 {
		run.Plan.Rate = &o.Rate
	}
	seen, ok := a.launch(o, cfg)
	if !ok {
		return exitCode(exitInterrupted)
	}
	run.Finished = time.Now()
	seen.fill(&run)
	return a.conclude(run, o.Inconclusive, outputs)
}

// conclude judges a run, writes its reports and ends with the exit code.
func (a *app) conclude(run report.Run, inconclusive string, outputs *sinks) error {
	run.Verdict = stats.Judge(run.Split, run.Tally, run.Thresholds)
	run.ExitCode, run.Mapped = codeOf(run.Verdict.Decision, inconclusive)
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
	if p.Capped || o.Thresholds.Tolerance > 0 {
		return p.Probes, "cap"
	}
	return p.Probes, "detect"
}

// giveUp is how many probes may fail before the first answer. By then nothing is going to answer, and at a timeout
// each the rest would only cost the user's patience.
const giveUp = 100

// launch runs the probes and collects their results. It returns false when a second interrupt ended it.
func (a *app) launch(o probeOptions, cfg probe.Config) (*collector, bool) {
	seen := newCollector(o.Expect, o.Target.String())
	seen.scheduled = o.Rate > 0
	ctx, abort := context.WithCancel(context.Background())
	defer abort()
	stop := newStopper(a, o.Duration, abort)
	defer stop.done()
	cfg.Drain = stop.drain
	progress := a.newProgress(o, cfg.Probes)
	defer progress.clear()
	watch := stats.NewWatch(o.Expect, o.Thresholds, cfg.Probes)
	for r := range probe.Run(ctx, cfg) {
		if seen.settled { // what was still in flight has no say: the verdict stands on the probes before it
			seen.tally.Undecided++
			continue
		}
		seen.add(r)
		progress.update(seen.tally)
		if seen.tally.Failed == giveUp && seen.tally.Answered() == 0 {
			stop.halt()
		}
		if seen.settled = watch.Settled(seen.tally) && seen.tally.Finished() < cfg.Probes; seen.settled {
			abort()
		}
	}
	seen.tally.CutShort = stop.interrupted() && !seen.settled && seen.tally.Finished() < cfg.Probes
	return seen, !stop.left()
}
