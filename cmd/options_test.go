package cmd

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tcpshift/tcpshift/probe"
	"github.com/tcpshift/tcpshift/stats"
)

func TestProbeFlags(t *testing.T) {
	with := func(change func(*probeOptions)) probeOptions {
		o := defaultProbeOptions()
		o.Target = probe.Target{Protocol: "tcp", Host: "h", Port: 9}
		o.Expect = stats.Split{{Name: "one", Weight: 80}, {Name: "two", Weight: 20}}
		change(&o)
		return o
	}
	tests := []struct {
		name string
		args []string
		want probeOptions
	}{
		{"the defaults", nil, with(func(*probeOptions) {})},
		{"short flags", []string{"-n", "7", "-c", "3", "-o", "json"}, with(func(o *probeOptions) {
			o.Probes, o.Concurrency, o.Outputs = 7, 3, []output{{Format: "json"}}
		})},
		{"times and rates", []string{"--timeout", "1s", "--connect-timeout", "2s", "--duration", "3s", "--rate", "0.5"}, with(func(o *probeOptions) {
			o.Timeout, o.ConnectTimeout, o.Duration, o.Rate = time.Second, 2*time.Second, 3*time.Second, 0.5
		})},
		{"error rates, points and percentages", []string{"--alpha", "0.01", "--power", "0.9", "--confidence", "0.95", "--detect", "2.5",
			"--max-error-rate", "5%", "--max-unknown-rate", "0.25"}, with(func(o *probeOptions) {
			o.Thresholds = stats.Thresholds{Alpha: 0.01, Power: 0.9, Confidence: 0.95, Detect: 0.025, MaxErrorRate: 0.05, MaxUnknownRate: 0.25}
		})},
		{"a tolerance", []string{"--tolerance", "2.5", "-n", "900"}, with(func(o *probeOptions) {
			o.Thresholds.Tolerance, o.Probes = 0.025, 900
		})},
		{"expected failures", []string{"--expect", "one=64,!error=20"}, with(func(o *probeOptions) {
			o.Expect = stats.Split{{Name: "one", Weight: 64}, {Name: "!error", Weight: 20}}
		})},
		{"identity", []string{"--send", "", "--match", "a=x", "--match", "b=y", "--max-reply", "9"}, with(func(o *probeOptions) {
			o.Send, o.Match, o.MaxReply = "", []string{"a=x", "b=y"}, 9
		})},
		{"a conversation over TLS", []string{"tls://h:9", "--tls-ca", "ca", "--tls-cert", "c", "--tls-key", "k", "--sni", "n", "--insecure"}, with(func(o *probeOptions) {
			o.Target.Protocol, o.TLS = "tls", tlsOptions{"ca", "c", "k", "n", true}
		})},
		{"a page", []string{"http://h:9/x", "--method", "PUT", "--header", "A: b", "--header", "C: d", "--version-from", "status"}, with(func(o *probeOptions) {
			o.Target.Protocol, o.Target.Path = "http", "/x"
			o.Send, o.MaxReply = "", pageBytes
			o.HTTP = httpOptions{"PUT", []string{"A: b", "C: d"}, "status"}
		})},
		{"a page that is sent something", []string{"http://h:9/x", "--send", "x", "--max-reply", "9"}, with(func(o *probeOptions) {
			o.Target.Protocol, o.Target.Path, o.Send, o.MaxReply = "http", "/x", "x", 9
		})},
		{"how a connection is made", []string{"--proxy-protocol", "v2", "--source", "127.0.0.2,127.0.0.3", "--all-addresses", "--reset-close", "--requests", "4"}, with(func(o *probeOptions) {
			o.ProxyProtocol, o.Source, o.AllAddresses, o.ResetClose, o.Requests = "v2", "127.0.0.2,127.0.0.3", true, true, 4
		})},
		{"names, of which two become one", []string{"--expect", "v1=80,v2=15,v3=5", "--map", "v1=one,v2=two,v3=two"}, with(func(o *probeOptions) {
			o.Map = map[string]string{"v1": "one", "v2": "two", "v3": "two"}
		})},
		{"outputs", []string{"-o", "text", "-o", "json=a.json", "--progress", "never", "--inconclusive", "fail"}, with(func(o *probeOptions) {
			o.Outputs = []output{{Format: "text"}, {"json", "a.json"}}
			o.Progress, o.Inconclusive = "never", "fail"
		})},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got probeOptions
			c := newProbe(&app{}, func(o probeOptions) error {
				got = o
				return nil
			})
			args := append([]string{"--expect", "one=80,two=20"}, tt.args...)
			if !strings.Contains(strings.Join(tt.args, " "), "://") {
				args = append(args, "h:9")
			}
			c.SetArgs(args)
			if err := c.Execute(); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(probeOptions{}, manifestOptions{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestJudgeFlags(t *testing.T) {
	want := judgeOptions{
		Counts: []stats.Count{{Name: "one", Count: 805}, {Name: "!eof", Count: 2}},
		expecting: expecting{
			Expect: stats.Split{{Name: "one", Weight: 80}, {Name: "two", Weight: 20}},
			Map:    map[string]string{"v1": "one"},
		},
		Thresholds:   stats.DefaultThresholds(),
		Inconclusive: "fail", Outputs: []output{{Format: "json", File: "a.json"}},
	}
	want.Thresholds.Tolerance, want.Thresholds.MaxErrorRate, want.Thresholds.Confidence = 0.05, 0.1, 0.9
	var got judgeOptions
	c := newJudge(&app{}, func(o judgeOptions) error {
		got = o
		return nil
	})
	c.SetArgs([]string{"--counts", "one=805,!eof=2", "--expect", "v1=80,two=20", "--map", "v1=one", "--tolerance", "5",
		"--confidence", "0.9", "--max-error-rate", "10%", "--inconclusive", "fail", "-o", "json=a.json"})
	if err := c.Execute(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(judgeOptions{})); diff != "" {
		t.Error(diff)
	}
}

func TestStyle(t *testing.T) {
	tests := []struct {
		name     string
		terminal bool
		color    string
		env      map[string]string
		width    int
		wantTint bool
		wantCols int
	}{
		{"a terminal", true, "auto", nil, 100, true, 100},
		{"a very wide terminal", true, "auto", nil, 300, true, 120},
		{"a terminal of unknown width", true, "auto", nil, 0, true, 80},
		{"a terminal, and NO_COLOR", true, "auto", map[string]string{"NO_COLOR": "1"}, 100, false, 100},
		{"a dumb terminal", true, "auto", map[string]string{"TERM": "dumb"}, 100, false, 100},
		{"a pipe", false, "auto", nil, 100, false, 80},
		{"a pipe, and colour always", false, "always", map[string]string{"NO_COLOR": "1"}, 100, true, 80},
		{"a terminal, and colour never", true, "never", nil, 40, false, 40},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := app{color: tt.color, World: World{
				StdoutTerminal: tt.terminal,
				Width:          func() int { return tt.width },
				Getenv:         func(name string) string { return tt.env[name] },
			}}
			if got := a.style(true); got.Color != tt.wantTint || got.Width != tt.wantCols {
				t.Errorf("got %+v", got)
			}
		})
	}
}

// TestExitCodes takes every exit but that of an interrupt, which a script takes.
func TestExitCodes(t *testing.T) {
	tests := []struct {
		args []string
		want int
	}{
		{[]string{"demo", "--quiet"}, exitPass},
		{[]string{"demo", "--quiet", "--actual", "one=20,two=80"}, exitFail},
		{[]string{"demo", "--quiet", "--expect", "one"}, exitUsage},
		{[]string{"demo", "--quiet", "-n", "10"}, exitInconclusive},
	}
	for _, tt := range tests {
		var out, errs bytes.Buffer
		got := Run(tt.args, World{Stdout: &out, Stderr: &errs, Getenv: func(string) string { return "" }})
		if got != tt.want {
			t.Errorf("%v: exit code %d, want %d\n%s%s", tt.args, got, tt.want, out.String(), errs.String())
		}
	}
	if got := len(exitTable); got != len(tests)+1 {
		t.Errorf("the table has %d codes, %d are tested", got, len(tests)+1)
	}
}
