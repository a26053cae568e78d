package manifest

import (
	"fmt"
	"math"
	"slices"
	"strings"

	route "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	tcp "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/tcp_proxy/v3"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/known/emptypb"
)

// The rules of Envoy's own validation. A tcp_proxy takes no weight of 0; a route's may be 0, but not missing.
var (
	envoyTCP  = weights{system: "Envoy", required: true, low: 1, high: math.MaxUint32, sum: math.MaxUint32}
	envoyHTTP = weights{system: "Envoy", required: true, low: 0, high: math.MaxUint32, sum: math.MaxUint32,
		refused: "which Envoy refuses"}
)

// envoyConfig finds the weighted clusters of an Envoy configuration wherever they are in it: a bootstrap, a
// listener, a route configuration, a discovery response, and what the admin interface dumps nest them differently.
func envoyConfig(o object) ([]Route, []Skipped) {
	o.kind = "envoy"
	e := envoy{object: o, seen: make(map[string]bool)}
	e.walk(o.root, surroundings{})
	switch {
	case e.routes != nil:
		return e.routes, nil
	case e.plain != nil:
		return nil, []Skipped{{o.Place, "an Envoy configuration", "everything goes to " + words("cluster", e.plain)}}
	}
	return nil, nil
}

type envoy struct {
	object
	routes []Route
	plain  []string // clusters that get everything from a tcp_proxy or a route
	seen   map[string]bool
}

// surroundings are what stands around a place on the way to it.
type surroundings struct {
	name  string // of the listener or virtual host
	match []string
	needs []string // that a probe must have
}

func (e *envoy) walk(f field, around surroundings) {
	for _, item := range f.list() {
		e.walk(item, around)
	}
	around.look(f)
	weighted := f.at("weighted_clusters|weightedClusters")
	switch cluster := f.at("cluster").text(); {
	case weighted.present():
		e.add(f, weighted, around)
	case cluster != "" && (f.at("stat_prefix|statPrefix").present() || f.path.last() == "route"):
		if !e.seen[cluster] {
			e.seen[cluster] = true
			e.plain = append(e.plain, brief(cluster))
		}
	}
	for key, value := range f.pairs() {
		switch key {
		case "warming_state", "warmingState", "draining_state", "drainingState": // the active one has the say
		default:
			e.walk(value, around)
		}
	}
}

// look adds what a mapping says of all that is within it.
func (s *surroundings) look(f field) {
	name := f.at("name").text()
	if name != "" && (f.at("filter_chains|filterChains").present() || f.at("domains").present()) {
		s.name = name
	}
	if address := f.at("address", "socket_address|socketAddress"); address.present() {
		host := address.at("address").text()
		if strings.Contains(host, ":") {
			host = "[" + host + "]"
		}
		s.condition("address=" + host + ":" + address.at("port_value|portValue").text())
	}
	chain := f.at("filter_chain_match|filterChainMatch")
	if chain.present() {
		s.condition(flat(chain, " "))
		if names := flat(chain.at("server_names|serverNames"), " or "); names != "" {
			s.need("SNI " + names)
		}
	}
	if domains := flat(f.at("domains"), ","); domains != "" && domains != "*" {
		s.condition("domains=" + domains)
		s.need("host " + flat(f.at("domains"), " or "))
	}
	if match := f.at("match"); match.present() && f.at("route").present() {
		s.condition(flat(match, " "))
		if text := flat(match, " "); text != "prefix=/" {
			s.need(text)
		}
	}
}

// condition adds to a copy: the surroundings of other places must not change.
func (s *surroundings) condition(text string) { s.match = append(slices.Clone(s.match), text) }
func (s *surroundings) need(text string)      { s.needs = append(slices.Clone(s.needs), text) }

// add reads the weighted clusters that a tcp_proxy or a route, parent, has.
func (e *envoy) add(parent, weighted field, around surroundings) {
	rules, protocol := envoyTCP, "tcp"
	if parent.path.last() == "route" {
		rules, protocol = envoyHTTP, "http"
	}
	r := e.route(weighted, protocol)
	r.Name, r.Match = brief(around.name), brief(strings.Join(around.match, " "))
	for _, item := range weighted.at("clusters").list() {
		r.addCluster(item, rules)
	}
	if len(r.Backends) == 0 {
		r.refuse(weighted, "it has no clusters")
	}
	r.finish(rules)
	r.noteOverrides(weighted)
	if len(around.needs) > 0 {
		r.note("a probe takes this route only with %s", strings.Join(around.needs, ", "))
	}
	e.routes = append(e.routes, r)
}

func (r *Route) addCluster(item field, rules weights) {
	var name, header string
	var err error
	if r.Protocol == "tcp" {
		var c tcp.TcpProxy_WeightedCluster_ClusterWeight
		err = envoyMessage(item.without("weight"), &c)
		name = c.GetName()
	} else {
		var c route.WeightedCluster_ClusterWeight
		err = envoyMessage(item.without("weight"), &c)
		name, header = c.GetName(), c.GetClusterHeader()
	}
	if header != "" && name == "" {
		name = "header:" + header
		r.note("the header %s of a request names one of the clusters", header)
	}
	switch {
	case err != nil:
		r.refuse(item, "it is no weighted cluster: %s", plainly(err))
	case name == "":
		r.refuse(item, "it names no cluster")
	}
	r.add(Backend{Name: name, Host: name}, item.at("weight"), rules)
}

// noteOverrides notes what can divide connections otherwise than the weights say.
func (r *Route) noteOverrides(weighted field) {
	if prefix := weighted.at("runtime_key_prefix|runtimeKeyPrefix").text(); prefix != "" && len(r.Backends) > 0 {
		r.note("runtime keys, as %s.%s, may have other weights while Envoy runs", prefix, r.Backends[0].Name)
	}
	var sum float64
	for _, b := range r.Backends {
		sum += b.Weight
	}
	if total := weighted.at("total_weight|totalWeight").text(); total != "" && total != fmt.Sprint(sum) {
		r.note("total_weight is %s and the weights add up to %g: older versions of Envoy refuse that, newer ones go by the sum", total, sum)
	}
	if weighted.at("use_hash_policy|useHashPolicy").text() == "true" {
		r.note("the cluster is chosen by a hash: the same client may always get the same one")
	}
	if header := weighted.at("header_name|headerName").text(); header != "" {
		r.note("the header %s chooses the cluster where a request has it", header)
	}
}

// envoyMessage reads a message of Envoy's API. Extensions within it may be of any type, known here or not.
func envoyMessage(f field, into proto.Message) error {
	text, err := f.json()
	if err != nil {
		return err
	}
	return protojson.UnmarshalOptions{DiscardUnknown: true, Resolver: anyType{protoregistry.GlobalTypes}}.Unmarshal(text, into)
}

// anyType takes every extension that it does not know for an empty message, whose fields are then discarded.
type anyType struct{ *protoregistry.Types }

func (t anyType) FindMessageByURL(url string) (protoreflect.MessageType, error) {
	if known, err := t.Types.FindMessageByURL(url); err == nil {
		return known, nil
	}
	return (*emptypb.Empty)(nil).ProtoReflect().Type(), nil
}
