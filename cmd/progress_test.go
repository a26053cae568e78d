package cmd

import (
	"bytes"
	"strings"
	"testing"

	"github.com/tcpshift/tcpshift/stats"
)

func TestProgressIsForTerminals(t *testing.T) {
	tests := []struct {
		name     string
		terminal bool
		quiet    bool
		progress string
		term     string
		want     bool
	}{
		{"a terminal", true, false, "auto", "xterm", true},
		{"a pipe", false, false, "auto", "xterm", false},
		{"a dumb terminal", true, false, "auto", "dumb", false},
		{"a terminal, and --progress=never", true, false, "never", "xterm", false},
		{"a terminal, and --quiet", true, true, "auto", "xterm", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var line bytes.Buffer
			a := &app{quiet: tt.quiet, World: World{
				Stderr: &line, StderrTerminal: tt.terminal, Getenv: func(string) string { return tt.term },
			}}
			p := a.newProgress(probeOptions{Progress: tt.progress}, 10)
			tally := stats.NewTally(defaultSplit)
			tally.Answer("one")
			tally.Failed = 9
			p.update(tally)
			shown := strings.Contains(line.String(), "9 failed") && strings.Contains(line.String(), "/10,")
			if shown != tt.want {
				t.Errorf("it shows %q", line.String())
			}
			p.clear()
			last := line.String()[strings.LastIndex(line.String(), "\r")+1:]
			if strings.TrimSpace(last) != "" {
				t.Errorf("it leaves %q", last)
			}
		})
	}
}
