package manifest

import (
	"fmt"
	"strings"
)

// lint notes what in the weights of a route is easily read otherwise than the system does.
func (r *Route) lint(w weights) {
	served := 0
	var last string
	for _, b := range r.Backends {
		switch {
		case !b.Given && b.Weight == 0:
			r.note("%s has no weight, which counts as 0 in %s: it gets nothing", b.Name, w.system)
		case !b.Given && len(r.Backends) > 1:
			r.note("%s has no weight, which counts as %g in %s: %.4g %%", b.Name, b.Weight, w.system, 100*b.Share)
		case b.Weight == 0:
			r.note("%s has weight 0: it gets nothing", b.Name)
		}
		if b.Weight > 0 {
			served++
			last = b.Name
		}
	}
	if len(r.Backends) == 1 {
		r.note("there is one destination: it gets everything")
	} else if served == 1 {
		r.note("everything goes to %s", last)
	}
	if shares, ok := r.runningTotals(); ok {
		r.note("the weights grow up to 100, as running totals would; they are not, and mean %s", shares)
	}
}

// runningTotals reports whether the weights look as if each included those before it, as 30 and 100 for a split of
// 30 and 70, and says what they mean as they stand.
func (r *Route) runningTotals() (shares string, ok bool) {
	var before float64
	var parts []string
	for _, b := range r.Backends {
		if b.Weight <= before {
			return "", false
		}
		before = b.Weight
		parts = append(parts, fmt.Sprintf("%.3g %%", 100*b.Share))
	}
	return strings.Join(parts, ", "), len(parts) > 1 && before == 100
}
