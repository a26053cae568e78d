//go:build !linux

package probe

import (
	"net"
	"time"
)

func usePorts(uintptr, uint32) {}

func bindWithoutPort(uintptr) {}

// localPorts is the range that IANA sets aside for the purpose (RFC 6335, section 6).
func localPorts() (low, high int) { return 49152, 65535 }

func handshakeTime(net.Conn) (time.Duration, bool) { return 0, false }
