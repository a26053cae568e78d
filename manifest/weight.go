package manifest

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/tcpshift/tcpshift/stats"
)

// weights is how a system reads the weights of a route.
type weights struct {
	system   string  // that has these rules, for the notes
	absent   float64 // what an omitted weight counts
	required bool    // an omitted weight is refused
	low      int64   // the smallest and the largest
	high     int64
	sum      int64  // the largest that all of a route may come to; 0 is no limit of its own
	refused  string // what happens to connections when all weights are 0
	ignored  bool   // the weight of an only destination means nothing, so it may be missing or 0
}

// whole reads a weight that must be a whole number.
func (w weights) whole(f field) (weight float64, given bool, err error) {
	if !f.present() {
		if w.required {
			return 0, false, errors.New("it is missing")
		}
		return w.absent, false, nil
	}
	n, err := integer(f)
	if err != nil {
		return 0, true, err
	}
	if n < w.low || n > w.high {
		return 0, true, fmt.Errorf("%s is not a number from %d to %d", f.text(), w.low, w.high)
	}
	return float64(n), true, nil
}

// integer reads a whole number as YAML 1.1 has it, which is what Kubernetes goes by: 8_0 is 80, and 010 is 8.
func integer(f field) (int64, error) {
	if f.node.Kind != yaml.ScalarNode {
		return 0, errors.New("it is not a number")
	}
	text := f.node.Value
	switch f.node.ShortTag() {
	case "!!int":
		n, err := strconv.ParseInt(strings.ReplaceAll(text, "_", ""), 0, 64)
		if errors.Is(err, strconv.ErrRange) {
			err = nil // n is the nearest that there is, beyond any limit
		}
		return n, err
	case "!!str":
		if strings.Contains(text, "{{") {
			return 0, fmt.Errorf("%q is of a template: render it first", text)
		}
		if _, err := strconv.ParseFloat(text, 64); err == nil {
			return 0, fmt.Errorf("%q is text, not a number: write it without quotes", text)
		}
	case "!!float":
		if strings.Trim(text, "+-0123456789_") == "" { // too long even for the library
			if strings.HasPrefix(text, "-") {
				return math.MinInt64, nil
			}
			return math.MaxInt64, nil
		}
		return 0, fmt.Errorf("%s is not a whole number", text)
	}
	return 0, fmt.Errorf("%q is not a number", text)
}

// refuse adds a reason why a route has no split to expect, with its place.
func (r *Route) refuse(f field, format string, args ...any) {
	place := r.Place
	if f.line() > 0 {
		place.Line = f.line()
	}
	r.Refusals = append(r.Refusals, (&Problem{Place: place, Path: f.path.String(), What: fmt.Sprintf(format, args...)}).Error())
}

func (r *Route) note(format string, args ...any) {
	r.Notes = append(r.Notes, brief(fmt.Sprintf(format, args...)))
}

// add reads the weight of the next backend from f and adds the backend.
func (r *Route) add(b Backend, f field, w weights) {
	var err error
	if b.Weight, b.Given, err = w.whole(f); err != nil {
		r.refuse(f, "%v", err)
	}
	r.Backends = append(r.Backends, b)
}

// finish makes shares of the weights of all backends, and says what is worth saying about them.
func (r *Route) finish(w weights) {
	for i, b := range r.Backends {
		for _, name := range []string{b.Name, b.Host} {
			if len(name) > stats.MaxNameLength {
				r.refuse(r.spot(), "a name of %d bytes is too long: %.60s…", len(name), name)
				break
			}
		}
		r.Backends[i].Name, r.Backends[i].Host = brief(b.Name), brief(b.Host)
	}
	if len(r.Refusals) > 0 {
		return
	}
	if len(r.Backends) == 1 && w.ignored {
		b := &r.Backends[0]
		if b.Share = 1; !b.Given {
			b.Weight = 100
		}
		r.note("one destination gets everything, whatever its weight")
		return
	}
	var total float64
	for _, b := range r.Backends {
		total += b.Weight
	}
	switch {
	case total == 0:
		r.refuse(r.spot(), "all weights are 0, %s", w.refused)
		return
	case w.sum > 0 && total > float64(w.sum):
		r.refuse(r.spot(), "the weights add up to %.0f, beyond %d", total, w.sum)
		return
	}
	for i := range r.Backends {
		r.Backends[i].Share = r.Backends[i].Weight / total
	}
	r.lint(w)
}
