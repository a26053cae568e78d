package lab_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tcpshift/tcpshift/lab"
)

// patience is how long a test waits for what should happen at once.
const patience = 5 * time.Second

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func dial(t testing.TB, addr string) *net.TCPConn {
	t.Helper()
	conn, err := net.DialTimeout("tcp", addr, patience)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(patience))
	return conn.(*net.TCPConn)
}

func listenEcho(t testing.TB, prefix string) *lab.Echo {
	t.Helper()
	echo, err := lab.ListenEcho("127.0.0.1:0", prefix)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { echo.Close() })
	return echo
}

// always is the sampler that is not one.
type always int

func (a always) Pick(lab.Arrival) int { return int(a) }

func listenRouter(t testing.TB, sampler lab.Sampler, addrs ...string) *lab.Router {
	t.Helper()
	var backends []lab.Backend
	for _, addr := range addrs {
		backends = append(backends, lab.Backend{Addr: addr})
	}
	router, err := lab.ListenRouter("127.0.0.1:0", backends, sampler)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { router.Close() })
	return router
}

// listenHand is a backend that the test plays by hand.
func listenHand(t testing.TB) *net.TCPListener {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	listener.(*net.TCPListener).SetDeadline(time.Now().Add(patience))
	return listener.(*net.TCPListener)
}

func accept(t testing.TB, listener *net.TCPListener) *net.TCPConn {
	t.Helper()
	conn, err := listener.AcceptTCP()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(patience))
	return conn
}

func send(t testing.TB, conn net.Conn, text string) {
	t.Helper()
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
}

func readLine(t testing.TB, conn net.Conn) string {
	t.Helper()
	line, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		t.Fatalf("read %q, then %v", line, err)
	}
	return line
}

func readAll(t testing.TB, conn net.Conn) string {
	t.Helper()
	all, err := io.ReadAll(conn)
	if err != nil {
		t.Fatalf("read %q, then %v", all, err)
	}
	return string(all)
}

// expectReset reads on until conn breaks, and wants it broken by its peer: no
// orderly end, and not by the test's own deadline.
func expectReset(t testing.TB, conn net.Conn) {
	t.Helper()
	if _, err := io.Copy(io.Discard, conn); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("got %v, want a reset", err)
	}
}

// within fails the test when f takes longer than patience.
func within(t testing.TB, what string, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() { f(); close(done) }()
	select {
	case <-done:
	case <-time.After(patience):
		t.Fatalf("%s took longer than %v", what, patience)
	}
}
