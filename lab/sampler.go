package lab

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
)

// Sampler decides which backend a connection gets. It need not be safe for
// concurrent use: a Router asks once a connection, in the order of arrival.
type Sampler interface {
	// Pick returns the index of a backend.
	Pick(Arrival) int
}

// Arrival is what a Sampler may know about a connection.
type Arrival struct {
	Number int // of connections accepted before this one
	Client netip.AddrPort
}

var samplers = []struct {
	name string
	make func(weights []float64, seed uint64) Sampler
}{
	{"random", newRandom},
	{"smooth-wrr", newSmoothWRR},
}

// SamplerNames lists the names that NewSampler knows.
func SamplerNames() []string {
	names := make([]string, len(samplers))
	for i, s := range samplers {
		names[i] = s.name
	}
	return names
}

// NewSampler makes the named sampler for backends of these weights. Samplers
// that throw dice throw the same ones for the same seed. A backend of weight 0
// is never picked.
func NewSampler(name string, weights []float64, seed uint64) (Sampler, error) {
	if err := checkWeights(weights); err != nil {
		return nil, err
	}
	for _, s := range samplers {
		if s.name == name {
			return s.make(weights, seed), nil
		}
	}
	return nil, fmt.Errorf("unknown sampler %q; known are %s", name, strings.Join(SamplerNames(), ", "))
}

func checkWeights(weights []float64) error {
	for i, w := range weights {
		if math.IsNaN(w) || math.IsInf(w, 0) || w < 0 {
			return fmt.Errorf("weight %d of %d is %v; weights are finite numbers, zero or more", i+1, len(weights), w)
		}
	}
	switch total := sum(weights); {
	case total == 0:
		return errors.New("at least one weight must be positive")
	case math.IsInf(total, 1):
		return errors.New("the weights are too large to add up")
	}
	return nil
}

func sum(weights []float64) float64 {
	total := 0.0
	for _, w := range weights {
		total += w
	}
	return total
}

// random picks each time anew, whatever it picked before, as Envoy does.
type random struct {
	source *rand.Rand
	upTo   []float64 // shares, added up
}

func newRandom(weights []float64, seed uint64) Sampler {
	upTo := make([]float64, len(weights))
	total, running := sum(weights), 0.0
	for i, w := range weights {
		running += w
		// x/x is exactly 1, above all that Float64 returns, so the last
		// positive weight always catches the draw.
		upTo[i] = running / total
	}
	return &random{source: rand.New(rand.NewPCG(seed, 0)), upTo: upTo}
}

func (r *random) Pick(Arrival) int {
	draw := r.source.Float64()
	return slices.IndexFunc(r.upTo, func(end float64) bool { return draw < end })
}

// smoothWRR is nginx's smooth weighted round robin (ngx_http_upstream_round_robin.c):
// everybody gains its weight, and the richest is picked and pays the total. The
// first of equals wins.
type smoothWRR struct {
	weights []float64
	current []float64
	total   float64
}

func newSmoothWRR(weights []float64, _ uint64) Sampler {
	return &smoothWRR{
		weights: slices.Clone(weights),
		current: make([]float64, len(weights)),
		total:   sum(weights),
	}
}

func (s *smoothWRR) Pick(Arrival) int {
	best := -1
	for i, w := range s.weights {
		if w == 0 {
			continue
		}
		s.current[i] += w
		if best < 0 || s.current[i] > s.current[best] {
			best = i
		}
	}
	s.current[best] -= s.total
	return best
}
