package manifest

import (
	"slices"
	"strconv"
	"strings"
)

// way is how one gets to a field from its object, as in spec.tcp[0].route[1].weight. Each step knows the one before
// it, and the text is made when it is shown: a long key with a million values behind it would else be a million
// long texts. The way to the object itself is nil.
type way struct {
	before *way
	name   string // of a field of a mapping; empty: the item of a list
	index  int
	plain  bool // the name stands as it is, for files that are no trees
}

// to is the way to a field of a mapping.
func (w *way) to(name string) *way { return &way{before: w, name: name, index: -1} }

// item is the way to an item of a list.
func (w *way) item(i int) *way { return &way{before: w, index: i} }

// last is the name of the field, if it is one of a mapping.
func (w *way) last() string {
	if w == nil {
		return ""
	}
	return w.name
}

func (w *way) String() string {
	var steps []*way
	for ; w != nil; w = w.before {
		steps = append(steps, w)
	}
	slices.Reverse(steps)
	var b strings.Builder
	for _, step := range steps {
		switch {
		case step.plain:
			b.WriteString(step.name)
		case step.index >= 0:
			b.WriteString("[" + strconv.Itoa(step.index) + "]")
		default:
			b.WriteString(joined(b.Len() == 0, brief(step.name)))
		}
	}
	return b.String()
}

// joined is a name as it stands in a path, in brackets if it is no plain word.
func joined(first bool, name string) string {
	plain := name != "" && !slices.ContainsFunc([]rune(name), func(r rune) bool {
		return r != '_' && r != '-' && r != '@' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	})
	switch {
	case !plain:
		return "[" + strconv.Quote(name) + "]"
	case first:
		return name
	}
	return "." + name
}
