package manifest

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// parseYAML reads a stream of YAML documents. The library keeps the lines, which the one that Kubernetes uses on
// top of it drops; both read numbers alike.
func parseYAML(text []byte) ([]*yaml.Node, *Problem) {
	if crowded(text, ",", ": ", ":\n", "[", "{", "- ", "-\n", "? ") {
		return nil, tooMany()
	}
	var roots []*yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	for {
		var document yaml.Node
		err := decoder.Decode(&document)
		if errors.Is(err, io.EOF) {
			return roots, nil
		}
		if err != nil {
			return nil, yamlProblem(err, text)
		}
		if document.Kind == yaml.DocumentNode && len(document.Content) > 0 {
			roots = append(roots, &document)
		}
	}
}

var yamlLine = regexp.MustCompile(`^line (\d+): `)

// yamlProblem is the library's error with its line, and a word on the two usual causes.
func yamlProblem(err error, text []byte) *Problem {
	what := strings.TrimPrefix(err.Error(), "yaml: ")
	p := &Problem{What: "no YAML: " + what}
	m := yamlLine.FindStringSubmatch(what)
	if m == nil {
		return p
	}
	p.Line, _ = strconv.Atoi(m[1])
	p.What = "no YAML: " + what[len(m[0]):]
	// The library names the line where it gave up, or the one before it.
	lines := bytes.Split(text, []byte("\n"))
	for i := max(p.Line-1, 0); i < min(p.Line+1, len(lines)); i++ {
		indent := lines[i][:len(lines[i])-len(bytes.TrimLeft(lines[i], " \t"))]
		if bytes.ContainsRune(indent, '\t') {
			p.Line, p.Hint = i+1, "the line is indented with a tab, and YAML takes spaces only"
		}
	}
	return p
}
