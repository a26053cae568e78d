package manifest

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	gateway "sigs.k8s.io/gateway-api/apis/v1"
)

// gatewayWeights are the rules of the Gateway API's BackendRef: 1 if omitted, up to a million, and nothing but
// refused connections where all are 0.
var gatewayWeights = weights{
	system: "the Gateway API", absent: 1, low: 0, high: 1_000_000,
	refused: "so the gateway refuses every connection, and there is no version to expect",
}

// gatewayRoute reads a route of the Gateway API. All kinds and versions of it have the same BackendRef.
func gatewayRoute(o object, _ *input) (routes []Route, skipped []Skipped) {
	protocol := strings.ToLower(strings.TrimSuffix(o.kind, "Route"))
	for _, rule := range o.root.at("spec", "rules").list() {
		if len(rule.at("backendRefs").list()) == 0 { // a redirect
			continue
		}
		r := o.route(rule, protocol)
		r.Match = flat(rule.at("matches"), " or ")
		for _, ref := range rule.at("backendRefs").list() {
			r.addBackendRef(ref)
		}
		r.listeners = flat(o.root.at("spec", "parentRefs"), " ")
		r.finish(gatewayWeights)
		r.noteHosts(flat(o.root.at("spec", "hostnames"), " or "))
		routes = append(routes, r)
	}
	if routes == nil {
		return nil, o.skipped("it has no rule with backendRefs")
	}
	return routes, nil
}

// noteHosts says what a probe must be like to meet the route.
func (r *Route) noteHosts(names string) {
	var needs []string
	switch {
	case names != "" && r.Protocol == "tls":
		needs = append(needs, "SNI "+names)
	case names != "":
		needs = append(needs, "host "+names)
	}
	if r.Match != "" {
		needs = append(needs, r.Match)
	}
	if len(needs) > 0 {
		r.note("a probe takes this route only with %s", strings.Join(needs, " and with "))
	}
}

func (r *Route) addBackendRef(f field) {
	var ref gateway.BackendObjectReference
	if err := f.decode(&ref); err != nil {
		what := err.Error()
		if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			what = fmt.Sprintf("%s is of the wrong type, %s", wrong.Field, wrong.Value)
		}
		r.refuse(f, "it is no backendRef: %s", what)
	}
	b := Backend{Name: string(ref.Name), Host: string(ref.Name)}
	if ref.Port != nil {
		b.Port = strconv.Itoa(int(*ref.Port))
	}
	r.add(b, f.at("weight"), gatewayWeights)
}
