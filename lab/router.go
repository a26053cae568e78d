package lab

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// dialTimeout bounds the wait for a backend that does not answer the dial; it
// is the default of Envoy's connect_timeout.
const dialTimeout = 5 * time.Second

// lingerTimeout bounds the wait for a client that is turned away; it is the
// default of nginx's lingering_timeout.
const lingerTimeout = 5 * time.Second

// Backend is a server behind a Router, or, without an address, the lack of one.
// The Router leaves the weight to its Sampler.
type Backend struct {
	Name   string
	Weight float64
	Addr   string
}

// Router is a TCP proxy: it asks its Sampler once for each connection, dials
// the backend that was picked, and passes bytes and half-closes on in both
// directions.
//
// When the backend cannot be dialed, the client's dial and write succeed and its
// read finds the end of the data: the same each time. A reset would meet the
// client in its dial, its write or its read, whichever is first. A reset from
// either side is passed on to the other.
type Router struct {
	*server
	backends []Backend
	sampler  Sampler
	arrivals int
	counts   []atomic.Int64
}

// ListenRouter starts a Router on a TCP address such as "127.0.0.1:0". The
// sampler's indexes are those of backends, and the Router is its only user from
// now on.
func ListenRouter(addr string, backends []Backend, sampler Sampler) (*Router, error) {
	if len(backends) == 0 {
		return nil, errors.New("a router needs at least one backend")
	}
	s, err := listen(addr)
	if err != nil {
		return nil, err
	}
	r := &Router{
		server:   s,
		backends: backends,
		sampler:  sampler,
		counts:   make([]atomic.Int64, len(backends)),
	}
	s.serve(r.route)
	return r, nil
}

// Counts says how many connections each backend was picked for since the start,
// those included that it could not be dialed for.
func (r *Router) Counts() []int {
	counts := make([]int, len(r.counts))
	for i := range r.counts {
		counts[i] = int(r.counts[i].Load())
	}
	return counts
}

func (r *Router) route(client net.Conn) func() {
	picked := r.sampler.Pick(Arrival{Number: r.arrivals, Client: clientOf(client)})
	r.arrivals++
	r.counts[picked].Add(1)
	return func() { r.proxy(client, r.backends[picked]) }
}

// clientOf unmaps the address, because a listener on [::] reports IPv4 clients
// as ::ffff:a.b.c.d.
func clientOf(conn net.Conn) netip.AddrPort {
	client := conn.RemoteAddr().(*net.TCPAddr).AddrPort()
	return netip.AddrPortFrom(client.Addr().Unmap(), client.Port())
}

func (r *Router) proxy(client net.Conn, to Backend) {
	if to.Addr == "" {
		turnAway(client)
		return
	}
	dialer := net.Dialer{Timeout: dialTimeout}
	backend, err := dialer.DialContext(r.ctx, "tcp", to.Addr)
	switch {
	case errors.Is(err, syscall.ECONNRESET):
		// A backend that resets at once can do so before the dial has returned.
		reset(client)
		return
	case err != nil:
		turnAway(client)
		return
	}
	if !r.track(backend) {
		return
	}
	defer r.release(backend)

	var back sync.WaitGroup
	back.Go(func() { carry(client, backend) })
	carry(backend, client)
	back.Wait()
}

// copyBuffers are small, because probes are: a connection in flight holds two.
var copyBuffers = sync.Pool{New: func() any { return new([4 << 10]byte) }}

// carry passes bytes on until from ends, then ends to's receiving side as well.
// Any error means that one of the two is broken, so both are reset; that also
// ends the carry of the other direction.
func carry(to, from net.Conn) {
	buffer := copyBuffers.Get().(*[4 << 10]byte)
	defer copyBuffers.Put(buffer)
	// The wrappers hide splice(2), which would hold a pipe, two descriptors,
	// for each direction of each open connection.
	_, err := io.CopyBuffer(struct{ io.Writer }{to}, struct{ io.Reader }{from}, buffer[:])
	if err != nil {
		reset(to)
		reset(from)
		return
	}
	closeWrite(to)
}

func closeWrite(conn net.Conn) {
	if half, ok := conn.(interface{ CloseWrite() error }); ok {
		half.CloseWrite()
	}
}

// turnAway ends conn in order. It waits for the client to leave, because the
// kernel sends a reset when bytes are unread at the close or arrive after it.
func turnAway(client net.Conn) {
	closeWrite(client)
	client.SetReadDeadline(time.Now().Add(lingerTimeout))
	io.Copy(io.Discard, client)
}

// reset closes conn so that its peer sees a reset, not an end.
func reset(conn net.Conn) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
	conn.Close()
}
