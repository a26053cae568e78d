package stats

import (
	"container/heap"
	"math/rand/v2"
	"testing"
)

// flight is a probe on its way: when it will be back, and its place in the order of launches.
type flight struct {
	back  float64
	place int
}

type flights []flight

func (f flights) Len() int           { return len(f) }
func (f flights) Less(i, j int) bool { return f[i].back < f[j].back }
func (f flights) Swap(i, j int)      { f[i], f[j] = f[j], f[i] }
func (f *flights) Push(x any)        { *f = append(*f, x.(flight)) }
func (f *flights) Pop() any {
	last := (*f)[len(*f)-1]
	*f = (*f)[:len(*f)-1]
	return last
}

// queue keeps a number of probes in flight at all times, of which those to the second version take slower times as
// long on average. Durations are exponential.
type queue struct {
	truth       []float64
	concurrency int
	slower      float64
}

// run launches limit probes at most and has each answer counted in the order of launches, once all launched before
// are back, or else in the order in which they come back. look is asked after each.
func (q queue) run(rng *rand.Rand, limit int, launchOrder bool, look func(version int) (Decision, bool)) ending {
	router := newWheel(q.truth)
	var versions []int // by launch
	var back []bool
	var air flights
	launch := func(now float64) {
		version := router.turn(rng)
		mean := 1.0
		if version == 1 {
			mean = q.slower
		}
		heap.Push(&air, flight{now + mean*rng.ExpFloat64(), len(versions)})
		versions, back = append(versions, version), append(back, false)
	}
	for range q.concurrency {
		launch(0)
	}
	counted := 0
	for {
		landed := heap.Pop(&air).(flight)
		back[landed.place] = true
		if len(versions) < limit {
			launch(landed.back)
		}
		ready := []int{landed.place}
		if launchOrder {
			ready = ready[:0]
			for place := counted; place < len(back) && back[place]; place++ {
				ready = append(ready, place)
			}
		}
		for _, place := range ready {
			counted++
			if d, done := look(versions[place]); done || counted == limit {
				return ending{d, counted}
			}
		}
	}
}

// watched is a run of e over a queue.
func (e trial) watched(q queue, launchOrder bool) func(rng *rand.Rand) ending {
	e.blind = true // fast answers come in streaks; what order does to the counts is the matter here
	return func(rng *rand.Rand) ending {
		watch, tally := NewWatch(e.split, e.thresholds, e.probes), NewTally(e.split)
		return q.run(rng, e.probes, launchOrder, func(version int) (Decision, bool) {
			tally.Add(e.split[version].Name, 1)
			if !watch.Settled(tally) && sum(tally.Counts) < e.probes {
				return Inconclusive, false
			}
			return Judge(e.split, tally, e.thresholds).Decision, true
		})
	}
}

// Answers of a slow version are missing among those that are back. Whoever counts answers as they come sees the fast
// version at first; only in the order of launches are they a fair sample at every moment. The short version is one
// cell, in which a healthy split fails 436 times in 1000 when it is counted the wrong way.
func TestRatesInTheOrderOfLaunches(t *testing.T) {
	t.Parallel()
	e := newToleranceTrial(weights(80, 20), 0.99, 0.05)
	wanted := map[int]map[float64]float64{
		10:  {3: .0007, 10: .013, 50: .139},
		50:  {3: .010, 10: .436, 50: .995},
		200: {3: .135, 10: .9997, 50: 1},
	}
	if !*long {
		inOrder, asTheyCome := inLaunchOrder(t, e, queue{[]float64{0.8, 0.2}, 50, 10}, 200, 0.436)
		noMoreThan(t, "FAIL in the order of launches", inOrder, 0.02, 0)
		atLeast(t, "FAIL in the order of completion", asTheyCome, 0.2)
		return
	}
	for _, concurrency := range []int{10, 50, 200} {
		for _, slower := range []float64{3, 10, 50} {
			inOrder, _ := inLaunchOrder(t, e, queue{[]float64{0.8, 0.2}, concurrency, slower}, 2000, wanted[concurrency][slower])
			noMoreThan(t, "FAIL in the order of launches", inOrder, 0.001, margin(0.001, 2000))
		}
	}
}

// The evidence against an exact split is fooled in the same way.
func TestRatesInTheOrderOfLaunchesWithoutTolerance(t *testing.T) {
	t.Parallel()
	runs, most := 50, 0.05
	if *long {
		runs, most = 4000, 0.001+margin(0.001, 4000)
	}
	inOrder, asTheyCome := inLaunchOrder(t, newTrial(weights(80, 20), 0.001, 0.05), queue{[]float64{0.8, 0.2}, 50, 50}, runs, 0)
	noMoreThan(t, "FAIL in the order of launches", inOrder, most, 0)
	atLeast(t, "FAIL in the order of completion", asTheyCome, 0.2)
}

// inLaunchOrder returns the rates of FAIL with answers counted as they were launched and as they come.
func inLaunchOrder(t *testing.T, e trial, q queue, runs int, wanted float64) (inOrder, asTheyCome float64) {
	t.Helper()
	launched := simulate(runs, 50, e.watched(q, true))
	completed := simulate(runs, 50, e.watched(q, false))
	t.Logf("concurrency %3d, canary slower by %2.0f: FAIL %.4f in the order of launches, %.4f (%.4f) of completion; mean %.0f, %.0f; %d runs",
		q.concurrency, q.slower, launched.fail, completed.fail, wanted, launched.mean, completed.mean, runs)
	return launched.fail, completed.fail
}
