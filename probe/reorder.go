package probe

// reorder turns results in the order of their completion into launch order. It holds those that wait for an earlier one
// on shelves, which come and go as they are needed so that nothing is copied when many wait; the gate's window bounds
// their number.
type reorder struct {
	shelves []*shelf // from the one of seq on; nil where nothing has come yet
	spare   *shelf   // an empty one, to be used again
	seq     int      // of the result that comes out next
}

const shelfSize = 256

// shelf holds the results of so many probes in a row.
type shelf [shelfSize]slot

type slot struct {
	result Result
	filled bool
}

func (o *reorder) put(r Result) {
	i := r.Seq/shelfSize - o.seq/shelfSize
	for i >= len(o.shelves) {
		o.shelves = append(o.shelves, nil)
	}
	if o.shelves[i] == nil {
		o.shelves[i] = o.empty()
	}
	o.shelves[i][r.Seq%shelfSize] = slot{r, true}
}

func (o *reorder) empty() *shelf {
	s := o.spare
	if o.spare = nil; s == nil {
		s = new(shelf)
	}
	return s
}

// next takes out the result that is due, if it has come.
func (o *reorder) next() (Result, bool) {
	if len(o.shelves) == 0 || o.shelves[0] == nil {
		return Result{}, false
	}
	s := &o.shelves[0][o.seq%shelfSize]
	if !s.filled {
		return Result{}, false
	}
	r := s.result
	*s = slot{}
	if o.seq++; o.seq%shelfSize == 0 {
		o.spare, o.shelves = o.shelves[0], o.shelves[1:]
	}
	return r, true
}
