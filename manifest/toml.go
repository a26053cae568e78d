package manifest

import (
	"bytes"
	"errors"
	"strings"

	"github.com/BurntSushi/toml"
	"go.yaml.in/yaml/v3"
)

// parseTOML reads the one document of a TOML text, with the library that Traefik reads it with. Lines are known of
// errors only.
func parseTOML(text []byte) ([]*yaml.Node, *Problem) {
	if len(text) > maxFile {
		return nil, tooMany()
	}
	for line := range bytes.Lines(text) { // the library calls itself for each part of a key
		if bytes.Count(line, []byte(".")) > maxDepth {
			return nil, &Problem{What: "a line has too many dots to be one of a configuration"}
		}
	}
	var tables map[string]any
	if _, err := toml.Decode(string(text), &tables); err != nil {
		p := &Problem{What: "no TOML: " + strings.TrimPrefix(err.Error(), "toml: ")}
		if e, ok := errors.AsType[toml.ParseError](err); ok {
			p.Line, p.What = e.Position.Line, "no TOML: "+e.Message
		}
		return nil, p
	}
	var root yaml.Node
	if err := root.Encode(tables); err != nil {
		return nil, &Problem{What: "no TOML: " + err.Error()}
	}
	unplaced(&root)
	return []*yaml.Node{&root}, nil
}

// unplaced takes away lines, which would be those of a text that nobody has seen.
func unplaced(n *yaml.Node) {
	n.Line = 0
	for _, child := range n.Content {
		unplaced(child)
	}
}
