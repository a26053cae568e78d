// Package manifest reads weights where they are configured: in the route objects of Kubernetes gateways and meshes,
// and in the configuration files of proxies. It reads them as the system would that acts on them, so the same
// omitted weight is 0 for Istio and 1 for the Gateway API, and it says what it made of them.
//
// It is lenient about everything that it does not need, so that manifests of newer versions are read, and strict
// about the weights. It opens no files: names of inputs only serve to say where something stands.
package manifest

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tcpshift/tcpshift/stats"
)

// Input is the text of a file or of standard input.
type Input struct {
	Name string
	Data []byte
}

// Options say how to read.
type Options struct {
	// Step is the step of a canary whose weights are meant, counted from 1, instead of those that its status has.
	// 0 is before the first step; nil means the status.
	Step *int
}

// Reading is what all inputs together hold.
type Reading struct {
	Routes  []Route   // in the order of the inputs
	Skipped []Skipped // that are no routes
}

// Skipped is a document, or a part of one, that divides nothing.
type Skipped struct {
	Place
	What string // its kind and name
	Why  string // empty for kinds that are never routes
}

// Route is one place of a manifest that divides connections between backends.
type Route struct {
	Place
	Kind       string // VirtualService, TCPRoute, …; envoy, haproxy and nginx for their own files
	APIVersion string
	Namespace  string
	Name       string
	Path       string // of the list of backends within the object, as in spec.tcp[0]
	Protocol   string // tcp, tls, udp, http, grpc, or any where the route does not say
	Match      string // what a connection must be like to take this route; empty if anything will do
	Backends   []Backend
	Notes      []string // how it was read, and what looks like a mistake
	Refusals   []string // why there is no split to expect; none if there is

	listeners string // that it is attached to
}

// Backend is one destination of a route.
type Backend struct {
	Name   string // its most specific part: the subset if there is one, else the service or cluster
	Host   string // the service or cluster
	Subset string
	Port   string // a number or a name; empty if it is not said
	Labels string // of the subset's pods, if the input tells
	Weight float64
	Given  bool // the weight is written there, not understood
	Share  float64
}

// Verdict is in a word whether a route can be expected of connections: "ok", "single" if all of them go to one
// destination because it is the only one, or "refuse".
func (r Route) Verdict() string {
	switch {
	case len(r.Refusals) > 0:
		return "refuse"
	case len(r.Backends) == 1:
		return "single"
	}
	return "ok"
}

// Object is the route's object in words, as in VirtualService shop/tcp-echo.
func (r Route) Object() string {
	return strings.TrimSpace(r.Kind + " " + qualified(r.Namespace, r.Name))
}

// Split is what to expect of the route, named by the backends' names as names translates them, and sentences on
// what was added up.
func (r Route) Split(names map[string]string) (split stats.Split, notes []string) {
	times := make(map[string]int)
	for _, b := range r.Backends {
		name := b.Name
		if to, ok := names[name]; ok {
			name = to
		}
		if b.Weight == 0 && b.Share > 0 { // the only destination
			b.Weight = 100
		}
		split = append(split, stats.Share{Name: name, Weight: b.Weight})
		times[name]++
	}
	split = split.Rename(nil)
	for _, v := range split {
		if n := times[v.Name]; n > 1 {
			notes = append(notes, fmt.Sprintf("%d backends are called %s; their weights are added up", n, v.Name))
		}
	}
	return split, notes
}

// Read reads all inputs. It fails where a text cannot be read at all; a route with weights that cannot be is among
// the routes, refused.
func Read(inputs []Input, o Options) (*Reading, error) {
	var parts []input
	var all input // what an object may refer to
	for _, in := range inputs {
		part, err := read(in)
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
		all.objects = append(all.objects, part.objects...)
	}
	if o.Step != nil && !slices.ContainsFunc(all.objects, object.hasSteps) {
		return nil, ErrNoSteps
	}
	all.step, all.rules = o.Step, destinationRules(all.objects)
	r := new(Reading)
	for _, part := range parts {
		r.Routes, r.Skipped = append(r.Routes, part.routes...), append(r.Skipped, part.skipped...)
		for _, obj := range part.objects {
			routes, skipped := obj.routes(&all)
			r.Routes, r.Skipped = append(r.Routes, routes...), append(r.Skipped, skipped...)
		}
	}
	shadowed(r.Routes)
	return r, nil
}

// ErrNoSteps is the error of an input without a canary where the weights of a step are asked for.
var ErrNoSteps = errors.New("there is no canary in it, as Argo Rollouts and Flagger have them")

// Usable reports whether any route has a split to expect.
func (r *Reading) Usable() bool {
	return slices.ContainsFunc(r.Routes, func(route Route) bool { return len(route.Refusals) == 0 })
}

func qualified(namespace, name string) string {
	if namespace == "" {
		return name
	}
	return namespace + "/" + name
}
