package lab_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tcpshift/tcpshift/lab"
)

func TestEchoAnswers(t *testing.T) {
	longest := strings.Repeat("x", lab.MaxLine-1) + "\n"
	tests := []struct {
		name   string
		pieces []string
		want   string
	}{
		{"a line", []string{"hello\n"}, "one hello\n"},
		{"an empty line", []string{"\n"}, "one \n"},
		{"a line that ends with a carriage return too", []string{"hello\r\n"}, "one hello\r\n"},
		{"a line that comes in pieces", []string{"h", "el", "lo", "\n"}, "one hello\n"},
		{"many lines in one write", []string{"a\nb\r\n\nc\n"}, "one a\none b\r\none \none c\n"},
		{"lines of both kinds, cut anywhere", []string{"a\nb", "b\nc\r", "\nd\n"}, "one a\none bb\none c\r\none d\n"},
		{"an unfinished line before a half-close", []string{"a\nunfinished"}, "one a\none unfinished"},
		{"a half-close without a line with nothing", nil, ""},
		{"bytes that are no text", []string{"\x00\xff\xfe\n"}, "one \x00\xff\xfe\n"},
		{"a line as long as its buffer", []string{strings.Repeat("y", 1023) + "\n"}, "one " + strings.Repeat("y", 1023) + "\n"},
		{"the longest line, then a short one", []string{longest, "short\n"}, "one " + longest + "one short\n"},
		{"the longest unfinished line", []string{strings.Repeat("x", lab.MaxLine)}, "one " + strings.Repeat("x", lab.MaxLine)},
	}
	addr := listenEcho(t, "one").Addr().String()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			conn := dial(t, addr)
			for _, piece := range tt.pieces {
				send(t, conn, piece)
			}
			conn.CloseWrite()
			if got := readAll(t, conn); got != tt.want {
				t.Errorf("got %.80q (%d bytes), want %.80q (%d bytes)", got, len(got), tt.want, len(tt.want))
			}
		})
	}
}

func TestEchoAnswersBeforeTheClientEnds(t *testing.T) {
	conn := dial(t, listenEcho(t, "two").Addr().String())
	for i := range 3 {
		send(t, conn, fmt.Sprintf("line %d\n", i))
		if got, want := readLine(t, conn), fmt.Sprintf("two line %d\n", i); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestEchoRefusesOverlongLines(t *testing.T) {
	t.Run("one byte too many closes the connection", func(t *testing.T) {
		conn := dial(t, listenEcho(t, "one").Addr().String())
		send(t, conn, strings.Repeat("x", lab.MaxLine)+"\n")
		got, err := io.ReadAll(conn) // ends or is reset: bytes were left unread
		if len(got) > 0 || errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("got %.80q and %v, want a closed connection", got, err)
		}
	})

	t.Run("a flood without a newline is stopped and not stored", func(t *testing.T) {
		conn := dial(t, listenEcho(t, "one").Addr().String())
		chunk := make([]byte, 64<<10)
		const flood = 256 << 20 // far more than the sockets can hold between them
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		sent := 0
		var err error
		for sent < flood && err == nil {
			var n int
			n, err = conn.Write(chunk)
			sent += n
		}
		runtime.ReadMemStats(&after)
		if err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("sent %d bytes, then %v; want the server to close", sent, err)
		}
		if grown := after.TotalAlloc - before.TotalAlloc; grown > 1<<20 {
			t.Errorf("allocated %d bytes for one line", grown)
		}
	})
}

func TestEchoServesManyClientsAtOnce(t *testing.T) {
	const clients = 200
	addr := listenEcho(t, "one").Addr().String()
	// Nobody sends before everybody is connected, nobody leaves before
	// everybody is answered.
	var connected, answered, all sync.WaitGroup
	connected.Add(clients)
	answered.Add(clients)
	for i := range clients {
		conn := dial(t, addr)
		all.Go(func() {
			connected.Done()
			connected.Wait()
			defer answered.Wait()
			defer answered.Done()
			want := fmt.Sprintf("one client %d\n", i)
			if _, err := io.WriteString(conn, want[len("one "):]); err != nil {
				t.Error(err)
				return
			}
			got := make([]byte, len(want))
			if _, err := io.ReadFull(conn, got); err != nil || string(got) != want {
				t.Errorf("got %q and %v, want %q", got, err, want)
			}
		})
	}
	all.Wait()
}

func TestEchoClose(t *testing.T) {
	t.Run("ends the clients that are idle", func(t *testing.T) {
		defer goleak.VerifyNone(t)
		echo := listenEcho(t, "one")
		conn := dial(t, echo.Addr().String())
		send(t, conn, "hello\n")
		readLine(t, conn)
		within(t, "Close", func() { echo.Close() })
		if _, err := io.ReadAll(conn); errors.Is(err, os.ErrDeadlineExceeded) {
			t.Error("the connection is still open")
		}
		if conn, err := lab.ListenEcho(echo.Addr().String(), "again"); err != nil {
			t.Errorf("the address is still taken: %v", err)
		} else {
			conn.Close()
		}
	})

	t.Run("ends a client that does not read its answers", func(t *testing.T) {
		defer goleak.VerifyNone(t)
		echo := listenEcho(t, "one")
		conn := dial(t, echo.Addr().String())
		clog(conn)
		within(t, "Close", func() { echo.Close() })
	})

	t.Run("may be called twice", func(t *testing.T) {
		echo := listenEcho(t, "one")
		if first, second := echo.Close(), echo.Close(); first != nil || second != nil {
			t.Errorf("got %v, then %v", first, second)
		}
	})
}

// clog writes lines to conn, and reads nothing, until nothing more goes in.
func clog(conn interface {
	io.Writer
	SetWriteDeadline(time.Time) error
}) {
	line := []byte(strings.Repeat("x", 32<<10-1) + "\n")
	for {
		conn.SetWriteDeadline(time.Now().Add(100 * time.Millisecond))
		if _, err := conn.Write(line); err != nil {
			return
		}
	}
}
