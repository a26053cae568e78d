package probe

import (
	"fmt"
	"net"
	"time"
)

// lines is the exchange of the tutorials' servers: the payload goes out, and the first line of what comes back tells
// the version. With several requests each goes out when the one before it has been answered.
type lines struct {
	cfg      *Config
	identity identity
	payload  []byte
	in       inbox
	used     int    // bytes of it that are done with
	first    []byte // the version of the first request
}

func newLines(cfg *Config) *lines {
	l := &lines{cfg: cfg, identity: firstLineOnly, in: inbox{limit: cfg.MaxReply}}
	if cfg.Match != nil {
		l.identity = cfg.Match.identify
	}
	return l
}

func (l *lines) ask(conn net.Conn, seq int, start time.Time) ([]byte, *Error) {
	l.in.filled, l.used = 0, 0
	version, fail := l.request(conn, seq, start)
	if l.cfg.Requests <= 1 || fail != nil {
		return version, fail
	}
	l.first = append(l.first[:0], version...)
	for i := 1; i < l.cfg.Requests; i++ {
		l.in.forget(l.used) // what came behind one reply is the beginning of the next
		l.used = 0
		version, fail = l.request(conn, seq, time.Now())
		if fail != nil {
			fail.Err = fmt.Errorf("after %d of %d requests: %w", i, l.cfg.Requests, fail.Err)
			return nil, fail
		}
		if string(version) != string(l.first) {
			return nil, versionChanged(i+1, l.cfg.Requests, version, l.first)
		}
	}
	return l.first, nil
}

// versionChanged is the failure of a connection on which the versions took turns.
func versionChanged(request, requests int, version, before []byte) *Error {
	return parseError(VersionChanged, fmt.Errorf("request %d of %d was answered by %q, the ones before by %q",
		request, requests, head(version), head(before)))
}

// request sends the payload and reads until the version is known.
func (l *lines) request(conn net.Conn, seq int, start time.Time) ([]byte, *Error) {
	l.payload = l.cfg.Payload.append(l.payload[:0], l.cfg.ID, seq, start)
	var unsent *Error
	if len(l.payload) > 0 {
		if _, err := conn.Write(l.payload); err != nil {
			unsent = failure(Write, err)
			if unsent.Kind == Timeout {
				return nil, unsent
			}
		}
	}
	version, fail := l.read(conn)
	if fail != nil && unsent != nil {
		// A server that answers and resets can make the write fail while its reply is there to read; without a
		// usable reply the write is what failed.
		return nil, unsent
	}
	return version, fail
}

// read reads the reply until the identity is content with it. The beginning may have come already.
func (l *lines) read(conn net.Conn) ([]byte, *Error) {
	a, err := open, error(nil)
	for {
		if l.in.filled > 0 || a != open {
			version, used, fail := l.identity(l.in.bytes(), l.payload, l.used, a)
			l.used = used
			if version != nil || fail != nil {
				return version, fail
			}
		}
		if err != nil {
			return nil, l.unread(err)
		}
		a, err = l.in.fill(conn)
	}
}

// unread is the failure of a reply that ends with err. When lines have come in which nothing was found, and no more, it
// is they that were not understood.
func (l *lines) unread(err error) *Error {
	fail := failure(Read, err)
	if fail.Kind == Timeout && l.used > 0 {
		return noMatch(l.in.bytes())
	}
	return fail
}
