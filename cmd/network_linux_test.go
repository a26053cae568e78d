package cmd_test

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tcpshift/tcpshift/lab"
)

// TestOutOfPorts has 128 local ports for 300 probes: each is answered in the end.
func TestOutOfPorts(t *testing.T) {
	if !namespace(t) {
		return
	}
	echo, err := lab.ListenEcho("127.0.0.1:0", "one")
	if err != nil {
		t.Fatal(err)
	}
	defer echo.Close()
	if err := os.WriteFile("/proc/sys/net/ipv4/ip_local_port_range", []byte("40000 40127"), 0); err != nil {
		t.Skip(err)
	}
	r, code, said := runProbe(t, echo.Addr().String(), "--expect", "one=1", "-n", "300")
	if code != 0 || r.Answered != 300 || r.Failed != 0 || r.Client.Retries == 0 {
		t.Errorf("exit %d, %d answered, %d failed, %d retries: %s", code, r.Answered, r.Failed, r.Client.Retries, r.Verdict.Message)
	}
	if !strings.Contains(said, "this machine is short of ports or files for the moment (cannot assign requested address)") {
		t.Errorf("it says %q", said)
	}
	if latency := r.Latency[0]; latency.Connect.P50 > 0.5 || latency.Reply.P50 > 0.5 {
		t.Errorf("the wait for a port, of a second, is in the times: %+v", latency)
	}
	// Three times the addresses, three times the ports.
	r, code, said = runProbe(t, echo.Addr().String(), "--expect", "one=1", "-n", "300", "--source", "127.0.0.5,127.0.0.6,127.0.0.7")
	if code != 0 || r.Answered != 300 || r.Client.Retries != 0 || said != "" {
		t.Errorf("from three addresses: exit %d, %d answered, %d retries: %s", code, r.Answered, r.Client.Retries, said)
	}
	// And no port that lingers.
	r, code, said = runProbe(t, echo.Addr().String(), "--expect", "one=1", "-n", "300", "--source", "127.0.0.8", "--reset-close")
	if code != 0 || r.Answered != 300 || r.Client.Retries != 0 || said != "" {
		t.Errorf("with resets: exit %d, %d answered, %d retries: %s", code, r.Answered, r.Client.Retries, said)
	}
}

// TestManyProbesFewPorts: what is short is said before the first probe, and lasts.
func TestManyProbesFewPorts(t *testing.T) {
	if !namespace(t) {
		return
	}
	defer startLink(t, 0)()
	echo, err := lab.ListenEcho(here.String()+":0", "one")
	if err != nil {
		t.Fatal(err)
	}
	defer echo.Close()
	if err := os.WriteFile("/proc/sys/net/ipv4/ip_local_port_range", []byte("40000 45999"), 0); err != nil {
		t.Skip(err)
	}
	_, port, _ := net.SplitHostPort(echo.Addr().String())
	r, code, said := runProbe(t, net.JoinHostPort(there.String(), port), "--expect", "one=1", "-n", "20000", "--duration", "2s")
	if code != 0 || r.Launched < 50 || r.Launched > 210 || r.Failed > 0 { // 6000 ports a minute are 100 a second
		t.Errorf("exit %d, %d launched, %d failed", code, r.Launched, r.Failed)
	}
	for _, says := range []string{
		"20000 probes are more than the 6000 local ports that there are for them; each is free again a minute after its use, " +
			"so at most 100 a second are made, which takes 3m20s\n",
		"tcpshift: hint: --source ADDR,ADDR multiplies the ports, --reset-close frees each at once, -n makes fewer probes\n",
	} {
		if !strings.Contains(said, says) {
			t.Errorf("it says %q, and not %q", said, says)
		}
	}
}

// TestAnInterfaceThatGoesAway takes the way to the target away in the middle of a run.
func TestAnInterfaceThatGoesAway(t *testing.T) {
	if !namespace(t) {
		return
	}
	remove := startLink(t, time.Millisecond)
	listener, err := net.Listen("tcp", here.String()+":0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	var served atomic.Int64
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				line, _ := bufio.NewReader(c).ReadString('\n')
				if served.Add(1) == 100 {
					remove()
				}
				fmt.Fprintf(c, "one %s", line)
			}()
		}
	}()
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	r, code, _ := runProbe(t, net.JoinHostPort(there.String(), port), "--expect", "one=1", "-n", "300", "-c", "8", "--timeout", "500ms")
	if code != 1 || r.Verdict.Reason != "unhealthy" || r.Answered < 80 || r.Answered+r.Failed+r.Undecided != r.Launched {
		t.Errorf("exit %d, %s: %d launched, %d answered, %d failed, %d undecided", code, r.Verdict.Message, r.Launched, r.Answered, r.Failed, r.Undecided)
	}
	for _, f := range r.Failures {
		if f.Kind != "unreachable" && f.Kind != "timeout" {
			t.Errorf("%d %s: %s", f.Count, f.Kind, f.Example)
		}
	}
}

// BenchmarkTimeToVerdict is what a user waits for: a run with nothing but defaults over a link of 20 ms round trip.
func BenchmarkTimeToVerdict(b *testing.B) {
	if !namespace(b) {
		return
	}
	defer startLink(b, 10*time.Millisecond)()
	network, err := lab.Start(lab.Config{
		Listen:   here.String() + ":0",
		Versions: []lab.Version{{Name: "one", Weight: 80}, {Name: "two", Weight: 20}}, Sampler: "smooth-wrr",
	})
	if err != nil {
		b.Fatal(err)
	}
	defer network.Close()
	_, port, _ := net.SplitHostPort(network.Addr().String())
	for b.Loop() {
		r, code, said := runProbe(b, net.JoinHostPort(there.String(), port), "--expect", "one=80,two=20")
		if code != 0 || r.Answered != 2020 {
			b.Fatalf("exit %d, %s\n%s", code, r.Verdict.Message, said)
		}
		b.ReportMetric(r.Latency[0].Connect.P50*1000, "ms-connect")
		b.ReportMetric(r.Latency[0].Reply.P50*1000, "ms-reply")
		b.ReportMetric(r.Client.Delay.P50*1000, "ms-delay")
	}
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/verdict")
}
