package probe

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"
)

// script is a connection that plays what it is given: a read never returns more than one piece.
type script struct {
	net.Conn // never asked for anything else
	pieces   [][]byte
	end      error // behind the last piece
	writeErr error
	written  []byte
}

func (s *script) Write(b []byte) (int, error) {
	s.written = append(s.written, b...)
	return len(b), s.writeErr
}

func (s *script) Read(b []byte) (int, error) {
	if len(s.pieces) == 0 {
		return 0, s.end
	}
	n := copy(b, s.pieces[0])
	if s.pieces[0] = s.pieces[0][n:]; len(s.pieces[0]) == 0 {
		s.pieces = s.pieces[1:]
	}
	return n, nil
}

func pieces(reply []byte, size int) (all [][]byte) {
	for ; len(reply) > 0; reply = reply[min(size, len(reply)):] {
		all = append(all, reply[:min(size, len(reply))])
	}
	return all
}

func testLines(t testing.TB, maxReply int) *lines {
	t.Helper()
	cfg := realConfig(t, Target{}, 1)
	cfg.ID, cfg.MaxReply = "abc", maxReply
	return newLines(&cfg)
}

// when makes probe 7 send the line that is sent.
var when = time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)

func TestConverse(t *testing.T) {
	reset := &net.OpError{Op: "write", Err: syscall.ECONNRESET}
	timeout := &net.OpError{Op: "write", Err: context.DeadlineExceeded}
	reply := []byte("one " + sent)
	tests := []struct {
		name    string
		conn    script
		version string
		want    string // "phase: kind"
	}{
		{"a reply at once", script{pieces: pieces(reply, 4096)}, "one", ""},
		{"a reply in single bytes", script{pieces: pieces(reply, 1)}, "one", ""},
		{"a reply that fills the buffer and goes on", script{pieces: [][]byte{reply, make([]byte, 9000)}}, "one", ""},
		{"a reply that is there although the write failed", script{pieces: pieces(reply, 9), writeErr: reset}, "one", ""},
		{"no reply after the write failed", script{end: io.EOF, writeErr: reset}, "", "write: reset"},
		{"a useless reply after the write failed", script{pieces: pieces([]byte("x\n"), 9), writeErr: reset}, "", "write: reset"},
		{"a write that took all the time", script{pieces: pieces(reply, 9), writeErr: timeout}, "", "write: timeout"},
		{"a reset", script{end: syscall.ECONNRESET}, "", "read: reset"},
		{"a reset inside the line", script{pieces: pieces(reply[:9], 2), end: syscall.ECONNRESET}, "", "read: reset"},
		{"a reset after a line without its end", script{pieces: pieces(reply[:len(reply)-1], 9), end: syscall.ECONNRESET}, "", "read: reset"},
		{"a close after a line without its end", script{pieces: pieces(reply[:len(reply)-1], 9), end: io.EOF}, "one", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			version, fail := testLines(t, 4096).ask(&tt.conn, 7, when)
			got := ""
			if fail != nil {
				got = fmt.Sprintf("%s: %s", fail.Phase, fail.Kind)
			}
			if string(version) != tt.version || got != tt.want {
				t.Errorf("got %q and %v, want %q and %q", version, fail, tt.version, tt.want)
			}
			if string(tt.conn.written) != sent {
				t.Errorf("it sent %q", tt.conn.written)
			}
		})
	}
}

// TestTheLimitIsExact matters at the doublings of the buffer and right around the limit.
func TestTheLimitIsExact(t *testing.T) {
	for _, limit := range []int{60, 511, 512, 513, 1024, 1500, 4096} {
		for length := limit - 1; length <= limit+1; length++ {
			name := strings.Repeat("x", 5)
			line := name + " " + strings.Repeat(" ", length-len(name)-len(" ")-len(sent)) + sent
			w := testLines(t, limit)
			version, fail := w.ask(&script{pieces: [][]byte{[]byte(line)}}, 7, when)
			if length <= limit {
				check(t, version, fail, name, "")
			} else {
				check(t, version, fail, "", LineTooLong)
			}
			if len(w.in.buffer) > limit {
				t.Errorf("with a limit of %d the buffer has %d bytes", limit, len(w.in.buffer))
			}
		}
	}
}

func TestALimitOfNothingEnds(t *testing.T) {
	version, fail := testLines(t, 0).ask(&script{pieces: [][]byte{[]byte("one " + sent)}}, 7, when)
	check(t, version, fail, "", LineTooLong)
}

func TestAnErrorThatBreaksNoPieceOff(t *testing.T) {
	other := errors.New("?")
	_, fail := testLines(t, 4096).ask(&script{end: other}, 7, when)
	if fail == nil || fail.Kind != Other || fail.Phase != Read || !errors.Is(fail, other) {
		t.Errorf("got %v", fail)
	}
}

// TestNamesAreRememberedInBoundedNumber also holds that no name shares memory with the buffer it was read into.
func TestNamesAreRememberedInBoundedNumber(t *testing.T) {
	w := new(names)
	buffer := make([]byte, 0, 16)
	var seen []string
	for i := range 3000 {
		buffer = fmt.Appendf(buffer[:0], "v%d", i)
		seen = append(seen, w.intern(buffer))
	}
	for i, name := range seen {
		if want := fmt.Sprint("v", i); name != want {
			t.Fatalf("name %d is %q", i, name)
		}
	}
	if len(w.known) != maxNames {
		t.Errorf("%d names are remembered", len(w.known))
	}
	buffer = append(buffer[:0], "v1"...)
	if n := testing.AllocsPerRun(100, func() { w.intern(buffer) }); n != 0 {
		t.Errorf("a name that is remembered costs %v allocations", n)
	}
}

// FuzzPieces reads a reply through a socket's pieces and wants what the whole reply would have brought.
func FuzzPieces(f *testing.F) {
	for i, reply := range []string{"one " + sent, sent, "", "\n", "one\r\n", " \n", "HTTP/1.1 400\r\n\r\n", "\x00\xff\u202e " + sent,
		strings.Repeat("x", 300) + " " + sent, strings.Repeat("x", 700), "v1 v2", "one " + sent[:9], "one " + sent[:len(sent)-1]} {
		f.Add([]byte(reply), 1+i%5, 600)
		f.Add([]byte(reply), 4096, 50)
		f.Add([]byte(reply), 3, 1)
	}
	match, err := ParseMatch([]string{`v(?P<version>\d*)|(one)`})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, reply []byte, size, limit int) {
		size, limit = max(size, 1), min(max(limit, 1), 2000) // a limit of 0 is no Config
		whole, a := reply, closed
		if len(reply) >= limit {
			whole, a = reply[:limit], full
		}
		for name, identify := range map[string]identity{"first word": firstLineOnly, "match": match.identify} {
			w := testLines(t, limit)
			w.identity = identify
			version, fail := w.ask(&script{pieces: pieces(reply, size), end: io.EOF}, 7, when)
			wantVersion, _, wantFail := identify(whole, []byte(sent), 0, a)
			if string(version) != string(wantVersion) || (fail == nil) != (wantFail == nil) || fail != nil && fail.Kind != wantFail.Kind {
				t.Errorf("%s: in pieces of %d: %q and %v; whole: %q and %v", name, size, version, fail, wantVersion, wantFail)
			}
			if (version == nil) == (fail == nil) {
				t.Errorf("%s: both or neither: %q and %v", name, version, fail)
			}
		}
	})
}
