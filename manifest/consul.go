package manifest

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// serviceSplitter reads the ServiceSplitter that consul-k8s makes a config entry of.
func serviceSplitter(o object, _ *input) ([]Route, []Skipped) {
	return splitter(o, o.root.at("spec"))
}

// splitterEntry reads a service-splitter config entry of Consul, in JSON or HCL.
func splitterEntry(o object) ([]Route, []Skipped) {
	o.kind, o.name = brief(loosely(o.root, "kind").text()), brief(loosely(o.root, "name").text())
	o.namespace = brief(loosely(o.root, "namespace").text())
	switch {
	case o.kind == "service-splitter":
		return splitter(o, o.root)
	case o.kind != "" && o.name != "": // another kind of entry
		return nil, o.skipped("")
	}
	return nil, nil
}

func splitter(o object, f field) ([]Route, []Skipped) {
	splits := loosely(f, "splits")
	if len(splits.list()) == 0 {
		return nil, o.skipped("it has no splits")
	}
	r := o.route(splits, "any")
	sum, seen := 0, make(map[string]bool)
	for _, split := range splits.list() {
		b := Backend{Host: loosely(split, "service").text(), Subset: loosely(split, "serviceSubset").text()}
		if b.Host == "" { // Consul: the service that the splitter is of
			b.Host = o.name
		}
		if b.Name = b.Subset; b.Name == "" {
			b.Name = b.Host
		}
		where := strings.Join([]string{b.Host, b.Subset, loosely(split, "namespace").text(), loosely(split, "partition").text()}, "\n")
		if seen[where] {
			r.refuse(split, "its destination is there twice, which Consul refuses")
		}
		seen[where] = true
		weight := loosely(split, "weight")
		parts, err := hundredths(weight)
		if err != nil {
			r.refuse(weight, "%v", err)
		}
		sum += parts
		b.Weight, b.Given = float64(parts)/100, weight.present()
		r.Backends = append(r.Backends, b)
	}
	switch off := sum - 100*100; {
	case len(r.Refusals) > 0 || off == 0:
	case off == 1 || off == -1:
		r.note("the weights add up to %.2f: newer versions of Consul take 100 only", float64(sum)/100)
	default:
		r.refuse(splits, "the weights add up to %.5g, and Consul takes 100 only", float64(sum)/100)
	}
	r.finish(weights{system: "Consul"})
	return []Route{r}, nil
}

// hundredths is a weight as Consul keeps it, rounded to a hundredth of a percent.
func hundredths(f field) (int, error) {
	if !f.present() {
		return 0, nil
	}
	switch tag := f.node.ShortTag(); {
	case f.node.Kind != yaml.ScalarNode, tag != "!!int" && tag != "!!float":
		return 0, fmt.Errorf("%q is not a number", f.text())
	}
	x, err := strconv.ParseFloat(f.text(), 64)
	if err != nil || !(x >= 0 && x <= 100) {
		return 0, fmt.Errorf("%s is not a number from 0 to 100", f.text())
	}
	if x > 0 && x < 0.01 {
		return 0, fmt.Errorf("%s is below 0.01, the smallest weight of Consul", f.text())
	}
	return int(math.Round(100 * x)), nil
}
