package probe

import (
	"context"
	"sync"
)

// engine carries out a run. Whatever it is made of, Run sees the same (TestEngines).
type engine interface {
	// run makes every probe that the gate launches, at most Concurrency at a time, and sends one result for each, in
	// any order. It returns when the gate launches no more and all results are sent; nothing of it is left then.
	// When ctx ends, what is in flight ends as Canceled.
	run(ctx, launching context.Context, gate *gate, results chan<- Result)
}

// engineMaker makes an engine for one run.
type engineMaker func(*Config, *route) engine

// newEngine picks the engine for a run.
func newEngine(cfg *Config, route *route) engine {
	if cfg.engine != nil {
		return cfg.engine(cfg, route)
	}
	return newPool(cfg, route)
}

// pool is the portable engine: a fixed set of workers over package net.
type pool struct {
	cfg   *Config
	route *route
}

func newPool(cfg *Config, route *route) engine { return &pool{cfg, route} }

func (p *pool) run(ctx, launching context.Context, gate *gate, results chan<- Result) {
	workers := make([]*worker, min(p.cfg.Concurrency, p.cfg.Probes))
	names := new(names)
	for i := range workers {
		workers[i] = newWorker(p.cfg, p.route, names)
	}
	aborted := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(aborted)
		for _, w := range workers {
			w.abort()
		}
	})
	var inFlight sync.WaitGroup
	var start func(i int)
	start = func(i int) {
		inFlight.Go(func() {
			w := workers[i]
			for first := true; ctx.Err() == nil; first = false { // launching, which is derived from it, may be about to end
				launch, ok := gate.launch(launching)
				if !ok {
					return
				}
				// One after the other, so that each takes over the small stacks that the one before has outgrown.
				if first && i+1 < len(workers) {
					start(i + 1)
				}
				w.probe(ctx, launching, launch)
				results <- w.result
			}
		})
	}
	if len(workers) > 0 {
		start(0)
	}
	inFlight.Wait()
	if !stop() {
		<-aborted
	}
}
