package manifest

import (
	"slices"
	"strings"
)

// haproxyWay is how connections reach a backend.
type haproxyWay struct {
	binds      []string
	conditions []string // of which one must hold, unless it is always reached
	always     bool
}

// routes makes the routes of all sections with servers.
func (f *haproxyFile) routes() (routes []Route, skipped []Skipped) {
	ways, all := f.ways()
	for _, s := range f.sections {
		why := ""
		switch {
		case s.section == "frontend":
			continue
		case len(s.servers) == 0 && len(s.Refusals) == 0 && s.unsure == "":
			why = "it has no servers"
		case s.disabled:
			why = "it is disabled"
		}
		if why != "" {
			skipped = append(skipped, Skipped{s.Place, s.Path, why})
			continue
		}
		r := s.route(ways[s.Name])
		if ways[s.Name] == nil && all {
			r.note("no frontend in the file leads to it")
		}
		routes = append(routes, r)
	}
	return routes, skipped
}

// ways are those to each backend by its name, and whether they are all that there are: a file of backends alone
// has its frontends elsewhere, and a use_backend with an expression may lead anywhere.
func (f *haproxyFile) ways() (ways map[string]*haproxyWay, all bool) {
	ways = make(map[string]*haproxyWay)
	dynamic := false
	for _, s := range f.sections {
		if s.section == "backend" {
			continue
		}
		all = true
		binds, elsewhere := few(s.binds, ","), false
		for _, use := range s.uses {
			dynamic = dynamic || strings.Contains(use.backend, "%[")
			elsewhere = elsewhere || use.backend != s.backend
			lead(ways, use.backend, binds, use.condition)
		}
		switch {
		case s.backend != "" && elsewhere:
			lead(ways, s.backend, binds, "if no use_backend of "+s.Path+" takes it before")
		case s.backend != "":
			lead(ways, s.backend, binds, "")
		}
		if s.section == "listen" && len(s.binds) > 0 {
			lead(ways, s.Name, binds, "")
		}
	}
	return ways, all && !dynamic
}

// lead adds a way to a backend, as far as few tells of it.
func lead(ways map[string]*haproxyWay, backend, binds, condition string) {
	w := ways[backend]
	if w == nil {
		w = new(haproxyWay)
		ways[backend] = w
	}
	if len(w.binds) <= mostOfFew && binds != "" && !slices.Contains(w.binds, binds) {
		w.binds = append(w.binds, binds)
	}
	if w.always = w.always || condition == ""; len(w.conditions) <= mostOfFew {
		w.conditions = append(w.conditions, condition)
	}
}

// reached says on the route what leads to it.
func (r *Route) reached(w *haproxyWay) {
	if w == nil {
		return
	}
	if len(w.binds) > 0 {
		r.Match = "bind=" + few(w.binds, ",")
	}
	if !w.always {
		r.note("a probe reaches it only %s", few(w.conditions, ", or "))
	}
}
