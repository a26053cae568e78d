package manifest

import (
	"strings"
	"testing"
)

func TestTraefikFiles(t *testing.T) {
	split := []Backend{backend("v1", "", 3, 0.75), backend("v2", "", 1, 0.25)}
	servers := []Backend{backend("http://a", "", 3, 0.75), {Name: "http://b", Host: "http://b", Weight: 1, Share: 0.25}}
	omitted := "http://b has no weight, which counts as 1 in Traefik: 25 %"
	two := "weighted: {services: [{name: v1, weight: 3}, {name: v2, weight: 1}]}"
	tests := []struct {
		name, file, text string
		want             []routing
	}{
		{"weighted services of TCP", "t.yaml", "tcp: {services: {app: {" + two + "}}}", []routing{
			{"app", "tcp.services.app.weighted", "tcp", "", split, nil, nil}}},
		{"the rule of the router that leads there", "t.yaml",
			"tcp:\n  routers: {r: {service: app, rule: HostSNI(`foo.com`)}}\n  services: {app: {" + two + "}}", []routing{
				{"app", "tcp.services.app.weighted", "tcp", "HostSNI(`foo.com`)", split,
					[]string{"a probe takes this route only with SNI foo.com"}, nil}}},
		{"rules of several routers, one with its provider", "t.yaml",
			"http:\n  routers:\n    r: {service: app, rule: Host(`a`)}\n    other: {service: api, rule: Host(`x`)}\n" +
				"    s: {service: app@file, rule: Host(`b`)}\n  services: {app: {" + two + "}}", []routing{
				{"app", "http.services.app.weighted", "http", "Host(`a`) or Host(`b`)", split,
					[]string{"a probe takes this route only with Host(`a`), or with Host(`b`)"}, nil}}},
		{"routers of which one takes any connection", "t.yaml",
			"tcp:\n  routers:\n    r: {service: app, rule: HostSNI(`a`)}\n    s: {service: app, rule: HostSNI(`*`)}\n" +
				"  services: {app: {" + two + "}}", []routing{
				{"app", "tcp.services.app.weighted", "tcp", "HostSNI(`a`) or HostSNI(`*`)", split, nil, nil}}},
		{"routers of another protocol lead elsewhere", "t.yaml",
			"http: {routers: {r: {service: app, rule: Host(`a`)}}}\nudp: {services: {app: {" + two + "}}}", []routing{
				{"app", "udp.services.app.weighted", "udp", "", split, nil, nil}}},
		{"several services in order, TCP before HTTP", "t.yaml",
			"http: {services: {c: {" + two + "}}}\ntcp: {services: {b: {" + two + "}, a: {" + two + "}}}", []routing{
				{"b", "tcp.services.b.weighted", "tcp", "", split, nil, nil},
				{"a", "tcp.services.a.weighted", "tcp", "", split, nil, nil},
				{"c", "http.services.c.weighted", "http", "", split, nil, nil}}},
		{"keys in any case, names as they are", "t.yaml",
			"TCP:\n  Routers: {r: {Service: App, Rule: HostSNI(`*`)}}\n" +
				"  services: {App: {Weighted: {Services: [{Name: v1, WEIGHT: 3}, {name: v2, weight: 1}]}}}", []routing{
				{"App", "TCP.services.App.Weighted", "tcp", "HostSNI(`*`)", split, nil, nil}}},
		{"TOML", "-", "[tcp.routers.r]\nrule = \"HostSNI(`*`)\"\nservice = \"app\"\n[[tcp.services.app.weighted.services]]\n" +
			"name = \"v1\"\nweight = 3\n[[tcp.services.app.weighted.services]]\nname = \"v2\"\nweight = 1\n", []routing{
			{"app", "tcp.services.app.weighted", "tcp", "HostSNI(`*`)", split, nil, nil}}},
		{"a sticky one", "t.yaml", "http: {services: {app: {weighted: {sticky: {cookie: {}}, services: [{name: v1, weight: 3}, {name: v2, weight: 1}]}}}}", []routing{
			{"app", "http.services.app.weighted", "http", "", split,
				[]string{"it is sticky: a client that keeps cookies stays with the service it got first"}, nil}}},
		{"by the client's address", "t.yaml", "http: {services: {app: {highestRandomWeight: {services: [{name: v1, weight: 3}, {name: v2, weight: 1}]}}}}", []routing{
			{"app", "http.services.app.highestRandomWeight", "http", "", split,
				[]string{"highest random weight: a client address always gets the same service; probe with --source"}, nil}}},
		{"servers with weights", "t.yaml", "http: {services: {app: {loadBalancer: {servers: [{url: http://a, weight: 3}, {url: http://b}]}}}}", []routing{
			{"app", "http.services.app.loadBalancer.servers", "http", "", servers, []string{omitted}, nil}}},
		{"servers with weights, by their load", "t.yaml", "http: {services: {app: {loadbalancer: {strategy: p2c, servers: [{url: http://a, weight: 3}, {url: http://b}]}}}}", []routing{
			{"app", "http.services.app.loadbalancer.servers", "http", "", servers, []string{omitted,
				"strategy p2c: the shares follow the servers' load or the clients' addresses, not only the weights"}, nil}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, skipped := routingsOf(t, tt.file, tt.text, -1)
			sameRoutings(t, got, tt.want)
			sameRoutings(t, skipped, []Skipped{})
		})
	}
}

func TestTraefikFilesThatAreRefused(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"a negative weight", "tcp:\n  services:\n    app:\n      weighted:\n        services:\n        - {name: v1, weight: -1}\n",
			"t.yaml:6: tcp.services.app.weighted.services[0].weight: -1 is not a number from 0 to 2147483647"},
		{"an only one with 0", "udp:\n  services:\n    app:\n      weighted:\n        services: [{name: v1, weight: 0}]\n",
			"t.yaml:5: udp.services.app.weighted: all weights are 0, so Traefik has no server to send to"},
		{"a server's weight that is no number", "http:\n  services:\n    app:\n      loadBalancer:\n        servers:\n        - {url: a, weight: x}\n        - {url: b}\n",
			`t.yaml:6: http.services.app.loadBalancer.servers[0].weight: "x" is not a number`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, _ := routingsOf(t, "t.yaml", tt.text, -1)
			if len(got) != 1 || strings.Join(got[0].Refusals, "\n") != tt.want {
				t.Errorf("got %+v, want %s", got, tt.want)
			}
		})
	}
}

func TestTraefikFilesThatDivideNothing(t *testing.T) {
	const none = "it has no weighted service"
	tests := []struct{ name, text, what, why string }{
		{"servers without weights", "http: {services: {app: {loadBalancer: {servers: [{url: a}, {url: b}]}}}}", "a Traefik configuration", none},
		{"one server with a weight", "http: {services: {app: {loadBalancer: {servers: [{url: a, weight: 3}]}}}}", "a Traefik configuration", none},
		{"servers of TCP, which have no weights", "tcp: {services: {app: {loadBalancer: {servers: [{address: a, weight: 3}, {address: b}]}}}}", "a Traefik configuration", none},
		{"no services in it", "tcp: {services: {app: {weighted: {services: []}}}}", "a Traefik configuration", none},
		{"routers only", "udp: {routers: {r: {service: app}}}", "a Traefik configuration", none},
		{"services that are no mapping are not Traefik's", "http: {services: [a]}", "an object without apiVersion and kind", ""},
		{"services elsewhere are not Traefik's", "services: {web: {image: x}}", "an object without apiVersion and kind", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, skipped := routingsOf(t, "t.yaml", tt.text, -1)
			sameRoutings(t, got, []routing{})
			sameRoutings(t, skipped, []Skipped{{Place{File: "t.yaml", Document: 1, Line: 1}, tt.what, tt.why}})
		})
	}
}
