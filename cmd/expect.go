package cmd

import (
	"errors"
	"fmt"

	"github.com/spf13/pflag"

	"github.com/tcpshift/tcpshift/stats"
)

var errNoExpect = hinted{errors.New("--expect is missing: what should the split be?"), flagHints["expect"]}

// expectFlags adds the flags that say what is expected. where is who has the names that --map maps to.
func expectFlags(flags *pflag.FlagSet, expect *stats.Split, names *map[string]string, where string) {
	flags.VarP(split(expect), "expect", "e", "expected `SPLIT`, as in one=80,two=20; a weight of 0 means that it must get nothing, and !error=20 that failures have a share")
	flags.Var(renames(names), "map", "`NAMES` of --expect as "+where+", as in v1=one,v2=two")
}

// expectation is the split that is expected under the names that replies carry, if it can be judged by t.
func expectation(flags *pflag.FlagSet, expect stats.Split, names map[string]string, t stats.Thresholds) (stats.Split, error) {
	if expect == nil {
		return nil, errNoExpect
	}
	expect, err := renamed(expect, names)
	if err != nil {
		return nil, err
	}
	return expect, checkThresholds(flags, expect, t)
}

// renamed puts the names of replies into the expected split.
func renamed(expect stats.Split, names map[string]string) (stats.Split, error) {
	known := make(map[string]bool)
	for _, v := range expect {
		known[v.Name] = true
	}
	for name := range names {
		if !known[name] {
			return nil, hinted{fmt.Errorf("--map: %q is not in --expect", name), flagHints["map"]}
		}
	}
	return expect.Rename(names), nil
}
