package probe

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"sync"
	"time"
)

// worker makes one probe after another with buffers of its own.
type worker struct {
	cfg      *Config
	dial     *dialer
	identity identity
	payload  []byte
	reply    []byte
	versions map[string]string // names seen, so that a repeated one is not allocated again

	mu   sync.Mutex
	conn net.Conn // in flight, for abort
}

// probe makes the probe with number seq. When this machine has no port or descriptor for it, it tries again with a
// fresh start until there is one or launching has ended: that is no result of the target's.
func (w *worker) probe(ctx, launching context.Context, seq int, start time.Time) Result {
	for backoff := time.Millisecond; ; backoff = min(2*backoff, 100*time.Millisecond) {
		r := w.attempt(ctx, seq, start)
		if r.Err != nil && ctx.Err() != nil {
			r.Err.Kind = Canceled
		}
		if r.Err == nil || !shortage(r.Err) {
			return r
		}
		select {
		case <-time.After(backoff):
			start = time.Now()
		case <-launching.Done():
			r.Err.Kind = Canceled
			return r
		}
	}
}

func (w *worker) attempt(ctx context.Context, seq int, start time.Time) Result {
	r := Result{Seq: seq, Start: start}
	conn, err := w.dial.connect(ctx)
	connected := time.Now()
	r.Connect = connected.Sub(start)
	if err != nil {
		r.Err = failure(Dial, err)
		var op *net.OpError
		if errors.As(err, &op) {
			r.Remote = addrPort(op.Addr)
		}
		return r
	}
	w.hold(ctx, conn, start.Add(w.cfg.Timeout))
	defer w.drop()
	r.Local, r.Remote = addrPort(conn.LocalAddr()), addrPort(conn.RemoteAddr())
	version, fail := w.converse(conn, seq, start)
	r.Reply = time.Since(connected)
	if fail != nil {
		r.Err = fail
		return r
	}
	r.Version = w.intern(version)
	return r
}

// converse sends the payload and reads until the version is known.
func (w *worker) converse(conn net.Conn, seq int, start time.Time) ([]byte, *Error) {
	w.payload = w.cfg.Payload.append(w.payload[:0], w.cfg.ID, seq, start)
	var unsent *Error
	if len(w.payload) > 0 {
		if _, err := conn.Write(w.payload); err != nil {
			unsent = failure(Write, err)
			if unsent.Kind == Timeout {
				return nil, unsent
			}
		}
	}
	version, fail := w.read(conn)
	if fail != nil && unsent != nil {
		// A server that answers and resets can make the write fail while its reply is there to read; without a
		// usable reply the write is what failed.
		return nil, unsent
	}
	return version, fail
}

// read reads the reply until the identity is content with it.
func (w *worker) read(conn net.Conn) ([]byte, *Error) {
	if w.reply == nil {
		w.reply = make([]byte, min(512, w.cfg.MaxReply))
	}
	for n := 0; ; {
		if n == len(w.reply) {
			w.reply = append(w.reply, make([]byte, min(n, w.cfg.MaxReply-n))...)
		}
		m, err := conn.Read(w.reply[n:])
		n += m
		a := open
		switch {
		case errors.Is(err, io.EOF):
			a = closed
		case n == w.cfg.MaxReply:
			a = full
		}
		if m > 0 || a != open {
			version, fail := w.identity(w.reply[:n], w.payload, a)
			if version != nil || fail != nil {
				return version, fail
			}
		}
		if err != nil {
			return nil, failure(Read, err)
		}
	}
}

// intern returns the version as a string that is shared by equal ones, of which it remembers a bounded number.
func (w *worker) intern(version []byte) string {
	s, ok := w.versions[string(version)]
	if !ok {
		s = string(version)
		if len(w.versions) < 256 {
			w.versions[s] = s
		}
	}
	return s
}

// hold makes conn the one in flight, with one deadline for all that is left of the probe.
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
