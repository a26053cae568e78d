// Package lab is a practice network on loopback: echo servers, and a router
// that spreads connections over them by weight. What tcpshift says about a real
// route can be tried on it first.
package lab

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"unicode"
)

// anyLoopbackPort keeps the lab off the outside world.
const anyLoopbackPort = "127.0.0.1:0"

// Config describes a Network.
type Config struct {
	Listen   string // address of the router; 127.0.0.1:0 when empty
	Versions []Version
	Sampler  string // one of SamplerNames
	Seed     uint64
}

// Version is one destination of the route. Its echo server answers with Name,
// which is a single word, since the first word of a reply names the version.
type Version struct {
	Name   string
	Weight float64
	Dead   bool // it has no echo server, and the router turns its connections away
}

// Network is a Router with one Echo behind it for each version that is not
// dead.
type Network struct {
	router   *Router
	echoes   []*Echo
	backends []Backend
}

// Start starts the network. When a part of it fails to start, those that did
// start are closed again.
func Start(config Config) (*Network, error) {
	weights := make([]float64, len(config.Versions))
	for i, v := range config.Versions {
		if v.Name == "" || strings.ContainsFunc(v.Name, unicode.IsSpace) {
			return nil, fmt.Errorf("version name %q is not a single word", v.Name)
		}
		weights[i] = v.Weight
	}
	sampler, err := NewSampler(config.Sampler, weights, config.Seed)
	if err != nil {
		return nil, err
	}
	n := &Network{}
	if err := n.start(config, sampler); err != nil {
		return nil, errors.Join(err, n.Close())
	}
	return n, nil
}

func (n *Network) start(config Config, sampler Sampler) error {
	for _, v := range config.Versions {
		if v.Dead {
			n.backends = append(n.backends, Backend{Name: v.Name, Weight: v.Weight})
			continue
		}
		echo, err := ListenEcho(anyLoopbackPort, v.Name)
		if err != nil {
			return fmt.Errorf("echo server of %s: %w", v.Name, err)
		}
		n.echoes = append(n.echoes, echo)
		n.backends = append(n.backends, Backend{v.Name, v.Weight, echo.Addr().String()})
	}
	router, err := ListenRouter(cmp.Or(config.Listen, anyLoopbackPort), n.backends, sampler)
	if err != nil {
		return fmt.Errorf("router: %w", err)
	}
	n.router = router
	return nil
}

// Addr is the address of the router.
func (n *Network) Addr() net.Addr { return n.router.Addr() }

// Backends are the echo servers, in the order of Config.Versions. A dead one has
// no address.
func (n *Network) Backends() []Backend { return slices.Clone(n.backends) }

// Counts says how many connections each version was picked for since the start.
func (n *Network) Counts() []int { return n.router.Counts() }

// Close closes the router and the echo servers, and returns when all their
// goroutines have ended.
func (n *Network) Close() error {
	var errs []error
	if n.router != nil {
		errs = append(errs, n.router.Close())
	}
	for _, echo := range n.echoes {
		errs = append(errs, echo.Close())
	}
	return errors.Join(errs...)
}
