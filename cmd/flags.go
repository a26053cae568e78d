package cmd

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tcpshift/tcpshift/stats"
)

// flagValue is a flag of any type: parse reads it, and show is how the help prints its default.
type flagValue[T any] struct {
	target *T
	parse  func(string) (T, error)
	show   func(T) string
}

func (v flagValue[T]) Set(s string) error {
	x, err := v.parse(s)
	if err == nil {
		*v.target = x
	}
	return err
}

// String is empty for the zero value, which the help then takes for no default.
func (v flagValue[T]) String() string {
	if v.target == nil {
		return ""
	}
	return v.show(*v.target)
}

func (v flagValue[T]) Type() string { return "value" }

// unlisted is the error of a word that is none of a few. It lists them, so it needs no hint.
type unlisted struct{ error }

// oneOf is a flag that takes one of a few words.
func oneOf(target *string, words ...string) flagValue[string] {
	return flagValue[string]{target, func(s string) (string, error) {
		if !slices.Contains(words, s) {
			return "", unlisted{fmt.Errorf("%q is none of %s", s, strings.Join(words, ", "))}
		}
		return s, nil
	}, func(s string) string { return s }}
}

// split is a flag that takes versions with their weights.
func split(target *stats.Split) flagValue[stats.Split] {
	return flagValue[stats.Split]{target, stats.ParseSplit, stats.Split.String}
}

// counts is a flag that takes versions with their numbers of answers.
func counts(target *[]stats.Count) flagValue[[]stats.Count] {
	return flagValue[[]stats.Count]{target, stats.ParseCounts, func([]stats.Count) string { return "" }}
}

// atLeastOne is a flag that takes a whole number from 1 to limit.
func atLeastOne(target *int, limit int) flagValue[int] {
	return flagValue[int]{target, func(s string) (int, error) {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 || n > limit {
			return 0, fmt.Errorf("%q is not a whole number from 1 to %d", s, limit)
		}
		return n, nil
	}, func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}}
}

// seed is a flag that takes any whole number that a uint64 holds.
func seed(target *uint64) flagValue[uint64] {
	return flagValue[uint64]{target, func(s string) (uint64, error) {
		n, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("%q is not a whole number from 0 to %d", s, uint64(math.MaxUint64))
		}
		return n, nil
	}, func(n uint64) string {
		if n == 0 {
			return ""
		}
		return strconv.FormatUint(n, 10)
	}}
}

// positiveDuration is a flag that takes a duration above 0.
func positiveDuration(target *time.Duration) flagValue[time.Duration] {
	return flagValue[time.Duration]{target, func(s string) (time.Duration, error) {
		d, err := time.ParseDuration(s)
		if err != nil || d <= 0 {
			return 0, fmt.Errorf("%q is not a duration above 0", s)
		}
		return d, nil
	}, func(d time.Duration) string {
		if d == 0 {
			return ""
		}
		return d.String()
	}}
}

// number is a flag that takes a number within (low, high); scale times what is typed is what is stored.
func number(target *float64, low, high, scale float64) flagValue[float64] {
	return flagValue[float64]{target, func(s string) (float64, error) {
		x, err := strconv.ParseFloat(s, 64)
		if err != nil || math.IsNaN(x) || x <= low || x >= high {
			return 0, fmt.Errorf("%q is not a number between %v and %v", s, low, high)
		}
		return scale * x, nil
	}, func(x float64) string {
		if x == 0 {
			return ""
		}
		return strconv.FormatFloat(x/scale, 'g', 10, 64)
	}}
}

// tolerance is a flag that takes percentage points, above 0 and at most 100.
func tolerance(target *float64) flagValue[float64] {
	return flagValue[float64]{target, func(s string) (float64, error) {
		x, err := strconv.ParseFloat(s, 64)
		if err != nil || math.IsNaN(x) || x <= 0 || x > 100 {
			return 0, fmt.Errorf("%q is not a number above 0 and up to 100", s)
		}
		return x / 100, nil
	}, func(x float64) string {
		if x == 0 {
			return ""
		}
		return strconv.FormatFloat(100*x, 'g', 10, 64)
	}}
}

// share is a flag that takes a fraction from 0 to 1, or a percentage.
func share(target *float64) flagValue[float64] {
	return flagValue[float64]{target, func(s string) (float64, error) {
		digits, percent := strings.CutSuffix(s, "%")
		x, err := strconv.ParseFloat(strings.TrimSpace(digits), 64)
		if percent {
			x /= 100
		}
		if err != nil || math.IsNaN(x) || x < 0 || x > 1 {
			return 0, fmt.Errorf("%q is not a share from 0%% to 100%%", s)
		}
		return x, nil
	}, func(x float64) string { return strconv.FormatFloat(100*x, 'g', 10, 64) + "%" }}
}

// renames is a flag that takes name=NAME pairs.
func renames(target *map[string]string) flagValue[map[string]string] {
	return flagValue[map[string]string]{target, func(s string) (map[string]string, error) {
		names := make(map[string]string)
		for pair := range strings.SplitSeq(s, ",") {
			from, to, ok := strings.Cut(pair, "=")
			from, to = strings.TrimSpace(from), strings.TrimSpace(to)
			if !ok || from == "" || to == "" {
				return nil, fmt.Errorf("%q is not of the form name=NAME", pair)
			}
			for _, name := range []string{from, to} {
				if strings.HasPrefix(name, "!") {
					return nil, fmt.Errorf("%q begins with !, which no version's name may", name)
				}
			}
			if _, twice := names[from]; twice {
				return nil, fmt.Errorf("%q is there twice", from)
			}
			names[from] = to
		}
		return names, nil
	}, func(map[string]string) string { return "" }}
}

// text is a flag whose value check accepts, kept as it was typed.
func text(target *string, check func(string) error) flagValue[string] {
	return flagValue[string]{target, func(s string) (string, error) { return s, check(s) }, func(s string) string { return s }}
}
