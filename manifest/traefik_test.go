package manifest

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// routing is what the tests of a family say about a route; the rest of it is the same for all of its kind.
type routing struct {
	Name, Path, Protocol, Match string
	Backends                    []Backend
	Notes, Refusals             []string
}

// routingsOf reads a text with a step, or with none if it is below 0.
func routingsOf(t *testing.T, file, text string, step int) (found []routing, skipped []Skipped) {
	t.Helper()
	var o Options
	if step >= 0 {
		o.Step = &step
	}
	r, err := Read([]Input{{file, []byte(text)}}, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, route := range r.Routes {
		found = append(found, routing{
			route.Name, route.Path, route.Protocol, route.Match, route.Backends, route.Notes, route.Refusals,
		})
	}
	return found, r.Skipped
}

// sameRoutings compares without unexported fields, and shares up to rounding.
func sameRoutings(t *testing.T, got, want any) {
	t.Helper()
	exported := cmpopts.IgnoreUnexported(Place{})
	if d := cmp.Diff(want, got, exported, cmpopts.EquateApprox(0, 1e-12), cmpopts.EquateEmpty()); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

// backend is one whose service is its name, with a weight that is written.
func backend(name, port string, weight, share float64) Backend {
	return Backend{Name: name, Host: name, Port: port, Weight: weight, Given: true, Share: share}
}

// traefikObject is an object of Traefik with what its spec holds.
func traefikObject(kind, spec string) string {
	return "apiVersion: traefik.io/v1alpha1\nkind: " + kind + "\nmetadata: {name: app, namespace: shop}\nspec:\n" + spec
}

func TestTraefikRoutes(t *testing.T) {
	two := "    services:\n    - {name: v1, port: 8080, weight: 3}\n    - {name: v2, port: web, weight: 1}\n"
	split := []Backend{backend("v1", "8080", 3, 0.75), backend("v2", "web", 1, 0.25)}
	tests := []struct {
		name, kind, spec string
		want             []routing
	}{
		{"of TCP, for any connection", "IngressRouteTCP", "  routes:\n  - match: HostSNI(`*`)\n" + two, []routing{
			{"app", "spec.routes[0]", "tcp", "HostSNI(`*`)", split, nil, nil}}},
		{"of UDP, which matches nothing", "IngressRouteUDP", "  routes:\n  -\n" + two, []routing{
			{"app", "spec.routes[0]", "udp", "", split, nil, nil}}},
		{"of HTTP needs its match", "IngressRoute", "  routes:\n  - match: Host(`a.com`) && Path(`/b`)\n" + two, []routing{
			{"app", "spec.routes[0]", "http", "Host(`a.com`) && Path(`/b`)", split,
				[]string{"a probe takes this route only with Host(`a.com`) && Path(`/b`)"}, nil}}},
		{"an SNI", "IngressRouteTCP", "  routes:\n  - match: HostSNI(`foo.com`)\n" + two, []routing{
			{"app", "spec.routes[0]", "tcp", "HostSNI(`foo.com`)", split,
				[]string{"a probe takes this route only with SNI foo.com"}, nil}}},
		{"an expression for an SNI", "IngressRouteTCP", "  routes:\n  - match: HostSNIRegexp(`^(a|b)$`)\n" + two, []routing{
			{"app", "spec.routes[0]", "tcp", "HostSNIRegexp(`^(a|b)$`)", split,
				[]string{"a probe takes this route only with SNI like ^(a|b)$"}, nil}}},
		{"a client's address", "IngressRouteTCP", "  routes:\n  - match: HostSNI(`*`) && ClientIP(`10.0.0.0/8`)\n" + two, []routing{
			{"app", "spec.routes[0]", "tcp", "HostSNI(`*`) && ClientIP(`10.0.0.0/8`)", split,
				[]string{"a probe takes this route only with ClientIP(`10.0.0.0/8`)"}, nil}}},
		{"an SNI and a protocol", "IngressRouteTCP", "  routes:\n  - match: hostsni(`a.b`) && ALPN(`h2`)\n" + two, []routing{
			{"app", "spec.routes[0]", "tcp", "hostsni(`a.b`) && ALPN(`h2`)", split,
				[]string{"a probe takes this route only with SNI a.b and ALPN(`h2`)"}, nil}}},
		{"alternatives as they are written", "IngressRouteTCP", "  routes:\n  - match: HostSNI(`a`) || HostSNI(`*`) && ALPN(`h2`)\n" + two, []routing{
			{"app", "spec.routes[0]", "tcp", "HostSNI(`a`) || HostSNI(`*`) && ALPN(`h2`)", split,
				[]string{"a probe takes this route only with HostSNI(`a`) || HostSNI(`*`) && ALPN(`h2`)"}, nil}}},
		{"all but one as it is written", "IngressRouteTCP", "  routes:\n  - match: '!(HostSNI(`*`) && ALPN(`h2`))'\n" + two, []routing{
			{"app", "spec.routes[0]", "tcp", "!(HostSNI(`*`) && ALPN(`h2`))", split,
				[]string{"a probe takes this route only with !(HostSNI(`*`) && ALPN(`h2`))"}, nil}}},
		{"an omitted weight is 1", "IngressRouteUDP", "  routes:\n  - services: [{name: v1, weight: 3}, {name: v2}]\n", []routing{
			{"app", "spec.routes[0]", "udp", "", []Backend{
				backend("v1", "", 3, 0.75), {Name: "v2", Host: "v2", Weight: 1, Share: 0.25},
			}, []string{"v2 has no weight, which counts as 1 in Traefik: 25 %"}, nil}}},
		{"a weight of 0 gets nothing", "IngressRouteUDP", "  routes:\n  - services: [{name: v1, weight: 0}, {name: v2, weight: 2}]\n", []routing{
			{"app", "spec.routes[0]", "udp", "", []Backend{backend("v1", "", 0, 0), backend("v2", "", 2, 1)},
				[]string{"v1 has weight 0: it gets nothing", "everything goes to v2"}, nil}}},
		{"one service gets everything, even with 0", "IngressRouteTCP", "  routes:\n  - services: [{name: v1, weight: 0}]\n", []routing{
			{"app", "spec.routes[0]", "tcp", "", []Backend{backend("v1", "", 0, 1)},
				[]string{"one destination gets everything, whatever its weight"}, nil}}},
		{"the largest weight, and equal services side by side", "IngressRouteUDP", "  routes:\n  - services: [{name: v1, weight: 2147483647}, {name: v1, weight: 2147483647}]\n", []routing{
			{"app", "spec.routes[0]", "udp", "",
				[]Backend{backend("v1", "", 2147483647, 0.5), backend("v1", "", 2147483647, 0.5)}, nil, nil}}},
		{"routes without services go nowhere", "IngressRouteTCP", "  routes:\n  - match: HostSNI(`a`)\n  - match: HostSNI(`*`)\n" + two, []routing{
			{"app", "spec.routes[1]", "tcp", "HostSNI(`*`)", split, nil, nil}}},
		{"a weighted service, of other ones too", "TraefikService", "  weighted:\n    services: [{name: v1, kind: TraefikService, weight: 1}, {name: v2, weight: 3}]\n", []routing{
			{"app", "spec.weighted", "http", "", []Backend{backend("v1", "", 1, 0.25), backend("v2", "", 3, 0.75)}, nil, nil}}},
		{"a sticky one", "TraefikService", "  weighted:\n    sticky: {cookie: {name: c}}\n    services: [{name: v1, weight: 1}, {name: v2, weight: 1}]\n", []routing{
			{"app", "spec.weighted", "http", "", []Backend{backend("v1", "", 1, 0.5), backend("v2", "", 1, 0.5)},
				[]string{"it is sticky: a client that keeps cookies stays with the service it got first"}, nil}}},
		{"by the client's address", "TraefikService", "  highestRandomWeight:\n    services: [{name: v1, weight: 1}, {name: v2, weight: 1}]\n", []routing{
			{"app", "spec.highestRandomWeight", "http", "", []Backend{backend("v1", "", 1, 0.5), backend("v2", "", 1, 0.5)},
				[]string{"highest random weight: a client address always gets the same service; probe with --source"}, nil}}},
		{"the first type that Traefik looks at", "TraefikService", "  mirroring: {name: x}\n  weighted:\n    services: [{name: v1, weight: 1}, {name: v2, weight: 1}]\n", []routing{
			{"app", "spec.weighted", "http", "", []Backend{backend("v1", "", 1, 0.5), backend("v2", "", 1, 0.5)}, nil, nil}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, skipped := routingsOf(t, "r.yaml", traefikObject(tt.kind, tt.spec), -1)
			sameRoutings(t, got, tt.want)
			sameRoutings(t, skipped, []Skipped{})
		})
	}
}

func TestTraefikRoutesThatAreRefused(t *testing.T) {
	tests := []struct{ name, kind, spec, want string }{
		{"a negative weight", "IngressRouteTCP", "  routes:\n  - services:\n    - {name: v1, weight: 1}\n    - {name: v2, weight: -1}\n",
			"r.yaml:8: spec.routes[0].services[1].weight: -1 is not a number from 0 to 2147483647"},
		{"of an only service too", "IngressRouteTCP", "  routes:\n  - services:\n    - {name: v2, weight: -1}\n",
			"r.yaml:7: spec.routes[0].services[0].weight: -1 is not a number from 0 to 2147483647"},
		{"one that is too large", "IngressRouteUDP", "  routes:\n  - services:\n    - {name: v1, weight: 2147483648}\n",
			"r.yaml:7: spec.routes[0].services[0].weight: 2147483648 is not a number from 0 to 2147483647"},
		{"a half", "TraefikService", "  weighted:\n    services:\n    - {name: v1, weight: 0.5}\n",
			"r.yaml:7: spec.weighted.services[0].weight: 0.5 is not a whole number"},
		{"all 0", "IngressRouteTCP", "  routes:\n  - services: [{name: v1, weight: 0}, {name: v2, weight: 0}]\n",
			"r.yaml:6: spec.routes[0]: all weights are 0, so Traefik has no server to send to"},
		{"a balancer of one with 0", "TraefikService", "  weighted:\n    services: [{name: v1, weight: 0}]\n",
			"r.yaml:6: spec.weighted: all weights are 0, so Traefik has no server to send to"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, _ := routingsOf(t, "r.yaml", traefikObject(tt.kind, tt.spec), -1)
			if len(got) != 1 || strings.Join(got[0].Refusals, "\n") != tt.want {
				t.Errorf("got %+v, want %s", got, tt.want)
			}
		})
	}
}

func TestTraefikObjectsThatDivideNothing(t *testing.T) {
	tests := []struct{ name, kind, spec, why string }{
		{"a route without services", "IngressRouteTCP", "  routes: [{match: HostSNI(`*`)}]\n", "it has no route with services"},
		{"no routes", "IngressRoute", "  entryPoints: [web]\n", "it has no route with services"},
		{"a mirror", "TraefikService", "  mirroring: {name: v1, mirrors: [{name: v2, percent: 20}]}\n", "it mirrors: everything goes to v1"},
		{"a mirror goes before highest random weight", "TraefikService", "  mirroring: {name: v1}\n  highestRandomWeight: {services: [{name: v2}]}\n", "it mirrors: everything goes to v1"},
		{"a failover", "TraefikService", "  failover: {service: {name: v1}, fallback: {name: v2}}\n", "it fails over: everything goes to v1 until it fails"},
		{"no services", "TraefikService", "  weighted: {services: []}\n", "it has no services"},
		{"an empty one", "TraefikService", "  {}\n", "it is not weighted"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			old := strings.Replace(traefikObject(tt.kind, tt.spec), "traefik.io", "traefik.containo.us", 1)
			got, skipped := routingsOf(t, "r.yaml", old, -1)
			sameRoutings(t, got, []routing{})
			sameRoutings(t, skipped, []Skipped{{Place{File: "r.yaml", Document: 1, Line: 1}, tt.kind + " shop/app", tt.why}})
		})
	}
}

func FuzzTraefik(f *testing.F) {
	f.Add(traefikObject("IngressRouteTCP", "  routes:\n  - match: HostSNI(`a`) && ALPN(`h2`)\n    services: [{name: v1, weight: 0}, {name: v2, port: web}]\n"))
	f.Add(traefikObject("IngressRouteUDP", "  routes:\n  - services: [{name: v1, weight: 0}]\n"))
	f.Add(traefikObject("IngressRoute", "  routes:\n  - match: '!(('\n    services: [{name: v1, weight: -1}, {name: v2}]\n"))
	f.Add(traefikObject("TraefikService", "  weighted: {sticky: {cookie: {}}, services: [{name: a, weight: 1}, {name: b, weight: 2147483647}]}\n"))
	f.Add(traefikObject("TraefikService", "  highestRandomWeight: {services: [{name: a, weight: 1e3}, null, []]}\n"))
	f.Add("tcp:\n  routers: {r: {service: app, rule: HostSNI(`*`)}}\n  services: {app: {weighted: {services: [{name: a, weight: 3}, {name: b}]}}}\n")
	f.Add("[[http.services.app.loadBalancer.servers]]\nurl = \"http://a\"\nweight = 3\n[[http.services.app.loadBalancer.servers]]\nurl = \"http://b\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := Read([]Input{{"-", []byte(text)}}, Options{})
		if err == nil {
			fairlyShared(t, r)
		}
	})
}

// fairlyShared checks what holds for every route: shares that come to 1, or none where it is refused.
func fairlyShared(t *testing.T, r *Reading) {
	t.Helper()
	for _, route := range r.Routes {
		var sum float64
		for _, b := range route.Backends {
			if b.Share < 0 || route.Verdict() == "refuse" && b.Share != 0 {
				t.Errorf("%s is %s and gives %s a share of %g", route.Path, route.Verdict(), b.Name, b.Share)
			}
			sum += b.Share
		}
		if route.Verdict() != "refuse" && !(math.Abs(sum-1) <= 1e-9) {
			t.Errorf("the shares of %s add up to %g", route.Path, sum)
		}
	}
}
