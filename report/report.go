// Package report renders a finished run. A Report is complete before any format sees it, so no two formats can
// disagree about the verdict.
package report

import (
	"time"

	"github.com/tcpshift/tcpshift/stats"
)

// Schema names the JSON form of a Report. Fields may be added to it, never renamed.
const Schema = "tcpshift.report/v1"

// Report is what a run found. Shares and rates are fractions of 1, durations seconds.
type Report struct {
	Schema     string     `json:"schema"`
	Version    string     `json:"version"`
	Started    time.Time  `json:"started"`
	Finished   time.Time  `json:"finished"`
	Elapsed    float64    `json:"elapsed_s"`
	Target     Target     `json:"target"`
	Plan       Plan       `json:"plan"`
	Source     *Source    `json:"source"` // nil when the split was typed
	Launched   int        `json:"launched"`
	Answered   int        `json:"answered"`
	Failed     int        `json:"failed"`
	Undecided  int        `json:"undecided"`
	Settled    bool       `json:"settled"` // no more probes were made because none could have changed the verdict
	Expected   []Expected `json:"expected"`
	Observed   []Observed `json:"observed"`
	Others     Others     `json:"others"`
	Failures   []Failure  `json:"failures"`
	ChiSquare  *ChiSquare `json:"chi_square"` // nil when there is nothing to test
	Sequential *Evidence  `json:"sequential"` // nil when only one version can answer and no tolerance is given
	Detectable float64    `json:"detectable_shift"`
	CouldFlip  bool       `json:"errors_could_flip"`
	Findings   []Finding  `json:"findings"`
	Latency    []Latency  `json:"latency"`
	Client     Client     `json:"client"`
	Verdict    Verdict    `json:"verdict"`
}

// Target is what was probed.
type Target struct {
	Address  string   `json:"address"`
	Protocol string   `json:"protocol"`
	Remotes  []Remote `json:"remotes"`
}

// Remote is one address behind the target and what it answered.
type Remote struct {
	Address  string         `json:"address"`
	Counts   map[string]int `json:"counts"`
	Failures int            `json:"failures"`
}

// Plan is what the run set out to do and the limits it was judged by.
type Plan struct {
	Probes         int      `json:"probes"`
	From           string   `json:"probes_from"` // "flag", "detect" or "cap"
	Concurrency    int      `json:"concurrency"`
	Rate           *float64 `json:"rate"` // probes a second; nil without a limit
	Alpha          float64  `json:"alpha"`
	Confidence     float64  `json:"confidence"`
	Power          float64  `json:"power"`
	Detect         float64  `json:"detect"`
	Tolerance      *float64 `json:"tolerance"` // nil when the split is judged exactly
	MaxErrorRate   float64  `json:"max_error_rate"`
	MaxUnknownRate float64  `json:"max_unknown_rate"`
}

// Source is the manifest that the expected split was read from.
type Source struct {
	Where    string   `json:"where"`    // file, line and document
	Object   string   `json:"object"`   // kind, namespace and name
	Route    string   `json:"route"`    // the way to it within the object
	Protocol string   `json:"protocol"` // that it divides: tcp, tls, udp, http, grpc, or any
	Match    string   `json:"match"`    // what a connection must be like to take it; empty if anything will do
	Notes    []string `json:"notes"`    // how it was read
}

// Expected is a version of the split that was asked for.
type Expected struct {
	Name   string   `json:"name"`
	Weight float64  `json:"weight"`
	Share  float64  `json:"share"`
	Low    *float64 `json:"low"` // the band that the tolerance leaves it; nil without a tolerance
	High   *float64 `json:"high"`
}

// Observed is a version that answered, or should have, or failures that the split expects.
type Observed struct {
	Name      string  `json:"name"`
	Count     int     `json:"count"`
	Share     float64 `json:"share"`
	Low       float64 `json:"low"` // the confidence interval of the share
	High      float64 `json:"high"`
	Deviation float64 `json:"deviation"` // share minus expected share
	Expected  bool    `json:"expected"`
}

// Others stands for the unexpected versions that Observed does not list.
type Others struct {
	Names int `json:"names"`
	Count int `json:"count"`
}

// Failure is one way in which probes failed.
type Failure struct {
	Phase    string `json:"phase"`
	Kind     string `json:"kind"`
	Count    int    `json:"count"`
	Expected bool   `json:"expected"` // the split expects such failures
	Example  string `json:"example"`
}

// ChiSquare is the test of the counts against the split. Where P is too small for a float64, LogP, its natural
// logarithm, still tells.
type ChiSquare struct {
	Statistic    float64      `json:"statistic"`
	DF           int          `json:"df"`
	P            float64      `json:"p"`
	LogP         float64      `json:"log_p"`
	Method       stats.Method `json:"method"`
	CohenW       float64      `json:"cohen_w"`
	TVD          float64      `json:"tvd"`
	MaxDeviation float64      `json:"max_deviation"`
}

// Evidence is what had gathered for and against the split at the end of a run, in natural logarithms. At the
// threshold it settles the verdict whenever one looks.
type Evidence struct {
	Fail      float64  `json:"log_e_fail"`
	Pass      *float64 `json:"log_e_pass"` // nil without a tolerance: an exact split is never proved
	Threshold float64  `json:"threshold"`
}

// Finding is a diagnosis in plain words.
type Finding struct {
	ID       string         `json:"id"`
	Severity string         `json:"severity"` // "info", "warning" or "error"
	Message  string         `json:"message"`
	Evidence map[string]any `json:"evidence"`
}

// Latency is how long the answers of one version took, in seconds.
type Latency struct {
	Name    string     `json:"name"`
	Connect Quantiles  `json:"connect"` // the TCP handshake
	TLS     *Quantiles `json:"tls"`     // the handshake behind it; nil without one
	Reply   Quantiles  `json:"reply"`   // from then to the end of the reply
	Whole   *Quantiles `json:"whole"`   // from the scheduled start to the end of the reply; nil without a rate
}

// Client is what was measured of the machine that the probes came from.
type Client struct {
	Delay   *Quantiles `json:"delay"`   // by which a connection was noticed later than the kernel had it; nil if unknown
	Clocked bool       `json:"clocked"` // connect times are by the clock, with that delay in them
	Retries int        `json:"retries"` // attempts that found no port or file on it, and were made again
	Slow    bool       `json:"slow"`    // the median delay is more than a tenth of the median reply
}

// Quantiles of a time in seconds.
type Quantiles struct {
	P50 float64 `json:"p50"`
	P90 float64 `json:"p90"`
	P99 float64 `json:"p99"`
	Max float64 `json:"max"`
}

// Verdict is the decision with its reason.
type Verdict struct {
	Decision Decision     `json:"decision"`
	Reason   stats.Reason `json:"reason"`
	Message  string       `json:"message"`
	ExitCode int          `json:"exit_code"`
}

// Decision is a stats.Decision that reads pass, fail or inconclusive in JSON.
type Decision stats.Decision
