//go:build unix

package cmd_test

import (
	"testing"

	"github.com/tcpshift/tcpshift/lab"
	"github.com/tcpshift/tcpshift/stats"
)

// TestHalfOfTheCanaryTimesOut has a route that gives the canary a third of the connections instead of a fifth, and a
// canary that leaves half of them without an answer. What is answered then looks exactly like 80/20.
func TestHalfOfTheCanaryTimesOut(t *testing.T) {
	tests := []struct {
		name   string
		args   []string
		code   int
		reason stats.Reason
	}{
		{"as usual", nil, 1, stats.Unhealthy},
		{"with a large budget for failures", []string{"--detect", "10", "--max-error-rate", "50%"}, 3, stats.ErrorsCouldFlip},
		{"with one and too few probes", []string{"--max-error-rate", "50%"}, 3, stats.TooFewProbes},
		{"with one and a tolerance", []string{"--tolerance", "5", "--max-error-rate", "50%"}, 3, stats.ErrorsCouldFlip},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			addr := listenHalfDeadCanary(t)
			usual := []string{addr, "--expect", "one=80,two=20", "--timeout", "300ms", "-c", "64", "-n", "1200"}
			got := probeInProcess(t, append(usual, tt.args...)...)
			if got.code != tt.code || got.report.Verdict.Reason != tt.reason {
				t.Errorf("%s, exit %d, want %s, exit %d\n%s", got.outcome(), got.code, tt.reason, tt.code, got.stdout)
			}
		})
	}
}

// turns is a sampler that picks by nothing but the number of the connection.
type turns []int

func (s turns) Pick(a lab.Arrival) int { return s[a.Number%len(s)] }

// listenHalfDeadCanary routes four connections to one, one to two, and one to nobody who would answer.
func listenHalfDeadCanary(t *testing.T) (addr string) {
	t.Helper()
	var backends []lab.Backend
	for _, name := range []string{"one", "two"} {
		echo, err := lab.ListenEcho("127.0.0.1:0", name)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { echo.Close() })
		backends = append(backends, lab.Backend{Name: name, Addr: echo.Addr().String()})
	}
	silent := listenHostile(t, behaviour(t, "never-answers"))
	backends = append(backends, lab.Backend{Name: "two, silent", Addr: silent})
	router, err := lab.ListenRouter("127.0.0.1:0", backends, turns{0, 0, 1, 0, 0, 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { router.Close() })
	return router.Addr().String()
}
