// Package stats is the arithmetic of a verdict: splits, tallies, tests, intervals, sample sizes and the decision.
//
// Shares, shifts and rates are fractions of 1 everywhere in this package; percentages and points are a matter of
// how they are shown. It does no input or output and knows no time but as numbers of seconds.
package stats

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Share is one version of a split and its configured weight. A name that begins with ! stands for probes that are
// expected to fail, as those do which a route sends to a backend without endpoints.
type Share struct {
	Name   string
	Weight float64
}

// Split is the list of versions among which connections are divided, in the order in which they were given. The
// zero value is no valid split.
type Split []Share

// AnyFailure is the name of all failures that a split does not name otherwise.
const AnyFailure = "!error"

// FailureNames are the names by which a split can expect failures.
var FailureNames = []string{AnyFailure, "!refused", "!reset", "!timeout", "!eof"}

// IsFailure reports whether s stands for failed probes and not for a version.
func (s Share) IsFailure() bool { return strings.HasPrefix(s.Name, "!") }

// The limits of a split. A weight beyond MaxWeight is no configuration but a mistake, and a positive share below
// MinShare could not be told from zero in a lifetime of probes; between them no sum or ratio overflows.
const (
	MaxVersions   = 256
	MaxNameLength = 256 // bytes
	MaxWeight     = 1e15
	MinShare      = 1e-12
)

// ParseSplit reads name=weight pairs separated by commas, as in one=80,two=20. The result is valid.
func ParseSplit(s string) (Split, error) {
	if strings.TrimSpace(s) == "" {
		return nil, errors.New("it is empty")
	}
	if n := strings.Count(s, ",") + 1; n > MaxVersions {
		return nil, fmt.Errorf("it has %d versions, more than %d", n, MaxVersions)
	}
	var split Split
	for pair := range strings.SplitSeq(s, ",") {
		name, number, _ := strings.Cut(pair, "=")
		name, number = strings.TrimSpace(name), strings.TrimSpace(number)
		if number == "" {
			return nil, fmt.Errorf("%q has no weight", name)
		}
		weight, err := strconv.ParseFloat(number, 64)
		if err != nil && !errors.Is(err, strconv.ErrRange) {
			return nil, fmt.Errorf("the weight %q of %q is not a number", number, name)
		}
		if mantissa, _, _ := strings.Cut(strings.ToLower(number), "e"); weight == 0 && strings.ContainsAny(mantissa, "123456789") {
			return nil, fmt.Errorf("the weight %q of %q is too small", number, name)
		}
		split = append(split, Share{name, weight})
	}
	return split, split.Validate()
}

// Validate reports what is wrong with a split: names must be distinct and not empty, weights finite and not
// negative, and at least one version's positive.
func (s Split) Validate() error {
	if len(s) == 0 || len(s) > MaxVersions {
		return fmt.Errorf("it has %d versions; from 1 to %d will do", len(s), MaxVersions)
	}
	seen := make(map[string]bool, len(s))
	var served float64 // the weights of versions
	for _, v := range s {
		switch {
		case v.Name == "":
			return fmt.Errorf("the weight %v has no name", v.Weight)
		case len(v.Name) > MaxNameLength:
			return fmt.Errorf("the name %.20q… has more than %d bytes", v.Name, MaxNameLength)
		case v.IsFailure() && !slices.Contains(FailureNames, v.Name):
			return fmt.Errorf("%q is no kind of failure; %s are", v.Name, strings.Join(FailureNames, ", "))
		case seen[v.Name]:
			return fmt.Errorf("%q is there twice", v.Name)
		case math.IsNaN(v.Weight) || math.IsInf(v.Weight, 0) || v.Weight < 0 || v.Weight > MaxWeight:
			return fmt.Errorf("the weight %v of %q is not a number from 0 to %.0e", v.Weight, v.Name, MaxWeight)
		case v.IsFailure() && v.Weight == 0:
			return fmt.Errorf("the weight of %q is not above 0; that failures are not expected goes without saying", v.Name)
		}
		seen[v.Name] = true
		if !v.IsFailure() {
			served += v.Weight
		}
	}
	total := s.total()
	switch {
	case total <= 0:
		return errors.New("no weight is positive")
	case served <= 0:
		return errors.New("the failures leave nothing for versions; their share must be below 100 %")
	}
	for _, v := range s {
		if v.Weight > 0 && v.Weight/total < MinShare {
			return fmt.Errorf("the weight %v of %q is less than %.0e of the sum", v.Weight, v.Name, MinShare)
		}
	}
	return nil
}

func (s Split) total() float64 {
	var sum float64
	for _, v := range s {
		sum += v.Weight
	}
	return sum
}

// Shares returns weight / sum of each version, in the order of the split.
func (s Split) Shares() []float64 {
	total := s.total()
	shares := make([]float64, len(s))
	for i, v := range s {
		shares[i] = v.Weight / total
	}
	return shares
}

// positiveShares returns the shares that are not 0.
func (s Split) positiveShares() []float64 {
	return slices.DeleteFunc(s.Shares(), func(share float64) bool { return share == 0 })
}

// Positive returns the number of versions that should get anything.
func (s Split) Positive() int {
	n := 0
	for _, v := range s {
		if v.Weight > 0 {
			n++
		}
	}
	return n
}

// Rename replaces the names that are keys of names by their values. Versions that end up with one name are added
// up, at the place of the first.
func (s Split) Rename(names map[string]string) Split {
	var out Split
	at := make(map[string]int)
	for _, v := range s {
		if name, ok := names[v.Name]; ok {
			v.Name = name
		}
		if i, ok := at[v.Name]; ok {
			out[i].Weight += v.Weight
			continue
		}
		at[v.Name] = len(out)
		out = append(out, v)
	}
	return out
}

// String is the split as ParseSplit reads it.
func (s Split) String() string {
	var b strings.Builder
	for i, v := range s {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "%s=%s", v.Name, strconv.FormatFloat(v.Weight, 'f', -1, 64))
	}
	return b.String()
}
