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
	b.planned()
	copy(b.Tally.Counts, counts)
	for i, n := range counts {
		if n > 0 && !s[i].IsFailure() {
			b.latency(s[i].Name, i)
		}
	}
	return b
}

// planned is for a run that makes as many probes as its thresholds ask for.
func (b *runBuilder) planned() *runBuilder {
	plan := stats.NewPlan(b.Split, b.Thresholds)
	b.Run.Plan.Probes, b.Run.Plan.From = plan.Probes, "detect"
	if plan.Capped || b.Thresholds.Tolerance > 0 {
		b.Run.Plan.From = "cap"
	}
	return b
}

// within is for a run with a tolerance, in points.
func (b *runBuilder) within(points float64) *runBuilder {
	b.Thresholds.Tolerance = points / 100
	return b.planned()
}

// settled is for a run that stopped while so many probes were under way.
func (b *runBuilder) settled(undecided int) *runBuilder {
	b.Tally.Undecided, b.Settled = undecided, true
	return b
}

// given is for answers that somebody else counted.
func (b *runBuilder) given() *runBuilder {
	b.Target, b.Latency = Target{}, nil
	b.Run.Plan = Plan{Probes: b.Tally.Launched(), From: "flag"}
	b.Finished = b.Started
	return b
}

// streaky is for answers that come in turns of the given length, four of the first version to one of the second.
func (b *runBuilder) streaky(turn int) *runBuilder {
	counts := b.Tally.Counts
	b.Tally = stats.NewTally(b.Split)
	for b.Tally.Answered() < counts[0]+counts[1] {
		for i := range 2 {
			for range min(turn*(4-3*i), counts[i]-b.Tally.Counts[i]) {
				b.Tally.Answer(b.Split[i].Name)
			}
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

// secured is for a run over TLS.
func (b *runBuilder) secured() *runBuilder {
	for i := range b.Latency {
		b.Latency[i].TLS = &Quantiles{P50: 0.003, P90: 0.004, P99: 0.005, Max: 0.006}
	}
	return b
}

// paced is for a run at a rate that a stall of the target has held up.
func (b *runBuilder) paced() *runBuilder {
	rate := 100.0
	b.Run.Plan.Rate = &rate
	for i := range b.Latency {
		b.Latency[i].Whole = &Quantiles{P50: 0.005, P90: 0.05, P99: 0.19, Max: 0.2}
	}
	return b
}

// busy is for a run on a machine with too much to do.
func (b *runBuilder) busy(concurrency int) *runBuilder {
	b.Run.Plan.Concurrency = concurrency
	b.Client = Client{Delay: &Quantiles{P50: 0.0009, P90: 0.002, P99: 0.003, Max: 0.004}, Slow: true}
	return b
}

// clocked is for a run on a system that does not tell how long a connection took.
func (b *runBuilder) clocked() *runBuilder {
	b.Client.Clocked = true
	return b
}

// waited is for a run in which so many attempts found no port.
func (b *runBuilder) waited(attempts int) *runBuilder {
	b.Client.Retries = attempts
	return b
}

// probes is for a run that was given a number of probes.
func (b *runBuilder) probes(n int) *runBuilder {
	b.Run.Plan.Probes, b.Run.Plan.From = n, "flag"
	return b
}

func (b *runBuilder) failed(phase, kind string, n int, example string) *runBuilder {
	b.Tally.Add("!"+kind, n)
	b.Failures = append(b.Failures, Failure{Phase: phase, Kind: kind, Count: n, Expected: b.Tally.Expects(kind), Example: example})
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
	if b.Tally.Finished() > 0 && b.Target.Address != "" && b.Target.Remotes == nil {
		remote := Remote{Address: "192.0.2.1:31400", Counts: map[string]int{}, Failures: b.Tally.Failures()}
		for i, v := range b.Split {
			if b.Tally.Counts[i] > 0 && !v.IsFailure() {
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

	"mismatch-stopped-early":  func() *runBuilder { return newRun("one=80,two=20", 212, 100).settled(71) },
	"unhealthy-stopped-early": func() *runBuilder { return newRun("one=80,two=20", 84, 1).failed("read", "eof", 21, "EOF").settled(64) },
	"mismatch-tolerated":      mismatchTolerated,
	"errors-explain-mismatch": func() *runBuilder { return newRun("one=80,two=20", 1679, 345).failed("read", "reset", 1, reset) },
	"within-tolerance":        func() *runBuilder { return newRun("one=80,two=20", 674, 160).settled(102).within(5) },
	"within-but-measurably":   func() *runBuilder { return newRun("one=80,two=20", 3380, 720).settled(64).within(5) },
	"within-for-a-canary":     func() *runBuilder { return newRun("stable=95,canary=5", 950, 50).settled(64).within(5) },
	"within-three":            func() *runBuilder { return newRun("a=70,b=20,c=10", 1050, 300, 150).settled(3).within(5) },
	"out-of-tolerance":        func() *runBuilder { return newRun("one=80,two=20", 659, 289).settled(71).within(5) },
	"undecided":               func() *runBuilder { return newRun("one=80,two=20", 3256, 1049).within(5) },
	"undecided-too-few":       func() *runBuilder { return newRun("one=80,two=20", 40, 10).within(5).probes(50) },
	"undecided-for-failures": func() *runBuilder {
		return newRun("one=80,two=20", 660, 164).within(5).failed("read", "reset", 5, reset).probes(829)
	},
	"one-version-within": func() *runBuilder { return newRun("one=100,two=0", 104, 0).within(5) },
	"failures-expected": func() *runBuilder {
		return newRun("one=64,two=16,!error=20", 2094, 532).failed("read", "eof", 623, "EOF")
	},
	"failures-too-many": func() *runBuilder {
		return newRun("one=64,two=16,!refused=20", 1800, 450).failed("dial", "refused", 999, refused)
	},
	"failures-of-another-kind": func() *runBuilder {
		return newRun("one=64,two=16,!refused=20", 1600, 400).failed("dial", "refused", 500, refused).failed("read", "eof", 749, "EOF")
	},
	"streaks":               func() *runBuilder { return newRun("one=80,two=20", 1616, 404).streaky(3) },
	"streaks-fail-stands":   func() *runBuilder { return newRun("one=80,two=20", 1010, 1010).streaky(3) },
	"streaks-fail-falls":    func() *runBuilder { return newRun("one=80,two=20", 1535, 485).streaky(8) },
	"secured-and-at-a-rate": func() *runBuilder { return newRun("one=80,two=20", 1622, 398).secured().paced() },
	"busy-client":           func() *runBuilder { return newRun("one=80,two=20", 1622, 398).busy(64) },
	"busy-client-of-one":    func() *runBuilder { return newRun("one=80,two=20", 1622, 398).busy(1) },
	"clocked":               func() *runBuilder { return newRun("one=80,two=20", 1622, 398).clocked() },
	"several-addresses":     severalAddresses,
	"out-of-ports":          func() *runBuilder { return newRun("one=80,two=20", 1622, 398).waited(1) },
	"judged-counts":         func() *runBuilder { return newRun("one=80,two=20", 805, 195).failed("", "refused", 3, "").given() },
	"judged-unexpected":     func() *runBuilder { b := newRun("one=80,two=20", 805, 195); b.Tally.Add("three", 7); return b.given() },
}

const (
	refused = "dial tcp 192.0.2.1:31400: connect: connection refused"
	reset   = "read tcp 127.0.0.1:40001->192.0.2.1:31400: read: connection reset by peer"
)

func unhealthy() *runBuilder {
	return newRun("one=80,two=20", 1400, 352).failed("dial", "timeout", 256, "dial tcp 192.0.2.1:31400: i/o timeout").
		failed("read", "reset", 12, reset)
}

// severalAddresses has one that keeps to the split, one that does not, one that is down and nine that were not met.
func severalAddresses() *runBuilder {
	b := newRun("one=80,two=20", 1622, 398).failed("dial", "refused", 7, refused)
	b.Target.Remotes = []Remote{
		{Address: "192.0.2.1:31400", Counts: map[string]int{"one": 811, "two": 199}},
		{Address: "192.0.2.2:31400", Counts: map[string]int{"one": 811, "two": 198, hostile: 1}, Failures: 3},
		{Address: "192.0.2.3:31400", Counts: map[string]int{}, Failures: 4},
	}
	for i := range 9 {
		b.Target.Remotes = append(b.Target.Remotes, Remote{Address: fmt.Sprintf("192.0.2.%d:31400", 4+i), Counts: map[string]int{"two": 1}})
	}
	return b
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

func mismatchTolerated() *runBuilder {
	return newRun("one=80,two=20,three=0", 1200, 500, 320).met(17).with(func(th *stats.Thresholds) { th.MaxUnknownRate = 0.2 })
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
