package lab_test

import (
	"bufio"
	"io"
	"net"
	"testing"
	"time"
)

// The clients below are as plain as can be, so that the server is what is
// measured; on one machine they still share its cores.

func BenchmarkRouterConnections(b *testing.B) {
	router := listenRouter(b, always(0), listenEcho(b, "one").Addr().String())
	benchmarkConnections(b, router.Addr().String())
}

func BenchmarkEchoConnections(b *testing.B) {
	benchmarkConnections(b, listenEcho(b, "one").Addr().String())
}

func BenchmarkEchoLines(b *testing.B) {
	conn := dial(b, listenEcho(b, "one").Addr().String())
	benchmarkLines(b, conn)
}

func BenchmarkRouterLines(b *testing.B) {
	router := listenRouter(b, always(0), listenEcho(b, "one").Addr().String())
	benchmarkLines(b, dial(b, router.Addr().String()))
}

var benchmarkLine = []byte("tcpshift 0123456789 42 2026-01-02T03:04:05.678901234Z\n")

// benchmarkConnections makes one connection an operation: dial, a line, its
// answer, close.
func benchmarkConnections(b *testing.B, addr string) {
	b.ReportAllocs()
	b.SetParallelism(16)
	b.RunParallel(func(pb *testing.PB) {
		answer := make([]byte, len("one ")+len(benchmarkLine))
		for pb.Next() {
			conn, err := net.Dial("tcp", addr)
			if err != nil {
				b.Error(err)
				return
			}
			conn.Write(benchmarkLine)
			if _, err := io.ReadFull(conn, answer); err != nil {
				b.Error(err)
			}
			conn.Close()
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "conns/s")
}

func benchmarkLines(b *testing.B, conn net.Conn) {
	conn.SetDeadline(time.Time{})
	in := bufio.NewReader(conn)
	b.ReportAllocs()
	for b.Loop() {
		conn.Write(benchmarkLine)
		if _, err := in.ReadSlice('\n'); err != nil {
			b.Fatal(err)
		}
	}
}
