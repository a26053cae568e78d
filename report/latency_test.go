package report

import (
	"testing"
	"time"
)

func TestJumpsOfTheClock(t *testing.T) {
	for name, tt := range map[string]struct{ monotonic, wall, want time.Duration }{
		"none":                      {time.Minute, time.Minute, 0},
		"as clocks are set":         {time.Minute, time.Minute + 2*time.Second, 0},
		"a night's sleep":           {time.Minute, 8*time.Hour + time.Minute + 300*time.Millisecond, 8 * time.Hour},
		"set back while it ran":     {time.Minute, -time.Hour, -time.Hour - time.Minute},
		"just more than is ignored": {0, 2*time.Second + 1, 2 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			if got := clockJump(tt.monotonic, tt.wall); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}
