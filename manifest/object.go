package manifest

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// object is one object of a document.
type object struct {
	Place
	root       field
	group      string // of its API, without the version; empty for what is no Kubernetes object
	apiVersion string
	kind       string
	namespace  string
	name       string
}

// open finds the objects of a document: itself, or those of a list. Items of a list of one kind, as an API server
// gives them, may leave out apiVersion and kind; list is what they are in.
func (in *input) open(place Place, root field, list object) {
	obj := object{
		Place: place, root: root,
		apiVersion: brief(root.at("apiVersion").text()), kind: brief(root.at("kind").text()),
		namespace: brief(root.at("metadata", "namespace").text()), name: brief(root.at("metadata", "name").text()),
	}
	if kind, ok := strings.CutSuffix(list.kind, "List"); ok && kind != "" && obj.kind == "" && obj.apiVersion == "" {
		obj.apiVersion, obj.kind = list.apiVersion, kind
	}
	obj.group, _, _ = strings.Cut(obj.apiVersion, "/")
	items := root.at("items").list()
	if root.node.Kind == yaml.SequenceNode && len(root.list()) > 0 && root.list()[0].at("apiVersion").present() {
		items = root.list()
	}
	switch {
	case !root.present():
	case len(items) > 0 && (obj.kind == "" || strings.HasSuffix(obj.kind, "List")):
		for i, item := range items {
			place.Item, place.Line = i+1, item.line()
			in.open(place, field{node: item.node}, obj)
		}
	case strings.HasSuffix(obj.kind, "List") && root.at("items").node != nil:
		in.skip(obj, "it has no items")
	default:
		in.objects = append(in.objects, obj)
	}
}

func (in *input) skip(obj object, why string) {
	in.skipped = append(in.skipped, Skipped{obj.Place, obj.String(), why})
}

// String is the object in words.
func (o object) String() string {
	switch {
	case o.kind != "":
	case mapping(o.root):
		return "an object without apiVersion and kind"
	case o.root.node.Kind == yaml.SequenceNode:
		return "a list of something else"
	default:
		return "text that is no manifest"
	}
	return strings.TrimSpace(o.kind + " " + qualified(o.namespace, o.name))
}

// readers are the kinds of Kubernetes objects that divide connections, by the group of their API and their kind.
var readers = map[string]func(object, *input) ([]Route, []Skipped){
	"networking.istio.io/VirtualService":   virtualService,
	"gateway.networking.k8s.io/TCPRoute":   gatewayRoute,
	"gateway.networking.k8s.io/TLSRoute":   gatewayRoute,
	"gateway.networking.k8s.io/UDPRoute":   gatewayRoute,
	"gateway.networking.k8s.io/HTTPRoute":  gatewayRoute,
	"gateway.networking.k8s.io/GRPCRoute":  gatewayRoute,
	"split.smi-spec.io/TrafficSplit":       trafficSplit,
	"consul.hashicorp.com/ServiceSplitter": serviceSplitter,
	"traefik.io/IngressRouteTCP":           ingressRoute,
	"traefik.io/IngressRouteUDP":           ingressRoute,
	"traefik.io/IngressRoute":              ingressRoute,
	"traefik.io/TraefikService":            traefikService,
	"traefik.containo.us/IngressRouteTCP":  ingressRoute,
	"traefik.containo.us/IngressRouteUDP":  ingressRoute,
	"traefik.containo.us/IngressRoute":     ingressRoute,
	"traefik.containo.us/TraefikService":   traefikService,
	"argoproj.io/Rollout":                  rollout,
	"flagger.app/Canary":                   canary,
}

// routes are those of the object, as the system reads them that it is meant for.
func (o object) routes(all *input) ([]Route, []Skipped) {
	if read, ok := readers[o.group+"/"+o.kind]; ok {
		return read(o, all)
	}
	if o.apiVersion == "" {
		for _, read := range []func(object) ([]Route, []Skipped){splitterEntry, traefikFile, envoyConfig} {
			if routes, skipped := read(o); routes != nil || skipped != nil {
				return routes, skipped
			}
		}
	}
	return nil, []Skipped{{Place: o.Place, What: o.String(), Why: o.stranger()}}
}

// hasSteps reports whether the object is a canary of a system that goes by steps.
func (o object) hasSteps() bool {
	return o.group == "argoproj.io" && o.kind == "Rollout" || o.group == "flagger.app" && o.kind == "Canary"
}

// stranger says why an object is not read although its kind looks like one that is.
func (o object) stranger() string {
	for known := range readers {
		group, kind, _ := strings.Cut(known, "/")
		switch {
		case strings.EqualFold(kind, o.kind) && kind != o.kind && group == o.group:
			return "the kind is written " + kind
		case kind == o.kind && group != o.group && !strings.HasPrefix(known, "traefik"):
			return "its API is " + o.apiVersion + ", not " + group
		}
	}
	return ""
}

// route is the beginning of a route of the object, whose backends stand in f.
func (o object) route(f field, protocol string) Route {
	place := o.Place
	if f.line() > 0 {
		place.Line = f.line()
	}
	return Route{
		Place: place, Kind: o.kind, APIVersion: o.apiVersion, Namespace: o.namespace, Name: o.name,
		Path: brief(f.path.String()), Protocol: protocol,
	}
}

// skipped is the object as one that divides nothing, and why.
func (o object) skipped(why string) []Skipped { return []Skipped{{o.Place, o.String(), why}} }
