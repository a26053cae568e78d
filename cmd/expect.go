package cmd

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"github.com/tcpshift/tcpshift/probe"
	"github.com/tcpshift/tcpshift/report"
	"github.com/tcpshift/tcpshift/stats"
)

var errNoExpect = hinted{
	errors.New("--expect is missing: what should the split be?"),
	flagHints["expect"] + ", or the manifest that has it: --from route.yaml",
}

// expecting is what a command line says of the split to expect: itself, or where it stands.
type expecting struct {
	Expect stats.Split
	From   manifestOptions
	Map    map[string]string // name in --expect or the manifest: name that it is known by
	Origin *report.Source    // what --from turned out to be
}

// flags adds the flags. where is who has the names that --map maps to; empty: there is no --map.
func (e *expecting) flags(flags *pflag.FlagSet, where string) {
	flags.VarP(split(&e.Expect), "expect", "e", "expected `SPLIT`, as in one=80,two=20; a weight of 0 means that it must get nothing, and !error=20 that failures have a share")
	e.From.flags(flags)
	if where != "" {
		flags.Var(renames(&e.Map), "map", "`NAMES` of --expect or --from as "+where+", as in v1=one,v2=two")
	}
}

// settle finds the split that is expected, under the names that replies carry, if it can be judged by t.
func (e *expecting) settle(a *app, flags *pflag.FlagSet, t stats.Thresholds) error {
	switch {
	case len(e.From.Files) > 0 && e.Expect != nil:
		return hinted{errors.New("--expect and --from both say what the split should be"), "leave one of them out"}
	case len(e.From.Files) > 0:
		if err := e.read(a); err != nil {
			return err
		}
	case flags.Changed("route") || flags.Changed("step"):
		return hinted{errors.New("--route and --step say what to take of a manifest, and there is no --from"), flagHints["from"]}
	case e.Expect == nil:
		return errNoExpect
	default:
		if err := e.known(e.Expect, "--expect"); err != nil {
			return err
		}
		e.Expect = e.Expect.Rename(e.Map)
	}
	return checkThresholds(flags, e.Expect, t)
}

// read takes the split of the manifest.
func (e *expecting) read(a *app) error {
	reading, err := a.readManifests(e.From)
	if err != nil {
		return err
	}
	i, err := reading.Select(e.From.Route)
	if err != nil {
		return unchosen(err)
	}
	route := reading.Routes[i]
	written, _ := route.Split(nil)
	if err := e.known(written, route.Object()); err != nil {
		return err
	}
	split, added := route.Split(e.Map)
	if err := split.Validate(); err != nil {
		return fmt.Errorf("%s: %s: %w", route.Place, route.Path, err)
	}
	e.Expect = split
	e.Origin = &report.Source{
		Where: route.Place.String(), Object: route.Object(), Route: route.Path, Protocol: route.Protocol, Match: route.Match,
		Notes: append(route.Notes, added...),
	}
	return nil
}

// probed refuses a manifest for what no probe of the target's protocol could meet, and warns of what it may not.
func (e *expecting) probed(a *app, target probe.Target) error {
	if e.Origin == nil {
		return nil
	}
	speaksHTTP := target.Protocol == "http" || target.Protocol == "https"
	switch wants := e.Origin.Protocol; {
	case wants == "udp":
		return hinted{fmt.Errorf("%s divides UDP", e.Origin.Object), "tcpshift opens TCP connections; it can read these weights, and judge what was counted elsewhere"}
	case wants == "http" && !speaksHTTP, wants == "grpc":
		a.note("%s divides %s requests, and the target is probed by %s", e.Origin.Object, strings.ToUpper(wants), target.Protocol)
	}
	return nil
}

// known refuses what --map names and the split of where has not.
func (e *expecting) known(split stats.Split, where string) error {
	names := make(map[string]bool)
	for _, v := range split {
		names[v.Name] = true
	}
	for name := range e.Map {
		if !names[name] {
			return hinted{fmt.Errorf("--map: %q is not in %s, which has %s", name, where, split), flagHints["map"]}
		}
	}
	return nil
}
