package report

import (
	"math"
	"strconv"
	"testing"

	"github.com/tcpshift/tcpshift/stats"
)

// words checks a function that puts a number into words, each case by its name.
func words[T any](t *testing.T, f func(T) string, cases map[string]struct {
	in   T
	want string
}) {
	t.Helper()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if got := f(c.in); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

type fraction = struct {
	in   float64
	want string
}

func TestDecimal(t *testing.T) {
	words(t, decimal, map[string]fraction{
		"zero":                            {0, "0"},
		"one":                             {1, "1"},
		"a whole number":                  {80, "80"},
		"three digits":                    {123, "123"},
		"four digits":                     {1234.5, "1234"},
		"five digits":                     {12345.6, "12346"},
		"above ten":                       {12.345, "12.3"},
		"below ten":                       {1.2345, "1.23"},
		"below one":                       {0.12345, "0.123"},
		"small":                           {0.0012345, "0.00123"},
		"next to nothing":                 {1e-12, "0.000000000001"},
		"rounded up to ten":               {9.999, "10"},
		"rounded up to one":               {0.9999, "1"},
		"no zeros after the point":        {2.50, "2.5"},
		"zeros before the point are kept": {100, "100"},
		"negative":                        {-2.5, "-2.5"},
		"negative below one":              {-0.125, "-0.125"},
	})
}

func TestPercent(t *testing.T) {
	words(t, percent, map[string]fraction{
		"all":                  {1, "100 %"},
		"none":                 {0, "0 %"},
		"a fifth":              {0.2, "20 %"},
		"a third":              {1.0 / 3, "33.3 %"},
		"one in a thousand":    {0.001, "0.1 %"},
		"99 in a hundred":      {0.99, "99 %"},
		"999 in a thousand":    {0.999, "99.9 %"},
		"all but a very few":   {0.9999, "99.99 %"},
		"all but next to none": {0.99999, "99.999 %"},
	})
}

func TestPoints(t *testing.T) {
	words(t, points, map[string]fraction{
		"five":            {0.05, "5 points"},
		"one":             {0.01, "1 point"},
		"one, rounded":    {0.009999, "1 point"},
		"half of one":     {0.005, "0.5 points"},
		"none":            {0, "0 points"},
		"a hundred":       {1, "100 points"},
		"two and a half":  {0.025, "2.5 points"},
		"a little over 5": {0.05009, "5.01 points"},
	})
}

func TestPValue(t *testing.T) {
	f := func(c ChiSquare) string { return pValue(&c) }
	of := func(p float64) ChiSquare { return ChiSquare{P: p, LogP: math.Log(p)} }
	words(t, f, map[string]struct {
		in   ChiSquare
		want string
	}{
		"certain":                       {of(1), "p = 1.00"},
		"usual":                         {of(0.4321), "p = 0.43"},
		"rounded up to a tenth":         {of(0.0995), "p = 0.10"},
		"below a tenth":                 {of(0.0994), "p = 0.099"},
		"a hundredth":                   {of(0.01), "p = 0.01"},
		"at the limit":                  {of(0.0009), "p = 0.0009"},
		"two digits":                    {of(0.000123), "p = 0.00012"},
		"the last before powers of ten": {of(0.0001), "p = 0.0001"},
		"a power of ten":                {of(5e-9), "p = 5e-9"},
		"the smallest of a simulation":  {of(1e-5), "p = 1e-5"},
		"too small for a float64":       {ChiSquare{P: 0, LogP: -800}, "p = 4e-348"},
		"hopeless":                      {ChiSquare{P: 0, LogP: -2e6}, "p = 1e-868589"},
	})
}

func TestTimesIn(t *testing.T) {
	words(t, timesIn, map[string]fraction{
		"nine in ten":               {0.9, "9 times in 10"},
		"half":                      {0.5, "5 times in 10"},
		"99 in a hundred":           {0.99, "99 times in 100"},
		"95 in a hundred":           {0.95, "95 times in 100"},
		"999 in a thousand":         {0.999, "999 times in 1000"},
		"9999 in ten thousand":      {0.9999, "9999 times in 10000"},
		"once in a thousand":        {0.001, "once in 1000"},
		"once in ten":               {0.1, "once in 10"},
		"in no round number":        {1.0 / 3, "with a probability of 0.3333333333"},
		"finer than in 10000":       {0.99999, "with a probability of 0.99999"},
		"always":                    {1, "with a probability of 1"},
		"what rounding has touched": {1 - 0.01, "99 times in 100"},
	})
}

func TestSeconds(t *testing.T) {
	words(t, seconds, map[string]fraction{
		"no time":                   {0, "0s"},
		"microseconds":              {0.000123456, "123µs"},
		"less than a microsecond":   {4e-7, "0s"},
		"milliseconds":              {0.012345678, "12.35ms"},
		"a millisecond":             {0.001, "1ms"},
		"seconds":                   {1.23456, "1.23s"},
		"rounded up to ten seconds": {9.999, "10s"},
		"more than ten seconds":     {12.3456, "12.3s"},
		"minutes":                   {83.04, "1m23s"},
		"an hour":                   {3600, "1h0m0s"},
	})
}

func TestPlural(t *testing.T) {
	f := func(n int) string { return plural(n, "probe", "probes") }
	words(t, f, map[string]struct {
		in   int
		want string
	}{
		"none": {0, "0 probes"},
		"one":  {1, "1 probe"},
		"two":  {2, "2 probes"},
		"many": {20000, "20000 probes"},
	})
}

func TestSplitLabel(t *testing.T) {
	words(t, SplitLabel, map[string]struct {
		in   stats.Split
		want string
	}{
		"two versions":            {stats.Split{{Name: "one", Weight: 80}, {Name: "two", Weight: 20}}, "80/20"},
		"a fraction":              {stats.Split{{Name: "one", Weight: 99.9}, {Name: "two", Weight: 0.1}}, "99.9/0.1"},
		"one version":             {stats.Split{{Name: "one", Weight: 100}}, "100"},
		"as long as it may be":    {stats.Split{{Weight: 111111}, {Weight: 222222}, {Weight: 333333}}, "111111/222222/333333"},
		"a character too long":    {stats.Split{{Weight: 111111}, {Weight: 222222}, {Weight: 333333.5}}, "the expected split"},
		"weights in the millions": {stats.Split{{Weight: 4000000}, {Weight: 1000000}}, "4000000/1000000"},
	})
}

func TestTruncate(t *testing.T) {
	for name, c := range map[string]struct {
		text    string
		columns int
		want    string
	}{
		"short enough":                 {"three", 5, "three"},
		"one column too many":          {"threes", 5, "thre…"},
		"wide characters":              {"漢字漢字", 6, "漢字…"},
		"half a wide character's room": {"漢字漢字", 7, "漢字漢字"[:9] + "…"},
		"an accent goes with its base": {"abe\u0301fg", 4, "abe\u0301…"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := truncate(c.text, c.columns); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func parse(t *testing.T, number string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(number, 64)
	if err != nil {
		t.Fatal(err)
	}
	return x
}
