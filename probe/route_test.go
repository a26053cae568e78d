package probe

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func named(cfg Config, lookup func(ctx context.Context, host string) ([]netip.Addr, error)) Config {
	cfg.Target.Host, cfg.lookup = "shop.example", lookup
	return cfg
}

// TestANameServerThatFailsAtFirst is asked again, for as long as a probe may take.
func TestANameServerThatFailsAtFirst(t *testing.T) {
	broken := &net.DNSError{Err: "server misbehaving", IsTemporary: true}
	missing := &net.DNSError{Err: "no such host", IsNotFound: true}
	tests := []struct {
		name  string
		fails int
		err   error
		kind  Kind
		asked int
	}{
		{"it never fails", 0, nil, "", 1},
		{"it fails three times", 3, broken, "", 4},
		{"it fails always", 1000, broken, Other, 10}, // after 0, 50, 150, 350, ... ms, within 30 s
		{"it does not know the name", 1, missing, NoSuchHost, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				asked := 0
				cfg := named(fake(t, 1, 1, func(_ int, line string, c net.Conn) { echo(c, line, 0) }),
					func(context.Context, string) ([]netip.Addr, error) {
						if asked++; asked <= tt.fails {
							return nil, tt.err
						}
						return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
					})
				r := collect(t.Context(), cfg)[0]
				kind := Kind("")
				if r.Err != nil {
					kind = r.Err.Kind
					if r.Err.Phase != Resolve {
						t.Errorf("got %v", r.Err)
					}
				}
				if kind != tt.kind || asked != tt.asked {
					t.Errorf("got %v after asking %d times", r.Err, asked)
				}
			})
		})
	}
}

// TestAllAddresses: each takes its turn, and a dead one shows.
func TestAllAddresses(t *testing.T) {
	one := serve(t, func(c *net.TCPConn) { fmt.Fprintf(c, "one %s", ask(c)) })
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.2:%d", one.Port))
	if err != nil {
		t.Skip(err)
	}
	serveOn(t, listener, func(c net.Conn) { fmt.Fprintf(c, "two %s", ask(c)) })
	cfg := named(realConfig(t, one, 30), func(context.Context, string) ([]netip.Addr, error) {
		return []netip.Addr{netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("::ffff:127.0.0.2"), netip.MustParseAddr("127.0.0.3")}, nil
	})
	for _, all := range []bool{true, false} {
		cfg.AllAddresses = all
		for r := range Run(t.Context(), cfg) {
			want := "one"
			if all {
				want = []string{"one", "two", ""}[r.Seq%3]
			}
			if r.Version != want || (r.Err == nil) != (want != "") {
				t.Errorf("probe %d: %q and %v, want %q", r.Seq, r.Version, r.Err, want)
			}
			if r.Remote.Addr().String() != fmt.Sprint("127.0.0.", map[string]int{"one": 1, "two": 2, "": 3}[want]) {
				t.Errorf("probe %d went to %v", r.Seq, r.Remote)
			}
		}
	}
}

// TestEverySourceMeetsEveryAddress: were both to take turns in step, half of the pairs would never meet.
func TestEverySourceMeetsEveryAddress(t *testing.T) {
	met := make(map[string]int)
	sources, err := ParseSources("127.0.0.8,127.0.0.9")
	if err != nil {
		t.Fatal(err)
	}
	d := newDialer(&Config{}, &route{network: "tcp", addrs: []string{"a", "b"}, all: true, sources: sources})
	d.dial = func(_ context.Context, _, address string) (net.Conn, error) {
		met[d.net.LocalAddr.(*net.TCPAddr).IP.String()+address]++
		return nil, noPort
	}
	for seq := range 40 {
		d.connect(t.Context(), &Result{Seq: seq})
	}
	if len(met) != 4 || met["127.0.0.8a"] != 10 {
		t.Errorf("met %v", met)
	}
}

func TestSourcesAndAddressesOfOneFamily(t *testing.T) {
	both := func(context.Context, string) ([]netip.Addr, error) {
		return []netip.Addr{netip.MustParseAddr("::1"), netip.MustParseAddr("127.0.0.1")}, nil
	}
	cfg := named(realConfig(t, serve(t, func(c *net.TCPConn) { fmt.Fprintf(c, "one %s", ask(c)) }), 4), both)
	var err error
	if cfg.Sources, err = ParseSources("127.0.0.1"); err != nil {
		t.Fatal(err)
	}
	for r := range Run(t.Context(), cfg) {
		if r.Err != nil || r.Version != "one" {
			t.Errorf("got %+v", r)
		}
	}
	cfg = named(cfg, func(context.Context, string) ([]netip.Addr, error) {
		return []netip.Addr{netip.MustParseAddr("::1")}, nil
	})
	results := collect(t.Context(), cfg)
	if len(results) != 1 || results[0].Err == nil || !strings.Contains(results[0].Err.Error(), "no address of the same family as 127.0.0.1") {
		t.Errorf("got %+v", results)
	}
}

func TestASocketOfTheFileSystem(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	listener, err := net.Listen("unix", path)
	if err != nil {
		t.Skip(err)
	}
	serveOn(t, listener, func(c net.Conn) { fmt.Fprintf(c, "one %s", ask(c)) })
	target, err := ParseTarget("unix://" + path)
	if err != nil {
		t.Fatal(err)
	}
	for r := range Run(t.Context(), realConfig(t, target, 20)) {
		if r.Err != nil || r.Version != "one" || r.Kernel || r.Connect <= 0 {
			t.Errorf("got %+v", r)
		}
	}
	target.Path += "-not"
	for r := range Run(t.Context(), realConfig(t, target, 3)) {
		if r.Err == nil || r.Err.Phase != Dial || r.Err.Kind != Refused {
			t.Errorf("got %v", r.Err)
		}
	}
}

// TestTheScheduleKnowsALateLaunch: the time that a launch waited for a worker is told beside that of the probe.
func TestTheScheduleKnowsALateLaunch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := fake(t, 5, 1, func(seq int, line string, c net.Conn) {
			if seq == 1 {
				time.Sleep(25 * time.Millisecond)
			}
			echo(c, line, 0)
		})
		cfg.Rate = 100
		for i, r := range collect(t.Context(), cfg) {
			want := []time.Duration{0, 0, 15, 5, 0}[i] * time.Millisecond
			if r.Late != want {
				t.Errorf("probe %d is %v late, want %v", i, r.Late, want)
			}
		}
	})
}
