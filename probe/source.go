package probe

import (
	"errors"
	"fmt"
	"math"
	"net"
	"net/netip"
	"strings"
)

// Sources are local addresses that probes take turns to connect from. The zero value leaves the choice to the system.
type Sources struct{ blocks []block }

// block is a run of addresses.
type block struct {
	first netip.Addr
	count uint64 // 1 or more
}

// ParseSources reads addresses and CIDR blocks with commas between, all IPv4 or all IPv6. Of an IPv4 block that
// has them, the network's own and its broadcast address are left out.
func ParseSources(s string) (Sources, error) {
	var list Sources
	for item := range strings.SplitSeq(s, ",") {
		b, err := parseBlock(strings.TrimSpace(item))
		if err != nil {
			return Sources{}, err
		}
		if len(list.blocks) > 0 && list.blocks[0].first.Is4() != b.first.Is4() {
			return Sources{}, errors.New("IPv4 and IPv6 addresses cannot take turns: a target has one or the other")
		}
		list.blocks = append(list.blocks, b)
	}
	return list, nil
}

func parseBlock(s string) (block, error) {
	if addr, err := netip.ParseAddr(s); err == nil {
		if addr.IsUnspecified() || addr.IsMulticast() {
			return block{}, fmt.Errorf("%s is no address to connect from", s)
		}
		return block{addr.Unmap(), 1}, nil
	}
	prefix, err := netip.ParsePrefix(s)
	if err != nil {
		return block{}, fmt.Errorf("%q is neither an address nor a block such as 127.0.0.0/8", s)
	}
	prefix = prefix.Masked()
	bits := prefix.Addr().BitLen() - prefix.Bits()
	b := block{prefix.Addr(), math.MaxUint32}
	if bits < 32 {
		b.count = 1 << bits
	}
	if prefix.Addr().Is4() && bits > 1 {
		b.first, b.count = b.first.Next(), b.count-2
	}
	return b, nil
}

// Empty reports whether there are none.
func (s Sources) Empty() bool { return len(s.blocks) == 0 }

// Count is how many addresses there are to connect from, at most limit; 1 when the system chooses.
func (s Sources) Count(limit int) int {
	if s.Empty() {
		return 1
	}
	n := uint64(0)
	for _, b := range s.blocks {
		n += min(b.count, uint64(limit))
	}
	return int(min(n, uint64(limit)))
}

// at is the address of turn i: the blocks take turns, and within each its addresses.
func (s Sources) at(i int) netip.Addr {
	b := s.blocks[i%len(s.blocks)]
	return plus(b.first, uint64(i/len(s.blocks))%b.count)
}

// plus is the address n after a.
func plus(a netip.Addr, n uint64) netip.Addr {
	raw := a.As16()
	for i := 15; n > 0 && i >= 0; i-- {
		n += uint64(raw[i])
		raw[i], n = byte(n), n>>8
	}
	sum := netip.AddrFrom16(raw)
	if a.Is4() {
		return sum.Unmap()
	}
	return sum
}

// Check finds an address among those of the first n turns that this machine does not have.
func (s Sources) Check(n int) error {
	if s.Empty() {
		return nil
	}
	for i := range min(n, s.Count(1<<16)*len(s.blocks)) {
		// UDP tells as well as TCP and takes no port that probes could use.
		conn, err := net.ListenPacket("udp", netip.AddrPortFrom(s.at(i), 0).String())
		if err != nil {
			return fmt.Errorf("%s is no address of this machine: %w", s.at(i), errors.Unwrap(errors.Unwrap(err)))
		}
		conn.Close()
	}
	return nil
}
