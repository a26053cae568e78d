package manifest

import (
	"strings"
	"testing"
)

// canaryObject is a Canary of Flagger with what its spec holds and what comes after it.
func canaryObject(spec, rest string) string {
	return "apiVersion: flagger.app/v1beta1\nkind: Canary\nmetadata: {name: app, namespace: shop}\nspec:\n" +
		"  targetRef: {kind: Deployment, name: pod}\n  " + spec + "\n" + rest
}

func TestCanaries(t *testing.T) {
	const by30 = "analysis: {interval: 1m, stepWeight: 30, maxWeight: 50}"
	const listed = "analysis: {stepWeights: [5, 10, 60]}"
	const step, list = "spec.analysis.stepWeight", "spec.analysis.stepWeights"
	const last = "after its last step Flagger promotes the canary"
	none := []string{"pod-canary has weight 0: it gets nothing", "everything goes to pod-primary"}
	whole := []string{"pod-primary has weight 0: it gets nothing", "everything goes to pod-canary"}
	tests := []struct {
		name, spec, rest string
		step             int
		path             string
		canary           float64
		notes            []string
	}{
		{"the status", by30, "status: {phase: Progressing, canaryWeight: 30}", noStep, "status.canaryWeight", 30, nil},
		{"the status of one that rests", by30, "status: {phase: Succeeded, canaryWeight: 0}", noStep, "status.canaryWeight", 0, none},
		{"before the first step, whatever the status", by30, "status: {phase: Progressing, canaryWeight: 30}", 0, step, 0, none},
		{"the first step", by30, "", 1, step, 30, nil},
		{"the step that reaches maxWeight goes beyond it", by30, "", 2, step, 60, []string{last}},
		{"the step that meets maxWeight is the last", "analysis: {stepWeight: 5, maxWeight: 10}", "", 2, step, 10, []string{last}},
		{"without maxWeight up to 100", "analysis: {stepWeight: 40}", "", 3, step, 100, append(whole[:2:2], last)},
		{"a maxWeight of 0 is none", "analysis: {stepWeight: 40, maxWeight: 0}", "", 3, step, 100, append(whole[:2:2], last)},
		{"the older name", "canaryAnalysis: {stepWeight: 5}", "", 2, "spec.canaryAnalysis.stepWeight", 10, nil},
		{"the newer name goes first", "canaryAnalysis: {stepWeight: 5}\n  analysis: {stepWeight: 20}", "", 1, step, 20, nil},
		{"an empty newer name does not", "analysis: null\n  canaryAnalysis: {stepWeight: 5}", "", 2, "spec.canaryAnalysis.stepWeight", 10, nil},
		{"before the first of several weights", listed, "", 0, list, 0, none},
		{"the second of several weights", listed, "", 2, list, 10, nil},
		{"the last of several weights, whatever maxWeight", "analysis: {stepWeights: [5, 10, 60], maxWeight: 10}", "", 3, list, 60, []string{last}},
		{"weights beyond the last of them end early", "analysis: {stepWeights: [5, 30, 20]}", "", 2, list, 30, []string{last}},
		{"stepWeight goes before stepWeights", "analysis: {stepWeights: [5, 10, 60], stepWeight: 25, maxWeight: 90}", "", 3, step, 75, []string{last}},
		{"a mirror first", "analysis: {stepWeight: 20, mirror: true}", "", 1, step, 20,
			[]string{"before its first step Flagger mirrors for a while, which divides nothing"}},
		{"a mirror before the first step only", "analysis: {stepWeight: 20, mirror: true}", "", 2, step, 40, nil},
		{"a match without iterations", "analysis: {stepWeight: 20, match: [{headers: {}}]}", "", 1, step, 20, nil},
		{"cookies", "analysis: {stepWeight: 20, sessionAffinity: {cookieName: c}}", "", 1, step, 20,
			[]string{"it has session affinity: a client that keeps cookies stays with the canary once it got it"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, skipped := routingsOf(t, "c.yaml", canaryObject(tt.spec, tt.rest), tt.step)
			sameRoutings(t, got, []routing{{"app", tt.path, "any", "", []Backend{
				backend("pod-primary", "", 100-tt.canary, (100-tt.canary)/100), backend("pod-canary", "", tt.canary, tt.canary/100),
			}, tt.notes, nil}})
			sameRoutings(t, skipped, []Skipped{})
		})
	}
	t.Run("the service's own name", func(t *testing.T) {
		got, _ := routingsOf(t, "c.yaml", canaryObject("service: {name: web}\n  analysis: {stepWeight: 20}", ""), 1)
		sameRoutings(t, got, []routing{{"app", step, "any", "", []Backend{
			backend("web-primary", "", 80, 0.8), backend("web-canary", "", 20, 0.2),
		}, nil, nil}})
	})
}

func TestCanariesThatAreRefused(t *testing.T) {
	tests := []struct {
		name, spec, rest string
		step             int
		want             string
	}{
		{"a status above 100", "analysis: {stepWeight: 5}", "status:\n  phase: Progressing\n  canaryWeight: 101\n", noStep,
			"c.yaml:9: status.canaryWeight: 101 is not a number from 0 to 100"},
		{"a step that is negative", "analysis:\n    stepWeight: -5", "", 1, "c.yaml:7: spec.analysis.stepWeight: -5 is not a number from 0 to 100"},
		{"a step of text", "analysis:\n    stepWeight: five", "", 1, `c.yaml:7: spec.analysis.stepWeight: "five" is not a number`},
		{"a maxWeight above 100", "analysis:\n    stepWeight: 5\n    maxWeight: 150", "", 1,
			"c.yaml:8: spec.analysis.maxWeight: 150 is not a number from 0 to 100"},
		{"one of several weights", "analysis:\n    stepWeights:\n    - 5\n    - 1.5", "", 1,
			"c.yaml:9: spec.analysis.stepWeights[1]: 1.5 is not a whole number"},
		{"a step of 0", "analysis:\n    stepWeight: 0", "", 0,
			"c.yaml:7: spec.analysis.stepWeight: the weights do not grow, and Flagger stays at 0"},
		{"weights that do not grow", "analysis:\n    stepWeights: [10, 10, 20]", "", 1,
			"c.yaml:7: spec.analysis.stepWeights: the weights do not grow, and Flagger stays at 10"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, _ := routingsOf(t, "c.yaml", canaryObject(tt.spec, tt.rest), tt.step)
			if len(got) != 1 || strings.Join(got[0].Refusals, "\n") != tt.want {
				t.Errorf("got %+v, want %s", got, tt.want)
			}
		})
	}
}

func TestCanariesWithoutWeights(t *testing.T) {
	const yet = "it has no status.canaryWeight yet; --step N reads its steps"
	const iterations = "it shifts everything at once (iterations), not by weight"
	const noAnalysis = "it shifts everything at once (no analysis), not by weight"
	tests := []struct {
		name, spec, rest string
		step             int
		why              string
	}{
		{"no status", "analysis: {stepWeight: 30}", "", noStep, yet},
		{"a status without a phase", "analysis: {stepWeight: 30}", "status: {canaryWeight: 0}", noStep, yet},
		{"a status without a weight", "analysis: {stepWeight: 30}", "status: {phase: Progressing}", noStep, yet},
		{"one that waits for promotion", "analysis: {stepWeight: 30}", "status: {phase: WaitingPromotion, canaryWeight: 0}", noStep,
			"it waits for promotion, and its status does not keep the weight; --step N reads its steps"},
		{"beyond the last step", "analysis: {stepWeight: 30, maxWeight: 50}", "", 3, "it has 2 steps"},
		{"beyond the last of several weights", "analysis: {stepWeights: [1, 2, 3]}", "", 4, "it has 3 steps"},
		{"A/B testing", "analysis: {iterations: 10, match: [{headers: {}}]}", "", 1, iterations},
		{"blue/green, for all its weights", "analysis: {iterations: 200, stepWeight: 10}", "status: {phase: Progressing, canaryWeight: 0}", noStep, iterations},
		{"services of Kubernetes alone", "provider: kubernetes\n  analysis: {stepWeight: 10}", "", 1, iterations},
		{"iterations of 0 are none", "analysis: {iterations: 0}", "", 1, "it has neither stepWeight nor stepWeights, and never gets on"},
		{"no analysis", "service: {port: 80}", "status: {phase: Succeeded, canaryWeight: 0}", noStep, noAnalysis},
		{"an analysis that is skipped", "skipAnalysis: true\n  analysis: {stepWeight: 10}", "", 1, noAnalysis},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, skipped := routingsOf(t, "c.yaml", canaryObject(tt.spec, tt.rest), tt.step)
			sameRoutings(t, got, []routing{})
			sameRoutings(t, skipped, []Skipped{{Place{File: "c.yaml", Document: 1, Line: 1}, "Canary shop/app", tt.why}})
		})
	}
}
