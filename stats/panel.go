package stats

import "math"

// failFloor is the number of answers before which no run is stopped to be called FAIL, however strong the evidence.
// A round robin that serves one version's whole turn first looks like a gross mismatch until its turns even out.
const failFloor = 100

// Panel is the sequential test of a split with a tolerance. It may be looked at after every answer, and whenever
// one likes to stop: the error rates hold all the same.
//
// At each end of each version's band some bettors wager on the answers at odds that would be fair if the share lay
// exactly there. If the share lies beyond the end, no bettor's wealth grows on average, and by Ville's inequality
// (1939) it reaches 1/alpha with a chance of at most alpha, ever.
//
//   - Bettors for PASS stake on shares from the expected one towards the end of the band. When at every end they
//     are worth 1/alpha, every share is inside. A split with one share outside can meet that only by defeating the
//     bettors at that very end, so alpha needs no correction for their number.
//   - Bettors for FAIL stake on shares beyond the end, at distances that double. When the average over all ends is
//     worth 1/alpha, some share is outside.
//
// Each failed probe is booked, for every bet, as the answer that hurts it more. The bounds therefore hold for the
// shares as the router chose them, whatever became of the failed probes. Replies must be independent.
//
// The bets and their stakes were chosen so that a healthy split is recognised soon; see Cap for how soon. A Panel
// is a value without state: its judgement depends on the counts at hand alone.
type Panel struct {
	pass   [][]bet // for each end
	fail   []bet
	target float64 // log(1/alpha), the wealth that decides
	floor  int     // answers before which nothing is FAIL
}

// bet is a wager that the share of a version is q at the fair odds of a bound b. All are natural logarithms.
type bet struct {
	version int
	stake   float64 // part of the panel's money
	hit     float64 // gain, log(q/b), for an answer of the version
	miss    float64 // gain, log((1-q)/(1-b)), for an answer of another
	failed  float64 // gain for a failed probe, the smaller of the two
}

// Evidence is what had gathered for and against a split, in natural logarithms of betting wealth.
type Evidence struct {
	Fail      float64 // that it is off
	Pass      float64 // that it is as expected; the smallest over the ends of the bands, -Inf where nothing bets on it
	Threshold float64 // at which either decides
}

// NewPanel returns the panel for shares, which are positive and sum to 1, with a tolerance, both fractions. alpha
// bounds the chance of a wrong PASS and that of a wrong FAIL. limit is the number of probes that the run makes at
// most: it says how small a distance the bettors for FAIL need to cover.
func NewPanel(shares []float64, tolerance, alpha float64, limit int) *Panel {
	p := &Panel{target: -math.Log(alpha), floor: min(failFloor, limit)}
	ends := sides(shares, tolerance)
	for _, end := range ends {
		p.pass = append(p.pass, passBets(end, shares[end.version]))
		p.fail = append(p.fail, failBets(end, alpha, limit, len(ends))...)
	}
	return p
}

// passBets wager that the share is the expected one, or a half or three quarters of the way to the end of the band.
func passBets(end side, share float64) []bet {
	return []bet{
		newBet(end, share, 0.5),
		newBet(end, share+0.5*(end.bound-share), 0.3),
		newBet(end, share+0.75*(end.bound-share), 0.2),
	}
}

// failBets wager that the share lies beyond the end of the band: at 1 or 0, at half that distance, at a quarter,
// down to a distance that limit answers could hardly show.
func failBets(end side, alpha float64, limit, ends int) []bet {
	span, sign := end.bound, -1.0
	if end.upper {
		span, sign = 1-end.bound, 1
	}
	smallest := math.Sqrt(2 * end.bound * (1 - end.bound) * -math.Log(alpha) / float64(limit))
	halvings := max(3, int(math.Ceil(math.Log2(span/smallest))))
	var bets []bet
	for j := range halvings + 1 {
		q := end.bound + sign*math.Ldexp(span, -j) // for j = 0 exactly 1 or 0, for the rounding of 1-b undoes itself
		bets = append(bets, newBet(end, q, 1/float64((halvings+1)*ends)))
	}
	return bets
}

func newBet(end side, q, stake float64) bet {
	b := bet{
		version: end.version,
		stake:   math.Log(stake),
		hit:     math.Log(q / end.bound),
		miss:    math.Log((1 - q) / (1 - end.bound)),
	}
	b.failed = min(b.hit, b.miss)
	return b
}

// gain is the logarithm of the factor by which the bet multiplied its stake.
func (b *bet) gain(counts []int, n, failed int) float64 {
	x := counts[b.version]
	return times(x, b.hit) + times(n-x, b.miss) + times(failed, b.failed)
}

// times is n*gain, and 0 for n = 0 even where the gain is -Inf: what did not happen ruined nobody.
func times(n int, gain float64) float64 {
	if n == 0 {
		return 0
	}
	return float64(n) * gain
}

// Evidence weighs counts, the answers of each version, and a number of failed probes.
func (p *Panel) Evidence(counts []int, failed int) Evidence {
	n := sum(counts)
	e := Evidence{Fail: wealth(p.fail, counts, n, failed), Pass: math.Inf(1), Threshold: p.target}
	for _, bets := range p.pass {
		e.Pass = min(e.Pass, wealth(bets, counts, n, failed))
	}
	return e
}

// Decide is Pass or Fail once the evidence suffices, and Inconclusive until then. It allocates nothing.
func (p *Panel) Decide(counts []int, failed int) Decision {
	n := sum(counts)
	if p.allInside(counts, n, failed) {
		return Pass
	}
	if n >= p.floor && p.reached(p.fail, counts, n, failed) {
		return Fail
	}
	return Inconclusive
}

func (p *Panel) allInside(counts []int, n, failed int) bool {
	for _, bets := range p.pass {
		if !p.reached(bets, counts, n, failed) {
			return false
		}
	}
	return true
}

// reached reports whether the wealth of bets is at the target. The stakes sum to 1 at most, so it cannot be while
// no single bet has gained that much, which spares the exponentials of nearly every look.
func (p *Panel) reached(bets []bet, counts []int, n, failed int) bool {
	for i := range bets {
		if bets[i].gain(counts, n, failed) >= p.target {
			return wealth(bets, counts, n, failed) >= p.target
		}
	}
	return false
}

// wealth is the logarithm of the money that bets have made of their stakes.
func wealth(bets []bet, counts []int, n, failed int) float64 {
	largest, rest := math.Inf(-1), 0.0
	for i := range bets {
		v := bets[i].stake + bets[i].gain(counts, n, failed)
		switch {
		case math.IsInf(v, -1):
		case v > largest:
			rest = rest*math.Exp(largest-v) + 1
			largest = v
		default:
			rest += math.Exp(v - largest)
		}
	}
	return largest + math.Log(rest)
}
