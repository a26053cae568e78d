package lab

import (
	"net"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// script is a listener that returns what it was told to, then blocks.
type script struct {
	accepts chan func() (net.Conn, error)
	closed  chan struct{}
	times   []time.Time
}

func (s *script) Accept() (net.Conn, error) {
	s.times = append(s.times, time.Now())
	select {
	case accept := <-s.accepts:
		return accept()
	case <-s.closed:
		return nil, net.ErrClosed
	}
}

func (s *script) Close() error   { close(s.closed); return nil }
func (s *script) Addr() net.Addr { return &net.TCPAddr{} }

func newScript() *script {
	return &script{accepts: make(chan func() (net.Conn, error), 100), closed: make(chan struct{})}
}

func (s *script) fail(times int) {
	for range times {
		s.accepts <- func() (net.Conn, error) { return nil, syscall.EMFILE }
	}
}

func TestAcceptErrors(t *testing.T) {
	t.Run("are waited out, longer each time, up to a second", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			l := newScript()
			s := newServer(l)
			l.fail(10)
			served := make(chan time.Time, 1)
			client, conn := net.Pipe()
			defer client.Close()
			l.accepts <- func() (net.Conn, error) { return conn, nil }
			s.serve(func(net.Conn) func() {
				return func() { served <- time.Now() }
			})
			<-served
			s.Close()

			// 11 calls came to an end; the 12th waited for Close.
			var gaps []time.Duration
			for i := 1; i < 11; i++ {
				gaps = append(gaps, l.times[i].Sub(l.times[i-1])/time.Millisecond)
			}
			want := []time.Duration{5, 10, 20, 40, 80, 160, 320, 640, 1000, 1000}
			if diff := cmp.Diff(want, gaps); diff != "" {
				t.Errorf("pauses in milliseconds (-want +got):\n%s", diff)
			}
		})
	})

	t.Run("are forgotten after a success", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			l := newScript()
			s := newServer(l)
			client, conn := net.Pipe()
			defer client.Close()
			l.fail(5)
			l.accepts <- func() (net.Conn, error) { return conn, nil }
			l.fail(1)
			s.serve(func(net.Conn) func() { return func() {} })
			time.Sleep(time.Minute) // of the fake clock
			s.Close()
			if got := l.times[7].Sub(l.times[6]); got != firstPause {
				t.Errorf("paused %v after a success, want %v", got, firstPause)
			}
		})
	})

	t.Run("do not delay Close", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			l := newScript()
			s := newServer(l)
			l.fail(100)
			s.serve(func(net.Conn) func() { return func() {} })
			time.Sleep(10*time.Second + time.Millisecond) // of the fake clock: in the midst of a pause
			start := time.Now()
			s.Close()
			if took := time.Since(start); took > 0 {
				t.Errorf("Close took %v", took)
			}
		})
	})
}

func TestCloseWaitsForWhatIsBeingServed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newScript()
		s := newServer(l)
		client, conn := net.Pipe()
		defer client.Close()
		l.accepts <- func() (net.Conn, error) { return conn, nil }
		s.serve(func(net.Conn) func() {
			return func() { time.Sleep(time.Minute) } // of the fake clock
		})
		synctest.Wait() // until the connection is being served
		start := time.Now()
		s.Close()
		if took := time.Since(start); took != time.Minute {
			t.Errorf("Close took %v, want a minute", took)
		}
	})
}

func TestConnectionAcceptedDuringCloseIsClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newScript()
		s := newServer(l)
		client, conn := net.Pipe()
		defer client.Close()
		release := make(chan struct{})
		l.accepts <- func() (net.Conn, error) { <-release; return conn, nil }
		s.serve(func(net.Conn) func() {
			t.Error("the connection was served")
			return func() {}
		})
		synctest.Wait() // until Accept has the connection in hand
		closed := make(chan struct{})
		go func() { s.Close(); close(closed) }()
		synctest.Wait()
		close(release)
		<-closed
		if _, err := client.Read(make([]byte, 1)); err == nil {
			t.Error("the connection was left open")
		}
	})
}
