package manifest

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Select finds the route that is meant: the only one that divides anything, or the one that the selector names.
// A selector is an object's name, namespace/name or kind/name, each with #path behind it where the object has
// several routes, or @ and the number of the route among all of them.
func (r *Reading) Select(selector string) (int, error) {
	if len(r.Routes) == 0 {
		return -1, r.nothing()
	}
	var fit []int
	for i := range r.Routes {
		if selector == "" || r.Routes[i].answers(selector) || selector == "@"+strconv.Itoa(i+1) {
			fit = append(fit, i)
		}
	}
	if len(fit) == 0 {
		return -1, &Listed{fmt.Sprintf("no route is called %q; these are there", selector), r.list(every(r.Routes))}
	}
	// A destination that is the only one divides nothing. It is meant only where no other route is.
	if dividing := slices.DeleteFunc(slices.Clone(fit), func(i int) bool { return r.Routes[i].Verdict() == "single" }); len(dividing) > 0 {
		fit = dividing
	}
	if len(fit) > 1 {
		what := fmt.Sprintf("there are %d routes; choose one", len(fit))
		if selector != "" {
			what = fmt.Sprintf("%d routes are called %q; choose one", len(fit), selector)
		}
		return -1, &Listed{what, r.list(fit)}
	}
	if chosen := r.Routes[fit[0]]; chosen.Verdict() == "refuse" {
		return -1, &Listed{chosen.Object() + " says nothing that could be expected", chosen.Refusals}
	}
	return fit[0], nil
}

// mostListed is how many routes, or other things, the error of a choice lists.
const mostListed = 20

// Listed is an error with a list: of the routes to choose from, of what is wrong with one, or of what an input has
// instead.
type Listed struct {
	What  string
	Items []string
}

func (l *Listed) Error() string { return l.What + ": " + strings.Join(l.Items, "; ") }

// answers reports whether the selector names the route.
func (r Route) answers(selector string) bool {
	object, path, exact := strings.Cut(selector, "#")
	return (!exact || path == r.Path) &&
		slices.Contains([]string{r.Name, qualified(r.Namespace, r.Name), r.Kind + "/" + r.Name}, object)
}

// list are the routes with the shortest selector that picks each.
func (r *Reading) list(which []int) []string {
	var lines []string
	for n, i := range which {
		if n == mostListed {
			return append(lines, fmt.Sprintf("and %d more", len(which)-n))
		}
		route := r.Routes[i]
		split, _ := route.Split(nil)
		reads := split.String()
		if route.Verdict() == "refuse" {
			reads = "refused"
		}
		line := fmt.Sprintf("--route %s  %s  %s, %s", quoted(r.selector(i)), reads, route.Object(), route.Path)
		if route.Match != "" {
			line += " with " + route.Match
		}
		lines = append(lines, line+", in "+route.Place.String())
	}
	return lines
}

// selector is the shortest one that picks the route and no other.
func (r *Reading) selector(i int) string {
	route := r.Routes[i]
	for _, object := range []string{route.Name, qualified(route.Namespace, route.Name), route.Kind + "/" + route.Name} {
		for _, s := range []string{object, object + "#" + route.Path} {
			fit := 0
			for j := range r.Routes {
				if r.Routes[j].answers(s) {
					fit++
				}
			}
			if fit == 1 {
				return s
			}
		}
	}
	return "@" + strconv.Itoa(i+1)
}

// quoted is a word as a shell takes it for itself.
func quoted(s string) string {
	plain := strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./@#") == ""
	if plain && s != "" && s[0] != '#' {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// nothing is the error of an input without a route: what there is instead.
func (r *Reading) nothing() error {
	list := &Listed{What: "there is no weighted route in it, but"}
	for i, s := range r.Skipped {
		if i == mostListed {
			list.Items = append(list.Items, fmt.Sprintf("and %d more", len(r.Skipped)-i))
			break
		}
		item := fmt.Sprintf("%s: %s", s.Place, s.What)
		if s.Why != "" {
			item += ": " + s.Why
		}
		list.Items = append(list.Items, item)
	}
	if len(list.Items) == 0 {
		return errors.New("there is no object in it")
	}
	return list
}

func every(routes []Route) []int {
	list := make([]int, len(routes))
	for i := range list {
		list[i] = i
	}
	return list
}
