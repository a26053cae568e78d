package manifest

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"
	istio "istio.io/api/networking/v1alpha3"
)

// istioWeights are the rules of Istio's own validation: an omitted weight is the 0 of its protocol buffers, several
// destinations need a sum above 0 that an int32 holds, and an only one takes everything.
var istioWeights = weights{
	system: "Istio", low: 0, high: math.MaxInt32, sum: math.MaxInt32, ignored: true,
	refused: "which Istio refuses",
}

// virtualService reads an Istio VirtualService: each entry of tcp, tls and http that has a list of destinations.
func virtualService(o object, all *input) (routes []Route, skipped []Skipped) {
	for _, protocol := range []string{"tcp", "tls", "http"} {
		for _, entry := range o.root.at("spec", protocol).list() {
			if !entry.at("route").present() { // a redirect, a delegate or an answer of its own
				continue
			}
			r := o.route(entry, protocol)
			r.Match = flat(entry.at("match"), " or ")
			for _, item := range entry.at("route").list() {
				r.addDestination(item, all)
			}
			r.listeners = flat(o.root.at("spec", "gateways"), " ")
			r.finish(istioWeights)
			r.noteNeeds(entry.at("match"))
			r.noteSubsets(all)
			routes = append(routes, r)
		}
	}
	if routes == nil {
		return nil, o.skipped("it has no route with destinations")
	}
	return routes, nil
}

func (r *Route) addDestination(item field, all *input) {
	var to istio.Destination
	text, err := item.at("destination").json()
	if err == nil && item.at("destination").present() {
		err = protojson.UnmarshalOptions{DiscardUnknown: true}.Unmarshal(text, &to)
	}
	if err != nil {
		r.refuse(item.at("destination"), "it is no destination: %s", plainly(err))
	}
	b := Backend{Name: to.GetSubset(), Host: to.GetHost(), Subset: to.GetSubset()}
	if b.Name == "" {
		b.Name = b.Host
	}
	if b.Host == "" {
		r.note("a destination names no host, which Istio refuses")
	}
	if n := to.GetPort().GetNumber(); n > 0 {
		b.Port = strconv.FormatUint(uint64(n), 10)
	}
	if b.Subset != "" {
		b.Labels = all.rules[longName(b.Host, r.Namespace)][b.Subset]
	}
	r.add(b, item.at("weight"), istioWeights)
}

// decoderPlace is where in JSON, which only we have seen, a protobuf decoder found an error.
var decoderPlace = regexp.MustCompile(`^proto:.(syntax error )?\(line \d+:\d+\): `)

// plainly is an error of a protobuf decoder without what its user has no use for.
func plainly(err error) string { return decoderPlace.ReplaceAllString(err.Error(), "") }

// noteNeeds says what a probe must be like to meet the route, when that is more than a port.
func (r *Route) noteNeeds(match field) {
	var needs []string
	need := func(what string, f field) {
		if text := flat(f, ", "); text != "" && !slices.Contains(needs, what+" "+text) {
			needs = append(needs, what+" "+text)
		}
	}
	for _, m := range match.list() {
		need("SNI", m.at("sniHosts"))
		need("header", m.at("headers"))
		need("no header", m.at("withoutHeaders"))
		need("method", m.at("method"))
		need("path", m.at("uri"))
		need("host", m.at("authority"))
		need("query", m.at("queryParams"))
		need("source", m.at("sourceLabels"))
		need("source namespace", m.at("sourceNamespace"))
	}
	if len(needs) > 0 {
		r.note("a probe takes this route only with %s", strings.Join(needs, ", or with "))
	}
}

// subsets are those that DestinationRules define for a host: the labels of each by its name.
type subsets map[string]string

// destinationRules are the subsets of each host that the objects have a rule for.
func destinationRules(objects []object) map[string]subsets {
	rules := make(map[string]subsets)
	for _, o := range objects {
		if o.group != "networking.istio.io" || o.kind != "DestinationRule" {
			continue
		}
		host := longName(o.root.at("spec", "host").text(), o.namespace)
		if rules[host] == nil {
			rules[host] = make(subsets)
		}
		for _, s := range o.root.at("spec", "subsets").list() {
			rules[host][s.at("name").text()] = brief(strings.Join(leaves(s.at("labels"), ""), ","))
		}
	}
	return rules
}

// longName is a service's name with its namespace, so that tcp-echo in shop is tcp-echo.shop and the same as
// tcp-echo.shop.svc.cluster.local.
func longName(host, namespace string) string {
	if before, _, ok := strings.Cut(host, ".svc"); ok {
		return before
	}
	if !strings.Contains(host, ".") && namespace != "" {
		return host + "." + namespace
	}
	return host
}

// noteSubsets says which subsets no DestinationRule defines. Without one at all, the rule may stand elsewhere.
func (r *Route) noteSubsets(all *input) {
	var missing, unknown []string
	for _, b := range r.Backends {
		rule, ruled := all.rules[longName(b.Host, r.Namespace)]
		_, known := rule[b.Subset]
		switch {
		case b.Subset == "" || known:
		case ruled:
			missing = append(missing, b.Subset)
		default:
			unknown = append(unknown, b.Subset)
		}
	}
	if len(unknown) > 0 {
		r.note("no DestinationRule in the input defines %s", words("subset", unknown))
	}
	if len(missing) > 0 {
		r.note("the DestinationRule in the input has no %s: connections that go there fail", words("subset", missing))
	}
}

// words is a noun with names: subset v1, or subsets v1 and v2.
func words(noun string, names []string) string {
	if names = slices.Compact(slices.Clone(names)); len(names) > 1 {
		noun += "s"
	}
	return noun + " " + listed(names)
}
