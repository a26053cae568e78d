package cmd

import (
	"errors"
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/tcpshift/tcpshift/manifest"
	"github.com/tcpshift/tcpshift/report"
)

// app is what all commands share: the world and the flags that every one of them has.
type app struct {
	World
	color string
	quiet bool
}

// Run runs a command line and returns its exit code.
func Run(args []string, world World) int {
	a := &app{World: world}
	root := newRoot(a)
	root.SetArgs(args)
	root.SetOut(world.Stdout)
	root.SetErr(world.Stderr)
	var code exitCode
	switch err := root.Execute(); {
	case err == nil:
		return exitPass
	case errors.As(err, &code):
		return int(code)
	default:
		a.complain(err)
		return exitUsage
	}
}

func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "tcpshift",
		Short: "Prove where TCP connections go",
		Long: `Tcpshift opens many TCP connections, reads which version answered each, and says
whether a weighted route keeps to its weights: PASS, FAIL or INCONCLUSIVE, with a
known error rate and an exit code to gate on.`,
		Example: `  tcpshift demo
  tcpshift probe 127.0.0.1:31400 --expect one=80,two=20
  tcpshift plan --expect one=80,two=20 --detect 5`,
		Version:       version(),
		Args:          cobra.ArbitraryArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return hinted{fmt.Errorf("unknown command %q", args[0]), "see tcpshift --help"}
			}
			return hinted{errors.New("no command"), "try tcpshift demo, or see tcpshift --help"}
		},
	}
	root.SetVersionTemplate("tcpshift {{.Version}}\n")
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error { return flagProblem(c, err) })
	flags := root.PersistentFlags()
	a.color = "auto"
	flags.Var(oneOf(&a.color, "auto", "always", "never"), "color", "colour the text: `WHEN` is auto, always or never")
	flags.BoolVar(&a.quiet, "quiet", false, "the verdict alone: no notes, no progress, no table")
	root.AddCommand(newProbe(a, a.probe), newDemo(a, a.demo), newPlan(a, a.plan), newJudge(a, a.judge), newWeights(a.weights), newLab(a), newEcho(a), exitCodesTopic(), newMan())
	return root
}

// complain prints an error, and its hint if it has one.
func (a *app) complain(err error) {
	fmt.Fprintf(a.Stderr, "tcpshift: error: %s\n", printable(headline(err)))
	for _, line := range details(err) {
		fmt.Fprintf(a.Stderr, "  %s\n", printable(line))
	}
	var h hinted
	if errors.As(err, &h) && h.hint != "" {
		a.hint(h.hint)
	}
}

// headline is an error without the list that it may have.
func headline(err error) string {
	if lines := details(err); lines != nil {
		return strings.TrimSuffix(err.Error(), " "+strings.Join(lines, "; "))
	}
	return err.Error()
}

// details are the lines of an error that is a list.
func details(err error) []string {
	var list *manifest.Listed
	if errors.As(err, &list) && len(list.Items) > 1 {
		return list.Items
	}
	return nil
}

func (a *app) hint(text string) {
	fmt.Fprintf(a.Stderr, "tcpshift: hint: %s\n", printable(text))
}

// note says something that is neither result nor error.
func (a *app) note(format string, args ...any) {
	if !a.quiet {
		fmt.Fprintf(a.Stderr, "tcpshift: %s\n", printable(fmt.Sprintf(format, args...)))
	}
}

// printable makes one line of text from anywhere fit for a terminal. Backslashes are let be: these are messages,
// in which quoting has already happened.
func printable(text any) string {
	return strings.ReplaceAll(report.Escape(fmt.Sprint(text)), `\\`, `\`)
}

// flagProblem says in our words what is wrong with a flag.
func flagProblem(c *cobra.Command, err error) error {
	var invalid *pflag.InvalidValueError
	if errors.As(err, &invalid) {
		name := invalid.GetFlag().Name
		if errors.As(err, new(unlisted)) {
			return fmt.Errorf("--%s: %w", name, invalid.Unwrap())
		}
		return hinted{fmt.Errorf("--%s: %w", name, invalid.Unwrap()), flagHints[name]}
	}
	return hinted{err, fmt.Sprintf("see %s --help", c.CommandPath())}
}

// flagHints are the next thing to type after a flag's value was wrong.
var flagHints = map[string]string{
	"expect":           "name each version with its weight, as in --expect one=80,two=20",
	"split":            "name each version with its weight, as in --split one=80,two=20",
	"actual":           "name each version with its weight, as in --actual one=70,two=30",
	"map":              "name=NAME pairs, as in --map v1=one,v2=two",
	"from":             "a manifest is a file, a folder of them, or - for standard input",
	"step":             "a number of steps, as in --step 3",
	"send":             `the default is 'tcpshift {id} {seq} {time}\n'; --send '' lets the server speak first`,
	"match":            `put a group around the version, as in --match 'version: (\w+)', or classify: --match 'v1=^blue' --match 'v2=^green'`,
	"steps":            "a YAML list, each item a send, an expect or starttls, as in - expect: '^220 (?P<version>\\S+)'",
	"header":           "name and value, as in --header 'Host: shop.example'",
	"version-from":     "body, status or header:NAME, as in --version-from header:X-Version",
	"method":           "as in --method POST",
	"source":           "addresses of this machine, as in --source 127.0.0.2,127.0.0.3 or --source 127.1.0.0/24",
	"output":           "FORMAT or FORMAT=FILE, as in -o text -o json=run.json",
	"detect":           "percentage points, as in --detect 5",
	"tolerance":        "percentage points, as in --tolerance 5",
	"confidence":       "a share of 1, as in --confidence 0.99",
	"alpha":            "a small share of 1, as in --alpha 0.001",
	"power":            "a share of 1, as in --power 0.99",
	"counts":           "name each version with its number of answers, as in --counts one=805,two=195",
	"max-error-rate":   "a share, as in 1% or 0.01",
	"max-unknown-rate": "a share, as in 1% or 0.01",
	"timeout":          "a duration, as in 5s or 300ms",
	"connect-timeout":  "a duration, as in 5s or 300ms",
	"duration":         "a duration, as in 30s or 2m",
}

func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
