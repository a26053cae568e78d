package probe_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tcpshift/tcpshift/lab"
)

// echoServer is the environment variable that turns this binary into the server of a benchmark. Its value is the delay
// of each answer.
const echoServer = "TCPSHIFT_TEST_ECHO"

func TestMain(m *testing.M) {
	if delay, err := time.ParseDuration(os.Getenv(echoServer)); err == nil {
		os.Exit(serveEcho(delay))
	}
	goleak.VerifyTestMain(m)
}

// serveEcho tells its address on standard output and serves until standard input ends, so that it cannot outlive
// the benchmark, however that dies.
func serveEcho(delay time.Duration) int {
	listen := func() (interface {
		Addr() net.Addr
		Close() error
	}, error) {
		if delay > 0 {
			return listenLate(delay)
		}
		return lab.ListenEcho("127.0.0.1:0", "one")
	}
	server, err := listen()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Println(server.Addr())
	io.Copy(io.Discard, os.Stdin)
	if err := server.Close(); err != nil {
		return 1
	}
	return 0
}

// listenLate starts a server that answers each line after a delay.
func listenLate(delay time.Duration) (net.Listener, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				line, _ := bufio.NewReader(c).ReadString('\n')
				time.Sleep(delay)
				fmt.Fprintf(c, "one %s", line)
			}()
		}
	}()
	return listener, nil
}
