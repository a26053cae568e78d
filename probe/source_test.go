package probe

import (
	"fmt"
	"net"
	"net/netip"
	"runtime"
	"slices"
	"strings"
	"testing"
)

func TestSourcesTakeTurns(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"one address", "127.0.0.2", "127.0.0.2 127.0.0.2"},
		{"two addresses", "127.0.0.2, 127.0.0.9", "127.0.0.2 127.0.0.9 127.0.0.2"},
		{"a block without its ends", "10.1.2.0/30", "10.1.2.1 10.1.2.2 10.1.2.1"},
		{"a block by an address in its middle", "10.1.2.3/30", "10.1.2.1 10.1.2.2 10.1.2.1"},
		{"a block of two, which are both hosts", "10.1.2.0/31", "10.1.2.0 10.1.2.1 10.1.2.0"},
		{"a block of one", "10.1.2.3/32", "10.1.2.3 10.1.2.3"},
		{"a block and an address, which get as many turns", "10.1.2.0/24,127.0.0.2", "10.1.2.1 127.0.0.2 10.1.2.2 127.0.0.2 10.1.2.3"},
		{"across a byte", "10.1.0.254/15", strings.Join([]string{"10.0.0.1", "10.0.0.2"}, " ")},
		{"IPv6", "2001:db8::/126", "2001:db8:: 2001:db8::1 2001:db8::2 2001:db8::3 2001:db8::"},
		{"all of IPv6", "::/0", ":: ::1 ::2"},
		{"IPv4 in IPv6", "::ffff:127.0.0.2", "127.0.0.2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := ParseSources(tt.in)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for i := range strings.Fields(tt.want) {
				got = append(got, s.at(i).String())
			}
			if !slices.Equal(got, strings.Fields(tt.want)) {
				t.Errorf("got %v, want %s", got, tt.want)
			}
		})
	}
	loopback, err := ParseSources("127.0.0.0/8")
	if err != nil || loopback.Count(1<<30) != 1<<24-2 || loopback.Count(1000) != 1000 || loopback.at(255).String() != "127.0.1.0" {
		t.Errorf("127.0.0.0/8: %d addresses, turn 255 is %v", loopback.Count(1<<30), loopback.at(255))
	}
	if n := (Sources{}).Count(9); n != 1 {
		t.Errorf("no sources count as %d", n)
	}
}

func TestSourcesThatAreRefused(t *testing.T) {
	for in, want := range map[string]string{
		"":                  `"" is neither an address nor a block such as 127.0.0.0/8`,
		"127.0.0.1,":        `"" is neither an address nor a block such as 127.0.0.0/8`,
		"eth0":              `"eth0" is neither an address nor a block such as 127.0.0.0/8`,
		"127.0.0.1/33":      `"127.0.0.1/33" is neither an address nor a block such as 127.0.0.0/8`,
		"127.0.0.1,::1":     "IPv4 and IPv6 addresses cannot take turns: a target has one or the other",
		"127.0.0.0/24,::/3": "IPv4 and IPv6 addresses cannot take turns: a target has one or the other",
		"0.0.0.0":           "0.0.0.0 is no address to connect from",
		"224.0.0.1":         "224.0.0.1 is no address to connect from",
	} {
		if _, err := ParseSources(in); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", in, err, want)
		}
	}
}

// TestProbesComeFromTheirSources looks at the server's side too.
func TestProbesComeFromTheirSources(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("all of 127.0.0.0/8 is this machine's on Linux alone")
	}
	cfg := realConfig(t, serve(t, func(c *net.TCPConn) {
		fmt.Fprintf(c, "%s %s", c.RemoteAddr().(*net.TCPAddr).IP, ask(c))
	}), 30)
	var err error
	if cfg.Sources, err = ParseSources("127.0.0.7,127.3.0.0/24"); err != nil {
		t.Fatal(err)
	}
	if err := cfg.Sources.Check(30); err != nil {
		t.Fatal(err)
	}
	for r := range Run(t.Context(), cfg) {
		want := "127.0.0.7"
		if r.Seq%2 == 1 {
			want = fmt.Sprint("127.3.0.", 1+r.Seq/2)
		}
		if r.Err != nil || r.Version != want || r.Local.Addr() != netip.MustParseAddr(want) {
			t.Errorf("probe %d: %+v, want it from %s", r.Seq, r, want)
		}
	}
}

func TestASourceThatIsNotOurs(t *testing.T) {
	for in, want := range map[string]string{
		"127.0.0.1":           "",
		"192.0.2.7":           "192.0.2.7 is no address of this machine: cannot assign requested address",
		"127.0.0.1,192.0.2.7": "192.0.2.7 is no address of this machine: cannot assign requested address",
	} {
		s, err := ParseSources(in)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if err := s.Check(5); err != nil {
			got = err.Error()
		}
		if (got == "") != (want == "") || runtime.GOOS == "linux" && got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
	s, err := ParseSources("127.0.0.1,192.0.2.7")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Check(1); err != nil {
		t.Errorf("the second has no turn in a run of one: %v", err)
	}
}

// TestASourceThatGoesAway: a run must end when its address is taken from the machine, and not wait for it.
func TestASourceThatGoesAway(t *testing.T) {
	cfg := realConfig(t, serve(t, func(c *net.TCPConn) { fmt.Fprintf(c, "one %s", ask(c)) }), 3)
	var err error
	if cfg.Sources, err = ParseSources("192.0.2.7"); err != nil {
		t.Fatal(err)
	}
	for r := range Run(t.Context(), cfg) {
		if r.Err == nil || r.Err.Phase != Dial || r.Err.Kind != NoSource || r.Retries != 0 {
			t.Errorf("got %+v", r)
		}
	}
}
