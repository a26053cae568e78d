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
)

// BenchmarkRun measures the client alone: its server is another process. Run it with a fixed -benchtime, such as
// 20000x, since every probe leaves a port lingering for a minute.
func BenchmarkRun(b *testing.B) {
	for _, concurrency := range []int{1, 64, 1000} {
		b.Run(fmt.Sprintf("%d in flight", concurrency), func(b *testing.B) {
			// A server of its own, and so a port of its own: the ports that an earlier run left do not collide.
			target, err := probe.ParseTarget(startEcho(b))
			if err != nil {
				b.Fatal(err)
			}
			payload, err := probe.ParsePayload(probe.DefaultPayload)
			if err != nil {
				b.Fatal(err)
			}
			cfg := probe.Config{
				Target: target, Probes: b.N, Concurrency: concurrency,
				Timeout: 10 * time.Second, Payload: payload, MaxReply: 4096,
			}
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

// startEcho starts this binary as an echo server and returns the address that it serves.
func startEcho(b *testing.B) string {
	b.Helper()
	exe, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	server := exec.Command(exe)
	server.Env = append(os.Environ(), echoServer+"=1")
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
