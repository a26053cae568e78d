package probe

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"sync/atomic"
	"time"
)

// resolve returns the addresses of the target's host in the resolver's order of preference.
func resolve(ctx context.Context, cfg Config) ([]string, error) {
	port := strconv.Itoa(int(cfg.Target.Port))
	if ip, err := netip.ParseAddr(cfg.Target.Host); err == nil {
		return []string{net.JoinHostPort(ip.Unmap().String(), port)}, nil
	}
	limit := cfg.Timeout
	if cfg.DialTimeout > 0 {
		limit = min(limit, cfg.DialTimeout)
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	ips, err := net.DefaultResolver.LookupNetIP(ctx, "ip", cfg.Target.Host)
	if err != nil {
		return nil, err
	}
	addrs := make([]string, len(ips))
	for i, ip := range ips {
		addrs[i] = net.JoinHostPort(ip.Unmap().String(), port)
	}
	return addrs, nil
}

// dialer connects to the first address that accepts and stays with it: a name with several addresses is one
// target, and a dead one among them, as ::1 often is for localhost, is no failure of the others.
type dialer struct {
	addrs   []string
	settled atomic.Int32 // 1 + the index of the address that has accepted; 0 before
	dial    func(ctx context.Context, network, address string) (net.Conn, error)
	limit   time.Duration
}

func newDialer(cfg Config, addrs []string) *dialer {
	d := &dialer{addrs: addrs, dial: cfg.dial, limit: cfg.Timeout}
	if cfg.DialTimeout > 0 {
		d.limit = min(d.limit, cfg.DialTimeout)
	}
	if d.dial == nil {
		nd := net.Dialer{KeepAlive: -1, FallbackDelay: -1}
		nd.SetMultipathTCP(false)
		d.dial = nd.DialContext
	}
	return d
}

// connect dials once, or, as long as no address has accepted yet, each address in turn with its part of the time.
func (d *dialer) connect(ctx context.Context) (net.Conn, error) {
	if i := d.settled.Load(); i > 0 || len(d.addrs) == 1 {
		return d.try(ctx, d.addrs[max(i-1, 0)], d.limit)
	}
	var first error
	for i, addr := range d.addrs {
		conn, err := d.try(ctx, addr, d.limit/time.Duration(len(d.addrs)))
		if err == nil {
			d.settled.CompareAndSwap(0, int32(i+1))
			return conn, nil
		}
		if first == nil {
			first = err
		}
	}
	return nil, fmt.Errorf("none of %d addresses accepts: %w", len(d.addrs), first)
}

func (d *dialer) try(ctx context.Context, addr string, limit time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return d.dial(ctx, "tcp", addr)
}
