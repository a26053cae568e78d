package probe

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// serve starts a server on loopback that gives each connection to answer and then closes it.
func serve(t testing.TB, answer func(*net.TCPConn)) Target {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	serveOn(t, listener, func(c net.Conn) { answer(c.(*net.TCPConn)) })
	target, err := ParseTarget(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return target
}

// serveOn gives each connection that comes to listener to answer and then closes it.
func serveOn(t testing.TB, listener net.Listener, answer func(net.Conn)) {
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				conn.SetDeadline(time.Now().Add(5 * time.Second))
				answer(conn)
			}()
		}
	}()
}

func ask(conn net.Conn) string {
	line, _ := bufio.NewReader(conn).ReadString('\n')
	return line
}

// servers meets every server with real sockets. All probes of a row must come to the same end.
func servers(t *testing.T, use engineMaker) {
	stay := func(c *net.TCPConn) { io.Copy(io.Discard, c) }
	var named atomic.Int64
	tests := []struct {
		name    string
		answer  func(*net.TCPConn)
		version string
		phase   Phase
		kind    Kind
	}{
		{"answers", func(c *net.TCPConn) { fmt.Fprintf(c, "one %s", ask(c)) }, "one", "", ""},
		{"answers in single bytes", func(c *net.TCPConn) {
			for _, b := range []byte("one " + ask(c)) {
				c.Write([]byte{b})
			}
			stay(c)
		}, "one", "", ""},
		{"answers twice", func(c *net.TCPConn) {
			line := ask(c)
			fmt.Fprintf(c, "one %stwo %s", line, line)
			stay(c)
		}, "one", "", ""},
		{"resets after its reply", func(c *net.TCPConn) {
			fmt.Fprintf(c, "one %s", ask(c))
			time.Sleep(20 * time.Millisecond) // a reset that overtakes the reply would take it away
			c.SetLinger(0)
		}, "one", "", ""},
		{"half-closes after its reply", func(c *net.TCPConn) {
			fmt.Fprintf(c, "one %s", ask(c))
			c.CloseWrite()
			stay(c)
		}, "one", "", ""},
		{"closes after an unfinished but whole line", func(c *net.TCPConn) {
			fmt.Fprintf(c, "one %s", strings.TrimSpace(ask(c)))
		}, "one", "", ""},
		{"is called something else each time", func(c *net.TCPConn) { fmt.Fprintf(c, "v%d %s", named.Add(1), ask(c)) }, "*", "", ""},
		{"closes when it has read", func(c *net.TCPConn) { ask(c) }, "", Read, EOF},
		{"half-closes before it is asked", func(c *net.TCPConn) {
			c.CloseWrite()
			stay(c)
		}, "", Read, EOF},
		{"closes inside its line", func(c *net.TCPConn) { fmt.Fprintf(c, "one %.9s", ask(c)) }, "", Read, EOF},
		{"resets when it has read", func(c *net.TCPConn) {
			ask(c)
			c.SetLinger(0)
		}, "", Read, Reset},
		{"never answers", stay, "", Read, Timeout},
		{"never ends its line", func(c *net.TCPConn) {
			for _, err := c.Write([]byte("x")); err == nil; _, err = c.Write([]byte("x")) {
				time.Sleep(10 * time.Millisecond)
			}
		}, "", Read, Timeout},
		{"floods without a line end", func(c *net.TCPConn) {
			flood := make([]byte, 64<<10)
			for _, err := c.Write(flood); err == nil; _, err = c.Write(flood) {
			}
		}, "", Parse, LineTooLong},
		{"has a name of 3000 bytes", func(c *net.TCPConn) { fmt.Fprintf(c, "%s %s", strings.Repeat("x", 3000), ask(c)) }, "", Parse, NameTooLong},
		{"answers before it is asked", func(c *net.TCPConn) {
			io.WriteString(c, "220 ready\r\n")
			stay(c)
		}, "", Parse, WrongPayload},
		{"answers what somebody else has sent", func(c *net.TCPConn) {
			ask(c)
			io.WriteString(c, "one tcpshift 00000000 0 2026-01-02T03:04:05.000000000Z\n")
			stay(c)
		}, "", Parse, WrongPayload},
		{"echoes and no more", func(c *net.TCPConn) { io.WriteString(c, ask(c)) }, "", Parse, NoPrefix},
		{"sends an empty line", func(c *net.TCPConn) {
			ask(c)
			io.WriteString(c, "\r\n")
		}, "", Parse, NoPrefix},
		{"sends spaces", func(c *net.TCPConn) {
			ask(c)
			io.WriteString(c, "    \n")
		}, "", Parse, NoPrefix},
		{"speaks HTTP", func(c *net.TCPConn) {
			ask(c)
			io.WriteString(c, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
		}, "", Parse, WrongPayload},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			cfg := realConfig(t, serve(t, tt.answer), 12)
			cfg.engine = use
			if tt.kind == Timeout {
				cfg.Timeout = 150 * time.Millisecond
			}
			versions := make(map[string]bool)
			n := 0
			for r := range Run(t.Context(), cfg) {
				n++
				versions[r.Version] = true
				switch {
				case (r.Err == nil) != (tt.kind == ""):
					t.Errorf("got %q and %v", r.Version, r.Err)
				case r.Err != nil && (r.Err.Phase != tt.phase || r.Err.Kind != tt.kind):
					t.Errorf("got %v, want %s in %s", r.Err, tt.kind, tt.phase)
				case r.Err == nil && tt.version != "*" && r.Version != tt.version:
					t.Errorf("got %q, want %q", r.Version, tt.version)
				}
				if !r.Local.IsValid() || r.Remote.Port() != cfg.Target.Port {
					t.Errorf("from %v to %v", r.Local, r.Remote)
				}
			}
			if n != cfg.Probes {
				t.Errorf("%d results of %d", n, cfg.Probes)
			}
			if tt.version == "*" && len(versions) != n {
				t.Errorf("%d versions", len(versions))
			}
		})
	}
}

func deadPort(t *testing.T, use engineMaker) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	target, err := ParseTarget(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	cfg := realConfig(t, target, 5)
	cfg.engine = use
	for r := range Run(t.Context(), cfg) {
		if r.Err == nil || r.Err.Phase != Dial || r.Err.Kind != Refused || r.Remote.Port() != target.Port {
			t.Errorf("%+v", r)
		}
	}
}

// noDescriptorIsLeft counts the open descriptors of the process, where the system tells.
func noDescriptorIsLeft(t *testing.T, use engineMaker) {
	const fds = "/proc/self/fd"
	if _, err := os.ReadDir(fds); err != nil {
		t.Skip("this system does not list descriptors")
	}
	target := serve(t, func(c *net.TCPConn) { fmt.Fprintf(c, "one %s", ask(c)) })
	open := func() int {
		list, err := os.ReadDir(fds)
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // the collector closes forgotten connections and would hide them
	before := open()
	cfg := realConfig(t, target, 2000)
	cfg.engine = use
	cfg.Concurrency = 50
	for r := range Run(t.Context(), cfg) {
		if r.Err != nil {
			t.Fatal(r.Err)
		}
	}
	for range 100 { // the server's side closes in its own time
		if open() <= before {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Errorf("%d descriptors before, %d after", before, open())
}

func realConfig(t testing.TB, target Target, probes int) Config {
	payload, err := ParsePayload(DefaultPayload)
	if err != nil {
		t.Fatal(err)
	}
	return Config{Target: target, Probes: probes, Concurrency: 4, Timeout: 5 * time.Second, Payload: payload, MaxReply: 4096}
}
