package stats

// Order condenses the order of a sequence of versions, given as categories from 0, to what the tests for streaks
// need: how often the version changes, and how often each one starts or stops. The zero value is not usable; start
// from NewOrder.
type Order struct {
	n, last, changes int
	flips            []int // of each category's indicator, which is 1 for its own answers and 0 for all others
}

// NewOrder returns the order of an empty sequence over k categories.
func NewOrder(k int) *Order { return &Order{flips: make([]int, k)} }

// Add appends a category to the sequence. It panics if that is not in [0, k).
func (o *Order) Add(category int) {
	// A change from p to q turns the indicator of p off and that of q on, and leaves all others as they are.
	if flips := &o.flips[category]; o.n > 0 && category != o.last {
		*flips++
		o.flips[o.last]++
		o.changes++
	}
	o.last = category
	o.n++
}

// N is the length of the sequence.
func (o *Order) N() int { return o.n }

// Changes is how often two neighbours differ, one less than the number of runs unless the sequence is empty.
func (o *Order) Changes() int { return o.changes }

// Runs is the number of runs of a category's indicator: of the stretches that are all or none of this category. It
// is 0 for an empty sequence, and 1 if the category is the only one or does not occur.
func (o *Order) Runs(category int) int {
	if o.n == 0 {
		return 0
	}
	return 1 + o.flips[category]
}
