package stats

import (
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestRunsTestEdges(t *testing.T) {
	for name, c := range map[string]struct {
		a, b, r   int
		few, many float64
	}{
		"empty":                            {0, 0, 0, 1, 1},
		"one answer":                       {1, 0, 1, 1, 1},
		"one answer, of another version":   {0, 1, 1, 1, 1},
		"the only version":                 {1000, 0, 1, 1, 1},
		"a version without answers":        {0, 1000, 1, 1, 1},
		"one of each":                      {1, 1, 2, 1, 1},
		"a single answer, at an end":       {1, 9, 2, 0.2, 1},
		"a single answer, inside":          {1, 9, 3, 1, 0.8},
		"fewer runs than there can be":     {5, 5, 1, 0, 1},
		"more runs than there can be":      {5, 5, 11, 1, 0},
		"more, and odd, for a rare one":    {2, 8, 7, 1, 0},
		"none at all of two versions":      {5, 5, 0, 0, 1},
		"too unlikely for a float64":       {20_000, 20_000, 2, 0, 1},
		"too unlikely, of the other sort":  {20_000, 20_000, 40_000, 1, 0},
		"as few as there can be of a pair": {2, 2, 2, 1. / 3, 1},
	} {
		t.Run(name, func(t *testing.T) {
			few, many := RunsTest(c.a, c.b, c.r)
			if !within(few, c.few, 1e-14, 0) || !within(many, c.many, 1e-14, 0) {
				t.Errorf("got %v and %v, want %v and %v", few, many, c.few, c.many)
			}
		})
	}
}

// The values are sums of the probabilities of each number of runs in mpmath, with 60 digits. No absolute tolerance
// helps here, as it does the golden cases.
func TestRunsTestKeepsDigitsOfSmallTails(t *testing.T) {
	for name, c := range map[string]struct {
		a, b, r   int
		few, many float64
		rtol      float64
	}{
		"streaks among 100":               {80, 20, 15, 2.09380589982848e-7, 0.999999963488523, 1e-12},
		"alternation among 100":           {80, 20, 41, 1, 0.00494695778464451, 1e-12},
		"perfect alternation":             {50, 50, 100, 1, 1.9823306042836678e-29, 1e-12},
		"a canary in one streak":          {990, 10, 3, 3.79636941896183e-21, 1, 1e-11},
		"a canary always alone":           {990, 10, 21, 1, 0.894837456901706, 1e-11},
		"streaks among 10,000":            {5000, 5000, 4000, 5.67826670163536e-90, 1, 1e-10},
		"alternation among 10,000":        {5000, 5000, 6000, 1, 1.27972968445435e-89, 1e-10},
		"streaks among a million":         {800_000, 200_000, 317_000, 4.5871131457568e-21, 1, 1e-8},
		"the middle of a million":         {800_000, 200_000, 320_000, 0.499002647801576, 0.501795234926587, 1e-8},
		"alternation among a million":     {800_000, 200_000, 322_600, 1, 1.88577236398046e-16, 1e-8},
		"rare, streaks among a million":   {999_000, 1000, 1900, 2.09232807657049e-68, 1, 1e-8},
		"rare, always alone in a million": {999_000, 1000, 2001, 1, 0.367143621037214, 1e-8},
		"halves, streaks in a million":    {500_000, 500_000, 485_000, 4.44858882091384e-198, 1, 1e-8},
		"one in a million, at an end":     {999_999, 1, 2, 2e-6, 1, 1e-8},
	} {
		t.Run(name, func(t *testing.T) {
			few, many := RunsTest(c.a, c.b, c.r)
			if !within(few, c.few, c.rtol, 0) || !within(many, c.many, c.rtol, 0) {
				t.Errorf("got %v and %v, want %v and %v", few, many, c.few, c.many)
			}
			if swappedFew, swappedMany := RunsTest(c.b, c.a, c.r); !within(swappedFew, few, c.rtol, 0) ||
				!within(swappedMany, many, c.rtol, 0) {
				t.Errorf("%v and %v for the others", swappedFew, swappedMany)
			}
		})
	}
}

// Every arrangement of up to 12 answers is one bit pattern, whose number of runs is one more than that of its changes.
func TestRunsTestCountsArrangements(t *testing.T) {
	for n := 1; n <= 12; n++ {
		ways := make([][]int, n+1) // by the answers of the version, then by runs
		for a := range ways {
			ways[a] = make([]int, n+3)
		}
		for order := range uint(1) << n {
			changes := (order ^ order>>1) & (1<<(n-1) - 1)
			ways[bits.OnesCount(order)][1+bits.OnesCount(changes)]++
		}
		for a := 1; a < n; a++ {
			all := total(ways[a])
			for r := range ways[a] {
				few, many := RunsTest(a, n-a, r)
				if want := total(ways[a][:r+1]) / all; !within(few, want, 1e-13, 0) {
					t.Errorf("%d of %d: P(runs <= %d) = %v, want %v", a, n, r, few, want)
				}
				if want := total(ways[a][r:]) / all; !within(many, want, 1e-13, 0) {
					t.Errorf("%d of %d: P(runs >= %d) = %v, want %v", a, n, r, many, want)
				}
			}
		}
	}
}

// The two tails come from different sums, or from one of them, and must meet without a gap.
func TestRunsTailsMeet(t *testing.T) {
	for _, c := range [][2]int{{1, 400}, {3, 400}, {50, 350}, {200, 200}, {201, 200}} {
		before := 0.0
		for r := range 2*min(c[0], c[1]) + 3 {
			few, many := RunsTest(c[0], c[1], r)
			if !within(before+many, 1, 1e-11, 0) {
				t.Errorf("%d and %d: P(runs < %d) + P(runs >= %d) = %v", c[0], c[1], r, r, before+many)
			}
			if few < before || few > 1 || many > 1 {
				t.Errorf("%d and %d: few %v after %v, many %v", c[0], c[1], few, before, many)
			}
			before = few
		}
	}
}

func TestRunsFalseAlarms(t *testing.T) {
	const tries, n = 10_000, 1000
	for name, c := range map[string]struct {
		shares []float64
		low    float64
	}{
		"99/1":  {[]float64{0.99, 0.01}, 0},
		"80/20": {[]float64{0.8, 0.2}, 0.0002},
	} {
		t.Run(name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(11, 12))
			rate := alarms(tries, func() float64 { return Streaks(ordered(markov(rng, n, 0, c.shares...), 2)) })
			t.Logf("rate %.4f", rate)
			if rate > 0.002 || rate < c.low {
				t.Errorf("false alarms at a rate of %.4f, nominal 0.001", rate)
			}
		})
	}
}

func TestRunsAlternationIsMany(t *testing.T) {
	for name, weights := range map[string][]int{"80/20": {80, 20}, "70/30": {70, 30}, "50/50": {50, 50}} {
		t.Run(name, func(t *testing.T) {
			order, counts := ordered(smoothRobin(500, 3, weights...), 2)
			if few, many := RunsTest(counts[0], counts[1], order.Runs(0)); many >= 0.001 || few < 0.9 {
				t.Errorf("few %v, many %v", few, many)
			}
		})
	}
}

func TestRunsZEdges(t *testing.T) {
	for name, c := range map[string]struct {
		counts []int
		runs   int
		want   float64
	}{
		"empty":                        {nil, 0, 0},
		"no answers":                   {[]int{0, 0}, 0, 0},
		"one answer":                   {[]int{1, 0}, 1, 0},
		"one version":                  {[]int{50}, 1, 0},
		"one version, the rest unseen": {[]int{0, 50, 0}, 1, 0},
		"two answers that differ":      {[]int{1, 1}, 2, 0},
		"three that all differ":        {[]int{1, 1, 1}, 3, 0},
		// The mean is 3 - 2/N and the variance 2/N (1 - 2/N), as the single answer is at an end or not.
		"one in a million, at an end": {[]int{999_999, 1}, 2, (2e-6 - 1) / math.Sqrt(2e-6*(1-2e-6))},
		"one in a million, inside":    {[]int{999_999, 1}, 3, 2e-6 / math.Sqrt(2e-6*(1-2e-6))},
	} {
		t.Run(name, func(t *testing.T) {
			if got := RunsZ(c.counts, c.runs); !within(got, c.want, 1e-9, 0) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// Over all arrangements a standard score has mean 0 and variance 1.
func TestRunsZIsAStandardScore(t *testing.T) {
	for _, c := range []string{"AAB", "AAAABB", "AAAAAABB", "AABBC", "AAAABBC", "AAABBCC", "AABCD", "ABBBBBCD"} {
		sequence := letters(c)
		_, counts := ordered(sequence, 4)
		var sum, squares, ways float64
		eachOrder(sequence, func(arranged []int) {
			order, _ := ordered(arranged, 4)
			z := RunsZ(counts, order.Changes()+1)
			sum, squares, ways = sum+z, squares+z*z, ways+1
		})
		if !within(sum/ways, 0, 0, 1e-12) || !within(squares/ways, 1, 1e-12, 0) {
			t.Errorf("%s: mean %v, variance %v", c, sum/ways, squares/ways)
		}
	}
}

// eachOrder calls f with every arrangement of sequence, equal ones as often as there are ways to it.
func eachOrder(sequence []int, f func([]int)) {
	rest := slices.Clone(sequence)
	var arrange func(from int)
	arrange = func(from int) {
		if from == len(rest) {
			f(rest)
			return
		}
		for i := from; i < len(rest); i++ {
			rest[from], rest[i] = rest[i], rest[from]
			arrange(from + 1)
			rest[from], rest[i] = rest[i], rest[from]
		}
	}
	arrange(0)
}

func BenchmarkRunsTestMillion(b *testing.B) {
	for b.Loop() {
		RunsTest(800_000, 200_000, 320_500)
	}
}

// As many terms as there can be: halves, at the mode.
func BenchmarkRunsTestMillionHalves(b *testing.B) {
	for b.Loop() {
		RunsTest(500_000, 500_000, 500_001)
	}
}
