// Package probe opens connections, one a probe, and reads which version answered each.
//
// It knows sockets and nothing of verdicts: Run yields what happened, in the order in which the probes were
// launched, and leaves the judging to others.
package probe

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"net"
	"net/netip"
	"sync"
	"time"
)

// maxWindow bounds the probes that are launched but not yet yielded. One that hangs holds back the results of
// those behind it, not their launch, until so many have come in; then launching waits for it to end.
const maxWindow = 1 << 16

// Config says what a run does. The fields without a stated default must be set.
type Config struct {
	Target      Target
	Probes      int           // how many to launch
	Concurrency int           // probes in flight at most
	Rate        float64       // launches a second, evenly spaced from the start of the run; 0 is as fast as possible
	Timeout     time.Duration // for a whole probe, from dial to reply
	DialTimeout time.Duration // for the dial alone; 0 leaves it to Timeout
	Payload     Payload
	Match       *Match // how to find the version; nil takes the first word (see firstWord)
	MaxReply    int    // bytes of a reply that are read at most, 1 or more
	ID          string // what {id} stands for; random by default

	// Drain, when closed, ends the launching. What is in flight goes on to its end.
	Drain <-chan struct{}

	dial func(ctx context.Context, network, address string) (net.Conn, error) // replaced by tests
}

// Result is the outcome of one probe. Exactly one of Version and Err is set.
type Result struct {
	Seq     int       // launch order, from 0
	Start   time.Time // when the dial began
	Version string    // as it came, byte for byte
	Connect time.Duration
	Reply   time.Duration // from connected to the end of the reply
	Local   netip.AddrPort
	Remote  netip.AddrPort
	Err     *Error
}

// Run launches the probes of cfg and yields their results in launch order. Every probe that was launched yields
// one result. Canceling ctx closes the connections in flight, whose probes then end as Canceled; a break does the
// same and yields no more. No goroutine is left when the loop ends.
//
// The host is resolved once. When that fails there is one result, with the phase Resolve.
func Run(ctx context.Context, cfg Config) iter.Seq[Result] {
	return func(yield func(Result) bool) {
		cfg := cfg // a second loop over the same run gets an ID of its own
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		if cfg.ID == "" {
			cfg.ID = fmt.Sprintf("%08x", rand.Uint32())
		}
		addrs, err := resolve(ctx, cfg)
		if err != nil {
			yield(Result{Start: time.Now(), Err: failure(Resolve, err)})
			return
		}
		launching, halt := drainable(ctx, cfg.Drain)
		defer halt()

		dial := newDialer(cfg, addrs)
		gate := newGate(cfg, min(max(16*cfg.Concurrency, 4096), maxWindow))
		results := make(chan Result, min(cfg.Concurrency, 256))
		workers := startWorkers(ctx, launching, cfg, dial, gate, results)
		defer func() {
			cancel()
			for range results { // lets workers finish that have a result to hand in
			}
			workers.Wait()
		}()

		var inOrder reorder
		for r := range results {
			inOrder.put(r)
			for r, ok := inOrder.next(); ok; r, ok = inOrder.next() {
				if !yield(r) {
					return
				}
				gate.release()
			}
		}
	}
}

// drainable returns a context of ctx that also ends when drain is closed, and what ends the watch for that.
func drainable(ctx context.Context, drain <-chan struct{}) (launching context.Context, halt func()) {
	launching, cancel := context.WithCancel(ctx)
	select {
	case <-drain:
		cancel() // before the first launch
	default:
	}
	var watch sync.WaitGroup
	watch.Go(func() {
		defer cancel()
		select {
		case <-drain:
		case <-launching.Done():
		}
	})
	return launching, func() {
		cancel()
		watch.Wait()
	}
}

// startWorkers starts the fixed set of workers. They close results when the last of them is done.
func startWorkers(ctx, launching context.Context, cfg Config, dial *dialer, gate *gate, results chan<- Result) *sync.WaitGroup {
	n := min(cfg.Concurrency, cfg.Probes)
	workers := make([]*worker, n)
	var all, inFlight sync.WaitGroup
	for i := range workers {
		w := &worker{cfg: &cfg, dial: dial, identity: firstWord, versions: make(map[string]string)}
		if cfg.Match != nil {
			w.identity = cfg.Match.identify
		}
		workers[i] = w
		inFlight.Add(1)
		all.Go(func() {
			defer inFlight.Done()
			for ctx.Err() == nil { // launching, which is derived from it, may still be about to end
				seq, start, ok := gate.launch(launching)
				if !ok {
					return
				}
				results <- w.probe(ctx, launching, seq, start)
			}
		})
	}
	all.Go(func() {
		aborted := make(chan struct{})
		stop := context.AfterFunc(ctx, func() {
			defer close(aborted)
			for _, w := range workers {
				w.abort()
			}
		})
		inFlight.Wait()
		close(results)
		if !stop() {
			<-aborted
		}
	})
	return &all
}
