//go:build unix

package cmd_test

import (
	"bufio"
	"bytes"
	"fmt"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/tcpshift/tcpshift/cmd"
)

// BenchmarkProbe is the whole tool, from the command line to the report, against a lab in a process of its own, so
// that the CPU time and the allocations are the client's alone.
func BenchmarkProbe(b *testing.B) {
	addr := startLab(b)
	for _, concurrency := range []int{1, 64, 1000} {
		b.Run(fmt.Sprintf("concurrency=%d", concurrency), func(b *testing.B) {
			var out, errs bytes.Buffer
			args := []string{"probe", addr, "--expect", "one=80,two=20", "-o", "json",
				"-n", fmt.Sprint(b.N), "-c", fmt.Sprint(concurrency)}
			b.ReportAllocs()
			before := cpuTime(b)
			code := cmd.Run(args, cmd.World{Stdout: &out, Stderr: &errs, Getenv: func(string) string { return "" }})
			b.ReportMetric(float64(cpuTime(b)-before)/float64(b.N), "cpu-µs/probe")
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "probes/s")
			if code == 2 || !strings.Contains(out.String(), fmt.Sprintf(`"answered": %d,`, b.N)) {
				b.Fatalf("exit code %d, and not all %d answered\n%s", code, b.N, errs.String())
			}
		})
	}
}

func startLab(b *testing.B) string {
	c := exec.Command("tcpshift", "lab", "--sampler", "smooth-wrr")
	out, err := c.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := c.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		c.Process.Signal(syscall.SIGTERM)
		c.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return strings.TrimSpace(line)
}

// cpuTime is the user and system time that this process has taken, in microseconds.
func cpuTime(b *testing.B) int64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return int64(u.Utime.Sec+u.Stime.Sec)*1e6 + int64(u.Utime.Usec+u.Stime.Usec)
}
