package cmd

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tcpshift/tcpshift/stats"
)

// The exit codes. They are the same for every command.
const (
	exitPass         = 0
	exitFail         = 1
	exitUsage        = 2
	exitInconclusive = 3
	exitInterrupted  = 130
)

var exitTable = []struct {
	code     int
	sentence string
}{
	{exitPass, "PASS: the split is as expected"},
	{exitFail, "FAIL: it is not, or versions answered or probes failed that should not have"},
	{exitUsage, "wrong usage, bad input, or it could not start or write its report"},
	{exitInconclusive, "INCONCLUSIVE: not enough evidence, nothing answered, or interrupted before a decision"},
	{exitInterrupted, "interrupted by a second Ctrl-C, without a report"},
}

// exitCode is an exit code on its way up, for a command that has said all there is to say.
type exitCode int

func (c exitCode) Error() string { return fmt.Sprintf("exit code %d", int(c)) }

// codeOf is the exit code of a decision. inconclusive is the --inconclusive flag: "fail", "pass" or empty.
func codeOf(d stats.Decision, inconclusive string) (code int, mapped bool) {
	switch {
	case d == stats.Pass:
		return exitPass, false
	case d == stats.Fail:
		return exitFail, false
	case inconclusive == "fail":
		return exitFail, true
	case inconclusive == "pass":
		return exitPass, true
	}
	return exitInconclusive, false
}

func exitCodesTopic() *cobra.Command {
	var b strings.Builder
	b.WriteString("Exit codes, the same for every command:\n\n")
	for _, e := range exitTable {
		fmt.Fprintf(&b, "  %3d  %s\n", e.code, e.sentence)
	}
	b.WriteString("\n--inconclusive=fail|pass turns 3 into 1 or 0, and the report says so.")
	return &cobra.Command{Use: "exit-codes", Short: "What the exit codes mean", Long: b.String()}
}

// hinted is an error with what to type next.
type hinted struct {
	error
	hint string
}

func (h hinted) Unwrap() error { return h.error }
