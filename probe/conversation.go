package probe

import (
	"errors"
	"fmt"
	"net"
	"regexp"
	"strconv"
	"time"
)

// conversation is the exchange that goes through steps.
type conversation struct {
	steps  *Steps
	id     string
	secure func(net.Conn) (net.Conn, *Error)

	texts map[string][]byte // what groups have captured, by their names and, of the latest expect, their numbers
	out   []byte
	in    inbox // of the whole conversation
	used  int   // bytes of it that are in lines that are done with
}

func newConversation(steps *Steps, id string, limit int, secure func(net.Conn) (net.Conn, *Error)) *conversation {
	return &conversation{steps: steps, id: id, secure: secure, texts: make(map[string][]byte), in: inbox{limit: limit}}
}

func (c *conversation) ask(conn net.Conn, seq int, start time.Time) ([]byte, *Error) {
	c.in.filled, c.used = 0, 0
	for name, text := range c.texts {
		c.texts[name] = text[:0] // nothing of the last conversation must be found in this one
	}
	for i, st := range c.steps.steps {
		var fail *Error
		switch {
		case st.send != nil:
			c.out = st.send.appendWith(c.out[:0], c.id, seq, start, c.texts)
			if _, err := conn.Write(c.out); err != nil {
				fail = failure(Write, err)
			}
		case st.expect != nil:
			if fail = c.expect(conn, st.expect); fail != nil {
				fail.Err = fmt.Errorf("waiting for /%s/: %w", st.expect, fail.Err)
			}
		default:
			var secured net.Conn
			if secured, fail = c.startTLS(conn); fail == nil {
				conn = secured
				defer conn.Close() // says goodbye, which TLS asks for
			}
		}
		if fail != nil {
			fail.Err = fmt.Errorf("step %d (line %d): %w", i+1, st.line, fail.Err)
			return nil, fail
		}
	}
	version := c.texts[versionGroup]
	switch {
	case len(version) == 0:
		return nil, parseError(NoMatch, errors.New("the group named version captured nothing"))
	case len(version) > maxVersion:
		return nil, nameTooLong(version)
	}
	return version, nil
}

// expect reads lines until one matches.
func (c *conversation) expect(conn net.Conn, re *regexp.Regexp) *Error {
	var last []byte // line that did not match
	a, err := open, error(nil)
	for {
		if line, n, ok := nextLine(c.in.bytes()[c.used:], a); ok {
			c.used += n
			if c.matches(re, line) {
				return nil
			}
			last = line
			continue
		}
		switch {
		case a != open && last != nil:
			return parseError(NoMatch, fmt.Errorf("the last line that came is %q", head(last)))
		case a == full:
			return parseError(LineTooLong, fmt.Errorf("%d bytes have come, which is all that may", c.in.filled))
		case err != nil && last != nil:
			return failure(Read, fmt.Errorf("%w; the last line that came is %q", err, head(last)))
		case err != nil:
			return failure(Read, err)
		}
		a, err = c.in.fill(conn)
	}
}

// matches remembers what the groups of re capture in a line that it fits.
func (c *conversation) matches(re *regexp.Regexp, line []byte) bool {
	loc := re.FindSubmatchIndex(line)
	if loc == nil {
		return false
	}
	for i := range 10 {
		c.keep(strconv.Itoa(i), nil)
	}
	for i, name := range re.SubexpNames() {
		if loc[2*i] < 0 {
			continue // another branch of the expression fitted
		}
		text := line[loc[2*i]:loc[2*i+1]]
		c.keep(strconv.Itoa(i), text)
		if name != "" {
			c.keep(name, text)
		}
	}
	return true
}

// keep copies a text, since the line that it stands in is only lent.
func (c *conversation) keep(name string, text []byte) {
	c.texts[name] = append(c.texts[name][:0], text...)
}

// startTLS puts TLS on the connection. Bytes that came before would be taken for protected ones (CVE-2011-0411).
func (c *conversation) startTLS(conn net.Conn) (net.Conn, *Error) {
	if early := c.in.bytes()[c.used:]; len(early) > 0 {
		return nil, &Error{Phase: TLS, Kind: Unexpected, Err: fmt.Errorf("starttls: the server has already sent %q", head(early))}
	}
	return c.secure(conn)
}
