package probe

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestWebServersThatAreNone: what the socket says decides, where it says something.
func TestWebServersThatAreNone(t *testing.T) {
	const begun = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\none\n"
	tests := []struct {
		name   string
		answer func(c *net.TCPConn, r *bufio.Reader)
		kinds  string // one of them
		phases string
	}{
		{"echoes", func(c *net.TCPConn, r *bufio.Reader) { io.Copy(c, r) }, "not-http", "parse"},
		{"greets and waits", func(c *net.TCPConn, r *bufio.Reader) {
			io.WriteString(c, "SSH-2.0-OpenSSH_9.6\r\n")
			silence(c)
		}, "not-http", "parse"},
		{"answers before it is asked", func(c *net.TCPConn, r *bufio.Reader) {
			io.WriteString(c, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
			silence(c)
		}, "http-status", "parse"},
		{"floods", func(c *net.TCPConn, r *bufio.Reader) {
			for flood := bytes.Repeat([]byte("x"), 64<<10); ; {
				if _, err := c.Write(flood); err != nil {
					return
				}
			}
		}, "not-http", "parse"},
		{"floods with headers", func(c *net.TCPConn, r *bufio.Reader) {
			io.WriteString(c, "HTTP/1.1 200 OK\r\n")
			for flood := []byte(strings.Repeat("X: y\r\n", 10000)); ; {
				if _, err := c.Write(flood); err != nil {
					return
				}
			}
		}, "not-http", "parse"},
		{"floods with a body", func(c *net.TCPConn, r *bufio.Reader) {
			askedFor(c, r)
			io.WriteString(c, "HTTP/1.1 200 OK\r\n\r\n")
			for flood := bytes.Repeat([]byte("x"), 64<<10); ; {
				if _, err := c.Write(flood); err != nil {
					return
				}
			}
		}, "line-too-long", "parse"},
		{"closes when it has read", func(c *net.TCPConn, r *bufio.Reader) { askedFor(c, r) }, "eof", "read"},
		{"half-closes before it is asked", func(c *net.TCPConn, r *bufio.Reader) {
			c.CloseWrite()
			silence(c)
		}, "eof", "read"},
		{"closes inside its headers", func(c *net.TCPConn, r *bufio.Reader) {
			askedFor(c, r)
			io.WriteString(c, begun[:30])
		}, "eof", "read"},
		{"closes inside its body", func(c *net.TCPConn, r *bufio.Reader) {
			askedFor(c, r)
			io.WriteString(c, begun)
		}, "eof", "read"},
		{"resets when it has read", func(c *net.TCPConn, r *bufio.Reader) {
			askedFor(c, r)
			c.SetLinger(0)
		}, "reset", "read"},
		{"resets inside its body", func(c *net.TCPConn, r *bufio.Reader) {
			askedFor(c, r)
			io.WriteString(c, begun)
			c.SetLinger(0)
		}, "reset", "read"},
		// Whether the request still gets out, and whether it turns the close into a reset, is a race.
		{"closes at once", func(*net.TCPConn, *bufio.Reader) {}, "eof reset", "read write"},
		{"resets at once", func(c *net.TCPConn, _ *bufio.Reader) { c.SetLinger(0) }, "reset", "read write"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			defer noClientLeft(t)
			target := serve(t, func(c *net.TCPConn) { tt.answer(c, bufio.NewReader(c)) })
			for _, ask := range []webTest{{}, {requests: 3}, {payload: DefaultPayload}} {
				w := ask.web(t, "http://"+target.String())
				for range 5 {
					version, fail := probeWeb(t, w, 7)
					if fail == nil || !strings.Contains(tt.kinds, string(fail.Kind)) || !strings.Contains(tt.phases, string(fail.Phase)) {
						t.Errorf("got %q and %v, want %s in %s", version, fail, tt.kinds, tt.phases)
					}
				}
			}
		})
	}
}

// TestWebServersThatStall are left when the deadline is moved into the past, as the end of a run does.
func TestWebServersThatStall(t *testing.T) {
	for name, answer := range map[string]string{
		"before their answer":     "",
		"in their status":         "HTTP/1.1 2",
		"in their headers":        "HTTP/1.1 200 OK\r\nContent-Le",
		"behind a hint":           "HTTP/1.1 103 Early Hints\r\n\r\n",
		"before their body":       "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n",
		"in their body":           "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\none\n",
		"in a body without end":   "HTTP/1.1 200 OK\r\n\r\none\n",
		"in a chunk":              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\none\n",
		"before the last chunk":   "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\none\n\r\n",
		"in an error page":        "HTTP/1.1 503 No\r\nContent-Length: 9\r\n\r\none\n",
		"in a protocol of theirs": "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\none",
		"in a greeting":           "SSH-2.0-",
	} {
		t.Run(name, func(t *testing.T) {
			defer noClientLeft(t)
			sent := make(chan bool, 1)
			target := serve(t, func(c *net.TCPConn) {
				askedFor(c, bufio.NewReader(c))
				io.WriteString(c, answer)
				sent <- true
				silence(c)
			})
			w := webTest{}.web(t, "http://"+target.String())
			conn := openWeb(t, w)
			defer conn.Close()
			go func() {
				<-sent
				conn.SetDeadline(time.Unix(1, 0))
			}()
			version, fail := w.ask(conn, 7, when)
			check(t, version, fail, "", Timeout)
			if fail != nil && fail.Phase != Read {
				t.Errorf("got %v", fail)
			}
		})
	}
}

// TestABodyThatFillsTheLimitIsNotWaitedFor: nothing that may still come could change what is found in it.
func TestABodyThatFillsTheLimitIsNotWaitedFor(t *testing.T) {
	defer noClientLeft(t)
	target := serve(t, func(c *net.TCPConn) {
		askedFor(c, bufio.NewReader(c))
		io.WriteString(c, "HTTP/1.1 200 OK\r\n\r\none\n")
		silence(c)
	})
	for name, ask := range map[string]webTest{
		"a first line":  {limit: 4},
		"an expression": {limit: 3, match: []string{`(one)`}},
	} {
		t.Run(name, func(t *testing.T) {
			version, fail := probeWeb(t, ask.web(t, "http://"+target.String()), 7)
			check(t, version, fail, "one", "")
		})
	}
}

// TestAServerThatDoesNotTakeTheRequest: its payload fills all buffers on the way.
func TestAServerThatDoesNotTakeTheRequest(t *testing.T) {
	payload := Payload{[]piece{{text: strings.Repeat("x", 32<<20)}}}
	for _, tt := range []struct {
		name, answer, version string
		kind                  Kind
	}{
		{"and answers", "HTTP/1.1 413 No\r\nConnection: close\r\n\r\n", "413", ""},
		{"and answers what is no HTTP", "SSH-2.0-x\r\n", "", NotHTTP},
		{"and does not answer", "", "", Timeout},
	} {
		t.Run(tt.name, func(t *testing.T) {
			defer noClientLeft(t)
			done := make(chan bool)
			defer close(done)
			target := serve(t, func(c *net.TCPConn) {
				io.WriteString(c, tt.answer)
				<-done
			})
			w := webTest{http: HTTP{From: from(t, "status")}}.web(t, "http://"+target.String())
			w.payload = payload
			conn := openWeb(t, w)
			defer conn.Close()
			if tt.kind == Timeout {
				conn.SetDeadline(time.Now().Add(300 * time.Millisecond))
			}
			version, fail := w.ask(conn, 7, when)
			check(t, version, fail, tt.version, tt.kind) // which of read and write notices the deadline first is a race
		})
	}
}

// webScript is a connection that plays what it is given, to net/http.
type webScript struct{ script }

func (s *webScript) Close() error                { return nil }
func (s *webScript) SetDeadline(time.Time) error { return nil }

func TestWhatTheSocketSaid(t *testing.T) {
	const answer = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\none\n"
	reset := &net.OpError{Op: "write", Err: syscall.ECONNRESET}
	timeout := &net.OpError{Op: "write", Err: context.DeadlineExceeded}
	tests := []struct {
		name    string
		conn    script
		version string
		want    string // "phase: kind"
	}{
		{"an answer at once", script{pieces: pieces([]byte(answer), 4096)}, "one", ""},
		{"an answer in single bytes", script{pieces: pieces([]byte(answer), 1)}, "one", ""},
		{"an answer that is there although the write failed", script{pieces: pieces([]byte(answer), 9), writeErr: reset}, "one", ""},
		{"no answer after the write failed", script{end: io.EOF, writeErr: reset}, "", "write: reset"},
		{"a useless answer after the write failed", script{pieces: pieces([]byte("x\n"), 9), writeErr: reset}, "", "write: reset"},
		{"half an answer after the write failed", script{pieces: pieces([]byte(answer[:40]), 9), end: io.EOF, writeErr: reset}, "", "write: reset"},
		{"no answer after a write that took all the time", script{end: timeout, writeErr: timeout}, "", "write: timeout"},
		{"a reset", script{end: syscall.ECONNRESET}, "", "read: reset"},
		{"a reset inside the answer", script{pieces: pieces([]byte(answer[:40]), 9), end: syscall.ECONNRESET}, "", "read: reset"},
		{"a reset inside the headers", script{pieces: pieces([]byte(answer[:20]), 9), end: syscall.ECONNRESET}, "", "read: reset"},
		{"a timeout", script{end: timeout}, "", "read: timeout"},
		{"a network that is gone", script{end: syscall.EHOSTUNREACH}, "", "read: unreachable"},
		{"something else", script{end: syscall.EPERM}, "", "read: other"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			defer noClientLeft(t)
			version, fail := webTest{}.web(t, "http://server.example").ask(&webScript{tt.conn}, 7, when)
			got := ""
			if fail != nil {
				got = fmt.Sprintf("%s: %s", fail.Phase, fail.Kind)
			}
			if string(version) != tt.version || got != tt.want {
				t.Errorf("got %q and %v, want %q and %q", version, fail, tt.version, tt.want)
			}
		})
	}
}

// TestARequestThatNetHTTPRefuses is nobody's answer.
func TestARequestThatNetHTTPRefuses(t *testing.T) {
	tests := []struct {
		name  string
		spoil func(*web)
		want  string
	}{
		{"before it has a connection", func(w *web) { w.http.Method = "G ET" }, `net/http: invalid method "G ET"`},
		{"when it has one", func(w *web) { w.url.RawQuery = "\x01" }, "net/http: can't write control character in Request.URL"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			defer noClientLeft(t)
			w := webTest{}.web(t, "http://server.example")
			tt.spoil(w)
			version, fail := w.ask(&webScript{script{end: io.EOF}}, 7, when)
			check(t, version, fail, "", Other)
			if fail != nil && (fail.Phase != Write || !strings.Contains(fail.Error(), tt.want)) {
				t.Errorf("got %v, want %s", fail, tt.want)
			}
		})
	}
}

// FuzzAnswer plays any answer in pieces of any size.
func FuzzAnswer(f *testing.F) {
	for i, answer := range []string{
		"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nX-Version: two\r\n\r\none",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\non\r\n1\r\ne\r\n0\r\n\r\n",
		"HTTP/1.1 503 No\r\n\r\none", "HTTP/1.0 302 Go\r\nLocation: ://\r\n\r\n", "HTTP/1.1 103 Hint\r\n\r\nHTTP/1.1 204 No\r\n\r\n",
		"HTTP/1.1 101 No\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\none\n", "HTTP/1.1 200 OK\r\n\x1b[2J\r\n\r\n", "SSH-2.0-x\r\n", "",
		"HTTP/1.1 200 OK\r\nX-Version: a\r\nX-Version: b\r\nContent-Length: 999999999999\r\n\r\none " + strings.Repeat("x", 300),
	} {
		f.Add([]byte(answer), 1+i%5)
		f.Add([]byte(answer), 4096)
	}
	f.Fuzz(func(t *testing.T, answer []byte, size int) {
		for _, ask := range []webTest{
			{}, {requests: 2}, {match: []string{`(\w+)`}}, {http: HTTP{From: from(t, "header:X-Version")}}, {http: HTTP{From: from(t, "status")}},
		} {
			ask.limit = 200
			w := ask.web(t, "http://server.example")
			version, fail := w.ask(&webScript{script{pieces: pieces(answer, max(size, 1)), end: io.EOF}}, 7, when)
			switch {
			case (version == nil) == (fail == nil):
				t.Errorf("both or neither: %q and %v", version, fail)
			case version != nil && (len(version) == 0 || len(version) > maxVersion):
				t.Errorf("%q is no version", version)
			case fail != nil && (strings.ContainsFunc(fail.Error(), isControl) || len(fail.Error()) > 1500):
				t.Errorf("its error would reach the terminal raw: %q", fail.Error())
			}
			if cap(w.text) > 1024 {
				t.Errorf("a limit of 200 bytes has a buffer of %d", cap(w.text))
			}
		}
	})
}
