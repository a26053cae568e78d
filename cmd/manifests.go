package cmd

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"github.com/tcpshift/tcpshift/manifest"
)

// manifestOptions say which manifests to read, and what to take of them.
type manifestOptions struct {
	Files []string
	Route string
	Step  *int // of a canary; nil: what its status says
}

func (o *manifestOptions) flags(flags *pflag.FlagSet) {
	flags.StringArrayVar(&o.Files, "from", nil, "expected split from the manifest `FILE`, a folder of them, or - for standard input; can be given several times")
	o.choosing(flags)
}

// choosing adds the flags that say what to take of manifests.
func (o *manifestOptions) choosing(flags *pflag.FlagSet) {
	flags.StringVar(&o.Route, "route", "", "which `ROUTE` of the manifest, where it has several, as in shop/tcp-echo or tcp-echo#spec.tcp[0]")
	flags.Var(step(&o.Step), "step", "the weights after `STEP` of the canary's steps, counted from 1, instead of those in its status")
}

// step is a flag that takes a number of steps.
func step(target **int) flagValue[*int] {
	return flagValue[*int]{target, func(s string) (*int, error) {
		n, err := strconv.Atoi(s)
		if err != nil || n < 0 || n > 10_000 {
			return nil, fmt.Errorf("%q is not a whole number from 0 to 10000", s)
		}
		return &n, nil
	}, func(n *int) string {
		if n == nil {
			return ""
		}
		return strconv.Itoa(*n)
	}}
}

// readManifests reads all that the options name. An interrupt ends it whatever it waits for: a pipe that says
// nothing, one that nobody has opened to write, or a long text.
func (a *app) readManifests(o manifestOptions) (*manifest.Reading, error) {
	type result struct {
		reading *manifest.Reading
		err     error
	}
	done := make(chan result, 1)
	go func() {
		reading, err := a.readAll(o)
		done <- result{reading, err}
	}()
	select {
	case got := <-done:
		return got.reading, got.err
	case <-a.Interrupts:
		return nil, exitCode(exitInterrupted)
	}
}

func (a *app) readAll(o manifestOptions) (*manifest.Reading, error) {
	var inputs []manifest.Input
	for i, path := range o.Files {
		if slices.Contains(o.Files[:i], path) {
			return nil, fmt.Errorf("%s is there twice", path)
		}
		more, err := a.readManifest(path)
		if err != nil {
			return nil, err
		}
		inputs = append(inputs, more...)
	}
	reading, err := manifest.Read(inputs, manifest.Options{Step: o.Step})
	var problem *manifest.Problem
	switch {
	case errors.As(err, &problem):
		err = hinted{err, problem.Hint}
	case errors.Is(err, manifest.ErrNoSteps):
		err = hinted{fmt.Errorf("--step: %w", err), "without --step the weights are read that the manifest has"}
	}
	return reading, err
}

// readManifest reads a file, the manifests of a folder, or standard input.
func (a *app) readManifest(path string) ([]manifest.Input, error) {
	if path == "-" {
		return a.readStdin()
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, hinted{fmt.Errorf("%s: %w", path, plainly(err)), flagHints["from"]}
	}
	defer file.Close()
	if info, err := file.Stat(); err == nil && info.IsDir() {
		return a.readFolder(path)
	}
	return readText(path, file)
}

// readText reads up to a byte more than a manifest may have, so that an endless pipe ends.
func readText(name string, r io.Reader) ([]manifest.Input, error) {
	data, err := io.ReadAll(io.LimitReader(r, manifest.MaxSize+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, plainly(err))
	}
	return []manifest.Input{{Name: name, Data: data}}, nil
}

// endings are those of the files of a folder that are read. Those of proxies' own files are of many others', too.
var endings = []string{".yaml", ".yml", ".json", ".toml", ".hcl"}

// readFolder reads the manifests in a folder, and not those in folders within it, as kubectl does.
func (a *app) readFolder(folder string) ([]manifest.Input, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", folder, plainly(err))
	}
	var inputs []manifest.Input
	for _, entry := range entries {
		path := filepath.Join(folder, entry.Name())
		info, err := os.Stat(path)
		if err != nil || !info.Mode().IsRegular() || !slices.Contains(endings, strings.ToLower(filepath.Ext(path))) {
			continue
		}
		more, err := a.readManifest(path)
		if err != nil {
			return nil, err
		}
		inputs = append(inputs, more...)
	}
	if inputs == nil {
		return nil, fmt.Errorf("%s: no file in this folder ends in %s", folder, strings.Join(endings, ", "))
	}
	return inputs, nil
}

func (a *app) readStdin() ([]manifest.Input, error) {
	if file, ok := a.Stdin.(*os.File); ok {
		if info, err := file.Stat(); err == nil && info.Mode()&fs.ModeCharDevice != 0 {
			a.note("reading from the terminal; end with Ctrl-D")
		}
	}
	return readText("standard input", a.Stdin)
}

// unchosen adds to the error of a choice what to type next.
func unchosen(err error) error {
	var list *manifest.Listed
	if errors.As(err, &list) && len(list.Items) > 0 && strings.HasPrefix(list.Items[0], "--route ") {
		return hinted{err, "--route takes one of these; tcpshift weights shows how each is read"}
	}
	return err
}
