package cmd_test

import (
	"bufio"
	"bytes"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/tcpshift/tcpshift/cmd"
)

// startSlowCanary serves a healthy 80/20 whose canary takes its time.
func startSlowCanary(t *testing.T, delay time.Duration) (addr string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	t.Cleanup(func() {
		listener.Close()
		all.Wait()
	})
	rng := rand.New(rand.NewPCG(80, 20))
	all.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			version := "one"
			if rng.Float64() < 0.2 {
				version = "two"
			}
			all.Go(func() {
				defer conn.Close()
				line, err := bufio.NewReader(conn).ReadString('\n')
				if err != nil {
					return
				}
				if version == "two" {
					time.Sleep(delay)
				}
				fmt.Fprintf(conn, "%s %s", version, line)
			})
		}
	})
	return listener.Addr().String()
}

// With 200 probes in flight, the answers that arrive first are nearly all of the fast version: judged as they come,
// they would be a gross mismatch before the first of the slow ones is there.
func TestASlowCanaryIsNotMissing(t *testing.T) {
	for name, args := range map[string][]string{
		"with a tolerance": {"--tolerance", "5"},
		"exactly":          {"--alpha", "0.0001"},
	} {
		t.Run(name, func(t *testing.T) {
			addr := startSlowCanary(t, 50*time.Millisecond)
			var out bytes.Buffer
			code := cmd.Run(append([]string{"probe", addr, "--expect", "one=80,two=20", "-c", "200"}, args...),
				cmd.World{Stdout: &out, Stderr: os.Stderr, Getenv: os.Getenv})
			if code != 0 {
				t.Errorf("exit %d\n%s", code, out.String())
			}
		})
	}
}
