package stats

import (
	"cmp"
	"slices"
	"strings"
)

// maxUnexpected bounds the names that a tally keeps besides those of its split, so that a server which answers with
// a new name each time cannot fill the memory.
const maxUnexpected = 1000

// Tally counts the outcomes of probes: the answers of each version of a split, answers of other versions, and
// probes without a usable reply. A split can expect some of those to fail; they count as it names them.
type Tally struct {
	Counts    []int // answers of each version, and failures that are expected, in the order of the split
	Failed    int   // probes without a usable reply that nobody expects
	Undecided int   // probes that were cut short: nobody knows what they would have brought
	CutShort  bool  // the run ended before it had launched what it planned

	versions map[string]int // name to its place in the split
	failures map[string]int // kind of failure, as in !refused, to its place in the split
	order    *Order
	others   map[string]int
	rest     Others
	strange  int // answers of versions that the split does not name
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
	t := &Tally{
		Counts:   make([]int, len(split)),
		versions: make(map[string]int, len(split)), failures: make(map[string]int),
		order: NewOrder(len(split)), others: make(map[string]int),
	}
	for i, v := range split {
		if v.IsFailure() {
			t.failures[v.Name] = i
		} else {
			t.versions[v.Name] = i
		}
	}
	return t
}

// Answer counts a reply of version and reports whether the split names it. Replies and failures are to be counted
// in the order in which their probes were launched.
func (t *Tally) Answer(version string) bool {
	if i, ok := t.versions[version]; ok {
		t.Counts[i]++
		t.order.Add(i)
		return true
	}
	t.strange++
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

// Fail counts a probe without a usable reply, of a kind such as refused, and reports whether the split expects it.
func (t *Tally) Fail(kind string) bool {
	i, ok := t.expects(kind)
	if !ok {
		t.Failed++
		return false
	}
	t.Counts[i]++
	t.order.Add(i)
	return true
}

// Expects reports whether the split expects probes to fail in this way.
func (t *Tally) Expects(kind string) bool {
	_, ok := t.expects(kind)
	return ok
}

// expects finds the entry of the split under which a kind of failure counts.
func (t *Tally) expects(kind string) (int, bool) {
	if i, ok := t.failures["!"+kind]; ok {
		return i, true
	}
	i, ok := t.failures[AnyFailure]
	return i, ok
}

// Add counts n outcomes of which the order is unknown: replies of a version or, where name is one of FailureNames,
// failures. Answers whose order is not known are taken for independent.
func (t *Tally) Add(name string, n int) {
	kind, failure := strings.CutPrefix(name, "!")
	if failure {
		if i, ok := t.expects(kind); ok {
			t.Counts[i] += n
		} else {
			t.Failed += n
		}
		return
	}
	if i, ok := t.versions[name]; ok {
		t.Counts[i] += n
	} else if n > 0 {
		t.others[name] += n
		t.strange += n
	}
}

// Answered is the number of usable replies.
func (t *Tally) Answered() int { return t.Judged() - t.expected() }

// Judged is the number of outcomes that have a share: usable replies, and failures that the split expects.
func (t *Tally) Judged() int { return t.strange + sum(t.Counts) }

// expected is the number of failures that the split expects.
func (t *Tally) expected() int {
	n := 0
	for _, i := range t.failures {
		n += t.Counts[i]
	}
	return n
}

// Failures is the number of probes without a usable reply, expected or not.
func (t *Tally) Failures() int { return t.Failed + t.expected() }

// Finished is the number of probes whose outcome is known.
func (t *Tally) Finished() int { return t.Judged() + t.Failed }

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
