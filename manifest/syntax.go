package manifest

import (
	"bytes"
	"path"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// MaxSize is how long an input may be, in bytes. The largest object that Kubernetes keeps has 1.5 MB.
const MaxSize = 32 << 20

// maxFile is how long a file may be that a person writes, in bytes. Its parsers are not made for more.
const maxFile = 1 << 20

// input is what one or more inputs hold, before it is known which of it are routes.
type input struct {
	objects []object
	routes  []Route // of the proxies' own files
	skipped []Skipped
	step    *int
	rules   map[string]subsets // by the host that they are for
}

// read takes an input apart by its syntax.
func read(in Input) (input, error) {
	text := bytes.TrimPrefix(in.Data, []byte("\uFEFF"))
	whole := Place{File: in.Name}
	switch {
	case len(bytes.TrimSpace(text)) == 0:
		return input{}, &Problem{Place: whole, What: "it is empty"}
	case len(text) > MaxSize:
		return input{}, &Problem{Place: whole, What: "it is larger than 32 MiB", Hint: smaller}
	case deep(text):
		return input{}, &Problem{Place: whole, What: "its brackets are nested too deep"}
	}
	switch syntaxOf(in.Name, text) {
	case "haproxy":
		routes, skipped, err := readHAProxy(whole, text)
		return input{routes: routes, skipped: skipped}, err
	case "nginx":
		routes, skipped, err := readNginx(whole, text)
		return input{routes: routes, skipped: skipped}, err
	case "toml":
		return documents(in, text, parseTOML)
	case "hcl":
		return documents(in, text, parseHCL)
	case "json":
		return documents(in, text, parseJSON)
	}
	if beginsLikeJSON.Match(text) {
		if found, err := documents(in, text, parseJSON); err == nil {
			return found, nil
		}
	}
	return documents(in, text, parseYAML)
}

var (
	kubernetes     = regexp.MustCompile(`(?m)^[ \t-]*apiVersion[ \t]*:`)
	haproxySection = regexp.MustCompile(`(?m)^[ \t]*(global|defaults|frontend|backend|listen)\b[^:={"\n]*$`)
	haproxyKeyword = regexp.MustCompile(`(?m)^[ \t]*(server|server-template|bind|default_backend|mode|timeout|maxconn)[ \t]+\S`)
	nginxBlock     = regexp.MustCompile(`(?m)^[ \t]*(stream|http|upstream|split_clients|server|events)\b.*\{[ \t]*(#.*)?\r?$`)
	nginxDirective = regexp.MustCompile(`(?m)^[^#\n]*;[ \t]*(}|#|\r?$)`)
	hclAttribute   = regexp.MustCompile(`(?im)^[ \t]*"?kind"?[ \t]*=[ \t]*"`)
	tomlTable      = regexp.MustCompile(`(?m)^[ \t]*\[\[?[ \t]*["']?(tcp|http|udp)["']?[ \t]*\.`)
	beginsLikeJSON = regexp.MustCompile(`^\s*[{\[]\s*("|\{|\[|\}|\])`)
)

// syntaxOf says how a text is to be read: by its name's ending where that says it, and by how it looks otherwise.
// Whatever looks like nothing else is YAML.
func syntaxOf(name string, text []byte) string {
	switch strings.ToLower(path.Ext(name)) {
	case ".json":
		return "json"
	case ".yaml", ".yml":
		return "yaml"
	case ".toml":
		return "toml"
	case ".hcl":
		return "hcl"
	}
	text = text[:min(len(text), 1<<20)]
	switch {
	case kubernetes.Match(text): // whatever its strings hold
	case tomlTable.Match(text):
		return "toml"
	case hclAttribute.Match(text):
		return "hcl"
	case nginxBlock.Match(text) && nginxDirective.Match(text):
		return "nginx"
	case haproxySection.Match(text) && haproxyKeyword.Match(text):
		return "haproxy"
	}
	return "yaml"
}

// deep reports whether brackets are nested deeper than any of the parsers is to be troubled with; some of them
// call themselves for each. Those within quotes and comments count too, which only makes the bound stricter.
func deep(text []byte) bool {
	const limit = 5000
	depth := 0
	for _, c := range text {
		switch c {
		case '{', '[':
			if depth++; depth > limit {
				return true
			}
		case '}', ']':
			depth = max(depth-1, 0)
		}
	}
	return false
}

// crowded reports whether a text could have so many values that their tree would not fit into a modest memory, where
// each takes one of the separators.
func crowded(text []byte, separators ...string) bool {
	n := 0
	for _, separator := range separators {
		n += bytes.Count(text, []byte(separator))
	}
	return n > maxValues
}

// smaller is the hint for a text that is too large.
const smaller = "take out of it the object that is meant"

func tooMany() *Problem {
	return &Problem{What: "it has too many values to be a manifest", Hint: smaller}
}

// parser turns a text into the trees of its documents.
type parser func(text []byte) ([]*yaml.Node, *Problem)

// documents reads a text of objects.
func documents(in Input, text []byte, parse parser) (input, error) {
	roots, problem := parse(text)
	for i, root := range roots {
		if problem != nil {
			break
		}
		if roots[i], problem = resolve(root); problem != nil {
			problem.Document, problem.only = i+1, len(roots) == 1
		}
	}
	if problem != nil {
		problem.File = in.Name
		if problem.Hint == "" && bytes.Contains(text, []byte("{{")) {
			problem.Hint = rendering
		}
		return input{}, problem
	}
	var found input
	for i, root := range roots {
		place := Place{File: in.Name, Document: i + 1, Line: root.Line, only: len(roots) == 1}
		found.open(place, field{node: root}, object{})
	}
	return found, nil
}
