package probe_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/tcpshift/tcpshift/probe"
	"github.com/tcpshift/tcpshift/stats"
)

// BenchmarkRun measures the client alone: its server is another process. Run it with a fixed -benchtime, such as
// 20000x, since every probe leaves a port lingering for a minute.
func BenchmarkRun(b *testing.B) {
	for _, concurrency := range []int{1, 64, 1000} {
		b.Run(fmt.Sprintf("%d in flight", concurrency), func(b *testing.B) {
			// A server of its own, and so a port of its own: the ports that an earlier run left do not collide.
			cfg := benchmarked(b, 0, concurrency)
			b.ReportAllocs()
			b.ResetTimer()
			cpu := cpuTime()
			for r := range probe.Run(b.Context(), cfg) {
				if r.Err != nil {
					b.Fatal(r.Err)
				}
			}
			cpu = cpuTime() - cpu
			b.StopTimer()
			b.ReportMetric(float64(cpu)/float64(time.Microsecond)/float64(b.N), "cpu-µs/probe")
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "probes/s")
		})
	}
}

// BenchmarkTimes shows how far the times are off: the server answers after 5 ms, and what is more is this client's, the
// server's and the kernel's own. A handshake on loopback takes microseconds; delay is what net adds to it.
func BenchmarkTimes(b *testing.B) {
	const answer = 5 * time.Millisecond
	for _, concurrency := range []int{1, 64, 1000} {
		b.Run(fmt.Sprintf("%d in flight", concurrency), func(b *testing.B) {
			cfg := benchmarked(b, answer, concurrency)
			var connect, delay, reply stats.Latency
			for r := range probe.Run(b.Context(), cfg) {
				if r.Err != nil {
					b.Fatal(r.Err)
				}
				connect.Record(r.Connect.Seconds())
				delay.Record(r.Delay.Seconds())
				reply.Record((r.Reply - answer).Seconds())
			}
			for name, times := range map[string]*stats.Latency{"connect": &connect, "delay": &delay, "reply-off": &reply} {
				b.ReportMetric(times.Quantile(0.5)*1e6, name+"-p50-µs")
				b.ReportMetric(times.Quantile(0.99)*1e6, name+"-p99-µs")
			}
		})
	}
}

// benchmarked is a run against a server of its own, which answers after a delay.
func benchmarked(b *testing.B, delay time.Duration, concurrency int) probe.Config {
	b.Helper()
	target, err := probe.ParseTarget(startEcho(b, delay))
	if err != nil {
		b.Fatal(err)
	}
	payload, err := probe.ParsePayload(probe.DefaultPayload)
	if err != nil {
		b.Fatal(err)
	}
	return probe.Config{
		Target: target, Probes: b.N, Concurrency: concurrency,
		Timeout: 10 * time.Second, Payload: payload, MaxReply: 4096,
	}
}

// startEcho starts this binary as an echo server that answers after a delay, and returns the address that it serves.
func startEcho(b *testing.B, delay time.Duration) string {
	b.Helper()
	exe, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	server := exec.Command(exe)
	server.Env = append(os.Environ(), echoServer+"="+delay.String())
	server.Stderr = os.Stderr
	stdin, err := server.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	stdout, err := server.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := server.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		stdin.Close()
		if err := server.Wait(); err != nil {
			b.Error(err)
		}
	})
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return strings.TrimSpace(line)
}
