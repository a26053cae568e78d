package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// reading is one route with all there is to say of it, and one that is refused.
var reading = Weights{
	Schema: WeightsSchema,
	Documents: []WeightedRoute{
		{
			File: "a.yaml", Document: 2, Item: 1, Line: 7, Kind: "VirtualService", APIVersion: "networking.istio.io/v1",
			Namespace: "shop", Name: "tcp-echo", Route: "spec.tcp[0]", Protocol: "tcp", Match: "port=31400",
			Where: "a.yaml:7 (document 2)", Verdict: "ok", Expect: "v1=80,v2=0", Problems: []string{"v2 has no weight"},
			Backends: []WeightedBackend{
				{Name: "v1", Host: "tcp-echo", Subset: "v1", Labels: "version=v1", Port: 9000, Weight: 80, Given: true, Share: 1},
				{Name: "v2", Host: "tcp-echo", Subset: "v2", Port: "web"},
			},
		},
		{Kind: "TCPRoute", Name: "x", Route: "spec.rules[0]", Where: "b.yaml:3", Verdict: "refuse", Problems: []string{"all weights are 0"}},
	},
	Skipped: []SkippedDocument{{Where: "a.yaml:1", What: "Gateway g"}, {Where: "a.yaml:9", What: "Rollout r", Why: "it has no status"}},
}

func TestWeightsText(t *testing.T) {
	tests := []struct {
		name  string
		style Style
		want  string
	}{
		{"a page of 80 columns", Style{Width: 80}, `
VirtualService shop/tcp-echo, spec.tcp[0], in a.yaml:7 (document 2)
  tcp with port=31400
    backend  destination                     weight  share
    v1       tcp-echo:9000 (version=v1)          80  100 %
    v2       tcp-echo:web                none given    0 %
  note: v2 has no weight
  expect: v1=80,v2=0

TCPRoute x, spec.rules[0], in b.yaml:3
  refused: all weights are 0

Skipped: Gateway g, Rollout r (it has no status).
`},
		{"a narrow one, where destinations are left out", Style{Width: 40}, `
VirtualService shop/tcp-echo,
  spec.tcp[0], in a.yaml:7 (document 2)
  tcp with port=31400
    backend      weight  share
    v1               80  100 %
    v2       none given    0 %
  note: v2 has no weight
  expect: v1=80,v2=0

TCPRoute x, spec.rules[0], in b.yaml:3
  refused: all weights are 0

Skipped: Gateway g, Rollout r (it has no
  status).
`},
		{"nothing but the tables", Style{Width: 80, Brief: true}, `
VirtualService shop/tcp-echo, spec.tcp[0], in a.yaml:7 (document 2)
  tcp with port=31400
    backend  destination                     weight  share
    v1       tcp-echo:9000 (version=v1)          80  100 %
    v2       tcp-echo:web                none given    0 %
  expect: v1=80,v2=0

TCPRoute x, spec.rules[0], in b.yaml:3
`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var b bytes.Buffer
			if err := WeightsText(&b, reading, tt.style); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.TrimPrefix(tt.want, "\n"), b.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAManifestCannotDrawOnTheTerminal(t *testing.T) {
	const evil = "\x1b[31m\u202e\nPASS: all is well"
	w := Weights{
		Documents: []WeightedRoute{{
			Kind: evil, Namespace: evil, Name: evil, Route: evil, Protocol: evil, Match: evil, Where: evil, Expect: evil,
			Problems: []string{evil}, Backends: []WeightedBackend{{Name: evil, Host: evil, Labels: evil, Port: evil}},
		}},
		Skipped: []SkippedDocument{{What: evil, Why: evil}},
	}
	run := newRun("one=80,two=20", 1616, 404)
	run.Source = &Source{Where: evil, Object: evil, Route: evil, Match: evil, Notes: []string{evil}}
	var b bytes.Buffer
	for _, write := range []func() error{
		func() error { return WeightsText(&b, w, Style{Width: 80}) },
		func() error { return WeightsJSON(&b, w) },
		func() error { return Text(&b, run.report(), Style{Width: 80}) },
		func() error { return JSON(&b, run.report()) },
	} {
		if err := write(); err != nil {
			t.Fatal(err)
		}
	}
	if strings.ContainsAny(b.String(), "\x1b\u202e") || strings.Contains(b.String(), "\nPASS: all") {
		t.Errorf("it is shown as it is:\n%q", b.String())
	}
}

func TestWhereTheExpectationIsFrom(t *testing.T) {
	run := newRun("one=80,two=20", 1616, 404)
	run.Source = &Source{
		Where: "route.yaml:9 (document 2)", Object: "VirtualService shop/tcp-echo", Route: "spec.tcp[0]", Match: "port=31400",
		Notes: []string{"2 backends are called one; their weights are added up"},
	}
	var b bytes.Buffer
	if err := Text(&b, run.report(), Style{Width: 80}); err != nil {
		t.Fatal(err)
	}
	const want = `
Expected by VirtualService shop/tcp-echo, spec.tcp[0], in route.yaml:9
(document 2), for connections with port=31400.
  note: 2 backends are called one; their weights are added up
`
	if !strings.Contains(b.String(), want) {
		t.Errorf("it is not said:\n%s", b.String())
	}
}
