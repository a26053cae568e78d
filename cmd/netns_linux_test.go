package cmd_test

import (
	"net/netip"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

const inNamespace = "TCPSHIFT_TEST_NAMESPACE"

// namespace runs the calling test or benchmark again, in a process with a network of its own, in which it may do as it
// likes. It returns true in there, where loopback is up, and false outside, when all is done.
func namespace(tb testing.TB) bool {
	tb.Helper()
	if os.Getenv(inNamespace) != "" {
		up(tb, "lo")
		return true
	}
	args := []string{"-test.count=1", "-test.timeout=2m", "-test.v", "-test.run=^" + tb.Name() + "$"}
	if b, ok := tb.(*testing.B); ok {
		if b.N > 1 {
			return false // the other process has its own count
		}
		args = append(args[:3:3], "-test.run=^$", "-test.bench=^"+tb.Name()+"$", "-test.benchtime=3x")
	}
	c := exec.Command(os.Args[0], args...)
	c.Env = append(os.Environ(), inNamespace+"=1")
	c.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
	if os.Getuid() != 0 {
		self := []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}}
		c.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		c.SysProcAttr.UidMappings, c.SysProcAttr.GidMappings = self, []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}}
	}
	out, err := c.CombinedOutput()
	switch {
	case err == nil && strings.Contains(string(out), "--- SKIP"):
		tb.Skipf("in a network of its own:\n%s", out)
	case err == nil:
		tb.Logf("in a network of its own:\n%s", out)
	case len(out) == 0:
		tb.Skipf("this system gives no network of its own: %v", err)
	default:
		tb.Errorf("in a network of its own: %v\n%s", err, out)
	}
	return false
}

// up switches an interface on.
func up(tb testing.TB, name string) {
	tb.Helper()
	configure(tb, name, unix.SIOCSIFFLAGS, func(r *unix.Ifreq) error {
		r.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
		return nil
	})
}

// configure sets one property of an interface.
func configure(tb testing.TB, name string, request uint, set func(*unix.Ifreq) error) {
	tb.Helper()
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		tb.Fatal(err)
	}
	defer unix.Close(fd)
	r, err := unix.NewIfreq(name)
	if err == nil {
		err = set(r)
	}
	if err == nil {
		err = unix.IoctlIfreq(fd, request, r)
	}
	if err != nil {
		tb.Fatalf("%s: %v", name, err)
	}
}

// The two ends of a link, of addresses that are kept for documentation (RFC 5737). What listens on here is reached at
// there, by way of the link.
var here, there = netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")

// startLink makes a network interface whose packets come back after the delay, as if they came from the other end: a
// connection over it has twice the delay for its round trip. It returns what takes the interface away.
func startLink(tb testing.TB, delay time.Duration) (remove func()) {
	tb.Helper()
	const name = "link0"
	fd, err := unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		tb.Skipf("/dev/net/tun: %v", err)
	}
	r, err := unix.NewIfreq(name)
	if err != nil {
		tb.Fatal(err)
	}
	r.SetUint16(unix.IFF_TUN | unix.IFF_NO_PI)
	if err := unix.IoctlIfreq(fd, unix.TUNSETIFF, r); err != nil {
		tb.Skipf("TUNSETIFF: %v", err)
	}
	configure(tb, name, unix.SIOCSIFADDR, func(r *unix.Ifreq) error { return r.SetInet4Addr(here.AsSlice()) })
	configure(tb, name, unix.SIOCSIFNETMASK, func(r *unix.Ifreq) error { return r.SetInet4Addr([]byte{255, 255, 255, 0}) })
	up(tb, name)
	tun := os.NewFile(uintptr(fd), name)
	packets := make(chan packet, 1<<16)
	go func() {
		defer close(packets)
		for {
			b := make([]byte, 2048)
			n, err := tun.Read(b)
			if err != nil {
				return
			}
			packets <- packet{time.Now().Add(delay), b[:n]}
		}
	}()
	go func() {
		for p := range packets {
			time.Sleep(time.Until(p.due))
			tun.Write(p.returned())
		}
	}()
	return func() { tun.Close() }
}

type packet struct {
	due   time.Time
	bytes []byte
}

// returned swaps the addresses of an IPv4 packet, which leaves its checksums as they are.
func (p packet) returned() []byte {
	if len(p.bytes) >= 20 && p.bytes[0]>>4 == 4 {
		for i := 12; i < 16; i++ {
			p.bytes[i], p.bytes[i+4] = p.bytes[i+4], p.bytes[i]
		}
	}
	return p.bytes
}
