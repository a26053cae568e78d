package report

import (
	"fmt"
	"time"

	"github.com/tcpshift/tcpshift/stats"
)

// maxListed is how many unexpected versions a report lists by name.
const maxListed = 50

// Run is what there is to report when a run has ended.
type Run struct {
	Version    string // of tcpshift
	Started    time.Time
	Finished   time.Time
	Target     Target
	Plan       Plan
	Source     *Source
	Split      stats.Split
	Thresholds stats.Thresholds
	Tally      *stats.Tally
	Verdict    stats.Verdict
	ExitCode   int
	Settled    bool // it ended because nothing could change the verdict any more
	Mapped     bool // the exit code of INCONCLUSIVE is not its own
	Failures   []Failure
	Latency    []Latency
	Client     Client
	Example    string // a connection that met an unexpected version
}

// New turns a run into a report. The exit code stands in the report, so it must be final.
func New(run Run) Report {
	r := Report{
		Schema:     Schema,
		Version:    run.Version,
		Started:    run.Started.UTC(),
		Finished:   run.Finished.UTC(),
		Elapsed:    run.Finished.Sub(run.Started).Seconds(),
		Target:     run.Target,
		Plan:       run.Plan,
		Source:     run.Source,
		Launched:   run.Tally.Launched(),
		Answered:   run.Tally.Answered(),
		Failed:     run.Tally.Failures(),
		Undecided:  run.Tally.Undecided,
		Settled:    run.Settled,
		Failures:   run.Failures,
		Detectable: run.Verdict.Detectable,
		CouldFlip:  run.Verdict.CouldFlip,
		Findings:   findings(run),
		Latency:    run.Latency,
		Client:     run.Client,
	}
	r.Plan.Alpha, r.Plan.Power, r.Plan.Confidence = run.Thresholds.Alpha, run.Thresholds.Power, run.Thresholds.Confidence
	r.Plan.Detect = run.Thresholds.Detect
	r.Plan.MaxErrorRate, r.Plan.MaxUnknownRate = run.Thresholds.MaxErrorRate, run.Thresholds.MaxUnknownRate
	shares := run.Split.Shares()
	for i, v := range run.Split {
		r.Expected = append(r.Expected, Expected{Name: v.Name, Weight: v.Weight, Share: shares[i]})
	}
	if tolerance := run.Thresholds.Tolerance; tolerance > 0 {
		r.Plan.Tolerance = &tolerance
		for i, band := range stats.Bands(run.Split, tolerance) {
			r.Expected[i].Low, r.Expected[i].High = &band.Low, &band.High
		}
	}
	r.Observed, r.Others = observed(run, shares)
	if f := run.Verdict.Fit; f != nil {
		r.ChiSquare = &ChiSquare{
			Statistic: f.Statistic, DF: f.DF, P: f.P, LogP: f.LogP, Method: f.Method,
			CohenW: f.CohenW, TVD: f.TVD, MaxDeviation: f.MaxDeviation,
		}
	}
	r.Sequential = evidence(run)
	r.Verdict = Verdict{
		Decision: Decision(run.Verdict.Decision),
		Reason:   run.Verdict.Reason,
		Message:  message(r, run),
		ExitCode: run.ExitCode,
	}
	return r
}

// observed lists the versions of the split in its order, then the others that answered, the most frequent first.
func observed(run Run, shares []float64) ([]Observed, Others) {
	unnamed, rest := run.Tally.Unnamed(maxListed)
	counts := append([]int(nil), run.Tally.Counts...)
	for _, u := range unnamed {
		counts = append(counts, u.Count)
	}
	judged := run.Tally.Judged()
	list := make([]Observed, len(counts))
	for i, interval := range stats.Intervals(counts, judged, run.Thresholds.Confidence) {
		o := Observed{Count: counts[i], Low: interval.Low, High: interval.High}
		if judged > 0 {
			o.Share = float64(o.Count) / float64(judged)
		}
		if i < len(run.Split) {
			o.Name, o.Deviation, o.Expected = run.Split[i].Name, o.Share-shares[i], true
		} else {
			o.Name, o.Deviation = unnamed[i-len(run.Split)].Name, o.Share
		}
		list[i] = o
	}
	return list, Others{Names: rest.Names, Count: rest.Count}
}

// findings lists the diagnoses of a run; never nil, so that JSON shows an empty list.
func findings(run Run) []Finding {
	list := []Finding{}
	if s := run.Verdict.Streaks; s != nil {
		list = append(list, Finding{
			ID:       "streaks",
			Severity: "warning",
			Message: fmt.Sprintf("the replies come in streaks, by chance less than %s: the version sticks to something, and %s tell as much as %.0f independent ones",
				timesIn(0.001), plural(s.N, "reply", "replies"), s.Effective),
			Evidence: map[string]any{"p": s.P, "design_effect": s.Effect, "effective_replies": s.Effective},
		})
	}
	list = append(list, clientFindings(run)...)
	if run.Verdict.Fit == nil || run.Verdict.Unexpected > 0 {
		return list
	}
	if i, ok := stats.OnlyVersion(run.Split, run.Tally.Counts); ok {
		n := run.Tally.Counts[i]
		list = append(list, Finding{
			ID:       "one-version-only",
			Severity: "error",
			Message: "all " + plural(n, "answer", "answers") + " came from " + shown(run.Split[i].Name) +
				": the others get nothing, or this client is pinned to one version by its address; try from another host",
			Evidence: map[string]any{"version": validName(run.Split[i].Name), "answers": n},
		})
	}
	return list
}
