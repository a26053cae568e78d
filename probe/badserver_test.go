package probe

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// badServer runs 20 probes against target and gives each result to look.
func badServer(t *testing.T, use engineMaker, target Target, timeout time.Duration, look func(Result)) {
	t.Helper()
	cfg := realConfig(t, target, 20)
	cfg.engine = use
	cfg.Timeout = timeout
	n := 0
	for r := range Run(t.Context(), cfg) {
		n++
		look(r)
	}
	if n != cfg.Probes {
		t.Errorf("%d results of %d", n, cfg.Probes)
	}
}

// serversThatLeaveAtOnce: whether the client still gets to write, and whether its bytes turn the close into a
// reset, is a race between two kernels. The outcome must be one of those, and never a timeout or a version.
func serversThatLeaveAtOnce(t *testing.T, use engineMaker) {
	tests := []struct {
		name   string
		answer func(*net.TCPConn)
		kinds  map[Kind]bool
	}{
		{"by a close", func(*net.TCPConn) {}, map[Kind]bool{EOF: true, Reset: true}},
		{"by a reset", func(c *net.TCPConn) { c.SetLinger(0) }, map[Kind]bool{Reset: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			badServer(t, use, serve(t, tt.answer), 5*time.Second, func(r Result) {
				if r.Err == nil || !tt.kinds[r.Err.Kind] {
					t.Errorf("got %q and %v", r.Version, r.Err)
				}
			})
		})
	}
}

// serversThatKeepTheClientWaiting: each probe must end with its own timeout, however often bytes come.
func serversThatKeepTheClientWaiting(t *testing.T, use engineMaker) {
	const timeout = 150 * time.Millisecond
	drip := func(text string) func(*net.TCPConn) {
		return func(c *net.TCPConn) {
			ticker := time.NewTicker(10 * time.Millisecond)
			defer ticker.Stop()
			for {
				if _, err := c.Write([]byte(text)); err != nil {
					return
				}
				<-ticker.C
			}
		}
	}
	for name, answer := range map[string]func(*net.TCPConn){
		"by bytes that drip":         drip("x"),
		"by spaces that drip":        drip(" "),
		"by half of the right reply": func(c *net.TCPConn) { fmt.Fprintf(c, "one %.12s", ask(c)); silence(c) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			badServer(t, use, serve(t, answer), timeout, func(r Result) {
				if r.Err == nil || r.Err.Phase != Read || r.Err.Kind != Timeout {
					t.Errorf("got %q and %v", r.Version, r.Err)
				}
				// What lies between the parts of a probe is in none of them.
				if took := r.Connect + r.Delay + r.Reply; took < timeout-20*time.Millisecond || took > timeout+2*time.Second {
					t.Errorf("it took %v", took)
				}
			})
		})
	}
	t.Run("by never accepting", func(t *testing.T) {
		t.Parallel()
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer listener.Close()
		target, err := ParseTarget(listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		badServer(t, use, target, timeout, func(r Result) {
			if r.Err == nil || r.Err.Phase != Read || r.Err.Kind != Timeout {
				t.Errorf("got %q and %v", r.Version, r.Err)
			}
		})
	})
}

func serversThatAreUnderstood(t *testing.T, use engineMaker) {
	tests := []struct {
		name    string
		answer  func(*net.TCPConn)
		version string
	}{
		{"a name in bytes that are no text", func(c *net.TCPConn) { fmt.Fprintf(c, "\xff\x00\x1b[2J %s", ask(c)) }, "\xff\x00\x1b[2J"},
		{"a name of 256 bytes", func(c *net.TCPConn) { fmt.Fprintf(c, "%s %s", strings.Repeat("x", 256), ask(c)) }, strings.Repeat("x", 256)},
		{"a line that a flood follows", func(c *net.TCPConn) {
			fmt.Fprintf(c, "one %s", ask(c))
			for flood := make([]byte, 64<<10); ; {
				if _, err := c.Write(flood); err != nil {
					return
				}
			}
		}, "one"},
		{"a line end that comes a little later", func(c *net.TCPConn) {
			fmt.Fprintf(c, "one %s", strings.TrimSpace(ask(c)))
			time.Sleep(10 * time.Millisecond)
			fmt.Fprint(c, "\r\n")
			silence(c)
		}, "one"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			badServer(t, use, serve(t, tt.answer), 5*time.Second, func(r Result) {
				if r.Err != nil || r.Version != tt.version {
					t.Errorf("got %q and %v", r.Version, r.Err)
				}
			})
		})
	}
}

func greetingWithoutALineEnd(t *testing.T, use engineMaker) {
	match, err := ParseMatch([]string{`ready: (\w+) `})
	if err != nil {
		t.Fatal(err)
	}
	target := serve(t, func(c *net.TCPConn) {
		fmt.Fprint(c, "ready: one ?")
		silence(c)
	})
	cfg := realConfig(t, target, 20)
	cfg.engine = use
	cfg.Match, cfg.Payload, cfg.MaxReply = match, Payload{}, len("ready: one ?")
	for r := range Run(t.Context(), cfg) {
		if r.Err != nil || r.Version != "one" {
			t.Errorf("got %q and %v", r.Version, r.Err)
		}
	}
}

// serversOfOtherKinds are told apart by --match: a Redis that is asked, a MySQL and an SSH that speak first.
func serversOfOtherKinds(t *testing.T, use engineMaker) {
	const redis = "# Server\r\nredis_version:7.2.4\r\nredis_mode:standalone\r\n"
	tests := []struct {
		name, send, match string
		limit, requests   int
		answer            func(*net.TCPConn)
		version           string
		kind              Kind
	}{
		{"Redis", `INFO server\r\n`, `^redis_version:(.*)`, 4096, 1, func(c *net.TCPConn) {
			ask(c)
			fmt.Fprintf(c, "$%d\r\n%s\r\n", len(redis), redis)
			silence(c)
		}, "7.2.4", ""},
		{"Redis, asked three times", `INFO server\r\n`, `^redis_version:(.*)`, 4096, 3, func(c *net.TCPConn) {
			in := bufio.NewReader(c)
			for {
				if _, err := in.ReadString('\n'); err != nil {
					return
				}
				fmt.Fprintf(c, "$%d\r\n%s\r\n", len(redis), redis)
			}
		}, "7.2.4", ""},
		{"MySQL, whose greeting has no end", "", `^8\.(?P<version>\d)`, 11, 1, func(c *net.TCPConn) {
			fmt.Fprint(c, "\x4a\x00\x00\x00\x0a8.0.36\x00\x08\x00\x00\x00rest")
			silence(c)
		}, "0", ""},
		{"SSH", "", "", 4096, 1, func(c *net.TCPConn) {
			fmt.Fprint(c, "SSH-2.0-OpenSSH_9.2p1 Debian\r\n")
			silence(c)
		}, "new", ""},
		{"one that is not understood, and stays", "", `v(\d)`, 4096, 1, func(c *net.TCPConn) {
			fmt.Fprint(c, "hello\r\nv")
			silence(c)
		}, "", NoMatch},
		{"one that has not ended a line, and stays", "", `v(\d)`, 4096, 1, func(c *net.TCPConn) {
			fmt.Fprint(c, "v1")
			silence(c)
		}, "", Timeout},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			cfg := realConfig(t, serve(t, tt.answer), 12)
			var err error
			if cfg.Payload, err = ParsePayload(tt.send); err != nil {
				t.Fatal(err)
			}
			exprs := []string{tt.match}
			if tt.name == "SSH" {
				exprs = []string{`old=^SSH-2.0-OpenSSH_8`, `new=^SSH-2.0-OpenSSH_9`}
			}
			if cfg.Match, err = ParseMatch(exprs); err != nil {
				t.Fatal(err)
			}
			cfg.engine, cfg.MaxReply, cfg.Requests = use, tt.limit, tt.requests
			if tt.kind != "" {
				cfg.Timeout = 150 * time.Millisecond
			}
			for r := range Run(t.Context(), cfg) {
				kind := Kind("")
				if r.Err != nil {
					kind = r.Err.Kind
				}
				if r.Version != tt.version || kind != tt.kind {
					t.Errorf("got %q and %v", r.Version, r.Err)
				}
			}
		})
	}
}

// thousandsOfVersions: a server that calls itself something else each time costs no memory that stays.
func thousandsOfVersions(t *testing.T, use engineMaker) {
	var named atomic.Int64
	target := serve(t, func(c *net.TCPConn) { fmt.Fprintf(c, "v%d %s", named.Add(1), ask(c)) })
	cfg := realConfig(t, target, 3000)
	cfg.engine = use
	cfg.Concurrency = 32
	versions := make(map[string]bool)
	for r := range Run(t.Context(), cfg) {
		if r.Err != nil {
			t.Fatal(r.Err)
		}
		versions[r.Version] = true
	}
	if len(versions) != cfg.Probes {
		t.Errorf("%d versions", len(versions))
	}
}

// serverThatComesAndGoes mixes ends within one run: each result must be that of its own probe.
func serverThatComesAndGoes(t *testing.T, use engineMaker) {
	target := serve(t, func(c *net.TCPConn) {
		line := ask(c)
		switch seq := strings.Fields(line)[2]; seq[len(seq)-1] {
		case '1', '4', '7':
			return
		case '2', '5', '8':
			c.SetLinger(0)
		default:
			fmt.Fprintf(c, "v%s %s", seq, line)
		}
	})
	cfg := realConfig(t, target, 300)
	cfg.engine = use
	cfg.Concurrency = 16
	for r := range Run(t.Context(), cfg) {
		kind := Kind("")
		if r.Err != nil {
			kind = r.Err.Kind
		}
		version := ""
		want := [...]Kind{"", EOF, Reset, "", EOF, Reset, "", EOF, Reset, ""}[r.Seq%10]
		if want == "" {
			version = fmt.Sprint("v", r.Seq)
		}
		if kind != want || r.Version != version {
			t.Errorf("probe %d: got %q and %v, want %q and kind %q", r.Seq, r.Version, r.Err, version, want)
		}
	}
}

func nameThatResolves(t *testing.T, use engineMaker) {
	if _, err := net.LookupHost("localhost"); err != nil {
		t.Skip("this system does not know localhost")
	}
	target := serve(t, func(c *net.TCPConn) { fmt.Fprintf(c, "one %s", ask(c)) })
	target.Host = "localhost"
	badServer(t, use, target, 5*time.Second, func(r Result) {
		if r.Err != nil || !r.Remote.Addr().IsLoopback() {
			t.Errorf("got %v from %v", r.Err, r.Remote)
		}
	})
}
