package manifest

import (
	"slices"
	"strings"
)

// nginxFile is what has been read of a file.
type nginxFile struct {
	at      Place
	routes  []Route
	skipped []Skipped
	listens map[string][]string // of the servers that pass connections to an upstream or a variable, by its name
	maps    map[string][]string // the variables of the maps that have a value
	blocks  int                 // upstream and split_clients
}

// readNginx reads each upstream and split_clients block of an nginx configuration, which may be a part of one.
func readNginx(at Place, text []byte) ([]Route, []Skipped, error) {
	at.only = true
	tree, problem := nginxTree(text)
	if problem != nil {
		problem.File, problem.only = at.File, true
		return nil, nil, problem
	}
	f := nginxFile{at: at, listens: make(map[string][]string), maps: make(map[string][]string)}
	if problem := f.read(tree, "any"); problem != nil {
		return nil, nil, problem
	}
	for i := range f.routes {
		f.reach(&f.routes[i])
	}
	if f.blocks == 0 {
		f.skipped = append(f.skipped, Skipped{at, "an nginx configuration", "it has no upstream and no split_clients"})
	}
	return f.routes, f.skipped, nil
}

// read reads the blocks of a list, which is that of the file, of its stream or of its http.
func (f *nginxFile) read(list []*directive, protocol string) *Problem {
	const most = 50_000
	for _, d := range list {
		if len(f.routes) > most {
			return &Problem{Place: f.place(d), What: "it has too many blocks"}
		}
		var problem *Problem
		switch d.name {
		case "stream":
			problem = f.read(d.block, "tcp")
		case "http":
			problem = f.read(d.block, "http")
		case "upstream":
			f.upstream(d, protocol)
		case "split_clients":
			f.splitClients(d, protocol)
		case "server":
			f.server(d)
		case "map":
			f.mapped(d)
		case "include":
			f.skip(d, "includes are not followed")
		}
		if problem != nil {
			return problem
		}
	}
	return nil
}

// place is where a directive stands.
func (f *nginxFile) place(d *directive) Place {
	p := f.at
	p.Line = d.line
	return p
}

func (f *nginxFile) skip(d *directive, why string) {
	what := d.name
	if len(d.words) > 0 {
		what += " " + d.words[0]
	}
	f.skipped = append(f.skipped, Skipped{f.place(d), what, why})
}

// server notes where a server block passes its connections to.
func (f *nginxFile) server(d *directive) {
	var listens, targets []string
	var visit func(list []*directive)
	visit = func(list []*directive) {
		for _, d := range list {
			switch {
			case d.name == "listen":
				listens = append(listens, strings.Join(d.words[:min(1, len(d.words))], ""))
			case strings.HasSuffix(d.name, "_pass"):
				targets = append(targets, nginxTarget(argument(d.words, 0)))
			case d.name == "include":
				f.skip(d, "includes are not followed")
			}
			visit(d.block)
		}
	}
	visit(d.block)
	listen := few(listens, ",")
	for _, target := range targets {
		if known := f.listens[target]; len(known) <= mostOfFew && listen != "" {
			f.listens[target] = append(known, listen)
		}
	}
}

// nginxTarget is the upstream or variable in the address of a proxy_pass, which has a scheme and a path in http.
func nginxTarget(address string) string {
	if _, rest, ok := strings.Cut(address, "://"); ok {
		address, _, _ = strings.Cut(rest, "/")
	}
	return address
}

// mapped notes the values of a map.
func (f *nginxFile) mapped(d *directive) {
	variable := argument(d.words, 1)
	for _, line := range d.block {
		if value := argument(line.words, 0); len(f.maps[value]) <= mostOfFew {
			f.maps[value] = append(f.maps[value], variable)
		}
	}
}

// reach says on the route what leads to it.
func (f *nginxFile) reach(r *Route) {
	if listens := slices.Compact(slices.Clone(f.listens[r.Name])); len(listens) > 0 {
		r.Match = "listen=" + few(listens, ",")
		return
	}
	if variables := f.maps[r.Name]; len(variables) > 0 {
		r.note("a probe reaches it only where map %s says so", few(slices.Compact(slices.Clone(variables)), " or map "))
	}
}
