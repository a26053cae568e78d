package stats

import (
	"cmp"
	"slices"
)

// maxUnexpected bounds the names that a tally keeps besides those of its split, so that a server which answers with
// a new name each time cannot fill the memory.
const maxUnexpected = 1000

// Tally counts the outcomes of probes: the answers of each version of a split, answers of other versions, and
// probes without a usable reply.
type Tally struct {
	Counts    []int // answers of each version, in the order of the split
	Failed    int   // probes without a usable reply
	Undecided int   // probes that were cut short: nobody knows what they would have brought
	CutShort  bool  // the run ended before it had launched what it planned

	index  map[string]int
	others map[string]int
	rest   Others
}

// Others stands for the unexpected versions that are not listed by name.
type Others struct{ Names, Count int }

// Count is a version and how many probes it answered.
type Count struct {
	Name  string
	Count int
}

// NewTally returns an empty tally for split.
func NewTally(split Split) *Tally {
	t := &Tally{Counts: make([]int, len(split)), index: make(map[string]int, len(split)), others: make(map[string]int)}
	for i, v := range split {
		t.index[v.Name] = i
	}
	return t
}

// Answer counts a reply of version and reports whether the split names it.
func (t *Tally) Answer(version string) bool {
	if i, ok := t.index[version]; ok {
		t.Counts[i]++
		return true
	}
	if _, known := t.others[version]; !known && len(t.others) == maxUnexpected {
		// Every one of these counts as a name of its own: telling repeated ones apart would take the memory that
		// the bound is there to save.
		t.rest.Names++
		t.rest.Count++
		return false
	}
	t.others[version]++
	return false
}

// Answered is the number of usable replies.
func (t *Tally) Answered() int {
	n := t.rest.Count
	for _, c := range t.Counts {
		n += c
	}
	for _, c := range t.others {
		n += c
	}
	return n
}

// Finished is the number of probes whose outcome is known.
func (t *Tally) Finished() int { return t.Answered() + t.Failed }

// Launched is the number of probes that were started.
func (t *Tally) Launched() int { return t.Finished() + t.Undecided }

// Unnamed returns the versions that the split does not name, the most frequent first and at most limit of them,
// and what is not in that list.
func (t *Tally) Unnamed(limit int) ([]Count, Others) {
	list := make([]Count, 0, len(t.others))
	for name, n := range t.others {
		list = append(list, Count{name, n})
	}
	slices.SortFunc(list, func(a, b Count) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Name, b.Name))
	})
	rest := t.rest
	for _, c := range list[min(limit, len(list)):] {
		rest.Names++
		rest.Count += c.Count
	}
	return list[:min(limit, len(list))], rest
}
