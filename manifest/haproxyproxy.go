package manifest

import "strings"

// haproxyProxy is a proxy, which is a frontend, a backend or both in one, or the defaults of others.
type haproxyProxy struct {
	haproxySettings
	Route
	section string // the word that it begins with
	binds   []string
	uses    []haproxyUse
	servers []server
	picks   string // the server of a use-server rule
}

// haproxySettings are what a section has from its defaults until it says otherwise.
type haproxySettings struct {
	mode       string
	balance    string
	backend    string // the default_backend
	pins       string // the keyword that keeps clients on their server
	allBackups bool
	disabled   bool
	server     haproxyOptions // by default-server

	unsure     string // why nobody but HAProxy knows what the section has
	unsureLine int
}

// haproxyUse is a use_backend rule.
type haproxyUse struct{ backend, condition string }

// haproxyKinds are the words that begin a section.
var haproxyKinds = map[string]bool{
	"global": true, "defaults": true, "frontend": true, "backend": true, "listen": true, "userlist": true,
	"peers": true, "mailers": true, "resolvers": true, "cache": true, "program": true, "http-errors": true,
	"ring": true, "log-forward": true, "fcgi-app": true, "crt-store": true, "traces": true, "log-profile": true,
	"acme": true,
}

// haproxyLines are the lines of a section that say something about how it divides connections.
var haproxyLines = map[string]func(s *haproxyProxy, words []string, line int){
	".if": nil, ".endif": nil, // of the file, not of a section
	"mode":            func(s *haproxyProxy, w []string, _ int) { s.mode = argument(w, 1) },
	"balance":         func(s *haproxyProxy, w []string, _ int) { s.balance = argument(w, 1) },
	"bind":            func(s *haproxyProxy, w []string, _ int) { s.binds = append(s.binds, argument(w, 1)) },
	"default_backend": func(s *haproxyProxy, w []string, _ int) { s.backend = argument(w, 1) },
	"use_backend": func(s *haproxyProxy, w []string, _ int) {
		s.uses = append(s.uses, haproxyUse{argument(w, 1), strings.Join(w[min(2, len(w)):], " ")})
	},
	"option":          func(s *haproxyProxy, w []string, _ int) { s.option(argument(w, 1), true) },
	"no":              func(s *haproxyProxy, w []string, _ int) { s.option(argument(w, 2), false) },
	"disabled":        func(s *haproxyProxy, _ []string, _ int) { s.disabled = true },
	"enabled":         func(s *haproxyProxy, _ []string, _ int) { s.disabled = false },
	"default-server":  func(s *haproxyProxy, w []string, _ int) { s.server.read(w[1:]) },
	"server":          func(s *haproxyProxy, w []string, line int) { s.addServer(w, line) },
	"server-template": func(s *haproxyProxy, w []string, line int) { s.addTemplate(w, line) },
	"use-server":      func(s *haproxyProxy, w []string, _ int) { s.picks = argument(w, 1) },
	"cookie":          func(s *haproxyProxy, _ []string, _ int) { s.pins = "cookie" },
	"persist":         func(s *haproxyProxy, _ []string, _ int) { s.pins = "persist" },
	"stick": func(s *haproxyProxy, w []string, _ int) {
		if how := argument(w, 1); how == "on" || how == "match" { // the others only fill the table
			s.pins = "stick " + how
		}
	},
}

func argument(words []string, i int) string {
	if i < len(words) {
		return words[i]
	}
	return ""
}

func (s *haproxyProxy) option(name string, on bool) {
	if name == "allbackups" {
		s.allBackups = on
	}
}

// route makes the route of a backend or listen that w leads to.
func (s *haproxyProxy) route(w *haproxyWay) Route {
	r := s.Route
	r.Protocol = map[string]string{"": "tcp", "tcp": "tcp", "http": "http"}[s.mode]
	if r.Protocol == "" { // log, spop
		r.Protocol = "any"
	}
	if s.unsure != "" {
		r.refuse(spot(s.unsureLine, r.Path), "%s", s.unsure)
	}
	if len(s.servers) > maxServers {
		r.refuse(spot(r.Line, r.Path), "it has more than %d servers", maxServers)
	}
	r.reached(w)
	if s.section == "listen" && s.backend != "" && s.backend != s.Name {
		r.note("default_backend sends what comes in here to %s", s.backend)
	} else if s.section == "listen" && len(s.uses) > 0 {
		r.note("use_backend sends what it matches elsewhere")
	}
	s.noteBalance(&r)
	refused := "so HAProxy closes every connection"
	if r.Protocol == "http" {
		refused = "so HAProxy answers 503"
	}
	r.divideServers(s.servers, s.allBackups, weights{system: "HAProxy", refused: refused})
	return r
}

// noteBalance says where weights are not shares of connections.
func (s *haproxyProxy) noteBalance(r *Route) {
	algorithm, _, _ := strings.Cut(s.balance, "(")
	switch algorithm {
	case "", "roundrobin", "static-rr", "random":
	case "leastconn":
		r.note("balance leastconn goes by the connections that are open: one after the other, they are shared equally")
	case "first":
		r.note("balance first fills the first server up to its maxconn before it uses the next: weights mean nothing")
	case "source":
		r.note("balance source pins a client address to one server: probe with --source")
	default:
		r.note("balance %s sends all that has one hash to one server, so weights are no shares of connections", s.balance)
	}
	if s.pins != "" && (s.pins != "cookie" || s.mode == "http") {
		r.note("%s keeps a client on the server that it had before, whatever the weights", s.pins)
	}
	if s.picks != "" {
		r.note("use-server sends what it matches to %s, whatever the weights", s.picks)
	}
}
