package manifest

import (
	"net"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/tcpshift/tcpshift/stats"
)

// What the files of HAProxy and nginx have in common: lists of servers, of which some are kept in reserve.

// Bounds of a route of a proxy: as many destinations as a split may have versions, and as many mistakes as are told.
const (
	maxServers  = stats.MaxVersions
	maxRefusals = 20
)

// server is a destination of a proxy, with what keeps it from its weight.
type server struct {
	Backend
	backup bool // it is used only while no other can be
	down   bool // it is never used
}

// divideServers makes the route's backends of servers. Those with backup take over where no other has a weight above 0:
// the first of them alone, or all of them.
func (r *Route) divideServers(servers []server, allBackups bool, w weights) {
	first := -1 // the first backup that takes over
	for i, s := range servers {
		if s.backup && !s.down && s.Weight > 0 && first < 0 {
			first = i
		}
	}
	for _, s := range servers {
		if !s.backup && !s.down && s.Weight > 0 {
			first = -1
		}
	}
	var all, used []Backend
	var places []int // of those used among all
	for i, s := range servers {
		switch {
		case s.down:
			r.note("%s is disabled: it gets nothing", s.Name)
		case s.backup && first < 0:
			r.note("%s is a backup: it gets nothing while others live", s.Name)
		case s.backup && i != first && !allBackups:
			r.note("%s is a backup: it gets nothing while %s lives", s.Name, servers[first].Name)
		default:
			if s.backup {
				r.note("%s is a backup, and in use because no other server can be", s.Name)
			}
			places, used = append(places, i), append(used, s.Backend)
		}
		all = append(all, s.Backend)
		all[i].Weight = 0
	}
	r.Backends = used
	if len(used) == 0 && len(r.Refusals) == 0 {
		r.refuse(spot(r.Line, r.Path), "no server is in use, %s", w.refused)
	}
	r.finish(w)
	for i, b := range r.Backends {
		all[places[i]] = b
	}
	r.Backends = all
}

// spot is a place in a file that is no tree.
func spot(line int, path string) field {
	return field{node: &yaml.Node{Line: line}, path: &way{name: path, plain: true}}
}

// hostPort divides an address where it has a port. Paths of sockets have none.
func hostPort(address string) (host, port string) {
	if strings.ContainsRune(address, '/') {
		return address, ""
	}
	if host, port, err := net.SplitHostPort(address); err == nil {
		return host, port
	}
	return address, ""
}

// mostOfFew is how much of a list few tells, so that the match of a proxy with a thousand ports stays short.
const mostOfFew = 4

// few are the first of a list in words.
func few(items []string, between string) string {
	const longest = 200
	text := strings.Join(items[:min(len(items), mostOfFew)], between)
	switch {
	case len(text) > longest:
		return strings.ToValidUTF8(text[:longest], "") + "…"
	case len(items) > mostOfFew:
		return text + between + "…"
	}
	return text
}
