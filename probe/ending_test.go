package probe

import (
	"context"
	"net"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// counted makes cfg count its dials and the connections that the client has left.
func counted(cfg *Config) (dialed, left *atomic.Int64) {
	dialed, left = new(atomic.Int64), new(atomic.Int64)
	dial := cfg.dial
	cfg.dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := dial(ctx, network, addr)
		if err == nil {
			dialed.Add(1)
			conn = &leaving{conn, left}
		}
		return conn, err
	}
	return dialed, left
}

type leaving struct {
	net.Conn
	left *atomic.Int64
}

func (l *leaving) Close() error {
	l.left.Add(1)
	return l.Conn.Close()
}

// hanging never connects; it ends with its context, or at the deadline of that, as net's own dial does.
func hanging(ctx context.Context, _, _ string) (net.Conn, error) {
	deadline, _ := ctx.Deadline()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(time.Until(deadline)):
		return nil, context.DeadlineExceeded
	}
}

// TestAnEndAtAnyMoment ends runs at every stage and wants one result for each launch, in order, and every
// connection closed.
func TestAnEndAtAnyMoment(t *testing.T) {
	for _, drained := range []bool{true, false} {
		name := map[bool]string{true: "by a drain", false: "by a cancel"}[drained]
		t.Run(name, func(t *testing.T) {
			for after := range 40 * time.Nanosecond {
				synctest.Test(t, func(t *testing.T) {
					cfg := fake(t, 200, 8, func(seq int, line string, c net.Conn) {
						echo(c, line, time.Duration(seq*7%11))
					})
					dialed, left := counted(&cfg)
					ctx, cancel := context.WithCancel(t.Context())
					defer cancel()
					drain := make(chan struct{})
					cfg.Drain = drain
					time.AfterFunc(after, func() {
						if drained {
							close(drain)
						} else {
							cancel()
						}
					})
					n, canceled := 0, 0
					for r := range Run(ctx, cfg) {
						if r.Seq != n {
							t.Errorf("result %d is of probe %d", n, r.Seq)
						}
						n++
						if r.Err != nil {
							canceled++
							if drained || r.Err.Kind != Canceled {
								t.Errorf("after %v: %v", after, r.Err)
							}
						}
					}
					if int64(n) != dialed.Load() || left.Load() != dialed.Load() {
						t.Errorf("after %v: %d results, %d dialed, %d closed", after, n, dialed.Load(), left.Load())
					}
					if canceled > cfg.Concurrency {
						t.Errorf("after %v: %d canceled, of %d in flight", after, canceled, cfg.Concurrency)
					}
					time.Sleep(time.Second) // the clock stands still once the test is over, and servers still wait
				})
			}
		})
	}
}

func TestACancelEndsADialToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := fake(t, 100, 10, nil)
		cfg.dial = hanging
		ctx, cancel := context.WithCancel(t.Context())
		began := time.Now()
		time.AfterFunc(time.Second, cancel)
		results := collect(ctx, cfg)
		if len(results) != 10 || time.Since(began) != time.Second {
			t.Errorf("%d results after %v", len(results), time.Since(began))
		}
		for _, r := range results {
			if r.Err == nil || r.Err.Kind != Canceled || r.Err.Phase != Dial {
				t.Errorf("got %v", r.Err)
			}
		}
	})
}

// TestACancelBetweenDialAndWrite: the connection comes too late to be among those that the cancel ends.
func TestACancelBetweenDialAndWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := fake(t, 1, 1, func(_ int, _ string, c net.Conn) { silence(c) })
		ctx, cancel := context.WithCancel(t.Context())
		connect := cfg.dial
		cfg.dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := connect(ctx, network, addr)
			cancel()
			synctest.Wait() // until all that the cancel sets off has been done
			return conn, err
		}
		began := time.Now()
		results := collect(ctx, cfg)
		if len(results) != 1 || results[0].Err == nil || results[0].Err.Kind != Canceled || time.Since(began) != 0 {
			t.Errorf("%+v after %v", results, time.Since(began))
		}
	})
}

// TestADeadlineOfTheRunIsNoTimeoutOfAProbe holds that a run's own end is not counted against the target.
func TestADeadlineOfTheRunIsNoTimeoutOfAProbe(t *testing.T) {
	for name, dial := range map[string]bool{"while it reads": false, "while it dials": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cfg := fake(t, 1, 1, func(_ int, _ string, c net.Conn) { silence(c) })
				if dial {
					cfg.dial = hanging
				}
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				results := collect(ctx, cfg)
				if len(results) != 1 || results[0].Err == nil || results[0].Err.Kind != Canceled {
					t.Errorf("got %+v", results)
				}
			})
		})
	}
}

func TestACancelEndsTheWaitForAShortage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := fake(t, 5, 1, nil)
		cfg.dial = func(context.Context, string, string) (net.Conn, error) { return nil, noPort }
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Minute, cancel)
		if results := collect(ctx, cfg); len(results) != 1 || results[0].Err == nil || results[0].Err.Kind != Canceled {
			t.Errorf("got %+v", results)
		}
	})
}

func TestARunThatIsCanceledBeforeItBegins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := fake(t, 10, 2, func(_ int, line string, c net.Conn) { echo(c, line, 0) })
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if results := collect(ctx, cfg); len(results) != 0 {
			t.Errorf("%+v", results)
		}
	})
}

func TestARunOfNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		if results := collect(t.Context(), fake(t, 0, 2, nil)); len(results) != 0 {
			t.Errorf("%+v", results)
		}
	})
}

func TestABreakClosesEveryConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := fake(t, 1000, 10, func(seq int, line string, c net.Conn) {
			if seq < 50 {
				echo(c, line, 0)
				return
			}
			silence(c)
		})
		dialed, left := counted(&cfg)
		for r := range Run(t.Context(), cfg) {
			if r.Seq == 40 {
				break
			}
		}
		if dialed.Load() < 41 || left.Load() != dialed.Load() {
			t.Errorf("%d dialed, %d closed when the loop had ended", dialed.Load(), left.Load())
		}
	})
}

func TestABreakWhileOthersDial(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := fake(t, 1000, 10, func(_ int, line string, c net.Conn) { echo(c, line, 0) })
		connect := cfg.dial
		var dials atomic.Int64
		cfg.dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
			if dials.Add(1) > 1 {
				return hanging(ctx, network, addr)
			}
			return connect(ctx, network, addr)
		}
		began := time.Now()
		for range Run(t.Context(), cfg) {
			break
		}
		if time.Since(began) > cfg.Timeout {
			t.Errorf("the break took %v", time.Since(began))
		}
	})
}

// TestAPanicInTheLoopLeavesNothingBehind fails by itself when a goroutine stays in the bubble.
func TestAPanicInTheLoopLeavesNothingBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := fake(t, 100, 4, func(_ int, line string, c net.Conn) { echo(c, line, 0) })
		dialed, left := counted(&cfg)
		func() {
			defer func() {
				if recover() != "enough" {
					t.Error("the panic got lost")
				}
			}()
			for range Run(t.Context(), cfg) {
				panic("enough")
			}
		}()
		if left.Load() != dialed.Load() {
			t.Errorf("%d dialed, %d closed", dialed.Load(), left.Load())
		}
	})
}

// TestASlowReaderHoldsLaunchesBack: results that nobody takes must not pile up without end.
func TestASlowReaderHoldsLaunchesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := fake(t, 20_000, 4, func(_ int, line string, c net.Conn) { echo(c, line, 0) })
		dialed, _ := counted(&cfg)
		for range Run(t.Context(), cfg) {
			time.Sleep(time.Minute)
			if n := dialed.Load(); n > 4096 {
				t.Errorf("%d probes were launched while the first result was looked at", n)
			}
			break
		}
	})
}

func TestARunGoesOnWhenTheWindowOpensAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := fake(t, 6000, 2, func(seq int, line string, c net.Conn) {
			if seq == 0 {
				silence(c)
				return
			}
			echo(c, line, 0)
		})
		n := 0
		for r := range Run(t.Context(), cfg) {
			if r.Seq != n || (r.Err != nil) != (n == 0) {
				t.Errorf("result %d: %+v", n, r)
				break
			}
			n++
		}
		if n != cfg.Probes {
			t.Errorf("%d results", n)
		}
	})
}

// TestEachLoopIsARunOfItsOwn: were the word of the first run sent again, its late replies would pass in the second.
func TestEachLoopIsARunOfItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var payloads []string
		cfg := fake(t, 1, 1, func(_ int, line string, c net.Conn) {
			payloads = append(payloads, line)
			echo(c, line, 0)
		})
		var err error
		if cfg.Payload, err = ParsePayload(`x {id} {seq}\n`); err != nil {
			t.Fatal(err)
		}
		run := Run(t.Context(), cfg)
		for range 2 {
			for r := range run {
				if r.Err != nil {
					t.Error(r.Err)
				}
			}
		}
		if len(payloads) != 2 || payloads[0] == payloads[1] {
			t.Errorf("sent %q", payloads)
		}
	})
}
