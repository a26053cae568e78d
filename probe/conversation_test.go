package probe

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// mail is a server that gives its version after STARTTLS and a login.
func mail(cert tls.Certificate) func(*net.TCPConn) {
	return func(plain *net.TCPConn) {
		conn := net.Conn(plain)
		in := bufio.NewReader(conn)
		say := func(format string, args ...any) { fmt.Fprintf(conn, format+"\r\n", args...) }
		say("220 mx7.example ready")
		for {
			line, err := in.ReadString('\n')
			if err != nil {
				return
			}
			switch verb, rest, _ := strings.Cut(strings.TrimSpace(line), " "); verb {
			case "EHLO":
				say("250-hello %s\r\n250-STARTTLS\r\n250 HELP", rest)
			case "STARTTLS":
				say("220 go ahead")
				secured := tls.Server(plain, &tls.Config{Certificates: []tls.Certificate{cert}})
				conn, in = secured, bufio.NewReader(secured)
			case "LOGIN":
				say("250 welcome to %s, version=%s", rest, map[bool]string{true: "blue", false: "plain"}[conn != net.Conn(plain)])
			default:
				return
			}
		}
	}
}

const mailSteps = `
- expect: '^220 (?P<host>\S+)'
- send: 'EHLO tcpshift-{id}\r\n'
- expect: '^250 '
- send: 'STARTTLS\r\n'
- expect: '^220'
- starttls
- send: 'LOGIN {host} {seq}\r\n'
- expect: 'welcome to (\S+) (\d+), version=(?P<version>\w+)'
- send: 'QUIT {1} {2}\r\n'
`

func mustSteps(t testing.TB, file string) *Steps {
	t.Helper()
	steps, err := ParseSteps([]byte(file))
	if err != nil {
		t.Fatal(err)
	}
	return steps
}

func TestAConversation(t *testing.T) {
	cert, pool := testCertificate(t)
	cfg := realConfig(t, serve(t, mail(cert)), 20)
	cfg.Steps, cfg.TLS = mustSteps(t, mailSteps), &tls.Config{RootCAs: pool}
	for r := range Run(t.Context(), cfg) {
		if r.Err != nil || r.Version != "blue" {
			t.Errorf("got %q and %v", r.Version, r.Err)
		}
	}
	cfg.TLS = nil
	for r := range Run(t.Context(), cfg) {
		if r.Err == nil || r.Err.Phase != TLS || r.Err.Kind != Certificate || !strings.HasPrefix(r.Err.Err.Error(), "step 6 (line 7): ") {
			t.Errorf("got %v", r.Err)
		}
	}
}

// TestConversationsThatFail scripts what a server says. The same must come out however it is cut into pieces.
func TestConversationsThatFail(t *testing.T) {
	const hello = "- expect: '^220'\n- send: 'HI\\n'\n- expect: 'version=(?P<version>\\w*)'"
	reset := syscall.ECONNRESET
	tests := []struct {
		name, steps, reply string
		limit              int
		end, writeErr      error
		want               string // the version, or the failure
	}{
		{"all goes well", hello, "220 a\nversion=one\n", 99, io.EOF, nil, "one"},
		{"lines between", hello, "hm\n220 a\r\nlater\n\nversion=one\n", 99, io.EOF, nil, "one"},
		{"a last line without its end", hello, "220 a\nversion=one", 99, io.EOF, nil, "one"},
		{"a last line that fills the limit", hello, "220 a\nversion=one!!", 17, io.EOF, nil, "one"},
		{"the end at once", hello, "", 99, io.EOF, nil, "read: eof: step 1 (line 1): waiting for /^220/: EOF"},
		{"the end after another line", hello, "no\n", 99, io.EOF, nil, `parse: no-match: step 1 (line 1): waiting for /^220/: the last line that came is "no"`},
		{"the end before the second answer", hello, "220 a\n", 99, io.EOF, nil, `read: eof: step 3 (line 3): waiting for /version=(?P<version>\w*)/: EOF`},
		{"a reset", hello, "220 a\n", 99, reset, nil, `read: reset: step 3 (line 3): waiting for /version=(?P<version>\w*)/: connection reset by peer`},
		{"a reset after another line", hello, "220 a\nhm\n", 99, reset, nil, `read: reset: step 3 (line 3): waiting for /version=(?P<version>\w*)/: connection reset by peer; the last line that came is "hm"`},
		{"a reset inside a line that would do", hello, "220 a\nversion=one", 99, reset, nil, `read: reset: step 3 (line 3): waiting for /version=(?P<version>\w*)/: connection reset by peer`},
		{"a line without end", hello, strings.Repeat("x", 50), 20, io.EOF, nil, `parse: no-match: step 1 (line 1): waiting for /^220/: the last line that came is "xxxxxxxxxxxxxxxxxxxx"`},
		{"a line too many for the limit", hello, "220 a\n220 b\n220 c\n", 12, io.EOF, nil, `parse: no-match: step 3 (line 3): waiting for /version=(?P<version>\w*)/: the last line that came is "220 b"`},
		{"a limit that is used up", hello, "220 a\nversion=one\n", 6, io.EOF, nil, `parse: line-too-long: step 3 (line 3): waiting for /version=(?P<version>\w*)/: 6 bytes have come, which is all that may`},
		{"an empty version", hello, "220 a\nversion=\n", 99, io.EOF, nil, "parse: no-match: the group named version captured nothing"},
		{"a version of 300 bytes", hello, "220 a\nversion=" + strings.Repeat("v", 300) + "\n", 999, io.EOF, nil,
			`parse: name-too-long: the version has 300 bytes, more than 256: "` + strings.Repeat("v", 60) + `"`},
		{"a write that fails", hello, "220 a\n", 99, io.EOF, reset, "write: reset: step 2 (line 2): connection reset by peer"},
		{"bytes before TLS", "- expect: '^220'\n- starttls\n- expect: (?P<version>.)", "220 a\ninjected\n", 99, io.EOF, nil,
			`tls: unexpected-data: step 2 (line 2): starttls: the server has already sent "injected\n"`},
		{"the last capture counts", "- expect: a(?P<version>.)\n- expect: b(?P<version>.)", "a1\nb2\n", 99, io.EOF, nil, "2"},
		{"a capture that is left out does not", "- expect: a(?P<version>.)\n- expect: b(?P<version>.)?$", "a1\nb\n", 99, io.EOF, nil, "1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			steps := mustSteps(t, tt.steps)
			if strings.Contains(tt.name, "before TLS") {
				checkConversation(t, steps, tt.reply, len(tt.reply), tt.limit, tt.end, tt.writeErr, tt.want)
				return // in single bytes they would not have come by then
			}
			for size := 1; size <= len(tt.reply)+1; size++ {
				checkConversation(t, steps, tt.reply, size, tt.limit, tt.end, tt.writeErr, tt.want)
			}
		})
	}
}

func checkConversation(t *testing.T, steps *Steps, reply string, size, limit int, end, writeErr error, want string) {
	t.Helper()
	c := newConversation(steps, "abc", limit, nil)
	for range 2 { // the second finds nothing of the first
		version, fail := c.ask(&script{pieces: pieces([]byte(reply), size), end: end, writeErr: writeErr}, 7, when)
		got := string(version)
		if fail != nil {
			got = fail.Error()
		}
		if got != want {
			t.Errorf("in pieces of %d: %s, want %s", size, got, want)
		}
	}
}

// TestNothingStaysFromOneConversationToTheNext: the first server tells its version, the second does not.
func TestNothingStaysFromOneConversationToTheNext(t *testing.T) {
	c := newConversation(mustSteps(t, "- expect: 'hello( (?P<version>.))?$'"), "abc", 99, nil)
	if version, fail := c.ask(&script{pieces: pieces([]byte("hello 1\n"), 9)}, 0, when); string(version) != "1" || fail != nil {
		t.Fatalf("got %q and %v", version, fail)
	}
	if version, fail := c.ask(&script{pieces: pieces([]byte("hello\n"), 9)}, 1, when); fail == nil || fail.Kind != NoMatch {
		t.Errorf("got %q and %v", version, fail)
	}
}

// TestWhatIsSent holds templates, groups and their numbers.
func TestWhatIsSent(t *testing.T) {
	c := newConversation(mustSteps(t, `
- expect: '(?P<host>\w+)-(\w+)'
- send: '{host} {1} {2} {seq} {id}\x00\n'
- expect: '(c)|(d)'
- send: '{host}[{1}][{2}] \x7bnick} { a } {}'
- expect: '(?P<version>.)'
`), "abc", 99, nil)
	conn := &script{pieces: pieces([]byte("a-b\nd\nv\n"), 99)}
	if version, fail := c.ask(conn, 7, when); string(version) != "v" || fail != nil {
		t.Fatalf("got %q and %v", version, fail)
	}
	if want := "a a b 7 abc\x00\na[][d] {nick} { a } {}"; string(conn.written) != want {
		t.Errorf("sent %q, want %q", conn.written, want)
	}
}

// TestAServerThatHoldsAConversationUp: each probe has its one deadline, however long the conversation is.
func TestAServerThatHoldsAConversationUp(t *testing.T) {
	var lines atomic.Int64
	cfg := realConfig(t, serve(t, func(c *net.TCPConn) {
		for {
			if _, err := fmt.Fprintf(c, "line %d\n", lines.Add(1)); err != nil {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
	}), 8)
	cfg.Steps, cfg.Timeout = mustSteps(t, "- expect: 'v=(?P<version>.)'"), 150*time.Millisecond
	for r := range Run(t.Context(), cfg) {
		if r.Err == nil || r.Err.Phase != Read || r.Err.Kind != Timeout || !strings.Contains(r.Err.Error(), "the last line that came is \"line ") {
			t.Errorf("got %q and %v", r.Version, r.Err)
		}
	}
}
