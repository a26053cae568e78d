package probe

import (
	"net"

	"github.com/pires/go-proxyproto"
)

// writeProxyHeader sends what a proxy in front of the target would: whose connection this is, by the PROXY protocol,
// version 1 or 2. The client is this end of conn and the destination the other, so that what the target logs leads
// back to the probe.
func writeProxyHeader(conn net.Conn, version int) error {
	_, err := proxyproto.HeaderProxyFromAddrs(byte(version), conn.LocalAddr(), conn.RemoteAddr()).WriteTo(conn)
	return err
}
