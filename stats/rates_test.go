package stats

import (
	"flag"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"
)

// The rates that verdicts promise are computed or simulated by the tests whose names begin with Rates. Within
// seconds they do what shows that the promises are kept; with this flag they print whole tables:
//
//	go test ./stats -run Rates -long -v -timeout 60m
var long = flag.Bool("long", false, "compute the tables of error rates in full")

// record is how a design fared: how often each decision was reached, and after how many probes.
type record struct {
	pass, fail, inconclusive float64
	early                    float64 // FAIL before the longest run ended; of simulated runs only
	mean                     float64
	median, q95              int
}

// ending is how one run ended.
type ending struct {
	decision Decision
	n        int
}

// simulate makes runs that share nothing but a seed, on all processors. Each run has a generator of its own, so
// that the result does not depend on who did what first.
func simulate(runs int, seed uint64, one func(rng *rand.Rand) ending) record {
	endings := make([]ending, runs)
	inParallel(runs, func(i int) { endings[i] = one(rand.New(rand.NewPCG(seed, uint64(i)))) })
	return recordOf(endings)
}

func recordOf(endings []ending) record {
	var r record
	lengths := make([]int, len(endings))
	for i, e := range endings {
		r.add(e.decision, 1)
		r.mean += float64(e.n)
		lengths[i] = e.n
	}
	slices.Sort(lengths)
	r.median, r.q95 = lengths[len(lengths)/2], lengths[len(lengths)*95/100]
	for _, e := range endings {
		if e.decision == Fail && e.n < lengths[len(lengths)-1] {
			r.early++
		}
	}
	for _, v := range []*float64{&r.pass, &r.fail, &r.inconclusive, &r.early, &r.mean} {
		*v /= float64(len(endings))
	}
	return r
}

func (r *record) add(d Decision, p float64) {
	switch d {
	case Pass:
		r.pass += p
	case Fail:
		r.fail += p
	default:
		r.inconclusive += p
	}
}

func inParallel(n int, do func(i int)) {
	var wg sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for worker := range workers {
		wg.Go(func() {
			for i := worker; i < n; i += workers {
				do(i)
			}
		})
	}
	wg.Wait()
}

// forgotten is the probability below which a state is no longer followed; all such states together amount to less
// than 1e-8.
const forgotten = 1e-16

// exactly follows the answers of the first of two versions through all states (n, x) that a run can be in, for each
// truth, its share. decide is asked in each state that is reached undecided, and what is so after limit answers
// stays so. Nothing is drawn at random.
func exactly(truths []float64, limit int, decide func(x, n int) Decision) []record {
	records := make([]record, len(truths))
	live, next, stopped := make([][]float64, len(truths)), make([][]float64, len(truths)), make([][]float64, len(truths))
	for t := range truths {
		live[t], next[t], stopped[t] = make([]float64, limit+2), make([]float64, limit+2), make([]float64, limit+1)
		live[t][0] = 1
	}
	low, high := 0, 0 // where live is not 0
	for n := 1; n <= limit && low <= high; n++ {
		from, to := limit+1, -1
		for x := low; x <= high+1; x++ {
			most := 0.0
			for t, p := range truths {
				v := live[t][x] * (1 - p)
				if x > 0 {
					v += live[t][x-1] * p
				}
				next[t][x] = v
				most = max(most, v)
			}
			decision := Inconclusive
			if most >= forgotten {
				if decision = decide(x, n); decision == Inconclusive && n < limit {
					from, to = min(from, x), max(to, x)
					continue
				}
			}
			for t := range truths {
				records[t].add(decision, next[t][x])
				stopped[t][n] += next[t][x]
				next[t][x] = 0
			}
		}
		for t := range truths {
			clear(live[t][max(0, low-1):min(high+2, limit+2)])
			live[t], next[t] = next[t], live[t]
		}
		low, high = from, to
	}
	for t := range truths {
		records[t].lengths(stopped[t])
	}
	return records
}

// lengths sets what there is to say on the length of runs of which a share of stopped[n] ends after n answers.
func (r *record) lengths(stopped []float64) {
	reached := 0.0
	for n, p := range stopped {
		r.mean += float64(n) * p
		if reached += p; r.median == 0 && reached >= 0.5 {
			r.median = n
		}
		if r.q95 == 0 && reached >= 0.95 {
			r.q95 = n
		}
	}
}

// margin is three standard errors of a rate that is expected to be p, after a number of runs.
func margin(p float64, runs int) float64 { return 3 * math.Sqrt(p*(1-p)/float64(runs)) }

// noMoreThan fails if a rate exceeds a bound by more than is put down to slack.
func noMoreThan(t *testing.T, what string, rate, bound, slack float64) {
	t.Helper()
	if rate > bound+slack {
		t.Errorf("%s: at a rate of %.5f, which may be %.5f at most, give or take %.5f", what, rate, bound, slack)
	}
}

// atLeast fails if a rate is so low that a test has lost its teeth, or a verdict its power.
func atLeast(t *testing.T, what string, rate, bound float64) {
	t.Helper()
	if rate < bound {
		t.Errorf("%s: at a rate of %.5f, which should be %.5f at least", what, rate, bound)
	}
}

// wheel draws versions at their shares.
type wheel []float64

func newWheel(shares []float64) wheel {
	w := make(wheel, len(shares))
	reached := 0.0
	for i, share := range shares {
		reached += share
		w[i] = reached
	}
	w[len(w)-1] = 1
	return w
}

func (w wheel) turn(rng *rand.Rand) int {
	u, i := rng.Float64(), 0
	for u >= w[i] {
		i++
	}
	return i
}

// table prints under a heading what is too long for short tests.
func table(t *testing.T, heading string) {
	t.Helper()
	t.Logf("\n%s", heading)
}
