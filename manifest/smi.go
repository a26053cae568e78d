package manifest

import (
	"fmt"

	"k8s.io/apimachinery/pkg/api/resource"
)

// trafficSplit reads a TrafficSplit of the Service Mesh Interface. Its first version has weights as Kubernetes
// writes quantities, as in 500m; later ones have whole numbers.
func trafficSplit(o object, _ *input) ([]Route, []Skipped) {
	w := weights{
		system: "SMI", low: 0, high: 1<<31 - 1, ignored: true,
		refused: "and there is nothing to divide by",
	}
	spec := o.root.at("spec")
	r := o.route(spec.at("backends"), "any")
	if service := spec.at("service").text(); service != "" {
		r.Match = "service=" + service
	}
	if matches := flat(spec.at("matches"), " or "); matches != "" {
		r.note("a probe takes this split only with what its matches ask for: %s", matches)
	}
	for _, item := range spec.at("backends").list() {
		name := item.at("service").text()
		b := Backend{Name: name, Host: name}
		if o.apiVersion == "split.smi-spec.io/v1alpha1" {
			r.addQuantity(b, item.at("weight"), w)
		} else {
			r.add(b, item.at("weight"), w)
		}
	}
	if len(r.Backends) == 0 {
		return nil, o.skipped("it has no backends")
	}
	r.finish(w)
	return []Route{r}, nil
}

// addQuantity adds a backend whose weight is a quantity.
func (r *Route) addQuantity(b Backend, f field, w weights) {
	if b.Given = f.present(); b.Given {
		q, err := quantity(f)
		if err == nil && (q < 0 || q > float64(w.high)) {
			err = fmt.Errorf("%s is not a number from 0 to %d", f.text(), w.high)
		}
		if err != nil {
			r.refuse(f, "%v", err)
		}
		b.Weight = q
	}
	r.Backends = append(r.Backends, b)
}

func quantity(f field) (float64, error) {
	q, err := resource.ParseQuantity(f.text())
	if err != nil || f.text() == "" {
		return 0, fmt.Errorf("%q is no quantity, as 1 or 500m is", f.text())
	}
	return q.AsApproximateFloat64(), nil
}
