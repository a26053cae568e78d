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

// identity reads the version out of the part of a reply that has come so far. It returns (nil, nil) as long as it
// wants more, which it may do only while the arrival is open. The version's bytes are part of reply.
type identity func(reply, payload []byte, a arrival) ([]byte, *Error)

// firstWord is the identity of the tutorials' echo servers: the first line of the reply is the version, white
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

func nameTooLong(version []byte) *Error {
	return parseError(NameTooLong, fmt.Errorf("the version has %d bytes, more than %d: %q", len(version), maxVersion, head(version)))
}

func parseError(kind Kind, err error) *Error { return &Error{Phase: Parse, Kind: kind, Err: err} }

// head is as much of a reply as an error message quotes.
func head(b []byte) []byte { return b[:min(len(b), 60)] }
