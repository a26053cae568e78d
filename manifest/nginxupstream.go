package manifest

import (
	"math"
	"net"
	"slices"
	"strconv"
	"strings"
)

// upstream reads a list of servers and how they are chosen from.
func (f *nginxFile) upstream(d *directive, protocol string) {
	f.blocks++
	name := argument(d.words, 0)
	r := Route{Place: f.place(d), Kind: "nginx", Name: name, Path: "upstream " + name, Protocol: protocol}
	var servers []server
	for _, line := range d.block {
		if line.name == "server" {
			if len(servers) <= maxServers && len(r.Refusals) < maxRefusals {
				servers = append(servers, r.nginxServer(line))
			}
			continue
		}
		if line.name == "include" && len(r.Refusals) == 0 {
			r.refuse(spot(line.line, r.Path), "it may have more servers: include %s is not followed", argument(line.words, 0))
		}
		r.noteMethod(line)
	}
	switch {
	case len(servers) == 0 && len(r.Refusals) == 0:
		f.skip(d, "it has no servers")
		return
	case len(servers) > maxServers:
		r.refuse(r.spot(), "it has more than %d servers", maxServers)
	case !slices.ContainsFunc(servers, func(s server) bool { return !s.backup }):
		r.refuse(r.spot(), "all servers are backups, which nginx refuses")
	}
	r.divideServers(servers, true, weights{system: "nginx", refused: "so nginx has none to connect to"})
	f.routes = append(f.routes, r)
}

// nginxServer reads a server of an upstream: its address and its parameters.
func (r *Route) nginxServer(d *directive) server {
	address := argument(d.words, 0)
	host, port := hostPort(address)
	s := server{Backend: Backend{Name: address, Host: host, Port: port, Weight: 1}}
	path := r.Path + ", server " + address
	if address == "" {
		r.refuse(spot(d.line, path), "it has no address")
	}
	for _, word := range d.words[min(1, len(d.words)):] {
		key, value, _ := strings.Cut(word, "=")
		switch key {
		case "weight":
			n, err := strconv.ParseUint(value, 10, 64)
			if err != nil || n < 1 || n > math.MaxInt32 {
				r.refuse(spot(d.line, path+", weight"), "%q is not a whole number from 1 to %d", value, math.MaxInt32)
			}
			s.Weight, s.Given = float64(n), true
		case "backup":
			s.backup = true
		case "down":
			s.down = true
		case "slow_start":
			r.note("slow_start keeps the weight of %s lower for a while after it comes up", address)
		}
	}
	if !strings.HasPrefix(address, "unix:") && net.ParseIP(strings.Trim(host, "[]")) == nil {
		r.note("%s has its weight once for each address that DNS gives", address)
	}
	return s
}

// noteMethod says where weights are not shares of connections.
func (r *Route) noteMethod(d *directive) {
	switch d.name {
	case "ip_hash":
		r.note("ip_hash pins a client address to one server: probe with --source")
	case "hash":
		r.noteKey(argument(d.words, 0), "server")
	case "least_conn", "random", "least_time":
		r.note("%s weighs the connections that are open at a time, so long ones shift the shares", d.name)
	case "balancer_by_lua_block", "balancer_by_lua_file":
		r.note("%s chooses the server, whatever the weights", d.name)
	case "sticky":
		r.note("sticky keeps a client on the server that it had before, whatever the weights")
	}
}

// spot is where the route stands.
func (r *Route) spot() field { return spot(r.Line, r.Path) }
