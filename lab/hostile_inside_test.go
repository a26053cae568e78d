package lab

import (
	"fmt"
	"io"
	"net"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// open is the number of connections that a server has at the moment.
func (h *HostileServer) open() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.conns)
}

const patience = 5 * time.Second

// TestEveryVisitEnds: whatever a behaviour does to its clients, none of them can hold it for long.
func TestEveryVisitEnds(t *testing.T) {
	ends := []struct {
		name string
		stay time.Duration
		end  func(t *testing.T, h *HostileServer, conn net.Conn)
	}{
		{"with its client", longestStay, func(t *testing.T, h *HostileServer, conn net.Conn) {
			conn.Close()
			eventually(t, "no connection is open", func() bool { return h.open() == 0 })
		}},
		{"with the server", longestStay, func(t *testing.T, h *HostileServer, conn net.Conn) {
			defer conn.Close()
			closed := make(chan struct{})
			go func() { h.Close(); close(closed) }()
			eventually(t, "it has closed", func() bool {
				select {
				case <-closed:
					return true
				default:
					return false
				}
			})
		}},
		{"after a time", 50 * time.Millisecond, func(t *testing.T, h *HostileServer, conn net.Conn) {
			defer conn.Close()
			if h.behaviour.Name == "floods" || h.behaviour.Name == "drips" {
				go io.Copy(io.Discard, conn) // a client that is content with it
			}
			eventually(t, "no connection is open", func() bool { return h.open() == 0 })
		}},
	}
	for _, b := range Hostile() {
		b.Pace = time.Hour
		if b.listen != nil {
			b.Pace = time.Millisecond // or nobody would be accepted
		}
		for _, end := range ends {
			t.Run(fmt.Sprintf("%s, %s", b.Name, end.name), func(t *testing.T) {
				defer goleak.VerifyNone(t)
				h, err := listenHostile("127.0.0.1:0", b, end.stay)
				if err != nil {
					t.Fatal(err)
				}
				defer h.Close()
				conn, err := net.DialTimeout("tcp", h.Addr().String(), patience)
				if err != nil {
					t.Skip(err) // it was reset so early that there is nothing to end
				}
				conn.SetDeadline(time.Now().Add(patience))
				io.WriteString(conn, "hello\n")
				for i := 0; i < 20 && h.open() == 0; i++ { // some are never accepted, others over at once
					time.Sleep(time.Millisecond)
				}
				end.end(t, h, conn)
			})
		}
	}
}

func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for began := time.Now(); !done(); time.Sleep(time.Millisecond) {
		if time.Since(began) > patience {
			t.Fatalf("it is not so that %s", what)
		}
	}
}
