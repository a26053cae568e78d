package manifest

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

// proxyRoute is a route in a few words.
type proxyRoute struct {
	Line     int
	Name     string // its path
	Protocol string
	Match    string
	Servers  string // name=weight, with ' behind a weight that is not written there; empty for a refused route
	Notes    []string
	Refusals []string
}

func inWords(r Route) proxyRoute {
	var servers []string
	for _, b := range r.Backends {
		mark := "'"
		if b.Given {
			mark = ""
		}
		servers = append(servers, fmt.Sprintf("%s=%g%s", b.Name, b.Weight, mark))
	}
	if len(r.Refusals) > 0 { // its weights are of no account
		servers = nil
	}
	return proxyRoute{r.Line, r.Path, r.Protocol, r.Match, strings.Join(servers, " "), r.Notes, r.Refusals}
}

// readProxy reads a configuration and gives its routes and what was skipped in words.
func readProxy(t *testing.T, name, text string) (routes []proxyRoute, skipped []string) {
	t.Helper()
	reading, err := Read([]Input{{name, []byte(text)}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range reading.Routes {
		routes = append(routes, inWords(r))
		checkShares(t, r)
	}
	for _, s := range reading.Skipped {
		skipped = append(skipped, fmt.Sprintf("%s: %s: %s", s.Place, s.What, s.Why))
	}
	return routes, skipped
}

// checkShares holds for every route, whatever it was read from.
func checkShares(t *testing.T, r Route) {
	t.Helper()
	var sum float64
	for _, b := range r.Backends {
		sum += b.Share
		if b.Share < 0 || b.Weight < 0 || (b.Share > 0) != (b.Weight > 0) && len(r.Refusals) == 0 {
			t.Errorf("%s: %s has a share of %g with a weight of %g", r.Path, b.Name, b.Share, b.Weight)
		}
	}
	want := 1.0
	if r.Verdict() == "refuse" {
		want = 0
	}
	if math.Abs(sum-want) > 1e-9 {
		t.Errorf("%s: the shares of %+v add up to %g, and not %g", r.Path, r.Backends, sum, want)
	}
}

func TestProxiesTellOfFewMistakes(t *testing.T) {
	for name, text := range map[string]string{
		"no address":          "backend web\n" + strings.Repeat("server one\n", 900),
		"a template":          "backend web\nserver-template one 200 b weight x\n",
		"no address in nginx": "upstream web {\n" + strings.Repeat("server;\n", 900) + "}\n",
		"no values in nginx":  "split_clients a $b {\n" + strings.Repeat("1;\n", 900) + "}\n",
	} {
		reading, err := Read([]Input{{"x.conf", []byte(text)}}, Options{})
		if err != nil || len(reading.Routes) != 1 || len(reading.Routes[0].Refusals) != 20 {
			t.Errorf("%s: %v, %+v", name, err, reading)
		}
	}
}

func TestHostPort(t *testing.T) {
	tests := []struct{ address, host, port string }{
		{"10.0.0.1:80", "10.0.0.1", "80"},
		{"a.example", "a.example", ""},
		{"[::1]:80", "::1", "80"},
		{"unix:/run/a:b", "unix:/run/a:b", ""},
	}
	for _, tt := range tests {
		if host, port := hostPort(tt.address); host != tt.host || port != tt.port {
			t.Errorf("%s is %q and %q, want %q and %q", tt.address, host, port, tt.host, tt.port)
		}
	}
}
