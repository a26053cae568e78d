package probe

import (
	"bufio"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// TestSeveralRequests asks more than once on a connection, of a server that counts them.
func TestSeveralRequests(t *testing.T) {
	long := strings.Repeat("x", 5000)
	inStatus := HTTP{From: from(t, "status")}
	tests := []struct {
		name   string
		ask    webTest
		answer func(w http.ResponseWriter, nth int64)
		want   string // the version, or the failure
	}{
		{"a version that stays", webTest{}, func(w http.ResponseWriter, _ int64) { io.WriteString(w, "one") }, "one"},
		{"answers without a body", webTest{http: inStatus}, func(w http.ResponseWriter, _ int64) { w.WriteHeader(204) }, "204"},
		{"bodies that nobody looks at", webTest{http: inStatus}, func(w http.ResponseWriter, _ int64) { io.WriteString(w, long[:4096]) }, "200"},
		{"chunks", webTest{}, func(w http.ResponseWriter, _ int64) {
			io.WriteString(w, "one\n")
			w.(http.Flusher).Flush()
			io.WriteString(w, "more")
		}, "one"},
		{"payloads", webTest{payload: DefaultPayload}, func(w http.ResponseWriter, _ int64) { io.WriteString(w, "one") }, "one"},
		{"a long body behind the last request", webTest{}, func(w http.ResponseWriter, nth int64) {
			io.WriteString(w, "one\n")
			if nth == 3 {
				io.WriteString(w, long)
			}
		}, "one"},
		{"a version that changes", webTest{}, func(w http.ResponseWriter, nth int64) {
			io.WriteString(w, []string{"", "one", "two", "one"}[nth])
		}, `parse: version-changed: request 2 of 3 was answered by "two", the ones before by "one"`},
		{"a version that changes late", webTest{}, func(w http.ResponseWriter, nth int64) {
			io.WriteString(w, []string{"", "one", "one", "\x1b"}[nth])
		}, `parse: version-changed: request 3 of 3 was answered by "\x1b", the ones before by "one"`},
		{"an error page among them", webTest{}, func(w http.ResponseWriter, nth int64) {
			w.WriteHeader([]int{0, 200, 502, 200}[nth])
			io.WriteString(w, "one")
		}, `parse: http-status: after 1 of 3 requests: the answer is 502 Bad Gateway: "one"`},
		{"a body that goes on", webTest{}, func(w http.ResponseWriter, _ int64) { io.WriteString(w, "one\n"+long) },
			`parse: body-too-long: the body goes on after 4096 bytes, so that nothing more can be asked`},
		{"a server that says that it closes", webTest{}, func(w http.ResponseWriter, nth int64) {
			if nth == 2 {
				w.Header().Set("Connection", "close")
			}
			io.WriteString(w, "one")
		}, `read: eof: after 2 of 3 requests: the connection was not kept open: EOF`},
	}
	for _, secure := range []bool{false, true} {
		for _, tt := range tests {
			t.Run(fmt.Sprintf("%s, secured %t", tt.name, secure), func(t *testing.T) {
				defer noClientLeft(t)
				var nth atomic.Int64
				server, accepted := serveHTTP(t, secure, func(w http.ResponseWriter, r *http.Request) {
					n := nth.Add(1)
					if r.Close != (n == 3) {
						t.Errorf("request %d of 3 says that it closes: %t", n, r.Close)
					}
					tt.answer(w, n)
				})
				tt.ask.requests = 3
				w := tt.ask.web(t, server.URL)
				for range 2 {
					nth.Store(0)
					checkWeb(t, w, tt.want)
				}
				if n := accepted.Load(); n != 2 {
					t.Errorf("%d connections for 2 probes", n)
				}
			})
		}
	}
}

// TestServersThatDoNotWaitForTheNextRequest close, with or without a word, when they have answered the first. How
// soon that is noticed must not matter.
func TestServersThatDoNotWaitForTheNextRequest(t *testing.T) {
	for name, answer := range map[string]string{
		"without a word":          "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none",
		"with a word":             "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\none",
		"as HTTP/1.0 does":        "HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\none",
		"which ends their answer": "HTTP/1.1 200 OK\r\n\r\none",
	} {
		t.Run(name, func(t *testing.T) {
			defer noClientLeft(t)
			target := serve(t, func(c *net.TCPConn) {
				askedFor(c, bufio.NewReader(c))
				io.WriteString(c, answer) // a request that comes before the close makes it a reset
			})
			for _, payload := range []string{"", "hello"} {
				w := webTest{requests: 3, payload: payload}.web(t, "http://"+target.String())
				for range 20 {
					version, fail := probeWeb(t, w, 7)
					check(t, version, fail, "", EOF)
					if fail != nil && fail.Error() != "read: eof: after 1 of 3 requests: the connection was not kept open: EOF" {
						t.Errorf("got %v", fail)
					}
				}
			}
		})
	}
}

// slow is a connection that answers each request, and whose close is not noticed until asked is closed, too.
type slow struct {
	net.Conn // never asked for anything else
	asked    chan bool
	answers  []string
}

func (s *slow) Close() error { return nil }

func (s *slow) Write(b []byte) (int, error) {
	s.asked <- true
	return len(b), nil
}

func (s *slow) Read(b []byte) (int, error) {
	if !<-s.asked {
		return 0, io.EOF
	}
	n := copy(b, s.answers[0])
	s.answers = s.answers[1:]
	return n, nil
}

// TestNothingIsLeftForTheNextProbe: one that ends between its requests leaves a connection that is idle, and that the
// next one must not be made on.
func TestNothingIsLeftForTheNextProbe(t *testing.T) {
	defer noClientLeft(t)
	const one, two = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ntwo"
	w := webTest{requests: 3}.web(t, "http://server.example")
	for _, tt := range []struct {
		answers []string
		version string
		kind    Kind
	}{{[]string{one, two, one}, "", VersionChanged}, {[]string{two, two, two}, "two", ""}} {
		conn := &slow{asked: make(chan bool, 9), answers: tt.answers}
		defer close(conn.asked)
		version, fail := w.ask(conn, 7, when)
		check(t, version, fail, tt.version, tt.kind)
	}
}

// TestMoreThanWasAskedFor: what follows an answer is never taken for the next one's version without a request.
func TestMoreThanWasAskedFor(t *testing.T) {
	log.SetOutput(io.Discard) // net/http tells the log
	defer log.SetOutput(os.Stderr)
	defer noClientLeft(t)
	target := serve(t, func(c *net.TCPConn) {
		askedFor(c, bufio.NewReader(c))
		io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none\r\nmore\r\n")
		silence(c)
	})
	w := webTest{requests: 2}.web(t, "http://"+target.String())
	for range 20 {
		// Which of the two depends on whether the second request or the surplus is looked at first.
		if version, fail := probeWeb(t, w, 7); fail == nil || fail.Kind != NotHTTP && fail.Kind != EOF {
			t.Errorf("got %q and %v", version, fail)
		}
	}
}

// TestEachRequestIsRendered looks at the bodies of three requests: one number, three times.
func TestEachRequestIsRendered(t *testing.T) {
	var bodies []string
	server, _ := serveHTTP(t, false, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		bodies = append(bodies, string(body))
		io.WriteString(w, "one")
	})
	w := webTest{requests: 3, payload: "{id} {seq} {time}"}.web(t, server.URL)
	version, fail := probeWeb(t, w, 7)
	check(t, version, fail, "one", "")
	server.Close() // waits for the handlers
	times := make(map[string]bool)
	for _, body := range bodies {
		at, ok := strings.CutPrefix(body, "abc 7 ")
		if _, err := time.Parse(timeLayout, at); !ok || err != nil {
			t.Errorf("it sent %q", body)
		}
		times[at] = true
	}
	if len(bodies) != 3 || len(times) != 3 || "abc 7 "+when.Format(timeLayout) != bodies[0] {
		t.Errorf("it sent %q", bodies)
	}
}
