// Package probe opens connections, one a probe, and reads which version answered each.
//
// It knows sockets and nothing of verdicts: Run yields what happened, in the order in which the probes were
// launched, and leaves the judging to others.
package probe

import (
	"context"
	"crypto/tls"
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
	SeldomAll   bool          // Probes is a limit that few runs come near: no thought is given to what all would take
	Concurrency int           // probes in flight at most
	Rate        float64       // launches a second, evenly spaced from the start of the run; 0 is as fast as possible
	Timeout     time.Duration // for a whole probe, from dial to reply
	DialTimeout time.Duration // for the dial and the TLS handshake alone; 0 leaves it to Timeout

	// What is said on a connection: Steps if there are any, else, to a target of HTTP, a request as HTTP says, else
	// Payload.
	Payload  Payload
	Match    *Match // how to find the version; nil takes the first word (see firstWord)
	MaxReply int    // bytes of a reply that are read at most, 1 or more
	Requests int    // payloads on each connection, one after the other's reply; 0 is 1
	HTTP     HTTP
	Steps    *Steps
	ID       string // what {id} stands for; random by default

	// How the connection is made.
	TLS           *tls.Config // for targets and steps with TLS; nil verifies against the system's authorities
	ProxyProtocol int         // version of the PROXY header that is sent first: 1, 2, or 0 for none
	Sources       Sources     // local addresses to rotate through; none leaves the choice to the system
	AllAddresses  bool        // rotate through all addresses of the target's name, instead of the first that accepts
	ResetClose    bool        // close by RST, which leaves no port lingering

	// Drain, when closed, ends the launching. What is in flight goes on to its end.
	Drain <-chan struct{}

	// Warn, if not nil, is told of trouble of this machine's: a *FewPorts before the first launch, a *Waiting when a
	// probe first has to wait. It may be called from any goroutine.
	Warn func(error)

	dial   func(ctx context.Context, network, address string) (net.Conn, error) // replaced by tests
	lookup func(ctx context.Context, host string) ([]netip.Addr, error)         // replaced by tests
	engine engineMaker                                                          // chosen by tests
}

// Result is the outcome of one probe. Exactly one of Version and Err is set.
type Result struct {
	Seq     int           // launch order, from 0
	Start   time.Time     // when the dial began
	Late    time.Duration // by how much its launch was behind the schedule of the Rate
	Version string        // as it came, byte for byte
	Connect time.Duration // of the TCP handshake, as the kernel measured it or, where it does not tell, by the clock
	Delay   time.Duration // how much longer it took by the clock: this process was busy elsewhere
	TLS     time.Duration // of the TLS handshake; 0 without one
	Reply   time.Duration // from then to the end of the reply
	Kernel  bool          // Connect is the kernel's, and Delay known
	Retries int           // attempts before this one that found no port or descriptor on this machine
	Local   netip.AddrPort
	Remote  netip.AddrPort
	Err     *Error
}

// Run launches the probes of cfg and yields their results in launch order. Every probe that was launched yields
// one result. Canceling ctx closes the connections in flight, whose probes then end as Canceled; a break does the
// same and yields no more. No goroutine is left when the loop ends; those of net/http, which nobody can wait for, end a
// moment later.
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
		route, err := newRoute(ctx, &cfg)
		if err != nil {
			yield(Result{Start: time.Now(), Err: failure(Resolve, err)})
			return
		}
		launching, halt := drainable(ctx, cfg.Drain)
		defer halt()

		gate := newGate(cfg, min(max(16*cfg.Concurrency, 4096), maxWindow))
		results := make(chan Result, min(cfg.Concurrency, 256))
		var running sync.WaitGroup
		running.Go(func() {
			defer close(results)
			newEngine(&cfg, route).run(ctx, launching, gate, results)
		})
		defer func() {
			cancel()
			for range results { // lets the engine end, which has results to hand in
			}
			running.Wait()
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
