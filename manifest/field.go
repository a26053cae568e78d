package manifest

import (
	"encoding/json"
	"strings"

	"go.yaml.in/yaml/v3"
)

// field is a value of a document with the way to it from its object. One without a node is absent, and so is
// everything within it.
type field struct {
	node *yaml.Node
	path *way
	near int // the line of what an absent one is absent from
}

// at is the field that the names lead to. Each name may be of several spellings, divided by |, of which the first
// that is there is taken.
func (f field) at(names ...string) field {
	for _, name := range names {
		f = f.child(strings.Split(name, "|"))
	}
	return f
}

func (f field) child(spellings []string) field {
	for _, name := range spellings {
		for key, value := range f.pairs() {
			if key == name {
				return value
			}
		}
	}
	return field{path: f.path.to(spellings[0]), near: f.line()}
}

// loosely is the field that the names lead to, whatever the case of its letters and with underscores or without, as
// the files of some systems may have it.
func loosely(f field, names ...string) field {
	bare := func(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", "")) }
	for _, name := range names {
		next := field{path: f.path.to(name), near: f.line()}
		for key, value := range f.pairs() {
			if bare(key) == bare(name) {
				next = value
				break
			}
		}
		f = next
	}
	return f
}

// pairs are the fields of a mapping, in order.
func (f field) pairs() func(yield func(string, field) bool) {
	return func(yield func(string, field) bool) {
		if f.node == nil || f.node.Kind != yaml.MappingNode {
			return
		}
		for i := 0; i+1 < len(f.node.Content); i += 2 {
			key := f.node.Content[i].Value
			if !yield(key, field{node: f.node.Content[i+1], path: f.path.to(key)}) {
				return
			}
		}
	}
}

// list are the items of a sequence; none for anything else.
func (f field) list() []field {
	if f.node == nil || f.node.Kind != yaml.SequenceNode {
		return nil
	}
	items := make([]field, len(f.node.Content))
	for i, n := range f.node.Content {
		items[i] = field{node: n, path: f.path.item(i)}
	}
	return items
}

// present reports whether the field is there and is not null.
func (f field) present() bool {
	return f.node != nil && !(f.node.Kind == yaml.ScalarNode && f.node.ShortTag() == "!!null")
}

// text is a scalar as it is written; empty for anything else.
func (f field) text() string {
	if !f.present() || f.node.Kind != yaml.ScalarNode {
		return ""
	}
	return f.node.Value
}

// line is where the field begins, or would; 0 if that is not known.
func (f field) line() int {
	if f.node == nil {
		return f.near
	}
	return f.node.Line
}

// without is a mapping without one of its fields.
func (f field) without(name string) field {
	if f.node == nil || f.node.Kind != yaml.MappingNode {
		return f
	}
	n := *f.node
	n.Content = nil
	for i := 0; i+1 < len(f.node.Content); i += 2 {
		if f.node.Content[i].Value != name {
			n.Content = append(n.Content, f.node.Content[i], f.node.Content[i+1])
		}
	}
	f.node = &n
	return f
}

// json is the field as JSON.
func (f field) json() ([]byte, error) {
	if !f.present() {
		return []byte("null"), nil
	}
	var v any
	if err := f.node.Decode(&v); err != nil {
		return nil, err
	}
	return json.Marshal(v)
}

// decode reads the field into one of Go's types by its json tags.
func (f field) decode(into any) error {
	text, err := f.json()
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}
