package report

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/tcpshift/tcpshift/stats"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares the files of an archive with those in testdata/name, or rewrites them.
func golden(t *testing.T, name string, got *txtar.Archive) {
	t.Helper()
	path := filepath.Join("testdata", name)
	text := txtar.Format(got)
	if *update {
		if err := os.WriteFile(path, text, 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(text)); diff != "" {
		t.Errorf("%s (rewrite it with -update):\n%s", path, diff)
	}
}

// A runBuilder makes up a run and has it judged.
type runBuilder struct{ Run }

// newRun is a run of as many probes as the plan asks for, whose first answers
// came as in counts, in the order of the split.
func newRun(split string, counts ...int) *runBuilder {
	s, err := stats.ParseSplit(split)
	if err != nil {
		panic(err)
	}
	th := stats.DefaultThresholds()
	started := time.Date(2026, 3, 4, 5, 6, 7, 80_000_000, time.FixedZone("", 3600))
	b := &runBuilder{Run{
		Version:    "v1.2.3",
		Started:    started,
		Finished:   started.Add(1234567 * time.Microsecond),
		Target:     Target{Address: "shop.example:31400", Protocol: "tcp"},
		Plan:       Plan{From: "detect", Concurrency: 64},
		Split:      s,
		Thresholds: th,
		Tally:      stats.NewTally(s),
	}}
	plan := stats.NewPlan(s, th)
	b.Run.Plan.Probes = plan.Probes
	if plan.Capped {
		b.Run.Plan.From = "cap"
	}
	copy(b.Tally.Counts, counts)
	for i, n := range counts {
		if n > 0 {
			b.latency(s[i].Name, i)
		}
	}
	return b
}

func (b *runBuilder) latency(name string, i int) {
	ms := 0.001 * float64(i+1)
	b.Latency = append(b.Latency, Latency{
		Name:    name,
		Connect: Quantiles{P50: 0.4 * ms, P90: 0.8 * ms, P99: 1.5 * ms, Max: 3.25 * ms},
		Reply:   Quantiles{P50: 1.1 * ms, P90: 2.2 * ms, P99: 20 * ms, Max: 1500 * ms},
	})
}

// probes is for a run that was given a number of probes.
func (b *runBuilder) probes(n int) *runBuilder {
	b.Run.Plan.Probes, b.Run.Plan.From = n, "flag"
	return b
}

func (b *runBuilder) failed(phase, kind string, n int, example string) *runBuilder {
	b.Tally.Failed += n
	b.Failures = append(b.Failures, Failure{Phase: phase, Kind: kind, Count: n, Example: example})
	return b
}

func (b *runBuilder) answered(name string, n int) *runBuilder {
	for range n {
		b.Tally.Answer(name)
	}
	b.latency(name, len(b.Latency))
	return b.met(7)
}

// met is for a run in which the given probe met an unexpected version.
func (b *runBuilder) met(seq int) *runBuilder {
	b.Example = fmt.Sprintf("probe %d, 127.0.0.1:40001 to 192.0.2.1:31400", seq)
	return b
}

func (b *runBuilder) cut(undecided int) *runBuilder {
	b.Tally.CutShort, b.Tally.Undecided = true, undecided
	return b
}

// mapped is for a run whose exit code of INCONCLUSIVE was asked to be another.
func (b *runBuilder) mapped(code int) *runBuilder {
	b.Mapped, b.ExitCode = true, code
	return b
}

func (b *runBuilder) with(change func(*stats.Thresholds)) *runBuilder {
	change(&b.Thresholds)
	return b
}

func (b *runBuilder) report() Report {
	b.Verdict = stats.Judge(b.Split, b.Tally, b.Thresholds)
	if !b.Mapped {
		b.ExitCode = map[stats.Decision]int{stats.Pass: 0, stats.Fail: 1, stats.Inconclusive: 3}[b.Verdict.Decision]
	}
	if b.Tally.Answered()+b.Tally.Failed > 0 {
		remote := Remote{Address: "192.0.2.1:31400", Counts: map[string]int{}, Failures: b.Tally.Failed}
		for i, v := range b.Split {
			if b.Tally.Counts[i] > 0 {
				remote.Counts[v.Name] = b.Tally.Counts[i]
			}
		}
		unnamed, _ := b.Tally.Unnamed(maxListed)
		for _, u := range unnamed {
			remote.Counts[u.Name] = u.Count
		}
		b.Target.Remotes = []Remote{remote}
	}
	return New(b.Run)
}

// hostile is a name that tries all that a server can to garble a page.
const hostile = "\x1b[31mred\u202egnp.\n<b>&amp;\xff\\u{1b}"

// wide takes 200 columns.
var wide = strings.Repeat("漢字", 50)

func fifty(counts func(int) int) *runBuilder {
	var pairs []string
	var n []int
	for i := range 50 {
		pairs = append(pairs, fmt.Sprintf("release-%02d=2", i+1))
		n = append(n, counts(i))
	}
	return newRun(strings.Join(pairs, ","), n...)
}

// runs are the situations that a user may find themselves in. They are made
// anew for each test, as a report takes up what its run holds.
var runs = map[string]func() *runBuilder{
	"healthy":                 func() *runBuilder { return newRun("one=80,two=20", 1622, 398) },
	"healthy-with-failures":   func() *runBuilder { return newRun("one=80,two=20", 1615, 398).failed("dial", "refused", 7, refused) },
	"healthy-small-canary":    func() *runBuilder { return newRun("stable=95,canary=5", 2280, 118) },
	"mismatch":                func() *runBuilder { return newRun("one=80,two=20", 1515, 505) },
	"mismatch-hopeless":       func() *runBuilder { return newRun("one=80,two=20", 404, 1616) },
	"too-few":                 func() *runBuilder { return newRun("one=80,two=20", 8, 2).probes(10) },
	"too-few-by-one":          func() *runBuilder { return newRun("one=80,two=20", 1615, 404).probes(2019) },
	"too-few-for-a-canary":    func() *runBuilder { return newRun("stable=95,canary=5", 950, 50).probes(1000) },
	"one-answer":              func() *runBuilder { return newRun("one=80,two=20", 1, 0).probes(1) },
	"unreachable":             func() *runBuilder { return newRun("one=80,two=20").failed("dial", "refused", 100, refused) },
	"cut-short-at-once":       func() *runBuilder { return newRun("one=80,two=20").cut(64) },
	"unhealthy":               unhealthy,
	"unexpected-hostile":      func() *runBuilder { return newRun("one=80,two=20", 1600, 400).answered(hostile, 15).answered(wide, 5) },
	"unexpected-weight-zero":  func() *runBuilder { return newRun("one=80,two=20,three=0", 1616, 403, 1).met(1999) },
	"unexpected-many":         unexpectedMany,
	"unexpected-tolerated":    unexpectedTolerated,
	"one-version":             func() *runBuilder { return newRun("one=100,two=0", 90, 0) },
	"one-version-tolerated":   oneVersionTolerated,
	"one-version-only":        func() *runBuilder { return newRun("one=80,two=20", 2020, 0) },
	"canary-with-two-replies": canary,
	"fifty":                   func() *runBuilder { return fifty(func(i int) int { return 400 + (i*7)%13 - 6 }) },
	"interrupted":             func() *runBuilder { return newRun("one=80,two=20", 401, 99).cut(64) },
	"errors-could-flip":       func() *runBuilder { return newRun("one=80,two=20", 1656, 344).failed("read", "reset", 20, reset) },
	"mapped":                  func() *runBuilder { return newRun("one=80,two=20", 8, 2).probes(10).mapped(0) },
}

const (
	refused = "dial tcp 192.0.2.1:31400: connect: connection refused"
	reset   = "read tcp 127.0.0.1:40001->192.0.2.1:31400: read: connection reset by peer"
)

func unhealthy() *runBuilder {
	return newRun("one=80,two=20", 1400, 352).failed("dial", "timeout", 256, "dial tcp 192.0.2.1:31400: i/o timeout").
		failed("read", "reset", 12, reset)
}

func unexpectedMany() *runBuilder {
	b := newRun("one=80,two=20", 1600, 360)
	for i := range 60 {
		b.answered(fmt.Sprintf("stranger-%02d", i), 1)
	}
	b.Latency = b.Latency[:2]
	return b
}

func unexpectedTolerated() *runBuilder {
	return newRun("one=80,two=20", 1616, 404).answered("three", 3).
		with(func(th *stats.Thresholds) { th.MaxUnknownRate = 0.01 })
}

func oneVersionTolerated() *runBuilder {
	return newRun("one=100,two=0", 199, 1).met(17).with(func(th *stats.Thresholds) { th.MaxUnknownRate = 0.01 })
}

func canary() *runBuilder { return newRun("stable=90,next=9.9,canary=0.1", 18_010, 1988, 2) }

func TestReport(t *testing.T) {
	for name, run := range runs {
		t.Run(strings.ReplaceAll(name, "-", " "), func(t *testing.T) {
			r := run().report()
			archive := new(txtar.Archive)
			for _, s := range []struct {
				name  string
				style Style
			}{
				{"80 columns", Style{Width: 80}},
				{"40 columns", Style{Width: 40}},
				{"120 columns in colour", Style{Width: 120, Color: true}},
				{"brief", Style{Width: 80, Brief: true}},
			} {
				var b bytes.Buffer
				if err := Text(&b, r, s.style); err != nil {
					t.Fatal(err)
				}
				archive.Files = append(archive.Files, txtar.File{Name: s.name, Data: bytes.ReplaceAll(b.Bytes(), []byte("\x1b"), []byte("␛"))})
			}
			var b bytes.Buffer
			if err := JSON(&b, r); err != nil {
				t.Fatal(err)
			}
			archive.Files = append(archive.Files, txtar.File{Name: "json", Data: b.Bytes()})
			golden(t, name+".txtar", archive)
		})
	}
}
