package manifest

import "fmt"

// flaggerWeights are of 100, which Flagger knows no other total than.
var flaggerWeights = weights{
	system: "Flagger", low: 0, high: 100,
	refused: "and there is nothing to divide by",
}

// canary reads a Canary of Flagger: the weight that its status has, or that of a step.
func canary(o object, all *input) ([]Route, []Skipped) {
	spec := o.root.at("spec")
	analysis := spec.at("analysis")
	if !analysis.present() {
		analysis = spec.at("canaryAnalysis")
	}
	if why := atOnce(spec, analysis); why != "" {
		return nil, o.skipped(why)
	}
	if all.step == nil {
		return canaryStatus(o, analysis)
	}
	return canaryStep(o, analysis, *all.step)
}

// atOnce is why a canary has no weights, if it has none. Its status then says 0, wherever the traffic goes.
func atOnce(spec, analysis field) string {
	iterations := analysis.at("iterations").text()
	switch {
	case !analysis.present(), spec.at("skipAnalysis").text() == "true":
		return "it shifts everything at once (no analysis), not by weight"
	case iterations != "" && iterations != "0", spec.at("provider").text() == "kubernetes":
		return "it shifts everything at once (iterations), not by weight"
	case len(analysis.at("stepWeights").list()) == 0 && !analysis.at("stepWeight").present():
		return "it has neither stepWeight nor stepWeights, and never gets on"
	}
	return ""
}

func canaryStatus(o object, analysis field) ([]Route, []Skipped) {
	status := o.root.at("status")
	weight := status.at("canaryWeight")
	switch {
	case !status.at("phase").present() || !weight.present():
		return nil, o.skipped("it has no status.canaryWeight yet; --step N reads its steps")
	case status.at("phase").text() == "WaitingPromotion": // Flagger writes 0 and leaves the routes as they are
		return nil, o.skipped("it waits for promotion, and its status does not keep the weight; --step N reads its steps")
	}
	r := o.route(weight, "any")
	r.flagger(o, analysis, r.percent(weight))
	return []Route{r}, nil
}

func canaryStep(o object, analysis field, n int) ([]Route, []Skipped) {
	at := analysis.at("stepWeight")
	if !at.present() {
		at = analysis.at("stepWeights")
	}
	r := o.route(at, "any")
	weights := r.advance(analysis)
	switch {
	case len(r.Refusals) == 0 && (n < 0 || n >= len(weights)):
		return nil, o.skipped(fmt.Sprintf("it has %d steps", len(weights)-1))
	case len(r.Refusals) > 0:
		return []Route{r}, nil
	}
	r.flagger(o, analysis, weights[n])
	if n > 0 && n == len(weights)-1 {
		r.note("after its last step Flagger promotes the canary")
	}
	if n == 1 && analysis.at("mirror").text() == "true" {
		r.note("before its first step Flagger mirrors for a while, which divides nothing")
	}
	return []Route{r}, nil
}

// advance are the canary's weights before the first step and after each, as Flagger's scheduler goes: it adds
// stepWeight, or takes the next of stepWeights, until the weight is maxWeight or beyond it. Where both are given,
// stepWeight is added, and the last of stepWeights is the most.
func (r *Route) advance(analysis field) []int {
	step, most := r.percent(analysis.at("stepWeight")), r.percent(analysis.at("maxWeight"))
	var list []int
	for _, f := range analysis.at("stepWeights").list() {
		list = append(list, r.percent(f))
	}
	if len(list) > 0 {
		most = list[len(list)-1]
	} else if most == 0 {
		most = int(flaggerWeights.high)
	}
	weights := []int{0}
	for weight := 0; weight < most && len(r.Refusals) == 0; weights = append(weights, weight) {
		i := len(weights) - 1
		switch {
		case step > 0:
			weight = min(weight+step, int(flaggerWeights.high))
		case i < len(list) && list[i] > weight:
			weight = list[i]
		default:
			r.refuse(analysis.at("stepWeights|stepWeight"), "the weights do not grow, and Flagger stays at %d", weight)
		}
	}
	return weights
}

// percent reads a weight, of which an omitted one is 0.
func (r *Route) percent(f field) int {
	weight, _, err := flaggerWeights.whole(f)
	if err != nil {
		r.refuse(f, "%v", err)
	}
	return int(weight)
}

// flagger divides by the weight of the canary between the two services that Flagger makes.
func (r *Route) flagger(o object, analysis field, weight int) {
	apex := o.root.at("spec", "service", "name").text()
	if apex == "" {
		apex = o.root.at("spec", "targetRef", "name").text()
	}
	primary := Backend{Name: apex + "-primary", Host: apex + "-primary"}
	canary := Backend{Name: apex + "-canary", Host: apex + "-canary"}
	r.divide(primary, canary, float64(weight), flaggerWeights)
	if analysis.at("sessionAffinity").present() {
		r.note("it has session affinity: a client that keeps cookies stays with the canary once it got it")
	}
}
