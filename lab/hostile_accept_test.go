package lab_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestNeverAccepts(t *testing.T) {
	defer goleak.VerifyNone(t)
	server := listenHostile(t, behaviour(t, "never-accepts"))
	conn := dial(t, server.Addr().String())
	send(t, conn, "hello\n")
	conn.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	if n, err := conn.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("read %d bytes and %v", n, err)
	}
	within(t, "Close", func() { server.Close() })
}

func TestSlowAccept(t *testing.T) {
	b := behaviour(t, "slow-accept")
	b.Pace = 30 * time.Millisecond
	began := time.Now()
	addr := listenHostile(t, b).Addr().String()
	for n := 1; n <= 3; n++ {
		conn := dial(t, addr)
		send(t, conn, "hello\n")
		readLine(t, conn)
		if took, least := time.Since(began), time.Duration(n)*b.Pace; took < least {
			t.Errorf("%d were accepted in %v, want %v at least", n, took, least)
		}
	}
}

// answered reports whether a server answers a client of its own correctly.
func answered(addr string) bool {
	conn, err := net.DialTimeout("tcp", addr, patience)
	if err != nil {
		return false
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(patience))
	io.WriteString(conn, "hello\n")
	line, err := bufio.NewReader(conn).ReadString('\n')
	return err == nil && line == "one hello\n"
}

func TestComesAndGoes(t *testing.T) {
	defer goleak.VerifyNone(t)
	b := behaviour(t, "comes-and-goes")
	b.Pace = 100 * time.Millisecond
	server := listenHostile(t, b)
	addr := server.Addr().String()
	for turn := range 3 {
		for began := time.Now(); !answered(addr); time.Sleep(time.Millisecond) {
			if turn == 0 || time.Since(began) > patience {
				t.Fatalf("turn %d: nobody is there", turn)
			}
		}
		for range 3 {
			if !answered(addr) {
				t.Fatalf("turn %d: it left too early", turn)
			}
		}
		present := time.Now()
		if !answered(addr) {
			t.Fatalf("turn %d: it left too early", turn)
		}
		if answered(addr) && time.Since(present) < b.Pace {
			t.Fatalf("turn %d: it is still there", turn)
		}
	}
	within(t, "Close", func() { server.Close() })
}

func TestCloseEndsThePauseOfAListener(t *testing.T) {
	for _, name := range []string{"slow-accept", "comes-and-goes"} {
		t.Run(name, func(t *testing.T) {
			defer goleak.VerifyNone(t)
			b := behaviour(t, name)
			b.Pace = time.Hour
			server := listenHostile(t, b)
			if name == "comes-and-goes" {
				for range 5 {
					answered(server.Addr().String())
				}
			}
			within(t, "Close", func() { server.Close() })
		})
	}
}

func TestFiveAtATime(t *testing.T) {
	b := behaviour(t, "five-at-a-time")
	b.Pace = 300 * time.Millisecond
	addr := listenHostile(t, b).Addr().String()
	var all sync.WaitGroup
	var served atomic.Int64
	began := time.Now()
	for range 12 {
		all.Go(func() {
			if answered(addr) {
				served.Add(1)
			}
		})
	}
	all.Wait()
	if n := served.Load(); n < 5 || n > 5 && time.Since(began) < 2*b.Pace {
		t.Errorf("%d were served in %v", n, time.Since(began))
	}
	for began := time.Now(); !answered(addr); time.Sleep(time.Millisecond) {
		if time.Since(began) > patience {
			t.Fatal("no seat is given up")
		}
	}
}
