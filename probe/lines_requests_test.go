package probe

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// TestRequestsOnOneConnection counts the connections, and gives each request's end to the server that is asked.
func TestRequestsOnOneConnection(t *testing.T) {
	each := func(answer func(i int, line string) string) func(*net.TCPConn) {
		return func(c *net.TCPConn) {
			in := bufio.NewReader(c)
			for i := 1; ; i++ {
				line, err := in.ReadString('\n')
				if err != nil {
					return
				}
				reply := answer(i, line)
				if reply == "" {
					return
				}
				io.WriteString(c, reply)
			}
		}
	}
	tests := []struct {
		name   string
		answer func(*net.TCPConn)
		kind   Kind
		says   string
	}{
		{"all alike", each(func(_ int, line string) string { return "one " + line }), "", ""},
		{"another one answers the third", each(func(i int, line string) string {
			return map[bool]string{true: "two ", false: "one "}[i == 3] + line
		}), VersionChanged, `request 3 of 3 was answered by "two", the ones before by "one"`},
		{"a close after the first", each(func(i int, line string) string {
			return map[bool]string{true: "one " + line}[i == 1]
		}), EOF, "after 1 of 3 requests"},
		{"an answer too many", each(func(i int, line string) string { return strings.Repeat("one "+line, 3-i) }), WrongPayload, "after 1 of 3 requests"},
		{"a line without its end, which could only end with the connection", func(c *net.TCPConn) {
			fmt.Fprintf(c, "one %s", strings.TrimSpace(ask(c)))
		}, EOF, "after 1 of 3 requests"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var conns atomic.Int64
			cfg := realConfig(t, serve(t, func(c *net.TCPConn) {
				conns.Add(1)
				tt.answer(c)
			}), 12)
			cfg.Requests = 3
			for r := range Run(t.Context(), cfg) {
				switch {
				case tt.kind == "" && (r.Err != nil || r.Version != "one"):
					t.Errorf("got %q and %v", r.Version, r.Err)
				case tt.kind != "" && (r.Err == nil || r.Err.Kind != tt.kind && !(tt.kind == EOF && r.Err.Kind == Reset) || !strings.Contains(r.Err.Error(), tt.says)):
					t.Errorf("got %v, want %s: %s", r.Err, tt.kind, tt.says)
				}
			}
			if conns.Load() != 12 {
				t.Errorf("%d connections for 12 probes", conns.Load())
			}
		})
	}
}

// TestRepliesInAnyPieces: what comes behind one reply is the beginning of the next.
func TestRepliesInAnyPieces(t *testing.T) {
	replies := []byte("one " + sent + "one " + sent + "one " + sent)
	for size := 1; size <= len(replies); size++ {
		l := testLines(t, 4096)
		l.cfg.Requests = 3
		var err error
		if l.cfg.Payload, err = ParsePayload(strings.ReplaceAll(sent, "\n", `\n`)); err != nil {
			t.Fatal(err)
		}
		conn := &script{pieces: pieces(replies, size), end: io.EOF}
		if version, fail := l.ask(conn, 7, time.Now()); string(version) != "one" || fail != nil {
			t.Errorf("in pieces of %d: %q and %v", size, version, fail)
		}
		if string(conn.written) != strings.Repeat(sent, 3) {
			t.Errorf("sent %q", conn.written)
		}
	}
}
