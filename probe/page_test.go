package probe

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

// bookinfo is about what the product page of the tutorial looks like: the version is told by the color of the stars.
func bookinfo(color string) string {
	stars := strings.Repeat(`<span class="glyphicon glyphicon-star" style="color: `+color+`"></span>`+"\n", 10)
	return "<!DOCTYPE html>\n<html>\n" + strings.Repeat("<div class=\"row\">An Extremely Entertaining Play</div>\n", 370) + stars + "</html>\n"
}

func TestWhereTheVersionIs(t *testing.T) {
	page := func(status int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(status)
			io.WriteString(w, body)
		}
	}
	header := func(status int, values ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["X-Version"] = values
			w.WriteHeader(status)
		}
	}
	long := strings.Repeat("x", 5000)
	stars := []string{`v3=color: red`, `v2=color: black`, `v1=Play`}
	inHeader, inStatus := HTTP{From: from(t, "header:x-version")}, HTTP{From: from(t, "status")}
	tests := []struct {
		name   string
		ask    webTest
		answer http.HandlerFunc
		want   string // the version, or the failure
	}{
		{"a word", webTest{}, page(200, "one"), "one"},
		{"a line", webTest{}, page(200, "one is ready\r\nand waits"), "one"},
		{"a word that fills the limit", webTest{limit: 3}, page(200, "one"), "one"},
		{"a line that is longer than the limit", webTest{limit: 3}, page(200, "ones"),
			`parse: line-too-long: no line end in the first 3 bytes: "one"`},
		{"a body that is longer than the limit", webTest{limit: 100}, page(200, "one\n"+long), "one"},
		{"bytes that are no text", webTest{}, page(200, "\x00\x1b[2J\xff\n"), "\x00\x1b[2J\xff"},
		{"a space in front", webTest{}, page(200, " \x1bone"), `parse: no-prefix: no version at the start of the line: " \x1bone"`},
		{"an empty line", webTest{}, page(200, "\none"), `parse: no-prefix: no version at the start of the line: ""`},
		{"no body", webTest{}, page(204, ""), `parse: no-prefix: the body is empty (status 204 No Content)`},
		{"an empty body", webTest{}, page(200, ""), `parse: no-prefix: the body is empty (status 200 OK)`},
		{"a body that is left out", webTest{http: HTTP{Method: "HEAD"}}, page(200, "one"), `parse: no-prefix: the body is empty (status 200 OK)`},
		{"a word of 257 bytes", webTest{}, page(200, long[:257]),
			`parse: name-too-long: the version has 257 bytes, more than 256: "` + long[:60] + `"`},

		{"an expression for the first line", webTest{match: []string{`version (\w+)`}}, page(200, "version one\n"), "one"},
		{"an expression for a later line", webTest{match: []string{`(?m)^version (\w+)$`}}, page(200, "\nversion one\n"), "one"},
		{"an expression for what the limit cuts off", webTest{match: []string{`(\w+) yes`}, limit: 6}, page(200, "one yes"),
			`parse: no-match: nothing in the body matches: "one ye"`},
		{"an expression that finds nothing", webTest{match: []string{`v(\d)`}}, page(200, "\x1b"), `parse: no-match: nothing in the body matches: "\x1b"`},
		{"an expression for an empty body", webTest{match: []string{`none=^$`}}, page(200, ""), "none"},
		{"an expression that finds too much", webTest{match: []string{`(x+)`}}, page(200, long[:257]),
			`parse: name-too-long: the version has 257 bytes, more than 256: "` + long[:60] + `"`},
		{"a page with red stars", webTest{match: stars, limit: 64 << 10}, page(200, bookinfo("red")), "v3"},
		{"a page with black stars", webTest{match: stars, limit: 64 << 10}, page(200, bookinfo("black")), "v2"},
		{"a page without stars", webTest{match: stars, limit: 64 << 10}, page(200, bookinfo("none")), "v1"},

		{"an error page", webTest{}, page(503, "no healthy upstream"),
			`parse: http-status: the answer is 503 Service Unavailable: "no healthy upstream"`},
		{"an error page that an expression does not know", webTest{match: []string{`v(\d)`}}, page(404, "one\x1b\n"+long),
			`parse: http-status: the answer is 404 Not Found: "one\x1b\n` + long[:55] + `"`},
		{"an error page with a version that is too long", webTest{match: []string{`(x+)`}}, page(500, long),
			`parse: http-status: the answer is 500 Internal Server Error: "` + long[:60] + `"`},
		{"an error page that an expression knows", webTest{match: []string{`v(\d)`}}, page(500, "v1"), "1"},
		{"a redirect that says something", webTest{}, page(302, "one"), `parse: http-status: the answer is 302 Found: "one"`},
		{"an error without a page", webTest{}, page(400, ""), `parse: http-status: the answer is 400 Bad Request: ""`},
		{"a status of the server's own", webTest{}, page(799, "one"), `parse: http-status: the answer is 799: "one"`},

		{"a header", webTest{http: inHeader}, header(200, "one"), "one"},
		{"a header of several words", webTest{http: inHeader}, header(200, "  one 1.2 (blue)\t"), "one 1.2 (blue)"},
		{"a header twice", webTest{http: inHeader}, header(200, "one", "two"), "one, two"},
		{"a header of an error", webTest{http: inHeader}, header(503, "one"), "one"},
		{"a header that an expression reads", webTest{http: inHeader, match: []string{`^v(\d+)`}}, header(200, "v12.3"), "12"},
		{"a header that no expression knows", webTest{http: inHeader, match: []string{`^v(\d+)`}}, header(200, "beta"),
			`parse: no-match: nothing in header "x-version" matches: "beta"`},
		{"a header that is missing", webTest{http: inHeader}, page(200, "one"),
			`parse: no-match: no header "x-version" in the answer (status 200)`},
		{"a header that is missing, with an expression for nothing", webTest{http: inHeader, match: []string{"any="}}, page(503, "one"),
			`parse: no-match: no header "x-version" in the answer (status 503)`},
		{"a header without a value", webTest{http: inHeader}, header(200, ""), `parse: no-prefix: header "x-version" is empty`},
		{"a header of 257 bytes", webTest{http: inHeader}, header(200, long[:257]),
			`parse: name-too-long: the version has 257 bytes, more than 256: "` + long[:60] + `"`},

		{"a status", webTest{http: inStatus}, page(200, "one"), "200"},
		{"a status of an error", webTest{http: inStatus}, page(503, "one"), "503"},
		{"a redirect", webTest{http: inStatus}, page(302, "one"), "302"},
		{"a status that an expression knows", webTest{http: inStatus, match: []string{`up=^2`, `down=^5`}}, page(503, ""), "down"},
		{"a status that no expression knows", webTest{http: inStatus, match: []string{`up=^2`, `down=^5`}}, page(404, ""),
			`parse: no-match: nothing in the status matches: "404"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			defer noClientLeft(t)
			server, accepted := serveHTTP(t, false, tt.answer)
			w := tt.ask.web(t, server.URL)
			for range 2 {
				checkWeb(t, w, tt.want)
			}
			if n := accepted.Load(); n != 2 {
				t.Errorf("%d connections for 2 probes", n)
			}
		})
	}
}

// TestAnswers are byte for byte what a server sends before it closes.
func TestAnswers(t *testing.T) {
	const ok = "HTTP/1.1 200 OK\r\n"
	var inHeader = HTTP{From: from(t, "header:X-Version")}
	tests := []struct {
		name   string
		ask    webTest
		answer string
		want   string // the version, or the start of the failure
	}{
		{"a body of known length", webTest{}, ok + "Content-Length: 3\r\n\r\none", "one"},
		{"a body that the close ends", webTest{}, ok + "\r\none", "one"},
		{"a body that fills the limit when the close ends it", webTest{limit: 3}, ok + "\r\none", "one"},
		{"a body that goes on behind the limit", webTest{limit: 3}, ok + "\r\nones", `parse: line-too-long: no line end in the first 3 bytes`},
		{"a body that is cut off at the limit", webTest{limit: 3}, ok + "Content-Length: 4\r\n\r\none",
			"read: eof: inside the body, after 3 bytes: EOF"},
		{"an answer of HTTP/1.0", webTest{}, "HTTP/1.0 200 OK\r\n\r\none\n", "one"},
		{"line ends alone", webTest{}, "HTTP/1.1 200 OK\nX: y\n\none", "one"},
		{"no reason", webTest{}, "HTTP/1.1 200\r\n\r\none", "one"},
		{"chunks", webTest{}, ok + "Transfer-Encoding: chunked\r\n\r\n1\r\no\r\n2\r\nne\r\n0\r\n\r\n", "one"},
		{"chunks and a trailer", webTest{}, ok + "Transfer-Encoding: chunked\r\n\r\n3\r\none\r\n0\r\nX: y\r\n\r\n", "one"},
		{"more than the length", webTest{}, ok + "Content-Length: 3\r\n\r\none more", "one"},
		{"hints before the answer", webTest{}, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + ok + "\r\none", "one"},
		{"hints that are no answer", webTest{http: inHeader}, "HTTP/1.1 103 Early Hints\r\nX-Version: 1\r\n\r\n" + ok + "X-Version: 2\r\n\r\n", "2"},
		{"another protocol", webTest{http: HTTP{From: from(t, "status")}},
			"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n", "101"},
		{"another protocol that has a version", webTest{},
			"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\none\n", "one"},
		{"bytes beyond ASCII in a header", webTest{http: inHeader}, ok + "X-Version: \xff\xc3\r\n\r\n", "\xff\xc3"},
		{"a header that is folded", webTest{http: inHeader}, ok + "X-Version: a\r\n b\r\n\r\n", "a b"},
		{"a compressed page is no text", webTest{match: []string{`zip=^\x1f`}}, ok + "Content-Encoding: gzip\r\n\r\n\x1f\x8b\x08", "zip"},
		{"a header that is long", webTest{http: inHeader},
			ok + "X-Filler: " + strings.Repeat("x", 60000) + "\r\nX-Version: one\r\n\r\n", "one"},

		{"nothing", webTest{}, "", "read: eof: EOF"},
		{"a piece of the status", webTest{}, "HTTP/1.1 20", "read: eof: EOF"},
		{"a piece of the headers", webTest{}, ok + "Content-Le", "read: eof: EOF"},
		{"a hint alone", webTest{}, "HTTP/1.1 103 Early Hints\r\n\r\n", "read: eof: EOF"},
		{"a piece of the body", webTest{}, ok + "Content-Length: 9\r\n\r\none\n", "read: eof: inside the body, after 4 bytes: EOF"},
		{"a piece of the body that would match", webTest{match: []string{`(one)`}}, ok + "Content-Length: 9\r\n\r\none\n",
			"read: eof: inside the body, after 4 bytes: EOF"},
		{"a piece of a chunk", webTest{}, ok + "Transfer-Encoding: chunked\r\n\r\n9\r\none\n", "read: eof: inside the body, after 4 bytes: EOF"},
		{"chunks without the last", webTest{}, ok + "Transfer-Encoding: chunked\r\n\r\n3\r\none\r\n", "read: eof: inside the body, after 3 bytes: EOF"},
		{"a piece of an error page", webTest{}, "HTTP/1.1 503 No\r\nContent-Length: 9\r\n\r\none\n", "read: eof: inside the body, after 4 bytes: EOF"},

		{"the greeting of another protocol", webTest{}, "SSH-2.0-OpenSSH_9.6\r\n",
			`parse: not-http: net/http says: malformed HTTP response "SSH-2.0-OpenSSH_9.6"`},
		{"the answer of the tutorials' echo server", webTest{}, "one GET / HTTP/1.1\r\n",
			`parse: not-http: net/http says: malformed HTTP status code "GET"`},
		{"a request", webTest{}, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", `parse: not-http: net/http says: malformed HTTP`},
		{"a status that is no number", webTest{}, "HTTP/1.1 2oo OK\r\n\r\n", `parse: not-http: net/http says: malformed HTTP status code "2oo"`},
		{"bytes that would move the cursor", webTest{}, "\x1b[2J\x00\r\n\r\n", `parse: not-http: net/http says: malformed HTTP response "\x1b[2J\x00"`},
		{"a header without a colon", webTest{}, ok + "\x1b[2J\r\n\r\n", `parse: not-http: net/http says: malformed MIME header`},
		{"a NUL in a header", webTest{http: inHeader}, ok + "X-Version: a\x00b\r\n\r\n", `parse: not-http: net/http says: malformed MIME header`},
		{"an escape in a header", webTest{http: inHeader}, ok + "X-Version: \x1b[2J\r\n\r\n", `parse: not-http: net/http says: malformed MIME header`},
		{"lengths that differ", webTest{}, ok + "Content-Length: 3\r\nContent-Length: 4\r\n\r\none", `parse: not-http: net/http says: http: message cannot contain`},
		{"a length below nothing", webTest{}, ok + "Content-Length: -3\r\n\r\none", `parse: not-http: net/http says: bad Content-Length`},
		{"a chunk of no length", webTest{}, ok + "Transfer-Encoding: chunked\r\n\r\nxyz\r\none", `parse: not-http: inside the body, after 0 bytes: net/http says: invalid byte in chunk length`},
		{"a chunk that is longer than it says", webTest{}, ok + "Transfer-Encoding: chunked\r\n\r\n2\r\none\r\n0\r\n\r\n",
			`parse: not-http: inside the body, after 2 bytes: net/http says: malformed chunked encoding`},
		{"a header that is huge", webTest{}, ok + "X: " + strings.Repeat("x", 100<<10) + "\r\n\r\none",
			`parse: not-http: net/http says: net/http: server response headers exceeded 65536 bytes; aborted`},
		{"hints without end", webTest{}, strings.Repeat("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n", 3000),
			`parse: not-http: net/http says: net/http: server response headers exceeded 65536 bytes; aborted`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			defer noClientLeft(t)
			target := serve(t, func(c *net.TCPConn) {
				askedFor(c, bufio.NewReader(c))
				io.WriteString(c, tt.answer)
			})
			w := tt.ask.web(t, "http://"+target.String())
			for range 2 {
				version, fail := probeWeb(t, w, 7)
				got := string(version)
				if fail != nil {
					got = fail.Error()
					if !strings.HasPrefix(got, tt.want) || strings.ContainsAny(got, "\x00\x1b\r\n") || len(got) > 500 {
						t.Errorf("got %s, want %s", got, tt.want)
					}
				} else if got != tt.want {
					t.Errorf("got %q, want %s", got, tt.want)
				}
			}
		})
	}
}
