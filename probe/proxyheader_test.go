package probe

import (
	"bufio"
	"fmt"
	"net"
	"path/filepath"
	"testing"

	"github.com/pires/go-proxyproto"
)

// TestTheProxyHeader reads it as a server behind a proxy would: it tells the addresses of the very connection.
func TestTheProxyHeader(t *testing.T) {
	for _, network := range []string{"127.0.0.1:0", "[::1]:0", "unix"} {
		for version := 1; version <= 2; version++ {
			t.Run(fmt.Sprintf("version %d to %s", version, network), func(t *testing.T) {
				listener, target := listenAny(t, network)
				serveOn(t, listener, func(c net.Conn) {
					in := bufio.NewReader(c)
					header, err := proxyproto.Read(in)
					if err != nil || int(header.Version) != version {
						t.Errorf("%+v, %v", header, err)
					} else if network != "unix" && (header.SourceAddr.String() != c.RemoteAddr().String() ||
						header.DestinationAddr.String() != c.LocalAddr().String()) {
						t.Errorf("it says %v to %v on the connection %v to %v", header.SourceAddr, header.DestinationAddr, c.RemoteAddr(), c.LocalAddr())
					}
					line, _ := in.ReadString('\n')
					fmt.Fprintf(c, "one %s", line)
				})
				cfg := realConfig(t, target, 5)
				cfg.ProxyProtocol = version
				for r := range Run(t.Context(), cfg) {
					if r.Err != nil || r.Version != "one" {
						t.Errorf("got %q and %v", r.Version, r.Err)
					}
				}
			})
		}
	}
}

// listenAny listens on an address of loopback, or on a socket of the file system.
func listenAny(t *testing.T, address string) (net.Listener, Target) {
	t.Helper()
	network, scheme := "tcp", "tcp://"
	if address == "unix" {
		network, scheme, address = "unix", "unix://", filepath.Join(t.TempDir(), "s")
	}
	listener, err := net.Listen(network, address)
	if err != nil {
		t.Skip(err)
	}
	target, err := ParseTarget(scheme + listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return listener, target
}
