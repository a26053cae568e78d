package probe

import (
	"fmt"
	"io"
	"net"
	"sync"
)

// errNotKept is what asking once more comes to when the connection is not open any more.
var errNotKept = fmt.Errorf("the connection was not kept open: %w", io.EOF)

// wire is the connection of one probe as net/http gets to see it. It remembers what the socket said, which net/http
// tells in words of its own or not at all.
type wire struct {
	net.Conn
	asked   chan struct{} // closed behind the first write
	ask     sync.Once
	closing sync.Once

	mu     sync.Mutex
	closed bool
	again  bool  // an answer has come, and another is asked for
	heard  bool  // something has come since it was asked
	unsent error // the first failure of a write
	unread error // the first failure of a read, io.EOF included
}

func newWire(conn net.Conn) *wire { return &wire{Conn: conn, asked: make(chan struct{})} }

// Read waits until something has been asked: net/http reads from the start, and would complain to the log about a
// server that speaks first. With the request in one write, which is the rule, a failure to send it is known by then.
func (c *wire) Read(b []byte) (int, error) {
	<-c.asked
	n, err := c.Conn.Read(b)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.heard = c.heard || n > 0
	if err != nil && c.unread == nil && !c.closed {
		c.unread = err
	}
	return n, err
}

// Write hides every failure but a timeout from net/http, which would not look at the reply any more. A server that
// answers and resets can make the write fail while its reply is there to read.
func (c *wire) Write(b []byte) (int, error) {
	defer c.ask.Do(func() { close(c.asked) })
	n, err := c.Conn.Write(b)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil || c.closed {
		return n, err
	}
	if c.unsent == nil {
		c.unsent = err
	}
	if kindOf(err) == Timeout {
		return n, err
	}
	return len(b), nil
}

// Close makes the failures that it brings about count for nothing. It returns when the connection is closed, even if
// net/http is at it: a second Close of a *tls.Conn does not wait for the first.
func (c *wire) Close() (err error) {
	c.closing.Do(func() {
		c.mu.Lock()
		c.closed = true
		c.mu.Unlock()
		c.ask.Do(func() { close(c.asked) })
		err = c.Conn.Close()
	})
	return err
}

// next says that an answer has come and that the next request is about to be made.
func (c *wire) next() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.again, c.heard = true, false
}

// failure is what the socket said went wrong, and nil when it was not the socket. Without a usable answer a write
// that failed is what failed. Whether a server that closes behind an answer seems to reset depends on whether the
// next request is under way by then; it is a close in any case.
func (c *wire) failure() *Error {
	c.mu.Lock()
	defer c.mu.Unlock()
	var fail *Error
	switch {
	case c.unsent != nil:
		fail = failure(Write, c.unsent)
	case c.unread != nil:
		fail = failure(Read, c.unread)
	default:
		return nil
	}
	if c.again && !c.heard && (fail.Kind == Reset || fail.Kind == EOF) {
		return failure(Read, errNotKept)
	}
	return fail
}

// silent reports whether nothing has ever come.
func (c *wire) silent() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.heard && !c.again
}
