package cmd

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
)

// startSlowCanary serves a healthy 80/20 whose canary takes its time.
func startSlowCanary(t *testing.T, delay time.Duration) (addr string) {
	t.Helper()
	var dice sync.Mutex
	rng := rand.New(rand.NewPCG(80, 20))
	return serveEach(t, func(conn net.Conn) {
		dice.Lock()
		slow := rng.Float64() < 0.2
		dice.Unlock()
		line, err := bufio.NewReader(conn).ReadString('\n')
		switch {
		case err != nil:
		case slow:
			time.Sleep(delay)
			fmt.Fprint(conn, "two ", line)
		default:
			fmt.Fprint(conn, "one ", line)
		}
	})
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
			code := Run(append([]string{"probe", addr, "--expect", "one=80,two=20", "-c", "200"}, args...),
				World{Stdout: &out, Stderr: os.Stderr, Getenv: os.Getenv})
			if code != 0 {
				t.Errorf("exit %d\n%s", code, out.String())
			}
		})
	}
}
