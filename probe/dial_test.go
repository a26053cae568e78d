package probe

import (
	"context"
	"net"
	"slices"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// noPort is what a dial returns when this machine has no port left.
var noPort = &net.OpError{Op: "dial", Net: "tcp", Err: syscall.EADDRNOTAVAIL}

// dialerTo is a worker's dialer to addrs, by dial.
func dialerTo(limit time.Duration, dial func(context.Context, string, string) (net.Conn, error), addrs ...string) *dialer {
	return newDialer(&Config{dial: dial}, &route{network: "tcp", addrs: addrs, limit: limit})
}

func TestTheTimeOfADial(t *testing.T) {
	tests := []struct {
		name       string
		timeout    time.Duration
		dial, want time.Duration
	}{
		{"is that of the probe by default", 30 * time.Second, 0, 30 * time.Second},
		{"is its own when that is shorter", 30 * time.Second, 2 * time.Second, 2 * time.Second},
		{"is never longer than that of the probe", 3 * time.Second, 20 * time.Second, 3 * time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cfg := fake(t, 1, 1, nil)
				cfg.dial, cfg.Timeout, cfg.DialTimeout = hanging, tt.timeout, tt.dial
				began := time.Now()
				results := collect(t.Context(), cfg)
				if e := results[0].Err; e == nil || e.Phase != Dial || e.Kind != Timeout || time.Since(began) != tt.want {
					t.Errorf("%v after %v, want a timeout after %v", e, time.Since(began), tt.want)
				}
				if results[0].Connect != tt.want {
					t.Errorf("connected in %v", results[0].Connect)
				}
			})
		})
	}
}

func TestADialUsesUpTheTimeOfItsProbe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := fake(t, 1, 1, func(_ int, _ string, c net.Conn) { silence(c) })
		dial := cfg.dial
		cfg.dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
			time.Sleep(20 * time.Second)
			return dial(ctx, network, addr)
		}
		r := collect(t.Context(), cfg)[0]
		if r.Err == nil || r.Err.Phase != Read || r.Err.Kind != Timeout || r.Connect != 20*time.Second || r.Reply != 10*time.Second {
			t.Errorf("got %+v", r)
		}
	})
}

func TestSeveralAddressesShareTheTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var after []time.Duration
		d := dialerTo(3*time.Second, func(ctx context.Context, network, addr string) (net.Conn, error) {
			after = append(after, time.Since(began))
			return hanging(ctx, network, addr)
		}, "a:1", "b:1", "c:1")
		_, err := d.connect(t.Context(), new(Result))
		if kindOf(err) != Timeout || time.Since(began) != 3*time.Second {
			t.Errorf("%v after %v", err, time.Since(began))
		}
		if want := []time.Duration{0, time.Second, 2 * time.Second}; !slices.Equal(after, want) {
			t.Errorf("dialed after %v, want %v", after, want)
		}
	})
}

// TestARunSettlesOnTheAddressThatAnswers: the dead one costs the probes before it is known, and none after.
func TestARunSettlesOnTheAddressThatAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dead := 0
		d := dialerTo(time.Second, func(_ context.Context, _, addr string) (net.Conn, error) {
			if addr == "dead:1" {
				dead++
				return nil, syscall.ECONNREFUSED
			}
			ours, theirs := net.Pipe()
			theirs.Close()
			return ours, nil
		}, "dead:1", "live:1")
		for range 100 {
			if _, err := d.connect(t.Context(), new(Result)); err != nil {
				t.Fatal(err)
			}
		}
		if dead != 1 {
			t.Errorf("the dead address was dialed %d times", dead)
		}
	})
}

func TestOneAddressThatRefusesIsNotSettledOn(t *testing.T) {
	refuse := true
	d := dialerTo(time.Second, func(context.Context, string, string) (net.Conn, error) {
		if refuse {
			return nil, syscall.ECONNREFUSED
		}
		ours, _ := net.Pipe()
		return ours, nil
	}, "a:1", "b:1")
	if _, err := d.connect(t.Context(), new(Result)); kindOf(err) != Refused || err.Error() != "none of 2 addresses accepts: connection refused" {
		t.Errorf("got %v", err)
	}
	refuse = false
	if _, err := d.connect(t.Context(), new(Result)); err != nil {
		t.Error(err)
	}
}

func TestAddressesAreNotLookedUp(t *testing.T) {
	for name, tt := range map[string]struct{ host, want string }{
		"IPv4":             {"127.0.0.1", "127.0.0.1:9"},
		"IPv6":             {"::1", "[::1]:9"},
		"IPv6 with a zone": {"fe80::1%eth0", "[fe80::1%eth0]:9"},
		"IPv4 inside IPv6": {"::ffff:127.0.0.1", "127.0.0.1:9"},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			cancel() // with which no look-up could succeed
			got, err := newRoute(ctx, &Config{Target: Target{Host: tt.host, Port: 9}})
			if err != nil || !slices.Equal(got.addrs, []string{tt.want}) {
				t.Errorf("got %+v, %v; want %s", got, err, tt.want)
			}
		})
	}
}
