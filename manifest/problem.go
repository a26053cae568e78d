package manifest

import (
	"fmt"
	"strconv"
	"strings"
)

// Place is where something stands. Lines, documents and items count from 1; 0 stands for unknown or the only one.
type Place struct {
	File     string
	Document int // of the file, among documents that YAML divides by --- and JSON by nothing
	Item     int // of a List
	Line     int
	only     bool // the file has no other document
}

// String is the place as editors and compilers write it, as in route.yaml:12 (document 2).
func (p Place) String() string {
	s := p.File
	if p.Line > 0 {
		s += ":" + strconv.Itoa(p.Line)
	}
	var in []string
	if p.Document > 0 && !p.only {
		in = append(in, fmt.Sprintf("document %d", p.Document))
	}
	if p.Item > 0 {
		in = append(in, fmt.Sprintf("item %d", p.Item))
	}
	if len(in) > 0 {
		s += " (" + strings.Join(in, ", ") + ")"
	}
	return s
}

// Problem is why a text cannot be read.
type Problem struct {
	Place
	Path string // of the field; empty if it is not about one
	What string
	Hint string // what to do about it; may be empty
}

func (p *Problem) Error() string {
	if p.Path != "" {
		return fmt.Sprintf("%s: %s: %s", p.Place, brief(p.Path), brief(p.What))
	}
	return fmt.Sprintf("%s: %s", p.Place, brief(p.What))
}

// brief cuts text of a manifest, which may have megabytes without a space, to what a message can hold.
func brief(text string) string {
	const most = 400
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}

// rendering is the hint for a text that holds the marks of a template.
const rendering = "this looks like a template: render it first, as with helm template or kubectl kustomize"
