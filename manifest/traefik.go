package manifest

import (
	"math"
	"regexp"
	"strings"
)

// traefikWeights are Traefik's rules: 1 if omitted, and no server at all where every weight is 0. Kubernetes refuses
// negative ones for it; in a file they mean nothing that could be expected.
var traefikWeights = weights{
	system: "Traefik", absent: 1, low: 0, high: math.MaxInt32,
	refused: "so Traefik has no server to send to",
}

// ingressRoute reads an IngressRouteTCP, IngressRouteUDP or IngressRoute of Traefik. A route with one service has no
// balancer, so the weight of that one means nothing.
func ingressRoute(o object, _ *input) (routes []Route, skipped []Skipped) {
	protocol := strings.ToLower(strings.TrimPrefix(o.kind, "IngressRoute"))
	if protocol == "" {
		protocol = "http"
	}
	w := traefikWeights
	w.ignored = true
	for _, entry := range o.root.at("spec", "routes").list() {
		services := entry.at("services").list()
		if len(services) == 0 {
			continue
		}
		r := o.route(entry, protocol)
		r.addServices(services, w)
		r.noteRules(entry.at("match").text())
		routes = append(routes, r)
	}
	if routes == nil {
		return nil, o.skipped("it has no route with services")
	}
	return routes, nil
}

// traefikService reads a TraefikService, which is of the first type that it has in the order of Traefik.
func traefikService(o object, _ *input) ([]Route, []Skipped) {
	spec := o.root.at("spec")
	weighted, hashed := spec.at("weighted"), spec.at("highestRandomWeight")
	switch {
	case weighted.present():
		return o.balancer(weighted)
	case spec.at("mirroring").present():
		return nil, o.skipped("it mirrors: everything goes to " + spec.at("mirroring", "name").text())
	case hashed.present():
		return o.balancer(hashed)
	case spec.at("failover").present():
		main := spec.at("failover", "service", "name").text()
		return nil, o.skipped("it fails over: everything goes to " + main + " until it fails")
	}
	return nil, o.skipped("it is not weighted")
}

func (o object) balancer(f field) ([]Route, []Skipped) {
	services := f.at("services").list()
	if len(services) == 0 {
		return nil, o.skipped("it has no services")
	}
	r := o.route(f, "http")
	r.addServices(services, traefikWeights)
	r.noteBalancer(f)
	return []Route{r}, nil
}

// addServices adds the services of a Kubernetes object, of whichever kind they are.
func (r *Route) addServices(services []field, w weights) {
	for _, f := range services {
		name := f.at("name").text()
		r.add(Backend{Name: name, Host: name, Port: f.at("port").text()}, f.at("weight"), w)
	}
	r.finish(w)
}

// noteBalancer says which clients a balancer of HTTP does not divide.
func (r *Route) noteBalancer(f field) {
	if strings.HasSuffix(strings.ToLower(r.Path), "highestrandomweight") {
		r.note("highest random weight: a client address always gets the same service; probe with --source")
	}
	if loosely(f, "sticky", "cookie").present() {
		r.note("it is sticky: a client that keeps cookies stays with the service it got first")
	}
}

// noteRules sets what the route matches, which is any of the rules, and says what a probe must be like for it.
func (r *Route) noteRules(rules ...string) {
	r.Match = brief(strings.Join(rules, " or "))
	var needs []string
	for _, rule := range rules {
		need := ruleNeeds(r.Protocol, rule)
		if need == "" {
			return
		}
		needs = append(needs, need)
	}
	if len(needs) > 0 {
		r.note("a probe takes this route only with %s", strings.Join(needs, ", or with "))
	}
}

var (
	hostSNI       = regexp.MustCompile(`(?i)^HostSNI\(([^()]*)\)$`)
	hostSNIRegexp = regexp.MustCompile(`(?i)^HostSNIRegexp\((.*)\)$`)
)

// ruleNeeds is what a rule asks of a connection; empty if any will do. The rules of TCP are taken apart where they
// are only joined by &&, and are otherwise quoted as they are.
func ruleNeeds(protocol, rule string) string {
	if protocol != "tcp" || strings.Contains(rule, "||") || strings.Contains(rule, "!") {
		return rule
	}
	var needs []string
	for part := range strings.SplitSeq(rule, "&&") {
		need := strings.TrimSpace(part)
		if m := hostSNI.FindStringSubmatch(need); m != nil {
			names := withoutQuotes(m[1])
			if names == "*" {
				continue
			}
			need = "SNI " + names
		} else if m := hostSNIRegexp.FindStringSubmatch(need); m != nil {
			need = "SNI like " + withoutQuotes(m[1])
		}
		if need != "" {
			needs = append(needs, need)
		}
	}
	return strings.Join(needs, " and ")
}

func withoutQuotes(arguments string) string {
	return strings.TrimSpace(strings.NewReplacer("`", "", `"`, "").Replace(arguments))
}
