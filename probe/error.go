package probe

import (
	"context"
	"errors"
	"fmt"
	"io"
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
	Write   Phase = "write"
	Read    Phase = "read"
	Parse   Phase = "parse"
)

// Kind is the way in which a probe failed.
type Kind string

// The kinds of failure. Canceled is none of the target's: the run was cut short while the probe was in flight,
// and what it would have brought is not known.
const (
	NoSuchHost   Kind = "no-such-host"
	Refused      Kind = "refused"
	Timeout      Kind = "timeout"
	Reset        Kind = "reset"
	Unreachable  Kind = "unreachable"
	EOF          Kind = "eof"
	LineTooLong  Kind = "line-too-long"
	NameTooLong  Kind = "name-too-long"
	NoPrefix     Kind = "no-prefix"
	WrongPayload Kind = "wrong-payload"
	NoMatch      Kind = "no-match"
	Canceled     Kind = "canceled"
	Other        Kind = "other"
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
	var netErr net.Error
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return NoSuchHost
	case errors.Is(err, context.Canceled):
		return Canceled
	case errors.Is(err, syscall.ECONNREFUSED):
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

// shortage reports whether this machine ran out of ports or descriptors. That says nothing about the target.
func shortage(err error) bool {
	for _, e := range []syscall.Errno{syscall.EADDRNOTAVAIL, syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}
