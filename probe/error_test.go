package probe

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"testing"
)

func TestKindsOfErrors(t *testing.T) {
	dial := func(err error) error {
		return &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", err)}
	}
	tests := []struct {
		name string
		err  error
		want Kind
	}{
		{"a name that does not exist", &net.DNSError{IsNotFound: true}, NoSuchHost},
		{"a name server that is slow", &net.DNSError{IsTimeout: true}, Timeout},
		{"a name server that fails", &net.DNSError{Err: "server misbehaving"}, Other},
		{"refused", dial(syscall.ECONNREFUSED), Refused},
		{"reset", dial(syscall.ECONNRESET), Reset},
		{"a broken pipe", dial(syscall.EPIPE), Reset},
		{"aborted", dial(syscall.ECONNABORTED), Reset},
		{"no way to the host", dial(syscall.EHOSTUNREACH), Unreachable},
		{"no way to the network", dial(syscall.ENETUNREACH), Unreachable},
		{"the system's timeout", dial(syscall.ETIMEDOUT), Timeout},
		{"our deadline on a connection", os.ErrDeadlineExceeded, Timeout},
		{"our deadline on a dial", context.DeadlineExceeded, Timeout},
		{"canceled", context.Canceled, Canceled},
		{"the end", io.EOF, EOF},
		{"the end, too early", fmt.Errorf("inside: %w", io.ErrUnexpectedEOF), EOF},
		{"not permitted", dial(syscall.EPERM), Other},
		{"something else", errors.New("?"), Other},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := failure(Dial, fmt.Errorf("wrapped: %w", tt.err))
			if e.Kind != tt.want || e.Phase != Dial {
				t.Errorf("got %v, want %s", e, tt.want)
			}
			if !errors.Is(e, tt.err) {
				t.Error("the cause is lost")
			}
		})
	}
}

func TestShortages(t *testing.T) {
	for errno, want := range map[syscall.Errno]bool{
		syscall.EADDRNOTAVAIL: true,
		syscall.EMFILE:        true,
		syscall.ENFILE:        true,
		syscall.ENOBUFS:       true,
		syscall.ECONNREFUSED:  false,
		syscall.ETIMEDOUT:     false,
	} {
		err := failure(Dial, &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", errno)})
		if shortage(err) != want {
			t.Errorf("%v: a shortage is %t", errno, !want)
		}
	}
}
