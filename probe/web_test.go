package probe

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// webTest is one probe over HTTP, or several by the same worker.
type webTest struct {
	http     HTTP
	path     string
	payload  string
	match    []string
	limit    int // 4096 when 0
	requests int // 1 when 0
}

func (tt webTest) web(t testing.TB, base string) *web {
	t.Helper()
	u, err := url.Parse(base + tt.path)
	if err != nil {
		t.Fatal(err)
	}
	payload, err := ParsePayload(tt.payload)
	if err != nil {
		t.Fatal(err)
	}
	var match *Match
	if tt.match != nil {
		if match, err = ParseMatch(tt.match); err != nil {
			t.Fatal(err)
		}
	}
	if tt.limit == 0 {
		tt.limit = 4096
	}
	return newWeb(tt.http, u, payload, "abc", match, tt.limit, tt.requests)
}

// probeWeb does what a worker does: it opens a connection, has it asked and closes it.
func probeWeb(t testing.TB, w *web, seq int) ([]byte, *Error) {
	t.Helper()
	conn := openWeb(t, w)
	defer conn.Close()
	version, fail := w.ask(conn, seq, when)
	if (version == nil) == (fail == nil) {
		t.Errorf("both or neither: %q and %v", version, fail)
	}
	if err := conn.SetDeadline(time.Time{}); !errors.Is(err, net.ErrClosed) {
		t.Errorf("the connection is still open: %v", err)
	}
	return version, fail
}

func openWeb(t testing.TB, w *web) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", w.url.Host)
	for n := 0; errors.Is(err, syscall.ECONNRESET) && n < 100; n++ { // a server that resets at once can be that fast
		conn, err = net.Dial("tcp", w.url.Host)
	}
	if err != nil {
		t.Fatal(err)
	}
	conn.SetDeadline(time.Now().Add(30 * time.Second))
	if w.url.Scheme == "https" {
		secured := tls.Client(conn, &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"http/1.1"}})
		if err := secured.Handshake(); err != nil {
			t.Fatal(err)
		}
		return secured
	}
	return conn
}

// noClientLeft waits for the goroutines of all transports to end.
func noClientLeft(t testing.TB) {
	t.Helper()
	stacks := make([]byte, 1<<20)
	for range 1000 {
		text := stacks[:runtime.Stack(stacks, true)]
		if !bytes.Contains(text, []byte("net/http.(*persistConn)")) && !bytes.Contains(text, []byte("net/http.(*Transport)")) {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("goroutines of a transport are left:\n%s", stacks[:runtime.Stack(stacks, true)])
}

func from(t testing.TB, s string) VersionFrom {
	t.Helper()
	f, err := ParseVersionFrom(s)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// serveHTTP starts an HTTP server and counts the connections that it accepts.
func serveHTTP(t testing.TB, secure bool, answer http.HandlerFunc) (server *httptest.Server, accepted *atomic.Int64) {
	t.Helper()
	accepted = new(atomic.Int64)
	server = httptest.NewUnstartedServer(answer)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			accepted.Add(1)
		}
	}
	if secure {
		server.StartTLS()
	} else {
		server.Start()
	}
	t.Cleanup(server.Close)
	return server, accepted
}

func checkWeb(t *testing.T, w *web, want string) {
	t.Helper()
	version, fail := probeWeb(t, w, 7)
	got := string(version)
	if fail != nil {
		got = fail.Error()
	}
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// askedFor reads the next request and gives its target.
func askedFor(c net.Conn, r *bufio.Reader) string {
	request, err := http.ReadRequest(r)
	if err != nil {
		return ""
	}
	io.Copy(io.Discard, request.Body)
	return request.RequestURI
}

// TestWhatArrives: a probe of its own connection each, with what it was told to ask.
func TestWhatArrives(t *testing.T) {
	tests := []struct {
		name    string
		ask     webTest
		request string // method, target, host and body; %s stands for the server's own address
		header  http.Header
	}{
		{"a page", webTest{}, "GET / %s ", http.Header{"User-Agent": {"tcpshift"}, "Connection": {"close"}}},
		{"a path and a query", webTest{path: "/a%20b/c?d=e&f#g"}, "GET /a%20b/c?d=e&f %s ", nil},
		{"another method", webTest{http: HTTP{Method: "OPTIONS"}}, "OPTIONS / %s ", nil},
		{"a payload", webTest{payload: DefaultPayload}, "POST / %s " + sent, http.Header{"Content-Length": {"46"}}},
		{"a payload and a method", webTest{http: HTTP{Method: "PUT"}, payload: `{seq}\x00`}, "PUT / %s 7\x00", nil},
		{"a payload that a GET has", webTest{http: HTTP{Method: "GET"}, payload: `{id}`}, "GET / %s abc", nil},
		{"another host", webTest{http: HTTP{Header: http.Header{"Host": {"shop.example"}}}}, "GET / shop.example ", nil},
		{"headers", webTest{http: HTTP{Header: http.Header{"X-Env": {"blue", "green"}, "User-Agent": {"us"}}}}, "GET / %s ",
			http.Header{"X-Env": {"blue", "green"}, "User-Agent": {"us"}}},
		{"a user agent that is none", webTest{http: HTTP{Header: http.Header{"User-Agent": {""}}}}, "GET / %s ",
			http.Header{"User-Agent": nil}},
		{"nothing that would change the answer", webTest{}, "GET / %s ",
			http.Header{"Accept-Encoding": nil, "Cookie": nil, "Referer": nil, "Upgrade": nil}},
	}
	for _, secure := range []bool{false, true} {
		for _, tt := range tests {
			t.Run(fmt.Sprintf("%s, secured %t", tt.name, secure), func(t *testing.T) {
				defer noClientLeft(t)
				var header atomic.Pointer[http.Header]
				server, accepted := serveHTTP(t, secure, func(w http.ResponseWriter, r *http.Request) {
					body, _ := io.ReadAll(r.Body)
					h := r.Header.Clone()
					if r.Close {
						h.Set("Connection", "close")
					}
					if r.ContentLength > 0 {
						h.Set("Content-Length", fmt.Sprint(r.ContentLength))
					}
					header.Store(&h)
					w.Header().Set("Set-Cookie", "a=b")
					fmt.Fprintf(w, "%x one", fmt.Sprintf("%s %s %s %s", r.Method, r.RequestURI, r.Host, body))
				})
				w := tt.ask.web(t, server.URL)
				want := strings.ReplaceAll(tt.request, "%s", w.url.Host)
				for range 3 {
					version, fail := probeWeb(t, w, 7)
					check(t, version, fail, fmt.Sprintf("%x", want), "")
					for name, values := range tt.header {
						if got := header.Load().Values(name); fmt.Sprint(got) != fmt.Sprint(values) {
							t.Errorf("%s is %q, want %q", name, got, values)
						}
					}
				}
				if n := accepted.Load(); n != 3 {
					t.Errorf("%d connections for 3 probes", n)
				}
			})
		}
	}
}

// TestVersionsOutliveTheirAnswer: what ask returns must not be in a buffer that the next answer of the same probe, or
// a goroutine of the transport, still writes to.
func TestVersionsOutliveTheirAnswer(t *testing.T) {
	var nth atomic.Int64
	server, _ := serveHTTP(t, false, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "v%d\n%s", nth.Add(1), strings.Repeat("x", 3000))
	})
	w := webTest{}.web(t, server.URL)
	for i := range 50 {
		version, fail := probeWeb(t, w, i)
		check(t, version, fail, fmt.Sprint("v", i+1), "")
	}
}

// BenchmarkWeb includes the server and the sockets. Run it with a fixed -benchtime, such as 5000x, since every probe
// leaves a port lingering for a minute.
func BenchmarkWeb(b *testing.B) {
	for _, requests := range []int{1, 10} {
		b.Run(fmt.Sprintf("%d requests", requests), func(b *testing.B) {
			page := []byte("HTTP/1.1 200 OK\r\nContent-Length: 8192\r\n\r\none\n" + strings.Repeat("x", 8188))
			target := serve(b, func(c *net.TCPConn) {
				buffer := make([]byte, 4096)
				for {
					if _, err := c.Read(buffer); err != nil { // a request fits in one segment
						return
					}
					c.Write(page)
				}
			})
			w := webTest{requests: requests, limit: 16 << 10}.web(b, "http://"+target.String())
			b.ReportAllocs()
			for b.Loop() {
				if version, fail := probeWeb(b, w, 7); fail != nil || string(version) != "one" {
					b.Fatalf("got %q and %v", version, fail)
				}
			}
		})
	}
}
