package probe

import (
	"context"
	"math"
	"time"
)

// gate hands out the probes one after the other, in launch order. It is where the rate, the number of probes and
// the bound on unreported results hold.
type gate struct {
	turn   chan struct{} // held by the worker whose launch is next
	window chan struct{} // one element for each probe that is launched and not yet yielded
	probes int
	rate   float64   // launches a second; 0 does not wait
	began  time.Time // of the first launch
	next   int
}

func newGate(cfg Config, window int) *gate {
	return &gate{turn: make(chan struct{}, 1), window: make(chan struct{}, window), probes: cfg.Probes, rate: cfg.Rate}
}

// launch is the turn of one probe.
type launch struct {
	seq   int
	start time.Time
	late  time.Duration // behind the schedule of the rate
}

// launch waits until the next probe is due. It returns false when all have been launched or launching has ended.
func (g *gate) launch(launching context.Context) (launch, bool) {
	select {
	case g.turn <- struct{}{}:
	case <-launching.Done():
		return launch{}, false
	}
	defer func() { <-g.turn }()
	if g.next >= g.probes || launching.Err() != nil {
		return launch{}, false
	}
	select {
	case g.window <- struct{}{}:
	case <-launching.Done():
		return launch{}, false
	}
	if g.rate > 0 && !g.wait(launching) {
		return launch{}, false
	}
	// Taken while the turn is held: starts are in launch order whatever the scheduler does next.
	l := launch{seq: g.next, start: time.Now()}
	if g.rate > 0 {
		l.late = l.start.Sub(g.due())
	}
	g.next++
	return l, true
}

// due is when the next probe should be launched. The schedule is fixed at the first launch: one that comes late,
// because all workers were busy, does not push the later ones back.
func (g *gate) due() time.Time {
	const lifetime = 3e9 // seconds; more would not fit a Duration
	after := min(float64(g.next)/g.rate, lifetime)
	return g.began.Add(time.Duration(math.Round(after * float64(time.Second))))
}

// wait sleeps until the next probe is due.
func (g *gate) wait(launching context.Context) bool {
	if g.next == 0 {
		g.began = time.Now()
	}
	d := time.Until(g.due())
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-launching.Done():
		return false
	}
}

// release says that one result has been yielded.
func (g *gate) release() { <-g.window }
