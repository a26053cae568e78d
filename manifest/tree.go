package manifest

import (
	"fmt"

	"go.yaml.in/yaml/v3"
)

// What a document may hold, so that time and memory stay bounded whatever its text says. Ten thousand routes of ten
// backends come to less than a million values.
const (
	maxDepth  = 500
	maxValues = 1_000_000
)

// grower resolves the aliases and merges of a document. What an alias stands for is shared and not copied, and yet
// counted each time, so a text of a few hundred bytes that stands for billions of values is refused.
type grower struct {
	done   map[*yaml.Node]extent // of nodes with an anchor, which alone are met more than once
	inside map[*yaml.Node]bool
}

// extent is how many values a node stands for, itself included, and how deep they are nested.
type extent struct{ values, depth int }

// resolve makes a tree without aliases and merge keys of a node, and refuses what Kubernetes does not take or takes
// silently for something else: keys that are there twice, keys that are no text, aliases within themselves.
func resolve(root *yaml.Node) (*yaml.Node, *Problem) {
	g := grower{make(map[*yaml.Node]extent), make(map[*yaml.Node]bool)}
	if root.Kind == yaml.DocumentNode {
		root = root.Content[0]
	}
	node, _, problem := g.grow(root, 0)
	return node, problem
}

func (g *grower) grow(n *yaml.Node, depth int) (*yaml.Node, extent, *Problem) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if known, ok := g.done[n]; ok && depth+known.depth <= maxDepth {
		return n, known, nil
	}
	switch {
	case depth+g.done[n].depth > maxDepth:
		return nil, extent{}, at(n, "it is nested more than %d deep", maxDepth)
	case g.inside[n]:
		return nil, extent{}, at(n, "it holds itself, by an alias")
	}
	if n.Anchor != "" {
		g.inside[n] = true
		defer delete(g.inside, n)
	}
	whole := extent{values: 1}
	for i, child := range n.Content {
		grown, part, problem := g.grow(child, depth+1)
		if problem != nil {
			return nil, extent{}, problem
		}
		n.Content[i] = grown
		whole = extent{whole.values + part.values, max(whole.depth, part.depth+1)}
		if whole.values > maxValues {
			return nil, extent{}, at(n, "with its aliases it stands for more than %d values", maxValues)
		}
	}
	if n.Kind == yaml.MappingNode {
		if problem := unique(n); problem != nil {
			return nil, extent{}, problem
		}
		if problem := merge(n); problem != nil {
			return nil, extent{}, problem
		}
	}
	if n.Anchor != "" {
		g.done[n] = whole
	}
	return n, whole, nil
}

// unique refuses keys that are there twice, of which kubectl would silently take the last.
func unique(n *yaml.Node) *Problem {
	first := make(map[string]int, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Kind != yaml.ScalarNode {
			return at(key, "a key must be a word, not a list or a mapping")
		}
		if line, twice := first[key.Value]; twice {
			return at(key, "the key %q is there twice, first on line %d", key.Value, line)
		}
		first[key.Value] = key.Line
	}
	return nil
}

// merge puts the mappings under << into the mapping. What it has itself goes before what is merged, and earlier
// mappings before later ones.
func merge(n *yaml.Node) *Problem {
	has := make(map[string]bool)
	var content, sources []*yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch {
		case key.ShortTag() != "!!merge":
			content = append(content, key, value)
			has[key.Value] = true
		case value.Kind == yaml.SequenceNode:
			sources = append(sources, value.Content...)
		default:
			sources = append(sources, value)
		}
	}
	if sources == nil {
		return nil
	}
	for _, from := range sources {
		if from.Kind != yaml.MappingNode {
			return at(from, "only a mapping can be merged")
		}
		for i := 0; i+1 < len(from.Content); i += 2 {
			if key := from.Content[i]; !has[key.Value] {
				content = append(content, key, from.Content[i+1])
				has[key.Value] = true
			}
		}
	}
	n.Content = content
	return nil
}

// at is a problem on a node's line.
func at(n *yaml.Node, format string, args ...any) *Problem {
	return &Problem{Place: Place{Line: n.Line}, What: fmt.Sprintf(format, args...)}
}
