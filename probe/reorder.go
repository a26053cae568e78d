package probe

// reorder turns results in the order of their completion into launch order. It holds those that wait for an
// earlier one in a ring that doubles as needed; the gate's window bounds it.
type reorder struct {
	ring []slot // the result with number seq is at seq modulo the length
	seq  int    // of the result that comes out next
}

type slot struct {
	result Result
	filled bool
}

func (o *reorder) put(r Result) {
	for r.Seq-o.seq >= len(o.ring) {
		o.grow()
	}
	o.ring[r.Seq%len(o.ring)] = slot{r, true}
}

// next takes out the result that is due, if it has come.
func (o *reorder) next() (Result, bool) {
	if len(o.ring) == 0 {
		return Result{}, false
	}
	s := &o.ring[o.seq%len(o.ring)]
	if !s.filled {
		return Result{}, false
	}
	r := s.result
	*s = slot{}
	o.seq++
	return r, true
}

func (o *reorder) grow() {
	ring := make([]slot, max(2*len(o.ring), 64))
	for _, s := range o.ring {
		if s.filled {
			ring[s.result.Seq%len(ring)] = s
		}
	}
	o.ring = ring
}
