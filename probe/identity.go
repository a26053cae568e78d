package probe

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// maxVersion bounds the length of a version's name in bytes. A longer "name" is a flood, not a name.
const maxVersion = 256

// arrival says whether more of a reply may still come.
type arrival int

const (
	open   arrival = iota // more may come
	closed                // the server has sent all that it will send
	full                  // the limit on a reply's length is reached
)

// identity reads the version out of the part of a reply that has come so far, of which the first looked bytes have been
// looked at in vain. It returns no version and no failure as long as it wants more, which it may do only while the
// arrival is open. The version's bytes are part of reply, or a name. used is how many bytes are done with; the rest
// belongs to the next reply.
type identity func(reply, payload []byte, looked int, a arrival) (version []byte, used int, fail *Error)

// firstLineOnly is the identity of firstWord.
func firstLineOnly(reply, payload []byte, _ int, a arrival) ([]byte, int, *Error) {
	version, fail := firstWord(reply, payload, a)
	if version == nil {
		return nil, 0, fail
	}
	_, used, _ := nextLine(reply, a)
	return version, used, nil
}

// firstWord is how the tutorials' echo servers tell their version: the first line of the reply is the version, white
// space, and the payload's own first line. Without a payload the server speaks first and its first word counts.
func firstWord(reply, payload []byte, a arrival) ([]byte, *Error) {
	line, complete := firstLine(reply)
	if !complete && a != closed {
		if a == full {
			return nil, parseError(LineTooLong, fmt.Errorf("no line end in the first %d bytes: %q", len(reply), head(reply)))
		}
		return nil, nil
	}
	if len(reply) == 0 {
		return nil, failure(Read, io.EOF)
	}
	version, rest := line, []byte(nil)
	if i := bytes.IndexAny(line, " \t"); i >= 0 {
		version, rest = line[:i], line[i:]
	}
	sent, _ := firstLine(payload)
	switch {
	case len(payload) > 0 && !bytes.Equal(bytes.TrimSpace(rest), bytes.TrimSpace(sent)):
		if !complete {
			return nil, &Error{Phase: Read, Kind: EOF, Err: fmt.Errorf("closed inside the line %q", head(reply))}
		}
		if bytes.Equal(line, sent) {
			return nil, parseError(NoPrefix, errors.New("the payload came back with no version in front of it"))
		}
		if len(bytes.TrimSpace(line)) == 0 {
			return nil, parseError(NoPrefix, fmt.Errorf("the first line is empty: %q", head(reply)))
		}
		return nil, parseError(WrongPayload, fmt.Errorf("the reply does not carry our payload: %q", head(line)))
	case len(version) == 0:
		return nil, parseError(NoPrefix, fmt.Errorf("no version at the start of the line: %q", head(line)))
	case len(version) > maxVersion:
		return nil, nameTooLong(version)
	}
	return version, nil
}

// firstLine is b up to its first line end, which is \n or \r\n, and whether there was one.
func firstLine(b []byte) (line []byte, complete bool) {
	line, _, complete = bytes.Cut(b, []byte("\n"))
	return bytes.TrimSuffix(line, []byte("\r")), complete
}

// nextLine takes the next line from what has come, with the number of bytes that it takes up. When no more can come, the
// rest is a line.
func nextLine(rest []byte, a arrival) (line []byte, n int, ok bool) {
	line, complete := firstLine(rest)
	switch {
	case complete:
		return line, bytes.IndexByte(rest, '\n') + 1, true
	case a != open && len(rest) > 0:
		return line, len(rest), true
	}
	return nil, 0, false
}

func nameTooLong(version []byte) *Error {
	return parseError(NameTooLong, fmt.Errorf("the version has %d bytes, more than %d: %q", len(version), maxVersion, head(version)))
}

func parseError(kind Kind, err error) *Error { return &Error{Phase: Parse, Kind: kind, Err: err} }

// head is as much of a reply as an error message quotes.
func head(b []byte) []byte { return b[:min(len(b), 60)] }
