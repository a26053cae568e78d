package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tcpshift/tcpshift/stats"
)

// Programs read these names. One may be added, none may go or change.
const reportKeys = `
answered
chi_square
chi_square.cohen_w
chi_square.df
chi_square.log_p
chi_square.max_deviation
chi_square.method
chi_square.p
chi_square.statistic
chi_square.tvd
client
client.clocked
client.delay
client.delay.max
client.delay.p50
client.delay.p90
client.delay.p99
client.retries
client.slow
detectable_shift
elapsed_s
errors_could_flip
expected
expected[].high
expected[].low
expected[].name
expected[].share
expected[].weight
failed
failures
failures[].count
failures[].example
failures[].expected
failures[].kind
failures[].phase
findings
findings[].evidence
findings[].id
findings[].message
findings[].severity
finished
latency
latency[].connect
latency[].connect.max
latency[].connect.p50
latency[].connect.p90
latency[].connect.p99
latency[].name
latency[].reply
latency[].reply.max
latency[].reply.p50
latency[].reply.p90
latency[].reply.p99
latency[].tls
latency[].tls.max
latency[].tls.p50
latency[].tls.p90
latency[].tls.p99
latency[].whole
latency[].whole.max
latency[].whole.p50
latency[].whole.p90
latency[].whole.p99
launched
observed
observed[].count
observed[].deviation
observed[].expected
observed[].high
observed[].low
observed[].name
observed[].share
others
others.count
others.names
plan
plan.alpha
plan.concurrency
plan.confidence
plan.detect
plan.max_error_rate
plan.max_unknown_rate
plan.power
plan.probes
plan.probes_from
plan.rate
plan.tolerance
schema
sequential
sequential.log_e_fail
sequential.log_e_pass
sequential.threshold
settled
source
source.match
source.notes
source.object
source.protocol
source.route
source.where
started
target
target.address
target.protocol
target.remotes
target.remotes[].address
target.remotes[].counts
target.remotes[].failures
undecided
verdict
verdict.decision
verdict.exit_code
verdict.message
verdict.reason
version
`

const planKeys = `
alpha
cap
confidence
detect
detectable
detectable[].probes
detectable[].shift
expected_probes
needed
power
probes
schema
tolerance
`

const weightsKeys = `
documents
documents[].api_version
documents[].backends
documents[].backends[].given
documents[].backends[].host
documents[].backends[].labels
documents[].backends[].name
documents[].backends[].port
documents[].backends[].share
documents[].backends[].subset
documents[].backends[].weight
documents[].document
documents[].file
documents[].item
documents[].kind
documents[].line
documents[].match
documents[].name
documents[].namespace
documents[].problems
documents[].protocol
documents[].route
documents[].verdict
schema
selected
skipped
skipped[].what
skipped[].where
skipped[].why
`

func TestTheNamesInJSON(t *testing.T) {
	run := newRun("one=80,two=20", 2000, 0).failed("read", "reset", 20, reset)
	finished := run.secured().paced().busy(64)
	finished.Source = &Source{Notes: []string{"a note"}}
	r := finished.report()
	if len(r.Findings) == 0 {
		t.Fatal("no findings, so their names cannot be checked")
	}
	for name, c := range map[string]struct {
		write func(*bytes.Buffer) error
		want  string
	}{
		"a report": {func(b *bytes.Buffer) error { return JSON(b, r) }, reportKeys},
		"a plan": {func(b *bytes.Buffer) error {
			return PlanJSON(b, NewPlan(run.Split, run.Thresholds, 0))
		}, planKeys},
		"weights": {func(b *bytes.Buffer) error { return WeightsJSON(b, reading) }, weightsKeys},
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := c.write(&b); err != nil {
				t.Fatal(err)
			}
			var v any
			if err := json.Unmarshal(b.Bytes(), &v); err != nil {
				t.Fatal(err)
			}
			paths := map[string]bool{}
			keyPaths(v, "", paths)
			var got []string
			for path := range paths {
				got = append(got, path)
			}
			slices.Sort(got)
			if diff := cmp.Diff(strings.Fields(c.want), got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// keyPaths collects the paths of all keys but those that are data: the names
// of versions and the evidence of a finding.
func keyPaths(v any, at string, paths map[string]bool) {
	switch v := v.(type) {
	case map[string]any:
		if strings.HasSuffix(at, ".counts") || strings.HasSuffix(at, ".evidence") {
			return
		}
		for key, value := range v {
			path := strings.TrimPrefix(at+"."+key, ".")
			paths[path] = true
			keyPaths(value, path, paths)
		}
	case []any:
		for _, value := range v {
			keyPaths(value, at+"[]", paths)
		}
	}
}

// A program that walks over a list must find one, however little there is to say.
func TestJSONHasEmptyListsInsteadOfNull(t *testing.T) {
	var b bytes.Buffer
	if err := JSON(&b, newRun("one=80,two=20").report()); err != nil {
		t.Fatal(err)
	}
	var v struct {
		Expected, Observed, Failures, Findings, Latency *[]any
		Target                                          struct{ Remotes *[]any }
	}
	if err := json.Unmarshal(b.Bytes(), &v); err != nil {
		t.Fatal(err)
	}
	for name, list := range map[string]*[]any{
		"expected": v.Expected, "observed": v.Observed, "failures": v.Failures, "findings": v.Findings, "latency": v.Latency,
		"remotes": v.Target.Remotes,
	} {
		if list == nil {
			t.Errorf("%s is null", name)
		}
	}
}

func TestDecisionsInJSON(t *testing.T) {
	for want, d := range map[string]stats.Decision{"pass": stats.Pass, "fail": stats.Fail, "inconclusive": stats.Inconclusive} {
		t.Run(want, func(t *testing.T) {
			text, err := Decision(d).MarshalText()
			if err != nil || string(text) != want {
				t.Errorf("written as %s, %v", text, err)
			}
			var back Decision
			if err := back.UnmarshalText(text); err != nil || back != Decision(d) {
				t.Errorf("read back as %v, %v", back, err)
			}
		})
	}
	d := Decision(stats.Fail)
	if err := d.UnmarshalText([]byte("passed")); err == nil || d != Decision(stats.Fail) {
		t.Errorf("an unknown word is read as %v, %v", d, err)
	}
}

// A count that JSON turned into 1e6 would break readers that expect an integer.
func TestCountsAreWritten(t *testing.T) {
	var b bytes.Buffer
	run := newRun("one=80,two=20", 1_600_000_000, 400_000_000)
	if err := JSON(&b, run.report()); err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf(`"answered": %d,`, 2_000_000_000); !strings.Contains(b.String(), want) {
		t.Errorf("%s is not in\n%s", want, b.String())
	}
}
