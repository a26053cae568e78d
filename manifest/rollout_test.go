package manifest

import (
	"strings"
	"testing"
)

// noStep asks for the status.
const noStep = -1

// rolloutObject is a Rollout with what its canary strategy holds and what comes after its spec.
func rolloutObject(canary, rest string) string {
	return "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: app}\nspec:\n  strategy:\n    canary:\n" +
		canary + rest
}

const (
	byServices = "      canaryService: new\n      stableService: old\n"
	routed     = "      trafficRouting: {smi: {}}\n"
	stepsOf20  = "      steps:\n      - setWeight: 20\n      - pause: {}\n      - setCanaryScale: {weight: 50}\n      - setWeight: 60\n"
)

func TestRollouts(t *testing.T) {
	status := "status: {canary: {weights: {canary: {weight: 20, serviceName: new}, stable: {weight: 80, serviceName: old}}}}\n"
	old, recent := backend("old", "", 80, 0.8), backend("new", "", 20, 0.2)
	subset := func(name, host string, weight, share float64) Backend {
		return Backend{Name: name, Host: host, Subset: name, Weight: weight, Given: true, Share: share}
	}
	plain := func(name string, weight, share float64) Backend {
		return Backend{Name: name, Weight: weight, Given: true, Share: share}
	}
	const last = "after its last step the rollout promotes the canary"
	const pods = "without trafficRouting the split is by numbers of pods, and only roughly this"
	tests := []struct {
		name, canary, rest string
		step               int
		path               string
		backends           []Backend
		notes              []string
	}{
		{"the status, stable first", byServices + routed, status, noStep, "status.canary.weights", []Backend{old, recent}, nil},
		{"services that only the status names", routed, status, noStep, "status.canary.weights", []Backend{old, recent}, nil},
		{"a status with an experiment", byServices + routed,
			"status: {canary: {weights: {canary: {weight: 20}, stable: {weight: 50}, additional: [{weight: 20, serviceName: e}, {weight: 10}]}}}\n",
			noStep, "status.canary.weights", []Backend{backend("old", "", 50, 0.5), recent, backend("e", "", 20, 0.2), plain("additional", 10, 0.1)}, nil},
		{"a status out of 1000", byServices + "      trafficRouting: {maxTrafficWeight: 1000}\n",
			"status: {canary: {weights: {canary: {weight: 200}, stable: {weight: 800}}}}\n",
			noStep, "status.canary.weights", []Backend{backend("old", "", 800, 0.8), backend("new", "", 200, 0.2)}, nil},
		{"before the first step", byServices + routed + stepsOf20, status, 0, "spec.strategy.canary.steps",
			[]Backend{backend("old", "", 100, 1), backend("new", "", 0, 0)},
			[]string{"new has weight 0: it gets nothing", "everything goes to old"}},
		{"the first step, whatever the status", byServices + routed + stepsOf20, status, 1, "spec.strategy.canary.steps[0]", []Backend{old, recent}, nil},
		{"a step that sets no weight leaves the last", byServices + routed + stepsOf20, "", 3, "spec.strategy.canary.steps[2]", []Backend{old, recent}, nil},
		{"the last step", byServices + routed + stepsOf20, "", 4, "spec.strategy.canary.steps[3]",
			[]Backend{backend("old", "", 40, 0.4), backend("new", "", 60, 0.6)}, []string{last}},
		{"steps before any weight", byServices + routed + "      steps: [{pause: {}}, {setWeight: 20}]\n", "", 1, "spec.strategy.canary.steps[0]",
			[]Backend{backend("old", "", 100, 1), backend("new", "", 0, 0)},
			[]string{"new has weight 0: it gets nothing", "everything goes to old"}},
		{"a step back to 0", byServices + routed + "      steps: [{setWeight: 20}, {setWeight: 0}, {pause: {}}]\n", "", 2, "spec.strategy.canary.steps[1]",
			[]Backend{backend("old", "", 100, 1), backend("new", "", 0, 0)},
			[]string{"new has weight 0: it gets nothing", "everything goes to old"}},
		{"no steps at all, before the first", byServices + routed, "", 0, "spec.strategy.canary.steps",
			[]Backend{backend("old", "", 100, 1), backend("new", "", 0, 0)},
			[]string{"new has weight 0: it gets nothing", "everything goes to old"}},
		{"a step of 1000", byServices + "      trafficRouting: {maxTrafficWeight: 1000}\n" + stepsOf20, "", 1, "spec.strategy.canary.steps[0]",
			[]Backend{backend("old", "", 980, 0.98), backend("new", "", 20, 0.02)}, nil},
		{"without trafficRouting", stepsOf20, "", 1, "spec.strategy.canary.steps[0]",
			[]Backend{plain("stable", 80, 0.8), plain("canary", 20, 0.2)}, []string{pods}},
		{"an experiment with weights", byServices + routed +
			"      steps:\n      - setWeight: 20\n      - experiment: {templates: [{name: a}, {name: b, weight: 5}, {name: c, weight: 5}]}\n      - pause: {}\n",
			"", 2, "spec.strategy.canary.steps[1]", []Backend{old, recent}, []string{"the step's experiment has weights of its own, which are not counted"}},
		{"an experiment without weights", byServices + routed +
			"      steps:\n      - setWeight: 20\n      - experiment: {templates: [{name: a}]}\n      - pause: {}\n",
			"", 2, "spec.strategy.canary.steps[1]", []Backend{old, recent}, nil},
		{"subsets of Istio", "      trafficRouting: {istio: {destinationRule: {name: rule, canarySubsetName: c, stableSubsetName: s}}}\n" + stepsOf20,
			"", 1, "spec.strategy.canary.steps[0]", []Backend{subset("s", "rule", 80, 0.8), subset("c", "rule", 20, 0.2)}, nil},
		{"subsets of services, in the status", byServices + "      trafficRouting: {istio: {destinationRule: {name: rule, canarySubsetName: c, stableSubsetName: s}}}\n",
			status, noStep, "status.canary.weights", []Backend{subset("s", "old", 80, 0.8), subset("c", "new", 20, 0.2)}, nil},
		{"services that take turns", "      pingPong: {pingService: ping, pongService: pong}\n" + routed + stepsOf20,
			"status: {canary: {stablePingPong: ping}}\n", 1, "spec.strategy.canary.steps[0]",
			[]Backend{backend("ping", "", 80, 0.8), backend("pong", "", 20, 0.2)}, nil},
		{"services that take turns, before the first", "      pingPong: {pingService: ping, pongService: pong}\n" + routed + stepsOf20,
			"", 1, "spec.strategy.canary.steps[0]", []Backend{backend("pong", "", 80, 0.8), backend("ping", "", 20, 0.2)}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, skipped := routingsOf(t, "r.yaml", rolloutObject(tt.canary, tt.rest), tt.step)
			sameRoutings(t, got, []routing{{"app", tt.path, "any", "", tt.backends, tt.notes, nil}})
			sameRoutings(t, skipped, []Skipped{})
		})
	}
}

func TestRolloutsThatAreRefused(t *testing.T) {
	weights := func(canary, stable string) string {
		return "status:\n  canary:\n    weights:\n      canary: {weight: " + canary + "}\n      stable: {weight: " + stable + "}\n"
	}
	tests := []struct {
		name, canary, rest string
		step               int
		want               string
	}{
		{"a step above 100", "      steps:\n      - setWeight: 101\n", "", 1,
			"r.yaml:8: spec.strategy.canary.steps[0].setWeight: 101 is not a number from 0 to 100"},
		{"a later step", "      steps:\n      - setWeight: 10\n      - setWeight: -1\n", "", 1,
			"r.yaml:9: spec.strategy.canary.steps[1].setWeight: -1 is not a number from 0 to 100"},
		{"a half", "      steps:\n      - setWeight: 0.5\n", "", 1, "r.yaml:8: spec.strategy.canary.steps[0].setWeight: 0.5 is not a whole number"},
		{"a step above the total that is set", "      trafficRouting: {maxTrafficWeight: 50}\n      steps:\n      - setWeight: 60\n", "", 1,
			"r.yaml:9: spec.strategy.canary.steps[0].setWeight: 60 is not a number from 0 to 50"},
		{"a total of nothing", "      trafficRouting: {maxTrafficWeight: 0}\n      steps:\n      - setWeight: 60\n", "", 1,
			"r.yaml:7: spec.strategy.canary.trafficRouting.maxTrafficWeight: 0 is not a number from 1 to 2147483647"},
		{"a status above 100", byServices, weights("200", "0"), noStep,
			"r.yaml:12: status.canary.weights.canary.weight: 200 is not a number from 0 to 100"},
		{"a status below 0", byServices, weights("20", "-5"), noStep,
			"r.yaml:13: status.canary.weights.stable.weight: -5 is not a number from 0 to 100"},
		{"a status of nothing", byServices, weights("0", "0"), noStep,
			"r.yaml:12: status.canary.weights: all weights are 0, and there is nothing to divide by"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, _ := routingsOf(t, "r.yaml", rolloutObject(tt.canary, tt.rest), tt.step)
			if len(got) != 1 || strings.Join(got[0].Refusals, "\n") != tt.want {
				t.Errorf("got %+v, want %s", got, tt.want)
			}
		})
	}
}

func TestRolloutsWithoutWeights(t *testing.T) {
	const head = "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: app}\n"
	const yet = "it has no status.canary.weights yet; --step N reads its steps"
	tests := []struct {
		name, text string
		step       int
		why        string
	}{
		{"no status", rolloutObject(stepsOf20, ""), noStep, yet},
		{"a status without weights", rolloutObject(stepsOf20, "status: {canary: {weights: null}}"), noStep, yet},
		{"beyond the last step", rolloutObject(stepsOf20, ""), 5, "it has 4 steps"},
		{"a step where there are none", rolloutObject(byServices, ""), 1, "it has 0 steps"},
		{"blue/green", head + "spec: {strategy: {blueGreen: {activeService: a}}}", 1, "it is blue/green: it shifts everything at once"},
		{"no strategy", head + "spec: {}", noStep, "it has no canary strategy"},
		{"an empty strategy", head + "spec: {strategy: {canary: null}}", noStep, "it has no canary strategy"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, skipped := routingsOf(t, "r.yaml", tt.text, tt.step)
			sameRoutings(t, got, []routing{})
			sameRoutings(t, skipped, []Skipped{{Place{File: "r.yaml", Document: 1, Line: 1}, "Rollout app", tt.why}})
		})
	}
	t.Run("a step before the first", func(t *testing.T) {
		step := -1
		r, err := Read([]Input{{"r.yaml", []byte(rolloutObject(stepsOf20, ""))}}, Options{Step: &step})
		if err != nil || len(r.Routes) != 0 || len(r.Skipped) != 1 {
			t.Errorf("got %+v and %v", r, err)
		}
	})
}

func FuzzRollouts(f *testing.F) {
	status := "status: {phase: Progressing, canaryWeight: 20, canary: {weights: {canary: {weight: 20}, stable: {weight: 80}}}}\n"
	for _, step := range []int{noStep, 0, 1, 2, 5} {
		f.Add(rolloutObject(byServices+routed+stepsOf20, status), step)
		f.Add(rolloutObject("      trafficRouting: {maxTrafficWeight: 0}\n      steps: [null, {setWeight: -1}]\n", ""), step)
		f.Add(canaryObject("analysis: {stepWeight: 30, maxWeight: 70}", status), step)
		f.Add(canaryObject("analysis: {stepWeights: [0, 10, 10]}", ""), step)
		f.Add(canaryObject("analysis: {stepWeights: [10, 0x14, 1_00], stepWeight: 7}", ""), step)
	}
	f.Fuzz(func(t *testing.T, text string, step int) {
		for _, o := range []Options{{Step: &step}, {}} {
			r, err := Read([]Input{{"-", []byte(text)}}, o)
			if err == nil {
				fairlyShared(t, r)
			}
		}
	})
}
