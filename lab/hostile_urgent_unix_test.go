//go:build unix

package lab_test

import (
	"syscall"
	"testing"
)

func TestUrgentData(t *testing.T) {
	tests := []struct {
		behaviour string
		plainly   string
		inline    string // for a client that takes urgent data for a part of the rest
	}{
		{"urgent-before", "one hello\n", "!one hello\n"},
		{"urgent-inside", "one hello\n", "on!e hello\n"},
	}
	for _, tt := range tests {
		t.Run(tt.behaviour, func(t *testing.T) {
			addr := listenHostile(t, behaviour(t, tt.behaviour)).Addr().String()
			conn := dial(t, addr)
			send(t, conn, "hello\n")
			if got := readLine(t, conn); got != tt.plainly {
				t.Errorf("got %q, want %q", got, tt.plainly)
			}

			conn = dial(t, addr)
			raw, err := conn.SyscallConn()
			if err != nil {
				t.Fatal(err)
			}
			raw.Control(func(fd uintptr) { err = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_OOBINLINE, 1) })
			if err != nil {
				t.Fatal(err)
			}
			send(t, conn, "hello\n")
			if got := readLine(t, conn); got != tt.inline {
				t.Errorf("with urgent data inline: got %q, want %q", got, tt.inline)
			}
		})
	}
}
