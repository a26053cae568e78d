package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// goldenPanel reads the verdict of a look as reference values name it: -1 FAIL, 0 to go on, 1 PASS, 2 the end.
func goldenPanel(in struct {
	weighted
	Tolerance, Alpha float64
	Cap              int
	MinFailN         int `json:"min_fail_n"`
}) map[string]values {
	s := shares(in.Weights)
	p := NewPanel(s, in.Tolerance, in.Alpha, in.Cap)
	n := sum(in.Counts)
	verdict := map[Decision]float64{Fail: -1, Inconclusive: 0, Pass: 1}[p.Decide(in.Counts, 0)]
	if verdict == 0 && n >= in.Cap {
		verdict = 2
	}
	want := map[string]values{
		"verdict": {verdict}, "log_e_fail": {p.Evidence(in.Counts, 0).Fail},
	}
	for i, bets := range p.pass {
		end := sides(s, in.Tolerance)[i]
		upper := 0.0
		if end.upper {
			upper = 1
		}
		want["sides"] = append(want["sides"], float64(end.version), upper, end.bound)
		want["log_e_pass"] = append(want["log_e_pass"], wealth(bets, in.Counts, n, 0))
		points := 0.0
		for _, b := range p.fail {
			if b.version == end.version && (b.hit > 0) == end.upper {
				points++
			}
		}
		want["fail_points"] = append(want["fail_points"], points)
	}
	if p.floor != in.MinFailN {
		want["verdict"] = values{math.NaN()}
	}
	return want
}

func TestPanelBets(t *testing.T) {
	for name, c := range map[string]struct {
		shares    []float64
		tolerance float64
		ends      []side
	}{
		"two versions, one fact":   {[]float64{0.8, 0.2}, 0.05, []side{{0, 0.85, true}, {0, 0.75, false}}},
		"three versions, six ends": {[]float64{0.5, 0.3, 0.2}, 0.1, []side{{0, 0.6, true}, {0, 0.4, false}, {1, 0.4, true}, {1, 0.2, false}, {2, 0.3, true}, {2, 0.1, false}}},
		"no further than halfway":  {[]float64{0.99, 0.01}, 0.05, []side{{0, 0.995, true}, {0, 0.94, false}}},
		"a canary that is hardly there": {[]float64{0.999, 0.0005, 0.0005}, 0.05, []side{
			{0, 0.9995, true}, {0, 0.949, false}, {1, 0.0505, true}, {1, 0.00025, false}, {2, 0.0505, true}, {2, 0.00025, false}}},
		"everything, which has no end up":  {[]float64{1}, 0.05, []side{{0, 0.95, false}}},
		"a tolerance of all there is":      {[]float64{0.5, 0.5}, 1, []side{{0, 0.75, true}, {0, 0.25, false}}},
		"everything, with all there is":    {[]float64{1}, 1, []side{{0, 0.5, false}}},
		"a tolerance that is hardly there": {[]float64{0.5, 0.5}, 1e-9, []side{{0, 0.500000001, true}, {0, 0.499999999, false}}},
	} {
		t.Run(name, func(t *testing.T) {
			got := sides(c.shares, c.tolerance)
			if !slices.EqualFunc(got, c.ends, func(a, b side) bool {
				return a.version == b.version && a.upper == b.upper && within(a.bound, b.bound, 1e-12, 0)
			}) {
				t.Errorf("ends %v, want %v", got, c.ends)
			}
			p := NewPanel(c.shares, c.tolerance, 0.01, 4305)
			stakes := 0.0
			for _, b := range p.fail {
				stakes += math.Exp(b.stake)
			}
			if !within(stakes, 1, 1e-12, 0) {
				t.Errorf("the bettors for FAIL stake %v in all", stakes)
			}
			for _, bets := range p.pass {
				stakes := 0.0
				for _, b := range bets {
					stakes += math.Exp(b.stake)
				}
				if !within(stakes, 1, 1e-12, 0) {
					t.Errorf("the bettors for PASS at one end stake %v", stakes)
				}
			}
		})
	}
}

// A bet is fair if the share lies exactly at the end of the band: an answer multiplies it by 1 on average. Beyond
// the end, where it must not grow, the average is smaller.
func TestBetsAreFairAtTheEndAndLoseBeyond(t *testing.T) {
	for _, s := range [][]float64{{0.8, 0.2}, {0.99, 0.01}, {0.7, 0.2, 0.1}, {1}} {
		for _, tolerance := range []float64{0.02, 0.05, 0.1} {
			p := NewPanel(s, tolerance, 0.01, 10_000)
			growth := func(b bet, share float64) float64 {
				g := 0.0
				if share > 0 {
					g += share * math.Exp(b.hit)
				}
				if share < 1 {
					g += (1 - share) * math.Exp(b.miss)
				}
				return g
			}
			perEnd := len(p.pass)
			for i, end := range sides(s, tolerance)[:perEnd] {
				step := 0.01
				if !end.upper {
					step = -0.01
				}
				for _, b := range p.pass[i] {
					if !within(growth(b, end.bound), 1, 1e-12, 0) || growth(b, end.bound+step/10) > 1 {
						t.Errorf("%v ± %v: a bettor for PASS at %v grows by %v there and by %v beyond", s, tolerance, end.bound,
							growth(b, end.bound), growth(b, end.bound+step/10))
					}
				}
				for _, b := range p.fail {
					if b.version == end.version && (b.hit > 0) == end.upper {
						if !within(growth(b, end.bound), 1, 1e-12, 0) || growth(b, end.bound-step/10) > 1 {
							t.Errorf("%v ± %v: a bettor for FAIL at %v grows by %v there and by %v inside", s, tolerance, end.bound,
								growth(b, end.bound), growth(b, end.bound-step/10))
						}
					}
				}
			}
		}
	}
}

// Decide takes shortcuts; Evidence does not.
func TestDecideAgreesWithEvidence(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 80))
	decided := map[Decision]int{}
	for range 50_000 {
		s := [][]float64{{0.8, 0.2}, {0.95, 0.05}, {0.7, 0.2, 0.1}, {0.25, 0.25, 0.25, 0.25}, {1}}[rng.IntN(5)]
		p := NewPanel(s, 0.05, 0.01, 4305)
		counts := make([]int, len(s))
		newMultinomial(float64(rng.IntN(1500)), tilted(rng, s)).draw(rng, counts)
		failed := rng.IntN(4) * rng.IntN(5)
		e := p.Evidence(counts, failed)
		want := Inconclusive
		switch {
		case e.Pass >= e.Threshold:
			want = Pass
		case e.Fail >= e.Threshold && sum(counts) >= 100:
			want = Fail
		}
		decided[want]++
		if got := p.Decide(counts, failed); got != want {
			t.Fatalf("%v of %v with %d failed: %s, but the evidence is %+v", counts, s, failed, got, e)
		}
	}
	if t.Log(decided); decided[Pass] < 1000 || decided[Fail] < 1000 {
		t.Error("hardly anything was decided")
	}
}

// tilted moves shares at random, some a little and some a lot.
func tilted(rng *rand.Rand, shares []float64) []float64 {
	out := slices.Clone(shares)
	by := rng.Float64()
	total := 0.0
	for i := range out {
		out[i] *= 1 + by*(2*rng.Float64()-1)
		total += out[i]
	}
	for i := range out {
		out[i] /= total
	}
	return out
}

func (m multinomial) draw(rng *rand.Rand, counts []int) {
	drawn := make([]float64, len(counts))
	m.sample(rng, drawn)
	for i, x := range drawn {
		counts[i] = int(x)
	}
}

// However the failed probes are given back, the evidence is at least what Evidence says with them.
func TestAFailureCountsAgainstEveryBet(t *testing.T) {
	for name, c := range map[string]struct {
		shares []float64
		counts []int
		failed int
	}{
		"healthy":             {[]float64{0.8, 0.2}, []int{800, 200}, 8},
		"off, and few failed": {[]float64{0.8, 0.2}, []int{700, 300}, 3},
		"three versions":      {[]float64{0.7, 0.2, 0.1}, []int{700, 200, 100}, 6},
		"a small canary":      {[]float64{0.99, 0.01}, []int{2000, 10}, 5},
		"only one version":    {[]float64{1}, []int{300}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			p := NewPanel(c.shares, 0.05, 0.01, 5000)
			with := p.Evidence(c.counts, c.failed)
			for i := range c.counts {
				given := slices.Clone(c.counts)
				given[i] += c.failed
				if e := p.Evidence(given, 0); e.Pass < with.Pass-1e-9 || e.Fail < with.Fail-1e-9 {
					t.Errorf("given to version %d: %+v, with the failures %+v", i, e, with)
				}
			}
			if without := p.Evidence(c.counts, 0); without.Pass <= with.Pass || without.Fail <= with.Fail && with.Fail > math.Inf(-1) {
				t.Errorf("without the failures %+v is no stronger than %+v", without, with)
			}
		})
	}
}

func TestTheFloorOfFail(t *testing.T) {
	for name, c := range map[string]struct {
		limit  int
		counts []int
		want   Decision
	}{
		"99 of 99 wrong":                  {4305, []int{0, 99}, Inconclusive},
		"100 of 100 wrong":                {4305, []int{0, 100}, Fail},
		"a run of 50 at most":             {50, []int{0, 50}, Fail},
		"a run of 50 at most, before 50":  {50, []int{0, 49}, Inconclusive},
		"a PASS needs no hundred answers": {4305, []int{80, 20}, Inconclusive},
	} {
		t.Run(name, func(t *testing.T) {
			if got := NewPanel([]float64{0.8, 0.2}, 0.05, 0.01, c.limit).Decide(c.counts, 0); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
	if got := NewPanel([]float64{0.5, 0.5}, 0.5, 0.01, 500).Decide([]int{30, 30}, 0); got != Pass {
		t.Errorf("30 to 30 of a half, give or take a quarter: %s", got)
	}
}

func TestTheEvidenceOfNothing(t *testing.T) {
	e := NewPanel([]float64{0.8, 0.2}, 0.05, 0.01, 4305).Evidence([]int{0, 0}, 0)
	if !within(e.Pass, 0, 0, 1e-12) || !within(e.Fail, 0, 0, 1e-12) || !within(e.Threshold, math.Log(100), 1e-12, 0) {
		t.Errorf("%+v", e)
	}
}

func BenchmarkPanel(b *testing.B) {
	for name, c := range map[string]struct {
		shares []float64
		counts []int
	}{
		"k=2":        {[]float64{0.8, 0.2}, []int{680, 171}},
		"k=2, close": {[]float64{0.8, 0.2}, []int{650, 165}},
		"k=10":       {fifty[:10], slices.Repeat([]int{100}, 10)},
	} {
		b.Run(name, func(b *testing.B) {
			s := shares(c.shares)
			p := NewPanel(s, 0.05, 0.01, 4305)
			b.ReportAllocs()
			for b.Loop() {
				p.Decide(c.counts, 3)
			}
		})
	}
}

var fifty = slices.Repeat([]float64{1}, 50)
