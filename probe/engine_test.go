package probe

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// engines are all that there are. Each must pass everything below, over real sockets.
var engines = map[string]engineMaker{"pool": newPool}

// TestEngines is what Run promises, whatever carries a run out.
func TestEngines(t *testing.T) {
	for name, use := range engines {
		t.Run(name, func(t *testing.T) {
			for name, promise := range map[string]func(*testing.T, engineMaker){
				"servers":                              servers,
				"a dead port":                          deadPort,
				"no descriptor is left":                noDescriptorIsLeft,
				"servers that leave at once":           serversThatLeaveAtOnce,
				"servers that keep the client waiting": serversThatKeepTheClientWaiting,
				"servers that are understood":          serversThatAreUnderstood,
				"a greeting without a line end":        greetingWithoutALineEnd,
				"servers of other kinds":               serversOfOtherKinds,
				"thousands of versions":                thousandsOfVersions,
				"a server that comes and goes":         serverThatComesAndGoes,
				"a name that resolves":                 nameThatResolves,
				"launch order":                         launchOrder,
				"as many at a time as are asked for":   concurrency,
				"a cancel":                             cancelAtAnyTime,
				"a drain":                              drainAtAnyTime,
				"a break":                              breakAtAnyTime,
				"the payload":                          payloadArrives,
				"an IPv6 address":                      ipv6,
			} {
				t.Run(name, func(t *testing.T) { promise(t, use) })
			}
		})
	}
}

// launchOrder: the later a probe is launched, the sooner it is answered.
func launchOrder(t *testing.T, use engineMaker) {
	var served atomic.Int64
	cfg := realConfig(t, serve(t, func(c *net.TCPConn) {
		line := ask(c)
		time.Sleep(time.Duration(60-served.Add(1)) * time.Millisecond)
		fmt.Fprintf(c, "one %s", line)
	}), 60)
	cfg.engine, cfg.Concurrency = use, 60
	var before time.Time
	n := 0
	for r := range Run(t.Context(), cfg) {
		if r.Seq != n || r.Err != nil || r.Start.Before(before) {
			t.Errorf("result %d: %+v", n, r)
		}
		before = r.Start
		n++
	}
	if n != 60 {
		t.Errorf("%d results", n)
	}
}

// concurrency counts the connections that a server has open at once.
func concurrency(t *testing.T, use engineMaker) {
	var open, most atomic.Int64
	cfg := realConfig(t, serve(t, func(c *net.TCPConn) {
		n := open.Add(1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		line := ask(c)
		time.Sleep(5 * time.Millisecond)
		open.Add(-1) // before the answer, after which the client may already come again
		fmt.Fprintf(c, "one %s", line)
	}), 200)
	cfg.engine, cfg.Concurrency = use, 10
	for r := range Run(t.Context(), cfg) {
		if r.Err != nil {
			t.Error(r.Err)
		}
	}
	if n := most.Load(); n < 2 || n > 10 {
		t.Errorf("%d at once, of 10", n)
	}
}

// stalling answers the first probes and is silent to the rest.
func stalling(t *testing.T, answers int) Target {
	return serve(t, func(c *net.TCPConn) {
		line := ask(c)
		fields := append(strings.Fields(line), "", "", "") // a canceled probe may have sent nothing
		if seq, err := strconv.Atoi(fields[2]); err != nil || seq >= answers {
			silence(c)
			return
		}
		fmt.Fprintf(c, "one %s", line)
	})
}

func cancelAtAnyTime(t *testing.T, use engineMaker) {
	for _, after := range []int{0, 1, 7, 40} {
		cfg := realConfig(t, stalling(t, 40), 1000)
		cfg.engine, cfg.Concurrency, cfg.Timeout = use, 16, time.Minute
		ctx, cancel := context.WithCancel(t.Context())
		n, canceled := 0, 0
		if after == 0 {
			time.AfterFunc(20*time.Millisecond, cancel)
		}
		for r := range Run(ctx, cfg) {
			if r.Seq != n {
				t.Errorf("result %d is of probe %d", n, r.Seq)
			}
			if n++; n == after {
				time.AfterFunc(10*time.Millisecond, cancel)
			}
			if r.Err != nil {
				if canceled++; r.Err.Kind != Canceled {
					t.Errorf("after %d: %v", after, r.Err)
				}
			}
		}
		cancel()
		if canceled > cfg.Concurrency {
			t.Errorf("after %d: %d canceled", after, canceled)
		}
	}
}

func drainAtAnyTime(t *testing.T, use engineMaker) {
	for _, after := range []int{1, 5, 50} {
		target := serve(t, func(c *net.TCPConn) { fmt.Fprintf(c, "one %s", ask(c)) })
		cfg := realConfig(t, target, 100_000)
		drain := make(chan struct{})
		cfg.engine, cfg.Concurrency, cfg.Drain = use, 8, drain
		n := 0
		for r := range Run(t.Context(), cfg) {
			if r.Seq != n || r.Err != nil {
				t.Errorf("result %d: %+v", n, r)
			}
			if n++; n == after {
				close(drain)
			}
		}
		if n < after || n == cfg.Probes {
			t.Errorf("%d results, drained after %d", n, after)
		}
	}
}

func breakAtAnyTime(t *testing.T, use engineMaker) {
	for _, after := range []int{1, 10, 40} {
		cfg := realConfig(t, stalling(t, 40), 1000)
		cfg.engine, cfg.Concurrency, cfg.Timeout = use, 16, time.Minute
		began, n := time.Now(), 0
		for range Run(t.Context(), cfg) {
			if n++; n == after {
				break
			}
		}
		if time.Since(began) > 30*time.Second {
			t.Errorf("the break after %d waited for a timeout", after)
		}
	}
}

// payloadArrives: each as the template says, once, with the number and the start of its own probe.
func payloadArrives(t *testing.T, use engineMaker) {
	lines := make(chan string, 50)
	cfg := realConfig(t, serve(t, func(c *net.TCPConn) {
		line := ask(c)
		lines <- line
		fmt.Fprintf(c, "one %s", line)
	}), 50)
	cfg.engine, cfg.ID = use, "abc"
	var want, got []string
	for r := range Run(t.Context(), cfg) {
		want = append(want, fmt.Sprintf("tcpshift abc %d %s\n", r.Seq, r.Start.UTC().Format(timeLayout)))
	}
	for range want {
		got = append(got, <-lines)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("sent %q, want %q", got, want)
	}
}

func ipv6(t *testing.T, use engineMaker) {
	listener, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		t.Skip("this system has no IPv6")
	}
	serveOn(t, listener, func(c net.Conn) { fmt.Fprintf(c, "six %s", ask(c)) })
	target, err := ParseTarget(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	badServer(t, use, target, 5*time.Second, func(r Result) {
		if r.Err != nil || r.Version != "six" || !r.Remote.Addr().Is6() {
			t.Errorf("got %+v", r)
		}
	})
}
