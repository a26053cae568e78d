package probe

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"testing"
	"time"
)

func TestForeseeing(t *testing.T) {
	low, high := localPorts()
	ports := high - low + 1
	lasts := float64(ports) / 60
	local, far := netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("192.0.2.1")
	tests := []struct {
		name    string
		cfg     Config
		ips     []netip.Addr
		windows bool
		few     int // ports that it warns of; 0: it does not
		rate    float64
	}{
		{"few probes", Config{Probes: 10_000}, []netip.Addr{far}, false, 0, 0},
		{"many probes", Config{Probes: 10_001}, []netip.Addr{far}, true, 0, 0},
		{"as many as there are ports", Config{Probes: ports}, []netip.Addr{far}, true, 0, 0},
		{"one more", Config{Probes: ports + 1}, []netip.Addr{far}, true, ports, lasts},
		{"one more, on loopback", Config{Probes: ports + 1}, []netip.Addr{local}, true, ports, 0},
		{"one more, to one of loopback and one beyond", Config{Probes: 2*ports + 1}, []netip.Addr{local, far}, true, 2 * ports, 2 * lasts},
		{"one more, to two addresses", Config{Probes: ports + 1}, []netip.Addr{far, far}, true, 0, 0},
		{"one more, slowly", Config{Probes: ports + 1, Rate: lasts}, []netip.Addr{far}, true, 0, lasts},
		{"one more, too fast", Config{Probes: ports + 1, Rate: lasts + 1}, []netip.Addr{far}, true, ports, lasts},
		{"one more, if it ever came to that", Config{Probes: ports + 1, SeldomAll: true}, []netip.Addr{far}, true, 0, 0},
		{"one more, and no port lingers", Config{Probes: ports + 1, ResetClose: true}, []netip.Addr{far}, true, 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var few FewPorts
			w := foresee(&tt.cfg, tt.ips, func(err error) { few = *err.(*FewPorts) })
			if (w != nil) != tt.windows || few.Ports != tt.few || tt.cfg.Rate != tt.rate {
				t.Errorf("windows: %v, warned of %+v, rate %v", w, few, tt.cfg.Rate)
			}
			if tt.few > 0 && (few.Rate != 0 && few.Rate != tt.rate || few.Probes != tt.cfg.Probes) {
				t.Errorf("it says %+v", few)
			}
		})
	}
	t.Run("sources multiply the ports", func(t *testing.T) {
		cfg := Config{Probes: 4 * ports}
		var err error
		if cfg.Sources, err = ParseSources("127.0.0.0/29"); err != nil {
			t.Fatal(err)
		}
		foresee(&cfg, []netip.Addr{far}, func(err error) { t.Errorf("warned of %v", err) })
		if cfg.Rate != 0 {
			t.Errorf("slowed down to %v", cfg.Rate)
		}
	})
}

func TestWindows(t *testing.T) {
	if w := newWindows(40_000, 40_127); w == nil || w.count != 2 {
		t.Errorf("128 ports are %+v", w)
	}
	if w := newWindows(40_000, 40_126); w != nil {
		t.Errorf("127 ports are %+v", w)
	}
	w := newWindows(32_768, 60_999)
	seen := make(map[uint32]bool)
	for turn := range w.count {
		word := w.at(turn, 0)
		low, high := int(word&0xffff), int(word>>16)
		if low < 32_768 || high > 60_999 || high-low != windowLength-1 || seen[word] {
			t.Errorf("turn %d: ports %d to %d", turn, low, high)
		}
		seen[word] = true
	}
	if w.at(w.count, 0) != w.at(0, 0) || w.at(0, 1) != w.at(1, 0) {
		t.Error("a round, or a second try, does not go on to the next window")
	}
}

// TestARunThatIsShortOfPorts dials a thousand times in vain, as if no port were free.
func TestARunThatIsShortOfPorts(t *testing.T) {
	target := serve(t, func(c *net.TCPConn) { fmt.Fprintf(c, "one %s", ask(c)) })
	cfg := realConfig(t, target, 20)
	tries := 0
	cfg.Concurrency = 1
	cfg.dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		if tries++; tries%3 != 0 {
			return nil, noPort
		}
		var d net.Dialer
		return d.DialContext(ctx, network, address)
	}
	var warned []error
	cfg.Warn = func(err error) { warned = append(warned, err) }
	for r := range Run(t.Context(), cfg) {
		if r.Err != nil || r.Retries != 2 || r.Connect > time.Second {
			t.Errorf("got %+v", r)
		}
	}
	var waiting *Waiting
	if len(warned) != 1 || !errors.As(warned[0], &waiting) || !errors.Is(waiting, noPort.Err) {
		t.Errorf("warned of %v", warned)
	}
}
