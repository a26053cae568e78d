package probe

import (
	"bytes"
	"net"
	"os"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// usePorts confines the port that connect picks to a window (Linux 6.3; older ones refuse, and pick from all ports).
func usePorts(fd uintptr, window uint32) {
	unix.SetsockoptInt(int(fd), unix.IPPROTO_IP, unix.IP_LOCAL_PORT_RANGE, int(int32(window)))
}

// bindWithoutPort leaves the port of a socket that is bound to an address to connect, which knows the other end: a port
// can then serve as often as there are other ends.
func bindWithoutPort(fd uintptr) {
	unix.SetsockoptInt(int(fd), unix.IPPROTO_IP, unix.IP_BIND_ADDRESS_NO_PORT, 1)
}

// localPorts is the range from which the system picks.
func localPorts() (low, high int) {
	text, err := os.ReadFile("/proc/sys/net/ipv4/ip_local_port_range")
	if fields := bytes.Fields(text); err == nil && len(fields) == 2 {
		low, _ = strconv.Atoi(string(fields[0]))
		high, _ = strconv.Atoi(string(fields[1]))
	}
	if low < 1 || high < low {
		return 32768, 60999 // Linux's own default
	}
	return low, high
}

// handshakeTime is what the kernel measured between SYN and SYN-ACK. It does not know when a SYN had to be sent twice.
func handshakeTime(conn net.Conn) (time.Duration, bool) {
	tcp, ok := conn.(*net.TCPConn)
	if !ok {
		return 0, false
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return 0, false
	}
	var info *unix.TCPInfo
	raw.Control(func(fd uintptr) {
		info, err = unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO)
	})
	if err != nil || info == nil || info.Rtt == 0 || info.Total_retrans > 0 {
		return 0, false
	}
	return time.Duration(info.Rtt) * time.Microsecond, true
}
