package cmd

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// stopper ends the launching of probes: when the time is up, when there is no point in going on, or at the first
// interrupt. What is in flight then goes on to its end; a second interrupt ends that too.
type stopper struct {
	drain     chan struct{}
	once      sync.Once
	interrupt atomic.Bool
	leave     atomic.Bool
	finished  chan struct{}
	watching  sync.WaitGroup
}

// newStopper starts to watch the clock, if duration is not 0, and the world's interrupts.
func newStopper(a *app, duration time.Duration, abort context.CancelFunc) *stopper {
	s := &stopper{drain: make(chan struct{}), finished: make(chan struct{})}
	var timeUp <-chan time.Time
	if duration > 0 {
		timeUp = time.After(duration)
	}
	s.watching.Go(func() {
		for {
			select {
			case <-s.finished:
				return
			case <-timeUp:
				s.halt()
			case <-a.Interrupts:
				if s.interrupt.Swap(true) {
					s.leave.Store(true)
					abort()
					return
				}
				a.note("interrupted: waiting for the probes in flight; Ctrl-C again to leave at once")
				s.halt()
			}
		}
	})
	return s
}

// halt ends the launching.
func (s *stopper) halt() { s.once.Do(func() { close(s.drain) }) }

func (s *stopper) interrupted() bool { return s.interrupt.Load() }

// left reports whether a second interrupt asked to leave at once.
func (s *stopper) left() bool { return s.leave.Load() }

// done ends the watch.
func (s *stopper) done() {
	close(s.finished)
	s.watching.Wait()
}
