package probe

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"sync"
	"time"
)

// worker makes one probe after another with buffers of its own.
type worker struct {
	cfg      *Config
	dialer   *dialer
	exchange exchange
	names    *names
	tls      *secureLayer // nil: plain

	result Result

	mu   sync.Mutex
	conn net.Conn // in flight, for abort
}

// exchange asks the server at the other end of a connection which version it is. The connection's deadline is set.
// The bytes of the version are good until the next call.
type exchange interface {
	ask(conn net.Conn, seq int, start time.Time) (version []byte, fail *Error)
}

func newWorker(cfg *Config, route *route, names *names) *worker {
	w := &worker{cfg: cfg, dialer: newDialer(cfg, route), names: names}
	secure := newSecureLayer(cfg)
	if cfg.Target.secured() {
		w.tls = secure
	}
	switch {
	case cfg.Steps != nil:
		w.exchange = newConversation(cfg.Steps, cfg.ID, cfg.MaxReply, secure.handshake)
	case cfg.Target.web():
		w.exchange = newWeb(cfg.HTTP, cfg.Target.URL(), cfg.Payload, cfg.ID, cfg.Match, cfg.MaxReply, max(cfg.Requests, 1))
	default:
		w.exchange = newLines(cfg)
	}
	return w
}

// probe makes the launched probe; its outcome is w.result. When this machine has no port or descriptor for it, it tries
// again with a fresh start until there is one or launching has ended: that is no result of the target's.
func (w *worker) probe(ctx, launching context.Context, l launch) {
	backoff := time.Millisecond
	for retries := 0; ; retries++ {
		w.result = Result{Seq: l.seq, Start: l.start, Late: l.late, Retries: retries}
		fail := w.attempt(ctx, &w.result)
		w.result.Err = fail
		if fail == nil {
			return
		}
		if ctx.Err() != nil {
			fail.Kind = Canceled
		}
		if !shortage(fail) {
			return
		}
		w.dialer.waiting(fail)
		select {
		case <-time.After(backoff):
			l.start, backoff = time.Now(), min(2*backoff, 100*time.Millisecond)
		case <-launching.Done():
			fail.Kind = Canceled
			return
		}
	}
}

// attempt makes one connection and fills in what it brings.
func (w *worker) attempt(ctx context.Context, r *Result) *Error {
	conn, err := w.dialer.connect(ctx, r)
	if err != nil {
		var op *net.OpError
		if errors.As(err, &op) {
			r.Remote = addrPort(op.Addr)
		}
		return failure(Dial, err)
	}
	if tcp, ok := conn.(*net.TCPConn); ok && w.cfg.ResetClose {
		tcp.SetLinger(0)
	}
	w.hold(ctx, conn, w.handshakeDeadline(r.Start))
	defer w.drop()
	r.Local, r.Remote = addrPort(conn.LocalAddr()), addrPort(conn.RemoteAddr())
	if rtt, ok := handshakeTime(conn); ok {
		r.Connect, r.Delay, r.Kernel = rtt, max(r.Connect-rtt, 0), true
	}
	version, fail := w.talk(ctx, conn, r)
	if fail == nil {
		r.Version = w.names.intern(version)
	}
	return fail
}

// talk does all that comes after the dial, and takes its times.
func (w *worker) talk(ctx context.Context, conn net.Conn, r *Result) ([]byte, *Error) {
	began := time.Now()
	if w.cfg.ProxyProtocol > 0 {
		if err := writeProxyHeader(conn, w.cfg.ProxyProtocol); err != nil {
			return nil, failure(Write, err)
		}
	}
	if w.tls != nil {
		secured, fail := w.tls.handshake(conn)
		r.TLS = time.Since(began)
		if fail != nil {
			return nil, fail
		}
		defer secured.Close() // says goodbye, which TLS asks for
		w.hold(ctx, conn, r.Start.Add(w.cfg.Timeout))
		conn, began = secured, time.Now()
	}
	version, fail := w.exchange.ask(conn, r.Seq, r.Start)
	r.Reply = time.Since(began)
	return version, fail
}

// handshakeDeadline is when all that comes before the exchange must be done.
func (w *worker) handshakeDeadline(start time.Time) time.Time {
	if w.tls != nil {
		return start.Add(w.dialer.limit)
	}
	return start.Add(w.cfg.Timeout)
}

// hold makes conn the one in flight, with one deadline for all that is left of the probe or of its handshake.
func (w *worker) hold(ctx context.Context, conn net.Conn, deadline time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.conn = conn
	if ctx.Err() != nil {
		deadline = time.Unix(1, 0)
	}
	conn.SetDeadline(deadline)
}

func (w *worker) drop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.conn.Close()
	w.conn = nil
}

// abort makes the probe in flight fail at once.
func (w *worker) abort() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.conn != nil {
		w.conn.SetDeadline(time.Unix(1, 0))
	}
}

func addrPort(a net.Addr) netip.AddrPort {
	t, ok := a.(*net.TCPAddr)
	if !ok {
		return netip.AddrPort{}
	}
	ap := t.AddrPort()
	return netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port())
}
