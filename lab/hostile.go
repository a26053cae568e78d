package lab

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"time"
)

// longestStay bounds how long one client can keep a hostile server busy. It is far above the timeouts that a client
// would have.
const longestStay = time.Minute

// seats is how many clients the behaviour five-at-a-time serves at once, and comes-and-goes between two absences.
const seats = 5

// Behaviour is one way to treat clients badly. Those that answer correctly do so as version "one".
type Behaviour struct {
	Name string        // a short id, such as "drips"
	Does string        // what a client meets, in one phrase
	Pace time.Duration // from one byte, accept or turn to the next; 0 for a behaviour without a rhythm

	treat       func(*visit)                                   // serves one connection, which is then closed
	listen      func(net.Listener, time.Duration) net.Listener // how to accept at that pace; nil: as usual
	certificate func(*CA) (tls.Certificate, error)             // nil: without TLS
}

// Hostile lists the behaviours, always in the same order.
func Hostile() []Behaviour {
	var all []Behaviour
	for _, some := range [][]Behaviour{leaving(), waiting(), replying(), naming(), accepting(), securing(), urging()} {
		all = append(all, some...)
	}
	return all
}

// HostileServer treats every client by one Behaviour. However a client behaves in turn, it costs little memory, and
// its connection ends when it leaves, when the server is closed, and after a minute.
type HostileServer struct {
	*server
	behaviour Behaviour
	tls       *tls.Config
	stay      time.Duration
	seats     chan struct{} // as full as there are clients that are served
	arrivals  int
}

// ListenHostile starts a server that behaves like b, one of Hostile, on a TCP address such as "127.0.0.1:0".
func ListenHostile(addr string, b Behaviour) (*HostileServer, error) {
	return listenHostile(addr, b, longestStay)
}

func listenHostile(addr string, b Behaviour, stay time.Duration) (*HostileServer, error) {
	if b.treat == nil {
		return nil, errors.New("a hostile server needs one of the behaviours that Hostile lists")
	}
	h := &HostileServer{behaviour: b, stay: stay, seats: make(chan struct{}, seats)}
	if b.certificate != nil {
		config, err := serverTLS(b.certificate)
		if err != nil {
			return nil, err
		}
		h.tls = config
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	if b.listen != nil {
		listener = b.listen(listener, b.Pace)
	}
	h.server = newServer(listener)
	h.serve(h.receive)
	return h, nil
}

func (h *HostileServer) receive(conn net.Conn) func() {
	v := &visit{Conn: conn, server: h, pace: h.behaviour.Pace, number: h.arrivals, end: time.Now().Add(h.stay)}
	h.arrivals++
	conn.SetDeadline(v.end)
	return func() { h.behaviour.treat(v) }
}

// visit is one connection, and what a behaviour may want to know of it.
type visit struct {
	net.Conn
	server *HostileServer
	pace   time.Duration
	number int       // of the connection, from 0
	end    time.Time // of the longest stay
}

// ask reads the client's line. It reports false when the client left without one, or sent more than MaxLine.
func (v *visit) ask() (line string, ok bool) {
	d := dialogues.Get().(*dialogue)
	defer d.recycle()
	d.in.Reset(v)
	if d.next("") != nil {
		return "", false
	}
	return string(d.out), true
}

// say reports whether the text could be sent.
func (v *visit) say(text string) bool {
	_, err := io.WriteString(v, text)
	return err == nil
}

// stay waits until the client leaves.
func (v *visit) stay() { io.Copy(io.Discard, v.Conn) }

// wait waits for d, and reports whether the client is still there.
func (v *visit) wait(d time.Duration) bool {
	until := time.Now().Add(d)
	if until.After(v.end) {
		until = v.end
	}
	v.SetReadDeadline(until)
	defer v.SetReadDeadline(v.end)
	_, err := io.Copy(io.Discard, v.Conn)
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}
