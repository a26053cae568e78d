package probe

import (
	"context"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"
)

func TestARateThatDoesNotDivideASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := fake(t, 10, 3, func(_ int, line string, c net.Conn) { echo(c, line, 0) })
		cfg.Rate = 3
		began := time.Now()
		for r := range Run(t.Context(), cfg) {
			// Rounded to the nanosecond each, so that the error does not add up.
			if got, want := r.Start.Sub(began), (time.Duration(r.Seq)*time.Second*2+3)/6; got != want {
				t.Errorf("probe %d started after %v, want %v", r.Seq, got, want)
			}
		}
	})
}

func TestATinyRateIsNoUnlimitedOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := fake(t, 5, 3, func(_ int, line string, c net.Conn) { echo(c, line, 0) })
		cfg.Rate = 1e-10
		drain := make(chan struct{})
		cfg.Drain = drain
		time.AfterFunc(365*24*time.Hour, func() { close(drain) })
		if n := len(collect(t.Context(), cfg)); n != 1 {
			t.Errorf("%d launches in a year", n)
		}
	})
}

func TestADrainBeforeTheStartLaunchesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := fake(t, 100, 10, func(_ int, line string, c net.Conn) { echo(c, line, 0) })
		drain := make(chan struct{})
		close(drain)
		cfg.Drain = drain
		for range 100 {
			if n := len(collect(t.Context(), cfg)); n != 0 {
				t.Fatalf("%d launches", n)
			}
		}
	})
}

func TestALateLaunchDoesNotDelayTheSchedule(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := fake(t, 6, 1, func(seq int, line string, c net.Conn) {
			if seq == 0 {
				time.Sleep(35 * time.Millisecond)
			}
			echo(c, line, 0)
		})
		cfg.Rate = 100
		began := time.Now()
		want := []time.Duration{0, 35, 35, 35, 40, 50} // milliseconds
		for r := range Run(t.Context(), cfg) {
			if got := r.Start.Sub(began); got != want[r.Seq]*time.Millisecond {
				t.Errorf("probe %d started after %v, want %v ms", r.Seq, got, int(want[r.Seq]))
			}
		}
	})
}

// TestTheEndComesWhileALaunchWaits ends a run between two launches that are ten seconds apart.
func TestTheEndComesWhileALaunchWaits(t *testing.T) {
	const end = 25 * time.Second
	tests := []struct {
		name   string
		arrive func(cfg *Config, cancel context.CancelFunc)
	}{
		{"by a drain", func(cfg *Config, _ context.CancelFunc) {
			drain := make(chan struct{})
			cfg.Drain = drain
			time.AfterFunc(end, func() { close(drain) })
		}},
		{"by a cancel", func(_ *Config, cancel context.CancelFunc) { time.AfterFunc(end, cancel) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cfg := fake(t, 100, 4, func(_ int, line string, c net.Conn) { io.WriteString(c, "one "+line) })
				cfg.Rate = 0.1
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				began := time.Now()
				tt.arrive(&cfg, cancel)
				results := collect(ctx, cfg)
				if len(results) != 3 || time.Since(began) != end {
					t.Errorf("%d results after %v", len(results), time.Since(began))
				}
				for _, r := range results {
					if r.Err != nil {
						t.Error(r.Err)
					}
				}
			})
		})
	}
}
