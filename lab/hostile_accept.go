package lab

import (
	"net"
	"sync"
	"time"
)

// accepting are the behaviours of the listener rather than of the connection. Who gets through is answered correctly.
func accepting() []Behaviour {
	return []Behaviour{
		{Name: "never-accepts", Does: "listens and never accepts", treat: named("one"), listen: acceptNever},
		{Name: "slow-accept", Does: "accepts ten times a second", Pace: 100 * time.Millisecond,
			treat: named("one"), listen: acceptSlowly},
		{Name: "comes-and-goes", Does: "stops listening for a second after every fifth connection",
			Pace: time.Second, treat: named("one"), listen: comeAndGo},
		{Name: "five-at-a-time", Does: "takes a second for five at a time, and closes all others at once",
			Pace: time.Second, treat: func(v *visit) {
				select {
				case v.server.seats <- struct{}{}:
					defer func() { <-v.server.seats }()
				default:
					return
				}
				if line, ok := v.ask(); ok && v.wait(v.pace) {
					v.say("one " + line)
				}
			}},
	}
}

// pausing is a listener whose pauses end with its Close.
type pausing struct {
	net.Listener
	closed chan struct{}
}

func newPausing(listener net.Listener) pausing { return pausing{listener, make(chan struct{})} }

// Close may be called once.
func (p pausing) Close() error {
	close(p.closed)
	return p.Listener.Close()
}

// pause waits for d, and reports whether the listener is still open.
func (p pausing) pause(d time.Duration) bool {
	select {
	case <-p.closed:
		return false
	case <-time.After(d):
		return true
	}
}

// never leaves it to the kernel to take connections, as many as its queue holds.
type never struct{ pausing }

func acceptNever(listener net.Listener, _ time.Duration) net.Listener {
	return never{newPausing(listener)}
}

func (n never) Accept() (net.Conn, error) {
	<-n.closed
	return nil, net.ErrClosed
}

// slow waits before every Accept.
type slow struct {
	pausing
	pace time.Duration
}

func acceptSlowly(listener net.Listener, pace time.Duration) net.Listener {
	return slow{newPausing(listener), pace}
}

func (s slow) Accept() (net.Conn, error) {
	if !s.pause(s.pace) {
		return nil, net.ErrClosed
	}
	return s.Listener.Accept()
}

// fickle gives its address up for a while after every so many connections. That resets those that still wait.
type fickle struct {
	pausing  // its Listener is the latest
	pace     time.Duration
	accepted int // since the latest opening

	mu sync.Mutex // of Listener
}

func comeAndGo(listener net.Listener, pace time.Duration) net.Listener {
	return &fickle{pausing: newPausing(listener), pace: pace}
}

func (f *fickle) Accept() (net.Conn, error) {
	if f.accepted == seats {
		f.Listener.Close()
		if !f.pause(f.pace) {
			return nil, net.ErrClosed
		}
		if err := f.reopen(); err != nil {
			return nil, err
		}
		f.accepted = 0
	}
	conn, err := f.Listener.Accept()
	if err == nil {
		f.accepted++
	}
	return conn, err
}

// reopen fails as long as somebody else has the port.
func (f *fickle) reopen() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	select {
	case <-f.closed:
		return net.ErrClosed
	default:
	}
	listener, err := net.Listen("tcp", f.Listener.Addr().String())
	if err == nil {
		f.Listener = listener
	}
	return err
}

func (f *fickle) Addr() net.Addr {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.Listener.Addr()
}

// Close returns nil when the listener is closed already because it has gone.
func (f *fickle) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	close(f.closed)
	f.Listener.Close()
	return nil
}
