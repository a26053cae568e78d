package probe

import (
	"fmt"
	"net/netip"
	"time"
)

// A closed connection keeps its local port for a while (TIME_WAIT): on Linux for a minute, or, on loopback, for a
// second. Beyond half of the ports the search for a free one becomes dear, too.
const (
	lingering    = time.Minute
	manyProbes   = 10_000 // up to which ports need no thought: less than half of the usual 28 232
	windowLength = 64
)

// FewPorts warns that a run needs more local ports than there are.
type FewPorts struct {
	Probes   int
	Ports    int     // that there are for the run, from all its sources and to all its addresses
	Loopback bool    // where they are free again after a second
	Rate     float64 // probes a second that the run has been slowed down to, as many as last; 0: not
}

// Error says what is short.
func (e *FewPorts) Error() string {
	return fmt.Sprintf("%d probes have only %d local ports", e.Probes, e.Ports)
}

// Waiting warns that a probe waits for a port or a descriptor of this machine.
type Waiting struct{ Err error }

// Error says what is short.
func (e *Waiting) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *Waiting) Unwrap() error { return e.Err }

// foresee looks ahead at the local ports of a run to the addresses ips. It lowers the rate to what lasts, and returns
// the windows to take ports from, nil where that is left to the system.
func foresee(cfg *Config, ips []netip.Addr, warn func(error)) *windows {
	if cfg.Probes <= manyProbes || cfg.dial != nil {
		return nil
	}
	low, high := localPorts()
	w := newWindows(low, high)
	ports := (high - low + 1) * len(ips) * cfg.Sources.Count(cfg.Probes)
	if ports >= cfg.Probes || cfg.ResetClose || cfg.SeldomAll {
		return w
	}
	few := &FewPorts{Probes: cfg.Probes, Ports: ports, Loopback: true}
	for _, ip := range ips {
		few.Loopback = few.Loopback && ip.IsLoopback()
	}
	lasts := float64(ports) / lingering.Seconds()
	switch {
	case cfg.Rate > 0 && cfg.Rate <= lasts:
		return w
	case !few.Loopback:
		cfg.Rate, few.Rate = lasts, lasts
	}
	warn(few)
	return w
}

// windows cut the local ports into small ranges. A socket that may only take its port from the next one of these is
// served at a flat cost, however many ports are taken: the search is over soon, and comes by again when it is long ago.
type windows struct{ low, count int }

// newWindows returns nil when the range is too small to be cut.
func newWindows(low, high int) *windows {
	w := &windows{low, (high - low + 1) / windowLength}
	if w.count < 2 {
		return nil
	}
	return w
}

// at is the window of a turn, another one for each try, in the form that the kernel takes: the lowest port in the lower
// half of the word and the highest in the upper.
func (w *windows) at(turn, try int) uint32 {
	low := uint32(w.low + (turn+try)%w.count*windowLength)
	return low | (low+windowLength-1)<<16
}
