package lab_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/tcpshift/tcpshift/lab"
)

// witness takes turns, and remembers what it was told.
type witness struct {
	backends int
	arrivals []lab.Arrival
}

func (w *witness) Pick(a lab.Arrival) int {
	w.arrivals = append(w.arrivals, a)
	return a.Number % w.backends
}

func TestRouterRoutesConnections(t *testing.T) {
	one, two := listenEcho(t, "one").Addr().String(), listenEcho(t, "two").Addr().String()
	sampler := &witness{backends: 2}
	router := listenRouter(t, sampler, one, two)
	var want []lab.Arrival
	for i, name := range []string{"one", "two", "one"} {
		conn := dial(t, router.Addr().String())
		// A connection keeps its backend, however many lines it sends.
		for j := range 20 {
			line := fmt.Sprintf("line %d of %d\n", j, i)
			send(t, conn, line)
			if got := readLine(t, conn); got != name+" "+line {
				t.Fatalf("got %q, want %q", got, name+" "+line)
			}
		}
		want = append(want, lab.Arrival{Number: i, Client: netip.MustParseAddrPort(conn.LocalAddr().String())})
	}
	if diff := cmp.Diff([]int{2, 1}, router.Counts()); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
	router.Close() // the sampler is ours again
	if diff := cmp.Diff(want, sampler.arrivals, cmp.Comparer(func(a, b netip.AddrPort) bool { return a == b })); diff != "" {
		t.Errorf("arrivals (-want +got):\n%s", diff)
	}
}

func TestRouterCarriesHalfCloses(t *testing.T) {
	t.Run("from the client, and the answer after it", func(t *testing.T) {
		hand := listenHand(t)
		client := dial(t, listenRouter(t, always(0), hand.Addr().String()).Addr().String())
		backend := accept(t, hand)
		send(t, client, "question")
		client.CloseWrite()
		if got := readAll(t, backend); got != "question" {
			t.Errorf("backend got %q", got)
		}
		send(t, backend, "answer")
		backend.Close()
		if got := readAll(t, client); got != "answer" {
			t.Errorf("client got %q", got)
		}
	})

	t.Run("from the backend, and what the client still says", func(t *testing.T) {
		hand := listenHand(t)
		client := dial(t, listenRouter(t, always(0), hand.Addr().String()).Addr().String())
		backend := accept(t, hand)
		send(t, backend, "greeting")
		backend.CloseWrite()
		if got := readAll(t, client); got != "greeting" {
			t.Errorf("client got %q", got)
		}
		send(t, client, "farewell")
		client.Close()
		if got := readAll(t, backend); got != "farewell" {
			t.Errorf("backend got %q", got)
		}
	})
}

func TestRouterCarriesResets(t *testing.T) {
	tests := []struct {
		name string
		ends func(client, backend *net.TCPConn) (reset, other *net.TCPConn)
	}{
		{"from the client to the backend", func(c, b *net.TCPConn) (*net.TCPConn, *net.TCPConn) { return c, b }},
		{"from the backend to the client", func(c, b *net.TCPConn) (*net.TCPConn, *net.TCPConn) { return b, c }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			hand := listenHand(t)
			router := listenRouter(t, always(0), hand.Addr().String())
			// Often, since a reset can meet the router still in its dial.
			for range 100 {
				client := dial(t, router.Addr().String())
				reset, other := tt.ends(client, accept(t, hand))
				reset.SetLinger(0)
				reset.Close()
				expectReset(t, other)
				other.Close()
			}
		})
	}
}

func TestRouterTurnsTheClientOfADeadBackendAway(t *testing.T) {
	const clients = 50
	dead := listenHand(t)
	dead.Close()
	router := listenRouter(t, always(1), listenEcho(t, "one").Addr().String(), dead.Addr().String())
	for range clients {
		client := dial(t, router.Addr().String())
		send(t, client, "hello\n")
		if got := readAll(t, client); got != "" {
			t.Errorf("got %q, want nothing", got)
		}
		// Nor do bytes that come late get a reset.
		send(t, client, "still there?\n")
		readAll(t, client)
		client.Close()
	}
	if diff := cmp.Diff([]int{0, clients}, router.Counts()); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}

	t.Run("and Close does not wait for it to leave", func(t *testing.T) {
		client := dial(t, router.Addr().String())
		readAll(t, client)
		start := time.Now()
		router.Close()
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("Close took %v", took)
		}
	})
}

func TestRouterKeepsBytesIntact(t *testing.T) {
	const size = 1 << 20
	hand := listenHand(t)
	client := dial(t, listenRouter(t, always(0), hand.Addr().String()).Addr().String())
	backend := accept(t, hand)
	stream := func(seed byte) []byte {
		all := make([]byte, size)
		rand.NewChaCha8([32]byte{seed}).Read(all)
		return all
	}
	up, down := stream(1), stream(2)
	var both sync.WaitGroup
	exchange := func(name string, conn *net.TCPConn, say, hear []byte) {
		both.Go(func() {
			if _, err := conn.Write(say); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			conn.CloseWrite()
		})
		both.Go(func() {
			got, err := io.ReadAll(conn)
			if err != nil || !bytes.Equal(got, hear) {
				t.Errorf("%s got %d bytes and %v; intact: %t", name, len(got), err, bytes.Equal(got, hear))
			}
		})
	}
	exchange("client", client, up, down)
	exchange("backend", backend, down, up)
	both.Wait()
}

func TestRouterClose(t *testing.T) {
	t.Run("ends the connections that are idle, on both sides", func(t *testing.T) {
		defer goleak.VerifyNone(t)
		hand := listenHand(t)
		router := listenRouter(t, always(0), hand.Addr().String())
		client := dial(t, router.Addr().String())
		backend := accept(t, hand)
		within(t, "Close", func() { router.Close() })
		for _, conn := range []*net.TCPConn{client, backend} {
			if _, err := io.ReadAll(conn); errors.Is(err, os.ErrDeadlineExceeded) {
				t.Error("a connection is still open")
			}
		}
	})

	t.Run("ends a connection whose backend does not read", func(t *testing.T) {
		defer goleak.VerifyNone(t)
		hand := listenHand(t)
		router := listenRouter(t, always(0), hand.Addr().String())
		client := dial(t, router.Addr().String())
		accept(t, hand)
		clog(client)
		within(t, "Close", func() { router.Close() })
	})

	t.Run("may be called twice", func(t *testing.T) {
		router := listenRouter(t, always(0), "127.0.0.1:1")
		if first, second := router.Close(), router.Close(); first != nil || second != nil {
			t.Errorf("got %v, then %v", first, second)
		}
	})
}

func TestListenRouterRefuses(t *testing.T) {
	t.Run("an empty list of backends", func(t *testing.T) {
		if _, err := lab.ListenRouter("127.0.0.1:0", nil, always(0)); err == nil {
			t.Error("got no error")
		}
	})
	t.Run("an address that is taken", func(t *testing.T) {
		taken := listenHand(t).Addr().String()
		if _, err := lab.ListenRouter(taken, []lab.Backend{{Addr: "127.0.0.1:1"}}, always(0)); err == nil {
			t.Error("got no error")
		}
	})
}
