package manifest

import (
	"fmt"
	"math"
)

// rollout reads a canary of Argo Rollouts: the weights that its status has, or those of a step.
func rollout(o object, all *input) ([]Route, []Skipped) {
	strategy := o.root.at("spec", "strategy")
	canary := strategy.at("canary")
	switch {
	case strategy.at("blueGreen").present():
		return nil, o.skipped("it is blue/green: it shifts everything at once")
	case !canary.present():
		return nil, o.skipped("it has no canary strategy")
	case all.step == nil:
		return rolloutStatus(o, canary)
	}
	return rolloutStep(o, canary, *all.step)
}

func rolloutStatus(o object, canary field) ([]Route, []Skipped) {
	status := o.root.at("status", "canary", "weights")
	if !status.present() {
		return nil, o.skipped("it has no status.canary.weights yet; --step N reads its steps")
	}
	r := o.route(status, "any")
	w := r.rolloutWeights(canary)
	stable, current := rolloutBackends(o, canary)
	r.add(stable.served(status.at("stable")), status.at("stable", "weight"), w)
	r.add(current.served(status.at("canary")), status.at("canary", "weight"), w)
	for _, f := range status.at("additional").list() {
		r.add(Backend{Name: "additional"}.served(f), f.at("weight"), w)
	}
	r.finish(w)
	return []Route{r}, nil
}

// rolloutStep reads the steps up to the n-th. A step that sets no weight leaves that of the steps before it.
func rolloutStep(o object, canary field, n int) ([]Route, []Skipped) {
	steps := canary.at("steps").list()
	if n < 0 || n > len(steps) {
		return nil, o.skipped(fmt.Sprintf("it has %d steps", len(steps)))
	}
	at := canary.at("steps")
	if n > 0 {
		at = steps[n-1]
	}
	r := o.route(at, "any")
	w := r.rolloutWeights(canary)
	var weight float64
	for i, step := range steps { // a bad one is refused wherever it is: Argo runs no step of such a rollout
		x, given, err := w.whole(step.at("setWeight"))
		if err != nil {
			r.refuse(step.at("setWeight"), "%v", err)
		}
		if given && i < n {
			weight = x
		}
	}
	stable, current := rolloutBackends(o, canary)
	r.divide(stable, current, weight, w)
	if !canary.at("trafficRouting").present() {
		r.note("without trafficRouting the split is by numbers of pods, and only roughly this")
	}
	for _, template := range at.at("experiment", "templates").list() {
		if template.at("weight").present() {
			r.note("the step's experiment has weights of its own, which are not counted")
			break
		}
	}
	if n > 0 && n == len(steps) {
		r.note("after its last step the rollout promotes the canary")
	}
	return []Route{r}, nil
}

// rolloutWeights are the rules of Argo Rollouts, whose weights are of a total that the rollout may set.
func (r *Route) rolloutWeights(canary field) weights {
	f := canary.at("trafficRouting", "maxTrafficWeight")
	total, _, err := weights{absent: 100, low: 1, high: math.MaxInt32}.whole(f)
	if err != nil {
		r.refuse(f, "%v", err)
		total = math.MaxInt32 // so that no weight is refused for it
	}
	return weights{system: "Argo Rollouts", low: 0, high: int64(total), refused: "and there is nothing to divide by"}
}

// divide adds the two backends of a canary that gets a weight of the total, and the other what is left. Both count
// as given: the one says the other.
func (r *Route) divide(stable, canary Backend, weight float64, w weights) {
	stable.Weight, stable.Given = float64(w.high)-weight, true
	canary.Weight, canary.Given = weight, true
	r.Backends = append(r.Backends, stable, canary)
	r.finish(w)
}

// rolloutBackends are what the rollout calls its two sides: subsets, services, or plainly what they are.
func rolloutBackends(o object, canary field) (stable, current Backend) {
	services := [2]string{canary.at("stableService").text(), canary.at("canaryService").text()}
	if f := canary.at("pingPong"); f.present() { // two services that take turns; the status says whose it is
		services = [2]string{f.at("pongService").text(), f.at("pingService").text()}
		if o.root.at("status", "canary", "stablePingPong").text() == "ping" {
			services[0], services[1] = services[1], services[0]
		}
	}
	rule := canary.at("trafficRouting", "istio", "destinationRule")
	side := func(plain, service, subset string) Backend {
		b := Backend{Name: subset, Host: service, Subset: subset}
		if b.Host == "" {
			b.Host = rule.at("name").text()
		}
		for _, name := range []string{service, plain} {
			if b.Name == "" {
				b.Name = name
			}
		}
		return b
	}
	return side("stable", services[0], rule.at("stableSubsetName").text()),
		side("canary", services[1], rule.at("canarySubsetName").text())
}

// served is the backend with the service that the status says, which is its name too unless it is a subset.
func (b Backend) served(f field) Backend {
	if service := f.at("serviceName").text(); service != "" {
		b.Host = service
		if b.Subset == "" {
			b.Name = service
		}
	}
	return b
}
