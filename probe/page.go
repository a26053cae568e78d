package probe

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// page is the body of an answer. It is read when somebody asks for it.
type page struct {
	body  io.Reader
	wire  *wire
	limit int
	text  []byte
	state arrival
}

// read reads until the body is whole or fills the limit.
func (p *page) read() *Error {
	for p.state == open {
		if len(p.text) >= p.limit {
			p.state = full
			break
		}
		p.text = slices.Grow(p.text, min(512, p.limit-len(p.text)))
		n, err := p.body.Read(p.text[len(p.text):min(cap(p.text), p.limit)])
		p.text = p.text[:len(p.text)+n]
		if err == io.EOF {
			p.state = closed
		} else if err != nil {
			return p.complaint(err)
		}
	}
	return nil
}

// settle finds out whether a body that fills the limit ends there. It may have to wait for that.
func (p *page) settle() *Error {
	if fail := p.read(); fail != nil || p.state == closed {
		return fail
	}
	var more [1]byte
	switch _, err := io.ReadFull(p.body, more[:]); {
	case err == io.EOF:
		p.state = closed
	case err != nil:
		return p.complaint(err)
	}
	return nil
}

// finish reads to the end of the body, behind which the next answer comes.
func (p *page) finish() *Error {
	if fail := p.settle(); fail != nil || p.state == closed {
		return fail
	}
	return parseError(BodyTooLong,
		fmt.Errorf("the body goes on after %d bytes, so that nothing more can be asked", p.limit))
}

func (p *page) complaint(err error) *Error {
	fail := complaint(p.wire, err)
	fail.Err = fmt.Errorf("inside the body, after %d bytes: %w", len(p.text), fail.Err)
	return fail
}

// identify finds the version in the part of the answer that holds it.
func (w *web) identify(resp *http.Response, p *page) ([]byte, *Error) {
	switch from := w.http.From; {
	case from.status:
		return w.identifyText("the status", strconv.AppendInt(nil, int64(resp.StatusCode), 10))
	case from.header != "":
		values := resp.Header.Values(from.header)
		if len(values) == 0 {
			return nil, parseError(NoMatch,
				fmt.Errorf("no header %q in the answer (status %d)", from.header, resp.StatusCode))
		}
		value := strings.TrimSpace(strings.Join(values, ", "))
		return w.identifyText(fmt.Sprintf("header %q", from.header), []byte(value))
	}
	return w.identifyPage(resp.StatusCode, p)
}

// identifyText takes the text for the version, or looks for it there. Error messages call the text what.
func (w *web) identifyText(what string, text []byte) ([]byte, *Error) {
	switch {
	case w.match != nil:
		version, fail := w.match.find(text)
		if version == nil && fail == nil {
			fail = parseError(NoMatch, fmt.Errorf("nothing in %s matches: %q", what, head(text)))
		}
		return version, fail
	case len(text) == 0:
		return nil, parseError(NoPrefix, fmt.Errorf("%s is empty", what))
	case len(text) > maxVersion:
		return nil, nameTooLong(text)
	}
	return text, nil
}

// identifyPage looks for the version in the whole body, or takes its first word. What an error page or a redirect says
// is no version unless an expression finds one there.
func (w *web) identifyPage(status int, p *page) (version []byte, fail *Error) {
	if fail := p.read(); fail != nil {
		return nil, fail
	}
	if w.match != nil {
		version, fail = w.match.find(p.text)
	}
	switch {
	case version != nil:
		return version, nil
	case status >= 300:
		return nil, parseError(HTTPStatus, fmt.Errorf("the answer is %s: %q", statusLine(status), head(p.text)))
	case fail != nil:
		return nil, fail
	case w.match != nil:
		return nil, parseError(NoMatch, fmt.Errorf("nothing in the body matches: %q", head(p.text)))
	}
	if _, complete := firstLine(p.text); !complete {
		if fail := p.settle(); fail != nil {
			return nil, fail
		}
	}
	if len(p.text) == 0 && p.state == closed {
		return nil, parseError(NoPrefix, fmt.Errorf("the body is empty (status %s)", statusLine(status)))
	}
	return firstWord(p.text, nil, p.state)
}

// statusLine is the status in our own words: those of the server can be anything.
func statusLine(status int) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", status, http.StatusText(status)))
}
