//go:build unix

package cmd_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/tcpshift/tcpshift/report"
)

// processed is what is left of a process that has probed.
type processed struct {
	code                 int
	stdout, stderr, json string
	report               report.Report
	peak                 int64 // resident memory, in bytes; at least that of this process when it forked
}

// outcome is the verdict in a few words.
func (p processed) outcome() string {
	words := []string{fmt.Sprintf("%s: %d answered", p.report.Verdict.Reason, p.report.Answered)}
	for _, f := range p.report.Failures {
		words = append(words, fmt.Sprintf("%d %s/%s", f.Count, f.Phase, f.Kind))
	}
	return strings.Join(words, ", ")
}

// probeInProcess runs tcpshift probe with a text report on standard output and a JSON report beside it.
func probeInProcess(t *testing.T, args ...string) processed {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	file := filepath.Join(t.TempDir(), "report.json")
	usual := []string{"probe", "--progress", "never", "-o", "text", "-o", "json=" + file}
	c := exec.CommandContext(ctx, "tcpshift", append(usual, args...)...)
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	var exit *exec.ExitError
	if err := c.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	p := processed{code: c.ProcessState.ExitCode(), stdout: stdout.String(), stderr: stderr.String()}
	text, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(text, &p.report)
	}
	if err != nil {
		t.Fatalf("exit %d without a report: %v\n%s", p.code, err, p.stderr)
	}
	p.json = string(text)
	p.peak = int64(c.ProcessState.SysUsage().(*syscall.Rusage).Maxrss)
	if runtime.GOOS != "darwin" { // where it is in bytes; elsewhere in kilobytes
		p.peak <<= 10
	}
	return p
}

// underRace reports whether the race detector, which has a use for memory of its own, is built in.
func underRace() bool {
	info, ok := debug.ReadBuildInfo()
	return ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}

// firstRaw is the first piece of text that a terminal should not get: what is no UTF-8 or does not show, as escape
// sequences, bidirectional and zero-width characters.
func firstRaw(s string) string {
	for i, r := range s {
		_, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 || r != '\n' && !unicode.IsPrint(r) {
			return s[i : i+size]
		}
	}
	return ""
}
