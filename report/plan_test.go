package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/tcpshift/tcpshift/stats"
)

func TestPlan(t *testing.T) {
	within := func(tolerance float64) func(*stats.Thresholds) {
		return func(th *stats.Thresholds) { th.Tolerance = tolerance }
	}
	for name, c := range map[string]struct {
		split  string
		given  int
		change func(*stats.Thresholds)
	}{
		"80-20":            {split: "one=80,two=20"},
		"cap":              {split: "stable=99.9,canary=0.1"},
		"one-version":      {split: "one=100,two=0"},
		"given":            {split: "one=80,two=20", given: 300},
		"given-one":        {split: "one=80,two=20", given: 1},
		"given-as-needed":  {split: "one=80,two=20", given: 2020},
		"a-single-point":   {split: "one=50,two=50", change: func(th *stats.Thresholds) { th.Detect = 0.01 }},
		"three":            {split: "stable=90,next=9,canary=1"},
		"one-probe":        {split: "one=1", change: func(th *stats.Thresholds) { th.Detect, th.Power = 0.5, 0.5 }},
		"beyond-all-means": {split: "stable=999999999999,canary=1"},
		"half-as-detect":   {split: "one=90,two=10"},

		"tolerance":           {split: "one=80,two=20", change: within(0.05)},
		"tolerance-given":     {split: "one=80,two=20", given: 2000, change: within(0.05)},
		"tolerance-too-few":   {split: "one=80,two=20", given: 300, change: within(0.05)},
		"tolerance-of-five":   {split: "a=40,b=20,c=20,d=10,e=10,f=0", change: within(0.1)},
		"tolerance-of-six":    {split: "a=30,b=20,c=20,d=10,e=10,f=10", change: within(0.1)},
		"tolerance-confident": {split: "one=80,two=20", change: func(th *stats.Thresholds) { th.Tolerance, th.Confidence = 0.05, 0.9999 }},
	} {
		t.Run(strings.ReplaceAll(name, "-", " "), func(t *testing.T) {
			split, err := stats.ParseSplit(c.split)
			if err != nil {
				t.Fatal(err)
			}
			th := stats.DefaultThresholds()
			if c.change != nil {
				c.change(&th)
			}
			plan := NewPlan(split, th, c.given)
			var text, json bytes.Buffer
			if err := PlanText(&text, plan); err != nil {
				t.Fatal(err)
			}
			if err := PlanJSON(&json, plan); err != nil {
				t.Fatal(err)
			}
			checkText(t, text.String(), 80)
			golden(t, "plan-"+name+".txtar", &txtar.Archive{Files: []txtar.File{
				{Name: "text", Data: text.Bytes()}, {Name: "json", Data: json.Bytes()},
			}})
		})
	}
}
