package cmd

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"

	"github.com/tcpshift/tcpshift/probe"
	"github.com/tcpshift/tcpshift/report"
	"github.com/tcpshift/tcpshift/stats"
)

// maxNames bounds the unexpected versions of which more than the number of answers is kept.
const maxNames = 50

// collector adds up results as they come. Its memory does not grow with their number.
type collector struct {
	split     stats.Split
	tally     *stats.Tally
	failures  map[failureKey]*report.Failure
	remotes   map[netip.AddrPort]*report.Remote
	times     map[string]*times
	nothing   map[string]bool // versions of the split that should get nothing
	settled   bool            // no more results can change the verdict
	example   string          // the first connection that met an unexpected version
	target    string          // where probes go that have no address
	scheduled bool            // launches keep to a rate
	client    client
}

// client is what is measured of this machine rather than of the target.
type client struct {
	delay   stats.Latency
	retries int // attempts that found no port or descriptor
}

type failureKey struct {
	phase probe.Phase
	kind  probe.Kind
}

// times are those of one version's answers. Whole is from the scheduled start to the end of the reply.
type times struct{ connect, tls, reply, whole stats.Latency }

func newCollector(split stats.Split, target string) *collector {
	c := &collector{
		split:    split,
		target:   target,
		tally:    stats.NewTally(split),
		failures: make(map[failureKey]*report.Failure),
		remotes:  make(map[netip.AddrPort]*report.Remote),
		times:    make(map[string]*times),
		nothing:  make(map[string]bool),
	}
	for _, v := range split {
		c.nothing[v.Name] = v.Weight == 0
	}
	return c
}

func (c *collector) add(r probe.Result) {
	c.client.retries += r.Retries
	if r.Err != nil {
		c.fail(r)
		return
	}
	expected := c.tally.Answer(r.Version)
	if c.example == "" && (!expected || c.nothing[r.Version]) {
		c.example = fmt.Sprintf("probe %d, %s to %s", r.Seq, r.Local, r.Remote)
	}
	if r.Kernel {
		c.client.delay.Record(r.Delay.Seconds())
	}
	t, known := c.times[r.Version]
	if !known {
		if !expected && len(c.times) >= len(c.split)+maxNames {
			return
		}
		t = new(times)
		c.times[r.Version] = t
	}
	c.record(t, r)
	c.remote(r.Remote).Counts[r.Version]++
}

func (c *collector) record(t *times, r probe.Result) {
	t.connect.Record(r.Connect.Seconds())
	t.reply.Record(r.Reply.Seconds())
	if r.TLS > 0 {
		t.tls.Record(r.TLS.Seconds())
	}
	if c.scheduled {
		t.whole.Record((r.Late + r.Connect + r.Delay + r.TLS + r.Reply).Seconds())
	}
}

func (c *collector) fail(r probe.Result) {
	if r.Err.Kind == probe.Canceled {
		c.tally.Undecided++
		return
	}
	expected := c.tally.Fail(string(r.Err.Kind))
	key := failureKey{r.Err.Phase, r.Err.Kind}
	f, ok := c.failures[key]
	if !ok {
		f = &report.Failure{Phase: string(key.phase), Kind: string(key.kind), Expected: expected, Example: r.Err.Err.Error()}
		c.failures[key] = f
	}
	f.Count++
	if r.Remote.IsValid() {
		c.remote(r.Remote).Failures++
	}
}

func (c *collector) remote(addr netip.AddrPort) *report.Remote {
	remote, ok := c.remotes[addr]
	if !ok {
		remote = &report.Remote{Address: c.target, Counts: make(map[string]int)}
		if addr.IsValid() {
			remote.Address = addr.String()
		}
		c.remotes[addr] = remote
	}
	return remote
}

// fill puts what was collected into run.
func (c *collector) fill(run *report.Run) {
	run.Tally, run.Settled = c.tally, c.settled
	run.Example = c.example
	for _, f := range c.failures {
		run.Failures = append(run.Failures, *f)
	}
	slices.SortFunc(run.Failures, func(a, b report.Failure) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Phase, b.Phase), cmp.Compare(a.Kind, b.Kind))
	})
	for _, r := range c.remotes {
		run.Target.Remotes = append(run.Target.Remotes, *r)
	}
	slices.SortFunc(run.Target.Remotes, func(a, b report.Remote) int { return cmp.Compare(a.Address, b.Address) })
	c.fillClient(run)
	unnamed, _ := c.tally.Unnamed(maxNames)
	for _, v := range c.split {
		c.addLatency(run, v.Name)
	}
	for _, v := range unnamed {
		c.addLatency(run, v.Name)
	}
}

func (c *collector) addLatency(run *report.Run, name string) {
	if t, ok := c.times[name]; ok {
		run.Latency = append(run.Latency, report.Latency{
			Name: name, Connect: *quantiles(&t.connect), TLS: quantiles(&t.tls), Reply: *quantiles(&t.reply), Whole: quantiles(&t.whole),
		})
	}
}

// fillClient puts what was measured of this machine into run.
func (c *collector) fillClient(run *report.Run) {
	var reply stats.Latency
	for _, t := range c.times {
		reply.Merge(&t.reply)
	}
	run.Client = report.Client{
		Delay: quantiles(&c.client.delay), Retries: c.client.retries,
		// Single connections of which the kernel does not tell, as their SYN was lost, do not make a system that never does.
		Clocked: reply.Count() > 0 && c.client.delay.Count() == 0,
		Slow:    c.client.delay.Quantile(0.5) > reply.Quantile(0.5)/10,
	}
}

// quantiles is nil of nothing.
func quantiles(l *stats.Latency) *report.Quantiles {
	if l.Count() == 0 {
		return nil
	}
	return &report.Quantiles{P50: l.Quantile(0.5), P90: l.Quantile(0.9), P99: l.Quantile(0.99), Max: l.Max()}
}
