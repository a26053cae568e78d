package probe

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// fake is a Config whose connections go to answer, over pipes and on the fake clock of the synctest bubble. answer
// is given the line that the probe has sent, and the number of the probe, which stands in it.
func fake(t *testing.T, probes, concurrency int, answer func(seq int, line string, conn net.Conn)) Config {
	t.Helper()
	payload, err := ParsePayload(DefaultPayload)
	if err != nil {
		t.Fatal(err)
	}
	return Config{
		Target:  Target{Protocol: "tcp", Host: "127.0.0.1", Port: 9},
		Payload: payload, MaxReply: 4096, Timeout: 30 * time.Second,
		Probes: probes, Concurrency: concurrency,
		dial: func(context.Context, string, string) (net.Conn, error) {
			ours, theirs := net.Pipe()
			go func() {
				defer theirs.Close()
				line, err := bufio.NewReader(theirs).ReadString('\n')
				if err != nil {
					return
				}
				seq, err := strconv.Atoi(strings.Fields(line)[2])
				if err != nil {
					t.Error(err)
				}
				answer(seq, line, theirs)
			}()
			return ours, nil
		},
	}
}

// echo answers as tcp-echo does, after a delay.
func echo(conn net.Conn, line string, delay time.Duration) {
	time.Sleep(delay)
	io.WriteString(conn, "one "+line)
}

// silence reads until the client leaves.
func silence(conn net.Conn) { io.Copy(io.Discard, conn) }

func collect(ctx context.Context, cfg Config) []Result {
	return slices.Collect(Run(ctx, cfg))
}

func TestResultsComeInLaunchOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// The later a probe is launched, the sooner it is answered.
		cfg := fake(t, 100, 100, func(seq int, line string, c net.Conn) { echo(c, line, time.Duration(200-seq)*time.Millisecond) })
		results := collect(t.Context(), cfg)
		if len(results) != 100 {
			t.Fatalf("%d results", len(results))
		}
		for i, r := range results {
			if r.Seq != i || r.Version != "one" || r.Err != nil {
				t.Errorf("at %d: %+v", i, r)
			}
			if i > 0 && r.Start.Before(results[i-1].Start) {
				t.Errorf("probe %d started before its predecessor", i)
			}
		}
		if first, last := results[0].Reply, results[99].Reply; first <= last {
			t.Errorf("the first took %v, the last %v", first, last)
		}
	})
}

func TestAHangingProbeStopsNoOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const probes = 3000 // fewer than the window holds
		began := time.Now()
		var answered atomic.Int64
		cfg := fake(t, probes, 2, func(seq int, line string, c net.Conn) {
			if seq == 0 {
				silence(c)
				return
			}
			echo(c, line, time.Millisecond)
			if answered.Add(1) == probes-1 && time.Since(began) > 10*time.Second {
				t.Errorf("the others took %v", time.Since(began))
			}
		})
		results := collect(t.Context(), cfg)
		if len(results) != probes || answered.Load() != probes-1 {
			t.Fatalf("%d results, %d answered", len(results), answered.Load())
		}
		if e := results[0].Err; e == nil || e.Kind != Timeout || e.Phase != Read {
			t.Errorf("the hanging probe: %v", e)
		}
	})
}

func TestTheWindowIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var dialed atomic.Int64
		cfg := fake(t, 10_000, 2, func(seq int, line string, c net.Conn) {
			dialed.Add(1)
			if seq == 0 {
				silence(c)
				return
			}
			echo(c, line, 0)
		})
		for range Run(t.Context(), cfg) {
			// The first result is that of the hanging probe, which all others waited for.
			if n := dialed.Load(); n < 4096 || n > 4100 {
				t.Errorf("%d probes were launched behind the hanging one", n)
			}
			break
		}
	})
}

func TestOneDeadlineForAWholeProbe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := fake(t, 1, 1, func(_ int, _ string, c net.Conn) {
			go silence(c)
			for {
				if _, err := c.Write([]byte("x")); err != nil {
					return
				}
				time.Sleep(time.Second)
			}
		})
		began := time.Now()
		results := collect(t.Context(), cfg)
		if e := results[0].Err; e == nil || e.Kind != Timeout || time.Since(began) != cfg.Timeout {
			t.Errorf("%v after %v", e, time.Since(began))
		}
		time.Sleep(time.Second) // until the server notices
	})
}

func TestTheRateSpacesLaunchesEvenly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := fake(t, 21, 8, func(_ int, line string, c net.Conn) { echo(c, line, 30*time.Millisecond) })
		cfg.Rate = 100
		results := collect(t.Context(), cfg)
		for i, r := range results {
			if got, want := r.Start.Sub(results[0].Start), time.Duration(i)*10*time.Millisecond; got != want {
				t.Errorf("probe %d started after %v, want %v", i, got, want)
			}
		}
	})
}

func TestConcurrencyIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var inFlight, most atomic.Int64
		cfg := fake(t, 500, 7, func(_ int, line string, c net.Conn) {
			if n := inFlight.Add(1); n > most.Load() {
				most.Store(n)
			}
			time.Sleep(time.Millisecond)
			inFlight.Add(-1)
			echo(c, line, 0)
		})
		collect(t.Context(), cfg)
		if most.Load() != 7 {
			t.Errorf("%d in flight at once", most.Load())
		}
	})
}

func TestDrainEndsLaunchingAndLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := fake(t, 1000, 10, func(_ int, line string, c net.Conn) { echo(c, line, time.Second) })
		drain := make(chan struct{})
		cfg.Drain = drain
		time.AfterFunc(1500*time.Millisecond, func() { close(drain) })
		results := collect(t.Context(), cfg)
		if len(results) != 20 {
			t.Errorf("%d results", len(results))
		}
		for i, r := range results {
			if r.Seq != i || r.Err != nil {
				t.Errorf("at %d: %+v", i, r)
			}
		}
	})
}

func TestCancelEndsWhatIsInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := fake(t, 1000, 10, func(seq int, line string, c net.Conn) {
			if seq < 5 {
				echo(c, line, 0)
				return
			}
			silence(c)
		})
		ctx, cancel := context.WithCancel(t.Context())
		began := time.Now()
		time.AfterFunc(time.Second, cancel)
		results := collect(ctx, cfg)
		if len(results) != 15 || time.Since(began) != time.Second {
			t.Errorf("%d results after %v", len(results), time.Since(began))
		}
		for i, r := range results {
			if answered := i < 5; answered != (r.Err == nil) || !answered && r.Err.Kind != Canceled {
				t.Errorf("at %d: %v", i, r.Err)
			}
		}
	})
}

func TestABreakLeavesNothingBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // fails by itself if a goroutine stays
		cfg := fake(t, 1000, 10, func(seq int, line string, c net.Conn) {
			if seq%2 == 0 {
				echo(c, line, 0)
				return
			}
			silence(c)
		})
		began := time.Now()
		for range Run(t.Context(), cfg) {
			break
		}
		if time.Since(began) != 0 {
			t.Errorf("the break took %v", time.Since(began))
		}
	})
}

func TestAShortageOfOursIsNoResult(t *testing.T) {
	for _, errno := range []syscall.Errno{syscall.EADDRNOTAVAIL, syscall.EMFILE} {
		t.Run(errno.Error(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cfg := fake(t, 1, 1, func(_ int, line string, c net.Conn) { echo(c, line, 0) })
				dial, tries := cfg.dial, 0
				cfg.dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
					if tries++; tries <= 3 {
						return nil, &net.OpError{Op: "dial", Err: errno}
					}
					return dial(ctx, network, addr)
				}
				began := time.Now()
				results := collect(t.Context(), cfg)
				if len(results) != 1 || results[0].Version != "one" {
					t.Fatalf("%+v", results)
				}
				// 1, 2 and 4 ms of waiting, none of which counts as the target's.
				if r := results[0]; r.Start.Sub(began) != 7*time.Millisecond || r.Connect != 0 {
					t.Errorf("started after %v, connected in %v", r.Start.Sub(began), r.Connect)
				}
			})
		})
	}
	t.Run("and ends when the run does", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			cfg := fake(t, 5, 1, nil)
			cfg.dial = func(context.Context, string, string) (net.Conn, error) { return nil, syscall.EADDRNOTAVAIL }
			drain := make(chan struct{})
			cfg.Drain = drain
			time.AfterFunc(time.Minute, func() { close(drain) })
			results := collect(t.Context(), cfg)
			if len(results) != 1 || results[0].Err.Kind != Canceled {
				t.Errorf("%+v", results)
			}
		})
	})
}

func TestADeadAddressAmongLiveOnes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var dialed []string
		d := dialerTo(time.Second, func(_ context.Context, _, addr string) (net.Conn, error) {
			dialed = append(dialed, addr)
			if addr == "dead:1" {
				return nil, syscall.ECONNREFUSED
			}
			ours, _ := net.Pipe()
			return ours, nil
		}, "dead:1", "live:1", "other:1")
		for range 3 {
			if _, err := d.connect(t.Context(), new(Result)); err != nil {
				t.Fatal(err)
			}
		}
		if want := []string{"dead:1", "live:1", "live:1", "live:1"}; !slices.Equal(dialed, want) {
			t.Errorf("dialed %v, want %v", dialed, want)
		}

		d = dialerTo(time.Second, func(context.Context, string, string) (net.Conn, error) {
			return nil, syscall.ECONNREFUSED
		}, "dead:1", "dead:2")
		if _, err := d.connect(t.Context(), new(Result)); !errors.Is(err, syscall.ECONNREFUSED) || kindOf(err) != Refused {
			t.Errorf("got %v", err)
		}
	})
}

func TestANameThatDoesNotResolve(t *testing.T) {
	cfg := Config{Target: Target{Host: "no-such-host.invalid", Port: 1}, Probes: 5, Concurrency: 2, Timeout: 3 * time.Second, MaxReply: 9}
	results := collect(t.Context(), cfg)
	if len(results) != 1 || results[0].Err == nil || results[0].Err.Phase != Resolve {
		t.Errorf("%+v", results)
	}
}

func TestReorder(t *testing.T) {
	for name, order := range map[string][]int{
		"in order":                 {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11},
		"backwards":                {11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0},
		"the first one last":       {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0},
		"far ahead, and then back": {6, 11, 0, 1, 9, 2, 3, 4, 5, 10, 7, 8},
	} {
		for _, step := range []int{1, shelfSize / 5, shelfSize - 1, shelfSize, shelfSize + 1} {
			t.Run(fmt.Sprintf("%s, %d at a time", name, step), func(t *testing.T) {
				var o reorder
				next := 0
				for _, block := range order {
					for i := range step {
						o.put(Result{Seq: block*step + i})
						for r, ok := o.next(); ok; r, ok = o.next() {
							if r.Seq != next {
								t.Fatalf("%d came where %d was due", r.Seq, next)
							}
							next++
						}
					}
				}
				if next != len(order)*step || len(o.shelves) > 1 {
					t.Errorf("%d came out of %d, %d shelves are left", next, len(order)*step, len(o.shelves))
				}
			})
		}
	}
}
