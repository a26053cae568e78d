package probe_test

import (
	"fmt"
	"io"
	"os"
	"testing"

	"go.uber.org/goleak"

	"github.com/tcpshift/tcpshift/lab"
)

// echoServer is the environment variable that turns this binary into the server of the benchmark.
const echoServer = "TCPSHIFT_TEST_ECHO"

func TestMain(m *testing.M) {
	if os.Getenv(echoServer) != "" {
		os.Exit(serveEcho())
	}
	goleak.VerifyTestMain(m)
}

// serveEcho tells its address on standard output and serves until standard input ends, so that it cannot outlive
// the benchmark, however that dies.
func serveEcho() int {
	echo, err := lab.ListenEcho("127.0.0.1:0", "one")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Println(echo.Addr())
	io.Copy(io.Discard, os.Stdin)
	if err := echo.Close(); err != nil {
		return 1
	}
	return 0
}
