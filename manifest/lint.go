package manifest

import (
	"fmt"
	"strings"
)

// lint notes what in the weights of a route is easily read otherwise than the system does.
func (r *Route) lint(w weights) {
	var omitted, zero, served []Backend
	for _, b := range r.Backends {
		switch {
		case !b.Given:
			omitted = append(omitted, b)
		case b.Weight == 0:
			zero = append(zero, b)
		}
		if b.Weight > 0 {
			served = append(served, b)
		}
	}
	if len(r.Backends) == 1 {
		r.note("there is one destination: it gets everything")
		return
	}
	if len(omitted) > 0 {
		r.note("%s no weight, which counts as %g in %s%s", have(omitted), omitted[0].Weight, w.system, effect(omitted))
	}
	if len(zero) > 0 {
		r.note("%s weight 0%s", have(zero), effect(zero))
	}
	if len(served) == 1 {
		r.note("everything goes to %s", served[0].Name)
	}
	if shares, ok := r.runningTotals(); ok {
		r.note("the weights grow up to 100, as running totals would; they are not, and mean %s", shares)
	}
}

// have is the beginning of a sentence on what backends have.
func have(list []Backend) string {
	if len(list) == 1 {
		return list[0].Name + " has"
	}
	var names []string
	for _, b := range list {
		names = append(names, b.Name)
	}
	return listed(names) + " have"
}

// effect is what backends of one weight get, for the end of the sentence.
func effect(list []Backend) string {
	switch {
	case len(list) == 1 && list[0].Weight == 0:
		return ": it gets nothing"
	case list[0].Weight == 0:
		return ": they get nothing"
	case len(list) == 1:
		return fmt.Sprintf(": %.4g %%", 100*list[0].Share)
	}
	return ""
}

// listed are names in words, of which a long list has only the first.
func listed(names []string) string {
	if n := len(names); n > mostOfFew+1 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:mostOfFew], ", "), n-mostOfFew)
	} else if n > 1 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return strings.Join(names, "")
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
	return strings.Join(parts, ", "), before == 100
}
