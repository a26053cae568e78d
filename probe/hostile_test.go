package probe_test

import (
	"os"
	"runtime/debug"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tcpshift/tcpshift/lab"
	"github.com/tcpshift/tcpshift/probe"
)

// TestNoDescriptorNorGoroutineIsLeft meets every hostile server with the engine, and wants one result for each probe
// and nothing that stays behind.
func TestNoDescriptorNorGoroutineIsLeft(t *testing.T) {
	echo, err := lab.ListenEcho("127.0.0.1:0", "one") // from its first socket on the runtime has descriptors of its own
	if err != nil {
		t.Fatal(err)
	}
	echo.Close()
	for _, b := range lab.Hostile() {
		b.Pace = min(b.Pace, 20*time.Millisecond)
		ok := t.Run(b.Name, func(t *testing.T) {
			defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
			defer debug.SetGCPercent(debug.SetGCPercent(-1)) // the collector closes forgotten connections and would hide them
			before := descriptors()
			server, err := lab.ListenHostile("127.0.0.1:0", b)
			if err != nil {
				t.Fatal(err)
			}
			defer server.Close() // a second time, unless a result was wrong
			meetHostile(t, server.Addr().String())
			server.Close()
			for range 250 { // the system gives descriptors back in its own time
				if descriptors() <= before {
					return
				}
				time.Sleep(20 * time.Millisecond)
			}
			t.Errorf("%d descriptors before, %d after", before, descriptors())
		})
		if !ok {
			return // what stays behind is seldom left with one server alone, and takes seconds to be sure of
		}
	}
}

func meetHostile(t *testing.T, addr string) {
	t.Helper()
	target, err := probe.ParseTarget(addr)
	if err != nil {
		t.Fatal(err)
	}
	payload, err := probe.ParsePayload(probe.DefaultPayload)
	if err != nil {
		t.Fatal(err)
	}
	cfg := probe.Config{
		Target: target, Probes: 24, Concurrency: 8, Timeout: 300 * time.Millisecond, Payload: payload, MaxReply: 4096,
	}
	n := 0
	for r := range probe.Run(t.Context(), cfg) {
		if r.Seq != n || (r.Err == nil) != (r.Version != "") {
			t.Errorf("result %d is of probe %d, with version %q and %v", n, r.Seq, r.Version, r.Err)
		}
		n++
	}
	if n != cfg.Probes {
		t.Errorf("%d results of %d", n, cfg.Probes)
	}
}

// descriptors is how many the process has open; 0 where the system does not tell.
func descriptors() int {
	list, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return 0
	}
	return len(list)
}
