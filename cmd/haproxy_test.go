package cmd_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tcpshift/tcpshift/cmd"
	"github.com/tcpshift/tcpshift/report"
)

const haproxyConfig = `
global
    maxconn 4000
defaults
    mode tcp
    timeout connect 2s
    timeout client 10s
    timeout server 10s
    retries 0
frontend in
    bind %s
    default_backend out
backend out
    balance roundrobin
    server one %s weight %d
    server two %s weight %d
`

// TestHAProxy probes a real HAProxy in front of two real "tcpshift echo".
func TestHAProxy(t *testing.T) {
	haproxy, err := exec.LookPath("haproxy")
	if err != nil {
		skipWithout(t, "haproxy")
	}
	one, two, dead := startEcho(t, "one"), startEcho(t, "two"), freeAddr(t)

	tests := []struct {
		name     string
		backends [2]string
		weights  [2]int
		args     string
		code     int
		reason   string
		says     []string
	}{
		{"weights as expected", [2]string{one, two}, [2]int{80, 20}, "--expect one=80,two=20", 0, "consistent", []string{"consistent with 80/20"}},
		{"weights swapped", [2]string{one, two}, [2]int{20, 80}, "--expect one=80,two=20", 1, "mismatch", []string{"not 80/20: two got ", " % of the answers, not 20 %"}},
		{"canary down", [2]string{one, dead}, [2]int{80, 20}, "--expect one=80,two=20", 1, "unhealthy", []string{"21 of ", " probes failed (", " % where 1 % is tolerated", "; nothing came from two"}},
		{"weight of the canary is zero", [2]string{one, two}, [2]int{80, 0}, "--expect one=80,two=20", 1, "mismatch", []string{"two got 0 % of the answers, not 20 %"}},
		{"two points off, and five tolerated", [2]string{one, two}, [2]int{78, 22}, "--expect one=80,two=20 --tolerance 5", 0, "within-tolerance",
			[]string{"within 5 points of 80/20, 99 % sure: two got 2", "15 to 25 % is tolerated"}},
		{"ten points off, and five tolerated", [2]string{one, two}, [2]int{70, 30}, "--expect one=80,two=20 --tolerance 5", 1, "out-of-tolerance",
			[]string{"not within 5 points of 80/20, 99 % sure: two got ", "where 15 to 25 % is tolerated"}},
		{"a dead backend that is expected", [2]string{one, dead}, [2]int{80, 20}, "--expect one=80,!error=20", 0, "consistent",
			[]string{"consistent with 80, 20 !error"}},
		{"a dead backend that has recovered", [2]string{one, one}, [2]int{80, 20}, "--expect one=80,!error=20", 1, "mismatch",
			[]string{"0 % of the probes failed (!error), not 20 %"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			addr := freeAddr(t)
			startHAProxy(t, haproxy, addr, fmt.Sprintf(haproxyConfig, addr, tt.backends[0], tt.weights[0], tt.backends[1], tt.weights[1]))
			r, code, _ := runProbe(t, append([]string{addr}, strings.Fields(tt.args)...)...)
			if code != tt.code || string(r.Verdict.Reason) != tt.reason {
				t.Errorf("exit %d, %s; want exit %d, %s", code, r.Verdict.Reason, tt.code, tt.reason)
			}
			for _, says := range tt.says {
				if !strings.Contains(r.Verdict.Message, says) {
					t.Errorf("it says %q, and not %q", r.Verdict.Message, says)
				}
			}
		})
	}
}

// runProbe runs a command line in this process, and returns its report, its exit code and what it said beside.
func runProbe(tb testing.TB, args ...string) (r report.Report, code int, said string) {
	tb.Helper()
	var out, errs bytes.Buffer
	code = cmd.Run(append([]string{"probe", "-o", "json"}, args...), cmd.World{Stdout: &out, Stderr: &errs, Getenv: os.Getenv})
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		tb.Fatalf("%v\n%s%s", err, out.String(), errs.String())
	}
	return r, code, errs.String()
}

// startEcho runs tcpshift echo as a user would and returns the address that it prints.
func startEcho(t *testing.T, prefix string) string {
	t.Helper()
	out := newLineReader()
	interrupts := make(chan os.Signal, 1)
	done := make(chan int)
	go func() {
		done <- cmd.Run([]string{"echo", "127.0.0.1:0", prefix}, cmd.World{Stdout: out, Stderr: os.Stderr, Interrupts: interrupts})
	}()
	t.Cleanup(func() {
		interrupts <- os.Interrupt
		if code := <-done; code != 0 {
			t.Errorf("tcpshift echo ended with %d", code)
		}
	})
	return out.line(t)
}

func startHAProxy(t *testing.T, haproxy, addr, config string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "haproxy.cfg")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	startProxy(t, addr, exec.Command(haproxy, "-db", "-f", file))
}

// startProxy starts a program and waits until it listens.
func startProxy(t *testing.T, addr string, c *exec.Cmd) {
	t.Helper()
	var log bytes.Buffer
	c.Stdout, c.Stderr = &log, &log
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.Process.Signal(syscall.SIGTERM)
		c.Wait()
	})
	for range 200 {
		if conn, err := net.Dial("tcp", addr); err == nil {
			conn.Close()
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	c.Process.Kill()
	c.Wait()
	t.Fatalf("%s does not listen:\n%s", c.Path, log.String())
}

// freeAddr is an address on which nobody listens now.
func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// lineReader hands over the first line that is written to it.
type lineReader struct{ lines chan string }

func newLineReader() lineReader { return lineReader{make(chan string, 10)} }

func (r lineReader) Write(p []byte) (int, error) {
	for line := range strings.Lines(string(p)) {
		r.lines <- strings.TrimSpace(line)
	}
	return len(p), nil
}

func (r lineReader) line(t *testing.T) string {
	t.Helper()
	select {
	case line := <-r.lines:
		return line
	case <-time.After(5 * time.Second):
		t.Fatal("no line came")
		return ""
	}
}
