package manifest

import "strings"

// shadowed notes TCP routes whose connections another route of the same gateway takes before them: Istio goes by
// the first that matches, and gateways of the Gateway API by the oldest, which no manifest tells.
func shadowed(routes []Route) {
	first := make(map[string]int)
	for i := range routes {
		r := &routes[i]
		if r.Protocol != "tcp" || r.listeners == "" || strings.HasSuffix(r.Match, "…") {
			continue
		}
		system := "Istio takes the first"
		if r.Kind != "VirtualService" {
			system = "the gateway takes the older object"
		}
		listener := r.Kind + "\n" + r.listeners + "\n"
		for match := range strings.SplitSeq(r.Match, " or ") {
			earlier, taken := first[listener] // by one that asks for nothing
			if !taken {
				earlier, taken = first[listener+match]
			}
			switch {
			case !taken:
				first[listener+match] = i
			case earlier != i:
				r.note("%s, %s, takes the same connections, and %s", routes[earlier].Object(), routes[earlier].Path, system)
			}
		}
	}
}
