//go:build unix

package cmd_test

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/tcpshift/tcpshift/lab"
	"github.com/tcpshift/tcpshift/stats"
)

// allowance is how many bytes more the probing of a bad server may take at its peak than that of a good one.
const allowance = 40 << 20

// badServer is a row of TestBadServers: a server, how it is probed, and what must come of it.
type badServer struct {
	behaviour string
	pace      time.Duration // of the behaviour; 0: its own
	scheme    string        // in front of the target's address
	probes    int
	args      []string

	code     int
	reason   stats.Reason
	failures []string // phase/kind of those that are possible; nil: none
	answered bool     // some or, without failures, all
}

// passes has as many probes as a PASS takes with a single version.
func passes(behaviour string) badServer {
	return badServer{behaviour: behaviour, code: 0, reason: stats.Consistent, answered: true, probes: 100}
}

// misnames is a server that answers, but not as one.
func misnames(behaviour string) badServer {
	return badServer{behaviour: behaviour, code: 1, reason: stats.UnexpectedVersion, answered: true, probes: 40}
}

// partly is a server that answers some and fails others.
func partly(behaviour string, failures ...string) badServer {
	return badServer{behaviour: behaviour, code: 1, reason: stats.Unhealthy, answered: true, failures: failures, probes: 40}
}

// fails is a server that never answers.
func fails(behaviour string, failures ...string) badServer {
	return badServer{behaviour: behaviour, code: 3, reason: stats.NothingAnswered, failures: failures, probes: 40}
}

// hangs is a server that never answers and keeps its clients waiting in one phase.
func hangs(behaviour, phase string) badServer {
	return fails(behaviour, phase+"/timeout").with("--timeout", "400ms")
}

func (row badServer) at(pace time.Duration) badServer {
	row.pace = pace
	return row
}

func (row badServer) with(args ...string) badServer {
	row.args = slices.Concat(row.args, args)
	return row
}

func (row badServer) overTLS(args ...string) badServer {
	row.scheme = "tls://"
	return row.with(args...)
}

func (row badServer) name() string {
	words := []string{row.behaviour}
	if row.scheme != "" {
		words = append(words, "over TLS")
	}
	for _, arg := range row.args {
		words = append(words, filepath.Base(arg)) // a file's directory is another each time
	}
	return strings.Join(words, " ")
}

// badServers has at least a row for each behaviour, in the order of lab.Hostile. Where more than one failure is
// possible, two kernels race.
func badServers(ca string) []badServer {
	return []badServer{
		fails("closes-at-once", "read/eof", "read/reset"),
		fails("closes-at-once", "tls/eof", "tls/reset").overTLS(),
		fails("resets-at-once", "dial/reset", "write/reset", "read/reset"),
		fails("half-closes-first", "read/eof"),
		passes("half-closes-after"),
		fails("closes-inside-line", "read/eof"),
		passes("resets-after"),

		hangs("never-answers", "read"),
		hangs("never-answers", "tls").overTLS(),
		hangs("drips", "read").at(20 * time.Millisecond),
		fails("floods", "parse/line-too-long"),
		fails("floods", "parse/line-too-long").with("--max-reply", "1048576"),
		fails("floods", "tls/not-tls").overTLS(),
		fails("first-line-of-100-mb", "parse/line-too-long"),
		fails("first-line-of-100-mb", "parse/line-too-long").with("--max-reply", "1048576"),
		passes("single-bytes"),

		fails("speaks-first", "parse/wrong-payload"),
		fails("empty-line", "parse/no-prefix"),
		fails("only-spaces", "parse/no-prefix"),
		fails("no-prefix", "parse/no-prefix"),
		fails("others-payload", "parse/wrong-payload"),
		fails("http-400", "parse/wrong-payload"),
		fails("http-400", "tls/not-tls").overTLS(),
		passes("answers-twice"),
		passes("crlf"),
		fails("crlf", "tls/not-tls").overTLS(),

		misnames("nul-name"),
		misnames("ansi-name"),
		misnames("invalid-utf8-name"),
		misnames("bidi-name"),
		misnames("html-name"),
		fails("prefix-of-60-kb", "parse/line-too-long"),
		fails("prefix-of-60-kb", "parse/name-too-long").with("--max-reply", "100000"),
		misnames("another-name-each-time"),
		misnames("another-name-each-time").with("-n", "3000", "--max-unknown-rate", "99.9%"),

		hangs("never-accepts", "read"),
		passes("slow-accept").at(5 * time.Millisecond),
		hangs("slow-accept", "read").at(time.Minute),
		partly("comes-and-goes", "dial/refused", "dial/reset", "write/reset", "read/reset").at(100 * time.Millisecond),
		partly("five-at-a-time", "read/eof", "read/reset").at(100 * time.Millisecond),

		// What a server says to a client that speaks no TLS, if anything, is its own affair.
		fails("tls", "write/reset", "read/reset", "read/eof", "parse/wrong-payload", "parse/no-prefix"),
		fails("tls", "tls/certificate").overTLS(),
		passes("tls").overTLS("--tls-ca", ca),
		passes("tls").overTLS("--insecure"),
		fails("tls-expired", "tls/certificate").overTLS("--tls-ca", ca),
		passes("tls-expired").overTLS("--insecure"),
		fails("tls-self-signed", "tls/certificate").overTLS("--tls-ca", ca),
		passes("tls-self-signed").overTLS("--insecure"),
		fails("tls-wrong-name", "tls/certificate").overTLS("--tls-ca", ca),
		passes("tls-wrong-name").overTLS("--insecure"),
		passes("tls-wrong-name").overTLS("--tls-ca", ca, "--sni", "somebody-else.example"),
		hangs("tls-stalls", "read"),
		hangs("tls-stalls", "tls").overTLS(),

		passes("urgent-before"),
		passes("urgent-inside"),
	}
}

// TestBadServers meets every hostile server with the real command line, in a process of its own, and logs a table of
// what came of it.
func TestBadServers(t *testing.T) {
	rows := badServers(writeCA(t))
	for _, b := range lab.Hostile() {
		if !slices.ContainsFunc(rows, func(row badServer) bool { return row.behaviour == b.Name }) {
			t.Errorf("no row for %s", b.Name)
		}
	}
	echo, err := lab.ListenEcho("127.0.0.1:0", "one")
	if err != nil {
		t.Fatal(err)
	}
	defer echo.Close()
	goodServer := passes("(a good server)")
	good := goodServer.probe(t, echo.Addr().String())
	goodServer.check(t, good)

	results := make([]processed, len(rows))
	t.Run("all", func(t *testing.T) {
		for i, row := range rows {
			t.Run(row.name(), func(t *testing.T) {
				t.Parallel()
				b := behaviour(t, row.behaviour)
				b.Pace = cmp.Or(row.pace, b.Pace)
				results[i] = row.probe(t, listenHostile(t, b))
				row.check(t, results[i])
				if results[i].peak > good.peak+allowance && !underRace() {
					t.Errorf("a peak of %d bytes, and %d with a good server", results[i].peak, good.peak)
				}
			})
		}
	})
	logTable(t, append([]badServer{goodServer}, rows...), append([]processed{good}, results...))
}

// probe leaves as much time to each probe as a busy machine may need, unless the row is about a timeout.
func (row badServer) probe(t *testing.T, addr string) processed {
	t.Helper()
	usual := []string{row.scheme + addr, "--expect", "one=1", "-n", fmt.Sprint(row.probes), "-c", "8", "--timeout", "20s"}
	return probeInProcess(t, append(usual, row.args...)...)
}

func (row badServer) check(t *testing.T, got processed) {
	t.Helper()
	verdict := got.report.Verdict
	if got.code != row.code || verdict.ExitCode != row.code || verdict.Reason != row.reason {
		t.Errorf("exit %d, want %d for %s", got.code, row.code, row.reason)
	}
	answered, failed := got.report.Answered, got.report.Failed
	if (answered > 0) != row.answered || (failed > 0) != (row.failures != nil) {
		t.Errorf("%d answered, %d failed", answered, failed)
	}
	for _, f := range got.report.Failures {
		if !slices.Contains(row.failures, f.Phase+"/"+f.Kind) {
			t.Errorf("%d failed with %s in %s, such as: %s", f.Count, f.Kind, f.Phase, f.Example)
		}
	}
	for where, text := range map[string]string{"stdout": got.stdout, "stderr": got.stderr, "the JSON report": got.json} {
		if raw := firstRaw(text); raw != "" {
			t.Errorf("%q is on %s", raw, where)
		}
	}
	if t.Failed() {
		t.Logf("%s\n%s%s", got.outcome(), got.stdout, got.stderr)
	}
}

func logTable(t *testing.T, rows []badServer, results []processed) {
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	fmt.Fprint(w, "\nserver\texit\tpeak memory\toutcome\n")
	for i, row := range rows {
		if got := results[i]; got.peak > 0 { // else it was not run
			fmt.Fprintf(w, "%s\t%d\t%.1f MB\t%s\n", row.name(), got.code, float64(got.peak)/(1<<20), got.outcome())
		}
	}
	w.Flush()
	t.Log(table.String())
}

func behaviour(t *testing.T, name string) lab.Behaviour {
	t.Helper()
	for _, b := range lab.Hostile() {
		if b.Name == name {
			return b
		}
	}
	t.Fatalf("there is no behaviour %q", name)
	return lab.Behaviour{}
}

func listenHostile(t *testing.T, b lab.Behaviour) (addr string) {
	t.Helper()
	server, err := lab.ListenHostile("127.0.0.1:0", b)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	return server.Addr().String()
}

// writeCA writes the certificate of the hostile servers' CA to a file.
func writeCA(t *testing.T) string {
	t.Helper()
	ca, err := lab.Authority()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, ca.PEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
