package lab

import (
	"math"
	"math/rand/v2"
	"net"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"
)

// loaded is a die that always falls on the same side.
type loaded uint64

func (l loaded) Uint64() uint64 { return uint64(l) }

func TestRandomAtTheEndsOfItsRange(t *testing.T) {
	weights := []float64{0, 0.1, 0.2, 0.3, 0}
	tests := []struct {
		name string
		die  loaded
		want int
	}{
		{"the lowest draw is for the first positive weight", 0, 1},
		{"the highest draw is for the last positive weight", math.MaxUint64, 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sampler := newRandom(weights, 0).(*random)
			sampler.source = rand.New(tt.die)
			if got := sampler.Pick(Arrival{}); got != tt.want {
				t.Errorf("got %d, want %d", got, tt.want)
			}
		})
	}
}

// from is a connection of which only the other end's address is known.
type from struct {
	net.Conn
	remote net.TCPAddr
}

func (f from) RemoteAddr() net.Addr { return &f.remote }

func TestClientOfAListenerOnAllAddressesIsIPv4(t *testing.T) {
	// net.ParseIP returns the mapped form, as that listener does.
	conn := from{remote: net.TCPAddr{IP: net.ParseIP("192.0.2.1"), Port: 7}}
	if got, want := clientOf(conn), netip.MustParseAddrPort("192.0.2.1:7"); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestClientThatIsTurnedAwayMayStayForFiveSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, conn := net.Pipe()
		defer client.Close()
		start := time.Now()
		turnAway(conn)
		if took := time.Since(start); took != lingerTimeout {
			t.Errorf("it stayed for %v", took)
		}
	})
}
