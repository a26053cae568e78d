package lab

import (
	"bufio"
	"errors"
	"io"
	"net"
	"sync"
)

// MaxLine is the longest line that an Echo answers, in bytes, its newline
// included. It bounds what one client can make the server remember.
const MaxLine = 64 << 10

// bufferSize holds a usual line and its answer. Buffers begin with it and grow
// for a longer line only, so that ten thousand quiet clients stay cheap.
const bufferSize = 1 << 10

var errLineTooLong = errors.New("line too long")

// Echo is a server that answers each line with its prefix, a space and the
// line, as the tcp-echo sample of Istio does. The line keeps its own ending. A
// last line that ends with the client's half-close instead of a newline is
// answered as it is. A line longer than MaxLine closes the connection.
type Echo struct {
	*server
	prefix string // with the space
}

// ListenEcho starts an Echo on a TCP address such as "127.0.0.1:0".
func ListenEcho(addr, prefix string) (*Echo, error) {
	s, err := listen(addr)
	if err != nil {
		return nil, err
	}
	e := &Echo{server: s, prefix: prefix + " "}
	s.serve(func(conn net.Conn) func() {
		return func() { e.answer(conn) }
	})
	return e, nil
}

func (e *Echo) answer(conn net.Conn) {
	d := dialogues.Get().(*dialogue)
	defer d.recycle()
	d.in.Reset(conn)
	for {
		err := d.next(e.prefix)
		ended := err == io.EOF && len(d.out) > len(e.prefix)
		if err == nil || ended {
			if _, werr := conn.Write(d.out); werr != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// dialogue is the memory of one client.
type dialogue struct {
	in  *bufio.Reader
	out []byte // the answer, built beside the line so that it leaves in one Write
}

var dialogues = sync.Pool{New: func() any {
	return &dialogue{in: bufio.NewReaderSize(nil, bufferSize), out: make([]byte, 0, bufferSize)}
}}

// next reads a line and makes out its answer. On io.EOF out answers what came
// after the last newline.
func (d *dialogue) next(prefix string) error {
	d.out = append(d.out[:0], prefix...)
	for {
		part, err := d.in.ReadSlice('\n')
		if len(d.out)-len(prefix)+len(part) > MaxLine {
			return errLineTooLong
		}
		d.out = append(d.out, part...)
		if err != bufio.ErrBufferFull {
			return err
		}
	}
}

// recycle leaves a grown buffer to the garbage collector: kept, it would cost
// every later client what the longest line once needed.
func (d *dialogue) recycle() {
	d.in.Reset(nil)
	if cap(d.out) <= 4*bufferSize {
		dialogues.Put(d)
	}
}
