package stats

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// tallyOf counts the answers of each version of a split, in its order.
func tallyOf(split Split, counts ...int) *Tally {
	tally := NewTally(split)
	copy(tally.Counts, counts)
	return tally
}

func TestTallyCountsAnswers(t *testing.T) {
	tally := NewTally(Split{{"one", 80}, {"two", 20}, {"three", 0}})
	for _, c := range []struct {
		version string
		known   bool
	}{
		{"one", true}, {"two", true}, {"one", true}, {"three", true}, {"four", false}, {"One", false}, {"", false}, {"four", false},
	} {
		if known := tally.Answer(c.version); known != c.known {
			t.Errorf("%q: in the split: %v, want %v", c.version, known, c.known)
		}
	}
	tally.Failed, tally.Undecided = 10, 100
	if diff := cmp.Diff([]int{2, 1, 1}, tally.Counts); diff != "" {
		t.Error(diff)
	}
	for _, c := range []struct {
		name      string
		got, want int
	}{
		{"answered", tally.Answered(), 8}, {"finished", tally.Finished(), 18}, {"launched", tally.Launched(), 118},
	} {
		if c.got != c.want {
			t.Errorf("%s: %d, want %d", c.name, c.got, c.want)
		}
	}
}

func TestAnEmptyTally(t *testing.T) {
	tally := NewTally(Split{{"one", 80}, {"two", 20}})
	if tally.Answered() != 0 || tally.Finished() != 0 || tally.Launched() != 0 {
		t.Errorf("%+v", tally)
	}
	if list, rest := tally.Unnamed(50); len(list) != 0 || rest != (Others{}) {
		t.Errorf("unexpected versions %v and %v", list, rest)
	}
}

func TestUnexpectedVersionsAreSorted(t *testing.T) {
	tally := NewTally(Split{{"one", 1}})
	for name, n := range map[string]int{"b": 2, "a": 2, "rare": 1, "frequent": 5, "one": 9, "c": 2} {
		for range n {
			tally.Answer(name)
		}
	}
	all := []Count{{"frequent", 5}, {"a", 2}, {"b", 2}, {"c", 2}, {"rare", 1}}
	for name, c := range map[string]struct {
		limit int
		rest  Others
	}{
		"all of them":            {50, Others{}},
		"just as many as listed": {5, Others{}},
		"all but the rarest":     {4, Others{Names: 1, Count: 1}},
		"the most frequent":      {1, Others{Names: 4, Count: 7}},
		"none":                   {0, Others{Names: 5, Count: 12}},
	} {
		t.Run(name, func(t *testing.T) {
			list, rest := tally.Unnamed(c.limit)
			if diff := cmp.Diff(all[:min(c.limit, len(all))], list); diff != "" {
				t.Error(diff)
			}
			if rest != c.rest {
				t.Errorf("the rest is %+v, want %+v", rest, c.rest)
			}
		})
	}
}

func TestAFloodOfNamesIsBounded(t *testing.T) {
	tally := NewTally(Split{{"one", 1}})
	for i := range 5000 {
		tally.Answer(fmt.Sprintf("name %04d", i))
	}
	// Names that came early are still told apart, and the split's own always.
	tally.Answer("name 0007")
	tally.Answer("one")
	if n := len(tally.others); n != 1000 {
		t.Errorf("%d names are kept", n)
	}
	if n := tally.Answered(); n != 5002 {
		t.Errorf("%d answered", n)
	}
	list, rest := tally.Unnamed(2)
	if diff := cmp.Diff([]Count{{"name 0007", 2}, {"name 0000", 1}}, list); diff != "" {
		t.Error(diff)
	}
	if want := (Others{Names: 4998, Count: 4998}); rest != want {
		t.Errorf("the rest is %+v, want %+v", rest, want)
	}
}

func TestTheNameBeyondTheBoundIsTheFirstToGo(t *testing.T) {
	tally := NewTally(Split{{"one", 1}})
	for i := range 1000 {
		tally.Answer(fmt.Sprint(i))
	}
	if _, rest := tally.Unnamed(1000); rest != (Others{}) {
		t.Errorf("after 1000 names the rest is %+v", rest)
	}
	tally.Answer("one more")
	tally.Answer("one more")
	if _, rest := tally.Unnamed(1000); rest != (Others{Names: 2, Count: 2}) {
		t.Errorf("after one more the rest is %+v", rest)
	}
}

func TestFailuresCountAsTheSplitNamesThem(t *testing.T) {
	type outcome struct {
		counts                     []int
		failed, failures, answered int
	}
	kinds := []string{"refused", "refused", "reset", "timeout", "eof", "no-prefix"}
	for name, c := range map[string]struct {
		split string
		want  outcome
	}{
		"none is expected":          {"one=80,two=20", outcome{[]int{1, 0}, 6, 6, 1}},
		"all are expected":          {"one=80,!error=20", outcome{[]int{1, 6}, 0, 6, 1}},
		"one kind is expected":      {"one=80,!refused=20", outcome{[]int{1, 2}, 4, 6, 1}},
		"two kinds are":             {"one=80,!reset=10,!eof=10", outcome{[]int{1, 1, 1}, 4, 6, 1}},
		"one kind and all the rest": {"!error=10,one=80,!timeout=10", outcome{[]int{5, 1, 1}, 0, 6, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			split := mustParse(t, c.split)
			one, counted := NewTally(split), NewTally(split)
			one.Answer("one")
			counted.Add("one", 1)
			for _, kind := range kinds {
				expected := one.Fail(kind)
				if counted.Expects(kind) != expected {
					t.Errorf("%s: expected %v, or not", kind, expected)
				}
				counted.Add("!"+kind, 1)
			}
			for _, tally := range []*Tally{one, counted} {
				got := outcome{tally.Counts, tally.Failed, tally.Failures(), tally.Answered()}
				if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(outcome{})); diff != "" {
					t.Error(diff)
				}
				if tally.Finished() != 7 || tally.Launched() != 7 || tally.Judged() != 7-tally.Failed {
					t.Errorf("%d finished, %d launched, %d judged", tally.Finished(), tally.Launched(), tally.Judged())
				}
			}
		})
	}
}

// A server can call itself what it likes.
func TestAReplyThatCallsItselfAFailureIsNone(t *testing.T) {
	tally := NewTally(mustParse(t, "one=80,!error=20"))
	if tally.Answer("!error") {
		t.Error("it is taken for a failure")
	}
	if tally.Counts[1] != 0 || tally.Answered() != 1 {
		t.Errorf("counts %v, %d answered", tally.Counts, tally.Answered())
	}
}

func TestCountsOfUnexpectedVersionsAreAdded(t *testing.T) {
	tally := NewTally(mustParse(t, "one=80,two=20"))
	for name, n := range map[string]int{"one": 800, "two": 200, "three": 5, "four": 0} {
		tally.Add(name, n)
	}
	list, rest := tally.Unnamed(50)
	if diff := cmp.Diff([]Count{{"three", 5}}, list); diff != "" || rest != (Others{}) {
		t.Error(diff, rest)
	}
	if tally.Answered() != 1005 {
		t.Errorf("%d answered", tally.Answered())
	}
}
