package probe

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// route is where the probes of a run go, and from where: what all workers share of dialing.
type route struct {
	network string // "tcp" or "unix"
	addrs   []string
	sources Sources
	all     bool          // take turns among addrs, instead of settling on one
	limit   time.Duration // for a dial, and a TLS handshake behind it
	windows *windows      // nil: the system picks the ports
	settled atomic.Int32  // 1 + the index of the address that has accepted; 0 before
	warn    func(error)
	warned  sync.Once
}

// newRoute resolves the target and looks ahead at what this machine's ports allow. That may lower cfg's rate.
func newRoute(ctx context.Context, cfg *Config) (*route, error) {
	r := &route{network: "tcp", sources: cfg.Sources, all: cfg.AllAddresses, limit: cfg.Timeout, warn: cfg.Warn}
	if cfg.DialTimeout > 0 {
		r.limit = min(r.limit, cfg.DialTimeout)
	}
	if r.warn == nil {
		r.warn = func(error) {}
	}
	if cfg.Target.Protocol == "unix" {
		r.network, r.addrs = "unix", []string{cfg.Target.Path}
		return r, nil
	}
	ips, err := resolve(ctx, cfg, r.limit)
	if err != nil {
		return nil, err
	}
	if ips = r.sameFamily(ips); len(ips) == 0 {
		return nil, fmt.Errorf("%s has no address of the same family as %s, which probes are to connect from", cfg.Target.Host, cfg.Sources.at(0))
	}
	for _, ip := range ips {
		r.addrs = append(r.addrs, net.JoinHostPort(ip.String(), strconv.Itoa(int(cfg.Target.Port))))
	}
	if !r.all {
		ips = ips[:1]
	}
	r.windows = foresee(cfg, ips, r.warn)
	return r, nil
}

// sameFamily leaves out the addresses that no source can connect to.
func (r *route) sameFamily(ips []netip.Addr) []netip.Addr {
	if r.sources.Empty() {
		return ips
	}
	var list []netip.Addr
	for _, ip := range ips {
		if ip.Is4() == r.sources.at(0).Is4() {
			list = append(list, ip)
		}
	}
	return list
}

// resolve returns the addresses of the target's host in the resolver's order of preference. A name server that fails
// is asked again until the limit: it is not the target, and may only be starting. A name that does not exist is not.
func resolve(ctx context.Context, cfg *Config, limit time.Duration) ([]netip.Addr, error) {
	if ip, err := netip.ParseAddr(cfg.Target.Host); err == nil {
		return []netip.Addr{ip.Unmap()}, nil
	}
	lookup := cfg.lookup
	if lookup == nil {
		lookup = func(ctx context.Context, host string) ([]netip.Addr, error) {
			return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	for pause := 50 * time.Millisecond; ; pause *= 2 {
		ips, err := lookup(ctx, cfg.Target.Host)
		var dns *net.DNSError
		if err == nil || errors.As(err, &dns) && dns.IsNotFound {
			for i := range ips {
				ips[i] = ips[i].Unmap()
			}
			return ips, err
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(pause):
		}
	}
}
