package manifest

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// traefikFile reads a dynamic configuration of Traefik's file provider: its weighted services, and those of several
// servers with weights. It returns nothing at all for a document that is none.
func traefikFile(o object) (routes []Route, skipped []Skipped) {
	o.kind = "traefik"
	configuration := false
	for _, protocol := range []string{"tcp", "http", "udp"} {
		services, routers := loosely(o.root, protocol, "services"), loosely(o.root, protocol, "routers")
		configuration = configuration || mapping(services) || mapping(routers)
		rules := rulesOf(routers)
		for name, service := range services.pairs() {
			o.name = brief(name)
			r, ok := o.fileService(protocol, service)
			if !ok {
				continue
			}
			r.noteRules(rules[name]...)
			routes = append(routes, r)
		}
	}
	if configuration && routes == nil {
		return nil, []Skipped{{o.Place, "a Traefik configuration", "it has no weighted service"}}
	}
	return routes, nil
}

// fileService reads a service, if it is of a type that has weights.
func (o object) fileService(protocol string, service field) (r Route, ok bool) {
	for _, balancer := range []string{"weighted", "highestRandomWeight"} {
		f := loosely(service, balancer)
		if items := loosely(f, "services").list(); len(items) > 0 {
			r = o.route(f, protocol)
			r.addNamed(items, "name")
			r.noteBalancer(f)
			return r, true
		}
	}
	balancer := loosely(service, "loadBalancer")
	servers := loosely(balancer, "servers")
	if protocol != "http" || len(servers.list()) < 2 || !weighted(servers) { // only servers of HTTP have weights
		return r, false
	}
	r = o.route(servers, protocol)
	r.addNamed(servers.list(), "url")
	r.noteBalancer(balancer)
	if strategy := loosely(balancer, "strategy").text(); strategy != "" && strategy != "wrr" {
		r.note("strategy %s: the shares follow the servers' load or the clients' addresses, not only the weights", strategy)
	}
	return r, true
}

// weighted reports whether any of the servers has a weight.
func weighted(servers field) bool {
	for _, server := range servers.list() {
		if loosely(server, "weight").present() {
			return true
		}
	}
	return false
}

func (r *Route) addNamed(items []field, key string) {
	for _, f := range items {
		name := loosely(f, key).text()
		r.add(Backend{Name: name, Host: name}, loosely(f, "weight"), traefikWeights)
	}
	r.finish(traefikWeights)
}

// rulesOf are the rules of the routers by the service that they lead to, which may be named with its provider.
func rulesOf(routers field) map[string][]string {
	rules := make(map[string][]string)
	for _, router := range routers.pairs() {
		service := strings.TrimSuffix(loosely(router, "service").text(), "@file")
		if rule := loosely(router, "rule").text(); rule != "" {
			rules[service] = append(rules[service], rule)
		}
	}
	return rules
}

func mapping(f field) bool { return f.node != nil && f.node.Kind == yaml.MappingNode }
