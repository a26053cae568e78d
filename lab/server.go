package lab

import (
	"context"
	"net"
	"sync"
	"time"
)

// After an Accept error the server waits, twice as long each time, and tries
// again. The bounds are those of net/http.
const (
	firstPause = 5 * time.Millisecond
	maxPause   = time.Second
)

// server is what Echo and Router share: the accept loop, and the books that
// let Close end every connection and wait for every goroutine.
type server struct {
	listener net.Listener
	ctx      context.Context // ends when Close begins
	cancel   context.CancelFunc
	running  sync.WaitGroup

	closing  sync.Once
	closeErr error

	mu    sync.Mutex
	conns map[net.Conn]struct{} // nil once closed
}

func listen(addr string) (*server, error) {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	return newServer(listener), nil
}

func newServer(listener net.Listener) *server {
	ctx, cancel := context.WithCancel(context.Background())
	return &server{
		listener: listener,
		ctx:      ctx,
		cancel:   cancel,
		conns:    make(map[net.Conn]struct{}),
	}
}

// serve begins to accept. It calls arrive for one connection after the other,
// in the order in which they were accepted; the function that arrive returns
// serves the connection in a goroutine of its own, and need not close it.
func (s *server) serve(arrive func(net.Conn) func()) {
	s.running.Go(func() { s.accept(arrive) })
}

// accept ends with Close and nothing else. Running out of descriptors passes
// when clients leave, and no Accept error says reliably that it is final.
func (s *server) accept(arrive func(net.Conn) func()) {
	var pause time.Duration
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			pause = min(max(2*pause, firstPause), maxPause)
			select {
			case <-s.ctx.Done():
				return
			case <-time.After(pause):
				continue
			}
		}
		pause = 0
		if !s.track(conn) {
			return
		}
		handle := arrive(conn)
		s.running.Go(func() {
			defer s.release(conn)
			handle()
		})
	}
}

// track puts conn among those that Close closes. When Close has been there
// already, track closes conn itself and reports false.
func (s *server) track(conn net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conns == nil {
		conn.Close()
		return false
	}
	s.conns[conn] = struct{}{}
	return true
}

// release closes a tracked connection and forgets it.
func (s *server) release(conn net.Conn) {
	s.mu.Lock()
	delete(s.conns, conn)
	s.mu.Unlock()
	conn.Close()
}

// Addr is the address that the server listens on, with the port that it got.
func (s *server) Addr() net.Addr { return s.listener.Addr() }

// Close stops listening, closes every open connection, and returns when all
// goroutines of the server have ended. Further calls wait too, and return the
// same error.
func (s *server) Close() error {
	s.closing.Do(func() {
		s.cancel()
		s.closeErr = s.listener.Close()
		s.mu.Lock()
		defer s.mu.Unlock()
		for conn := range s.conns {
			conn.Close()
		}
		s.conns = nil
	})
	s.running.Wait()
	return s.closeErr
}
