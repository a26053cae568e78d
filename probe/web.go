package probe

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"
)

// maxHeader bounds the headers of an answer, informational ones before it included, in bytes.
const maxHeader = 64 << 10

// web asks over HTTP on connections that are open already, one after the other, with a transport and buffers of its
// own.
type web struct {
	http     HTTP
	url      *url.URL
	host     string
	header   http.Header
	payload  Payload
	id       string
	match    *Match
	limit    int // bytes of a body that are read at most
	requests int // on each connection

	transport *http.Transport
	unused    atomic.Pointer[wire] // the connection that the transport may still take
	text      []byte               // the buffer for bodies
	first     []byte               // the version in the first answer
}

func newWeb(h HTTP, url *url.URL, payload Payload, id string, match *Match, limit, requests int) *web {
	w := &web{http: h, url: url, payload: payload, id: id, match: match, limit: limit, requests: max(requests, 1)}
	if w.http.Method == "" {
		w.http.Method = http.MethodGet
		if !payload.Empty() {
			w.http.Method = http.MethodPost
		}
	}
	w.host = h.Header.Get("Host")
	if w.header = h.Header.Clone(); w.header == nil {
		w.header = make(http.Header)
	}
	if _, chosen := w.header["User-Agent"]; !chosen {
		w.header.Set("User-Agent", "tcpshift")
	}
	w.transport = &http.Transport{
		DialContext:            w.take,
		DialTLSContext:         w.take,
		DisableCompression:     true,
		MaxResponseHeaderBytes: maxHeader,
		Protocols:              new(http.Protocols),
	}
	w.transport.Protocols.SetHTTP1(true)
	return w
}

// take is the dial of the transport. It gives the one connection there is, once: what it dials for after that is to
// ask again on another.
func (w *web) take(context.Context, string, string) (net.Conn, error) {
	if c := w.unused.Swap(nil); c != nil {
		return c, nil
	}
	return nil, errNotKept
}

// ask sends the requests of one probe on conn, which must have a deadline, and returns the version that all of them
// were answered by. Its bytes are valid until the next call. The connection is closed.
func (w *web) ask(conn net.Conn, seq int, start time.Time) ([]byte, *Error) {
	c := newWire(conn)
	w.unused.Store(c)
	defer c.Close()
	defer w.transport.CloseIdleConnections()
	for i := range w.requests {
		if i > 0 {
			c.next()
			start = time.Now()
		}
		version, fail := w.exchange(c, w.request(seq, start, i+1 == w.requests))
		switch {
		case fail != nil && i > 0:
			fail.Err = fmt.Errorf("after %d of %d requests: %w", i, w.requests, fail.Err)
			return nil, fail
		case fail != nil:
			return nil, fail
		case i == 0:
			w.first = append(w.first[:0], version...)
		case !bytes.Equal(version, w.first):
			return nil, versionChanged(i+1, w.requests, version, w.first)
		}
	}
	return w.first, nil
}

// request renders a request. Nothing of it is used again: the transport may still hold on to an earlier one.
func (w *web) request(seq int, start time.Time, last bool) *http.Request {
	r := &http.Request{Method: w.http.Method, URL: w.url, Host: w.host, Header: w.header, Close: last}
	if !w.payload.Empty() {
		body := w.payload.append(nil, w.id, seq, start)
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	}
	return r
}

// exchange makes one request and reads its answer as far as the version takes it, and to its end if another request
// is to follow.
func (w *web) exchange(c *wire, r *http.Request) ([]byte, *Error) {
	resp, err := w.transport.RoundTrip(r)
	if err != nil {
		return nil, complaint(c, err)
	}
	defer resp.Body.Close()
	page := page{body: resp.Body, wire: c, limit: w.limit, text: w.text[:0]}
	version, fail := w.identify(resp, &page)
	if fail == nil && !r.Close {
		fail = page.finish()
	}
	w.text = page.text
	return version, fail
}

// complaint is what went wrong when net/http says err.
func complaint(c *wire, err error) *Error {
	if fail := c.failure(); fail != nil {
		return fail
	}
	switch {
	case errors.Is(err, errNotKept):
		return failure(Read, errNotKept)
	case c.silent():
		return failure(Write, err) // there was no answer to complain about
	}
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(err) {
		err = inner // says it without the state of the transport in front
	}
	return parseError(NotHTTP, fmt.Errorf("net/http says: %.120s", err))
}
