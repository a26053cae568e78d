package probe

import (
	"context"
	"fmt"
	"net"
	"syscall"
	"time"
)

// dialer connects for one worker.
type dialer struct {
	*route
	net    *net.Dialer
	dial   func(ctx context.Context, network, address string) (net.Conn, error)
	ctx    dialContext
	source net.TCPAddr
	window uint32 // of local ports, for the dial that is under way
}

// dialContext is a run's context with the deadline of one dial. A context of its own for each dial would cost a timer,
// a channel and a turn at the run's lock.
type dialContext struct {
	context.Context
	deadline time.Time
}

func (c *dialContext) Deadline() (time.Time, bool) { return c.deadline, true }

// plainDialer is that of all workers which need no options. A probe is one connection, so that none of what Dialer does
// for long ones, or for the quicker of two, has a place here.
var plainDialer = func() *net.Dialer {
	d := &net.Dialer{KeepAlive: -1, FallbackDelay: -1}
	d.SetMultipathTCP(false)
	return d
}()

func newDialer(cfg *Config, route *route) *dialer {
	d := &dialer{route: route, dial: cfg.dial, net: plainDialer}
	if route.windows != nil || !route.sources.Empty() {
		own := *plainDialer
		set := d.options // bound once, so that a dial allocates nothing for it
		own.Control = func(_, _ string, c syscall.RawConn) error { return c.Control(set) }
		d.net = &own
	}
	if d.dial == nil {
		d.dial = d.net.DialContext // with "ip:port": DialTCP without a source binds first (golang/go#81620)
	}
	return d
}

// options sets those of a socket before it connects. Where the system has none of them, it goes without.
func (d *dialer) options(fd uintptr) {
	if d.window != 0 {
		usePorts(fd, d.window)
	}
	if d.net.LocalAddr != nil {
		bindWithoutPort(fd)
	}
}

// connect dials for a probe, and takes the time of the dial that brought the result. As long as no address has
// accepted yet, each is dialed in turn with its part of the time: a name with several addresses is one target, and a
// dead one among them, as ::1 often is for localhost, is no failure of the others.
func (d *dialer) connect(ctx context.Context, r *Result) (net.Conn, error) {
	turn := r.Seq
	if d.all {
		addr := d.addrs[turn%len(d.addrs)]
		return d.try(ctx, addr, turn/len(d.addrs), d.limit, r) // so that every source meets every address
	}
	if i := d.settled.Load(); i > 0 || len(d.addrs) == 1 {
		return d.try(ctx, d.addrs[max(i-1, 0)], turn, d.limit, r)
	}
	return d.settle(ctx, r)
}

// settle dials one address after the other.
func (d *dialer) settle(ctx context.Context, r *Result) (net.Conn, error) {
	var first error
	var total time.Duration
	for i, addr := range d.addrs {
		conn, err := d.try(ctx, addr, r.Seq, d.limit/time.Duration(len(d.addrs)), r)
		if err == nil {
			d.settled.CompareAndSwap(0, int32(i+1))
			return conn, nil
		}
		total += r.Connect
		if first == nil {
			first = err
		}
	}
	r.Connect = total
	return nil, fmt.Errorf("none of %d addresses accepts: %w", len(d.addrs), first)
}

func (d *dialer) try(ctx context.Context, addr string, turn int, limit time.Duration, r *Result) (net.Conn, error) {
	if !d.sources.Empty() {
		d.source.IP = d.sources.at(turn).AsSlice()
		d.net.LocalAddr = &d.source
	}
	if d.windows != nil {
		d.window = d.windows.at(turn/d.sources.Count(1<<16), r.Retries) // every source takes its turn in every window
	}
	began := time.Now()
	d.ctx = dialContext{ctx, began.Add(limit)}
	conn, err := d.dial(&d.ctx, d.network, addr)
	r.Connect = time.Since(began)
	return conn, err
}

// waiting warns, once in a run, that a probe has to wait for this machine.
func (d *dialer) waiting(err error) {
	d.warned.Do(func() { d.warn(&Waiting{err}) })
}
