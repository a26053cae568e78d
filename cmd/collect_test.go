package cmd

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tcpshift/tcpshift/probe"
	"github.com/tcpshift/tcpshift/report"
	"github.com/tcpshift/tcpshift/stats"
)

const ms = time.Millisecond

// collected is the run that results make up.
func collected(scheduled bool, results ...probe.Result) report.Run {
	split := stats.Split{{Name: "one", Weight: 1}, {Name: "two", Weight: 1}}
	c := newCollector(split, "/run/socket")
	c.scheduled = scheduled
	for _, r := range results {
		c.add(r)
	}
	run := report.Run{Split: split}
	c.fill(&run)
	return run
}

// TestTheClientsOwnDelay: it is told of when its median is more than a tenth of the median reply, of all versions.
func TestTheClientsOwnDelay(t *testing.T) {
	answer := func(version string, delay, reply time.Duration) probe.Result {
		return probe.Result{Version: version, Kernel: true, Delay: delay, Reply: reply}
	}
	tests := []struct {
		name    string
		results []probe.Result
		slow    bool
	}{
		{"nothing", nil, false},
		{"a twentieth", []probe.Result{answer("one", 1*ms, 20*ms)}, false},
		{"a fifth", []probe.Result{answer("one", 4*ms, 20*ms)}, true},
		{"a fifth of the quick one's, which is the smaller part", []probe.Result{answer("one", 4*ms, 20*ms), answer("two", 4*ms, 200*ms), answer("two", 4*ms, 200*ms)}, false},
		{"a fifth of the quick one's, which is the larger part", []probe.Result{answer("one", 4*ms, 20*ms), answer("one", 4*ms, 20*ms), answer("two", 4*ms, 200*ms)}, true},
		{"much, once", []probe.Result{answer("one", 90*ms, 20*ms), answer("one", 1*ms, 20*ms), answer("one", 1*ms, 20*ms)}, false},
		{"a known one and then an unknown one", []probe.Result{answer("one", 1*ms, 20*ms), {Version: "one", Connect: 1000 * ms, Reply: 20 * ms}}, false},
		{"an unknown one", []probe.Result{{Version: "one", Delay: 90 * ms, Reply: 20 * ms}}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := collected(false, tt.results...).Client
			if c.Slow != tt.slow {
				t.Errorf("got %+v", c)
			}
			if known := len(tt.results) > 0 && tt.results[0].Kernel; (c.Delay != nil) != known || c.Clocked != (len(tt.results) > 0 && !known) {
				t.Errorf("the delay is %v, and the clock's word is taken: %t", c.Delay, c.Clocked)
			}
		})
	}
}

func TestWhichTimesThereAre(t *testing.T) {
	r := probe.Result{Version: "one", Late: 1 * ms, Connect: 2 * ms, Delay: 4 * ms, TLS: 8 * ms, Reply: 16 * ms, Kernel: true}
	times := func(run report.Run) (list []int) {
		for _, q := range []*report.Quantiles{&run.Latency[0].Connect, run.Latency[0].TLS, &run.Latency[0].Reply, run.Latency[0].Whole} {
			if q == nil {
				list = append(list, 0)
				continue
			}
			list = append(list, int(1000*q.Max+0.5))
		}
		return list
	}
	if diff := cmp.Diff([]int{2, 8, 16, 0}, times(collected(false, r))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]int{2, 8, 16, 31}, times(collected(true, r))); diff != "" {
		t.Error(diff)
	}
	r.TLS = 0
	if diff := cmp.Diff([]int{2, 0, 16, 23}, times(collected(true, r))); diff != "" {
		t.Error(diff)
	}
}

// TestWhatIsCountedApart: attempts that found no port are neither answers nor failures, also those of failed probes.
func TestWhatIsCountedApart(t *testing.T) {
	refused := &probe.Error{Phase: probe.Dial, Kind: probe.Refused, Err: errors.New("?")}
	run := collected(false, probe.Result{Version: "one", Retries: 3}, probe.Result{Retries: 4, Err: refused})
	if run.Client.Retries != 7 || run.Tally.Answered() != 1 || run.Tally.Failures() != 1 || run.Tally.Launched() != 2 {
		t.Errorf("got %+v of %+v", run.Client, run.Tally)
	}
	if len(run.Target.Remotes) != 1 || run.Target.Remotes[0].Address != "/run/socket" {
		t.Errorf("answers of no address are from %+v", run.Target.Remotes)
	}
}
