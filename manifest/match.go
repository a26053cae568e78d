package manifest

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// flat writes a match in one line: port=31400, or headers.end-user.exact=jason. The items of a list are
// alternatives where or is "or", and belong together where it is a comma.
func flat(f field, or string) string {
	if !f.present() {
		return ""
	}
	items := f.list()
	if items == nil {
		return brief(strings.Join(leaves(f, ""), " "))
	}
	var parts []string
	for _, item := range items {
		if text := strings.Join(leaves(item, ""), " "); text != "" {
			parts = append(parts, text)
		}
	}
	return brief(strings.Join(parts, or))
}

// leaves are the scalars within f with the way to each.
func leaves(f field, name string) []string {
	switch {
	case f.node == nil:
		return nil
	case f.node.Kind == yaml.ScalarNode && name == "":
		return []string{f.node.Value}
	case f.node.Kind == yaml.ScalarNode:
		return []string{name + "=" + f.node.Value}
	case f.node.Kind == yaml.SequenceNode:
		var parts []string
		for _, item := range f.list() {
			text := strings.Join(leaves(item, ""), " ")
			if key := item.at("name").text(); key != "" && item.at("value").present() { // a header of the Gateway API
				text = key + ":" + item.at("value").text()
			} else if item.node.Kind != yaml.ScalarNode {
				text = "{" + text + "}"
			}
			parts = append(parts, text)
		}
		return []string{name + "=" + strings.Join(parts, ",")}
	}
	var parts []string
	for key, value := range f.pairs() {
		if name != "" {
			key = name + "." + key
		}
		parts = append(parts, leaves(value, key)...)
	}
	return parts
}
