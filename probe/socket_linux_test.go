package probe

import (
	"fmt"
	"net"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestPortsComeFromTheWindow also holds that bindWithoutPort is set where a source is: both before the connect.
func TestPortsComeFromTheWindow(t *testing.T) {
	target := serve(t, func(c *net.TCPConn) { fmt.Fprintf(c, "one %s", ask(c)) })
	low, high := localPorts()
	windows := newWindows(low, high)
	if windows == nil {
		t.Skip("this system has hardly any local ports")
	}
	sources, err := ParseSources("127.0.0.2,127.0.0.3")
	if err != nil {
		t.Fatal(err)
	}
	for name, sources := range map[string]Sources{"with sources": sources, "without": {}} {
		t.Run(name, func(t *testing.T) {
			d := newDialer(&Config{}, &route{network: "tcp", addrs: []string{target.String()}, limit: 5 * time.Second, windows: windows, sources: sources})
			for seq := range 50 {
				r := Result{Seq: 7 * seq, Retries: seq % 2}
				conn, err := d.connect(t.Context(), &r)
				if err != nil {
					t.Fatal(err)
				}
				port := conn.LocalAddr().(*net.TCPAddr).Port
				word := windows.at(r.Seq/sources.Count(9), r.Retries)
				if from, to := int(word&0xffff), int(word>>16); port < from || port > to {
					t.Errorf("port %d is not within %d to %d", port, from, to)
				}
				if got := option(t, conn, unix.IP_BIND_ADDRESS_NO_PORT) == 1; got == sources.Empty() {
					t.Errorf("IP_BIND_ADDRESS_NO_PORT is %t", got)
				}
				conn.Close()
			}
		})
	}
}

func option(t *testing.T, conn net.Conn, name int) (value int) {
	raw, err := conn.(*net.TCPConn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	raw.Control(func(fd uintptr) { value, err = unix.GetsockoptInt(int(fd), unix.IPPROTO_IP, name) })
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// TestTheKernelsClock: a handshake on loopback takes microseconds, whatever this process does besides.
func TestTheKernelsClock(t *testing.T) {
	cfg := realConfig(t, serve(t, func(c *net.TCPConn) { fmt.Fprintf(c, "one %s", ask(c)) }), 200)
	cfg.Concurrency = 50
	for r := range Run(t.Context(), cfg) {
		if r.Err != nil || !r.Kernel || r.Connect <= 0 || r.Connect > time.Second || r.Delay < 0 {
			t.Errorf("got %+v", r)
		}
	}
}

// TestResetClose looks at how the server sees the end.
func TestResetClose(t *testing.T) {
	for _, reset := range []bool{false, true} {
		t.Run(fmt.Sprint(reset), func(t *testing.T) {
			ends := make(chan error, 5)
			cfg := realConfig(t, serve(t, func(c *net.TCPConn) {
				fmt.Fprintf(c, "one %s", ask(c))
				_, err := c.Read(make([]byte, 9))
				ends <- err
			}), 5)
			cfg.ResetClose = reset
			for r := range Run(t.Context(), cfg) {
				if r.Err != nil {
					t.Error(r.Err)
				}
				if got := kindOf(<-ends) == Reset; got != reset {
					t.Errorf("closed by a reset: %t", got)
				}
			}
		})
	}
}
