package probe

import (
	"errors"
	"io"
	"net"
)

// inbox is what has come on a connection, in a buffer that serves one connection after the other.
type inbox struct {
	limit  int // of the bytes that are taken
	buffer []byte
	filled int
}

// firstBuffer holds a usual reply, and ten thousand of them are not much.
const firstBuffer = 128

// bytes are those that have come.
func (in *inbox) bytes() []byte { return in.buffer[:in.filled] }

// fill reads once, and tells whether more may come. An error beside open is a failure of the connection.
func (in *inbox) fill(conn net.Conn) (arrival, error) {
	if in.filled == len(in.buffer) {
		in.buffer = append(in.buffer, make([]byte, min(max(in.filled, firstBuffer), in.limit-in.filled))...)
	}
	n, err := conn.Read(in.buffer[in.filled:])
	in.filled += n
	switch {
	case errors.Is(err, io.EOF):
		return closed, err
	case in.filled == in.limit:
		return full, err
	}
	return open, err
}

// forget drops the first n bytes.
func (in *inbox) forget(n int) { in.filled = copy(in.buffer, in.buffer[n:in.filled]) }
