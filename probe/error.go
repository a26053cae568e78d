package probe

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"syscall"
)

// Phase is the part of a probe in which it failed.
type Phase string

// The phases, in the order in which a probe goes through them.
const (
	Resolve Phase = "resolve"
	Dial    Phase = "dial"
	TLS     Phase = "tls"
	Write   Phase = "write"
	Read    Phase = "read"
	Parse   Phase = "parse"
)

// Kind is the way in which a probe failed.
type Kind string

// The kinds of failure. Canceled is none of the target's: the run was cut short while the probe was in flight,
// and what it would have brought is not known.
const (
	NoSuchHost     Kind = "no-such-host"
	Refused        Kind = "refused"
	Timeout        Kind = "timeout"
	Reset          Kind = "reset"
	Unreachable    Kind = "unreachable"
	NoSource       Kind = "no-source" // this machine does not have the address to connect from
	EOF            Kind = "eof"
	Certificate    Kind = "certificate" // it does not verify
	TLSAlert       Kind = "tls-alert"   // the server refuses to go on
	NotTLS         Kind = "not-tls"     // it answers with something else
	NotHTTP        Kind = "not-http"    // likewise
	HTTPStatus     Kind = "http-status" // an error page instead of an answer
	LineTooLong    Kind = "line-too-long"
	BodyTooLong    Kind = "body-too-long"
	NameTooLong    Kind = "name-too-long"
	NoPrefix       Kind = "no-prefix"
	WrongPayload   Kind = "wrong-payload"
	NoMatch        Kind = "no-match"
	VersionChanged Kind = "version-changed" // within one connection
	Unexpected     Kind = "unexpected-data" // before the TLS handshake that would protect it
	Canceled       Kind = "canceled"
	Other          Kind = "other"
)

// Error is why a probe has no usable reply.
type Error struct {
	Phase Phase
	Kind  Kind
	Err   error // the cause; it may quote bytes from the network
}

// Error is the failure in one line: phase, kind and cause.
func (e *Error) Error() string { return fmt.Sprintf("%s: %s: %v", e.Phase, e.Kind, e.Err) }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// failure wraps what a system call returned in the phase that it was made in.
func failure(phase Phase, err error) *Error {
	return &Error{Phase: phase, Kind: kindOf(err), Err: err}
}

func kindOf(err error) Kind {
	var dns *net.DNSError
	var op *net.OpError
	var call *os.SyscallError
	var netErr net.Error
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return NoSuchHost
	case errors.As(err, new(*tls.CertificateVerificationError)):
		return Certificate
	case errors.As(err, new(tls.RecordHeaderError)):
		return NotTLS
	case errors.As(err, &op) && op.Op == "remote error": // as crypto/tls names an alert
		return TLSAlert
	case errors.Is(err, context.Canceled):
		return Canceled
	case errors.As(err, &call) && call.Syscall == "bind":
		return NoSource
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, fs.ErrNotExist): // a socket of the file system may not be there
		return Refused
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, syscall.ECONNABORTED):
		return Reset
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return Unreachable
	case errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &netErr) && netErr.Timeout():
		return Timeout
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return EOF
	}
	return Other
}

// shortage reports whether this machine ran out of ports or descriptors. That says nothing about the target. An address
// that it does not have to connect from has the same error, and does not come by waiting.
func shortage(err *Error) bool {
	if err.Kind == NoSource {
		return false
	}
	for _, e := range []syscall.Errno{syscall.EADDRNOTAVAIL, syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}
