package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/tcpshift/tcpshift/stats"
)

// message says in one sentence why the verdict is what it is.
func message(r Report, run Run) string {
	s := because(r, run)
	if run.Mapped {
		s += fmt.Sprintf("; exit code %d as asked for with --inconclusive", run.ExitCode)
	}
	return s
}

func because(r Report, run Run) string {
	split := SplitLabel(run.Split)
	switch run.Verdict.Reason {
	case stats.NothingAnswered:
		if r.Failed == 0 {
			return "nothing answered: the run was cut short before any probe ended"
		}
		gaveUp := ""
		if r.Launched < r.Plan.Probes {
			gaveUp = fmt.Sprintf(", and the other %d of %d were not made", r.Plan.Probes-r.Launched, r.Plan.Probes)
		}
		return fmt.Sprintf("nothing answered: %s failed (%s)%s", plural(r.Failed, "probe", "probes"), kinds(r.Failures), gaveUp)
	case stats.UnexpectedVersion:
		return unexpected(r, run)
	case stats.Unhealthy:
		return tooUnhealthy(r, run) + silent(run)
	case stats.Interrupted:
		return fmt.Sprintf("cut short after %d of %s, before a decision", r.Answered+r.Failed, plural(r.Plan.Probes, "probe", "probes"))
	case stats.Mismatch:
		o := furthest(compared(r))
		return fmt.Sprintf("not %s: %s, not %s (%s)", split, got(o), percent(o.Share-o.Deviation), pValue(r.ChiSquare)) + tolerated(run)
	case stats.TooFewProbes:
		return tooFew(r, run)
	case stats.ErrorsCouldFlip:
		return couldFlip(r, run)
	case stats.WithinTolerance, stats.OutOfTolerance, stats.Undecided:
		return banded(r, run)
	case stats.NotIndependent:
		return dependent(r, run)
	}
	if r.ChiSquare == nil {
		return onlyVersion(r, run)
	}
	return fmt.Sprintf("consistent with %s (%s); this run would have caught a shift of %s %s", split, pValue(r.ChiSquare),
		points(r.Detectable), timesIn(r.Plan.Power)) + tolerated(run)
}

// tooFew says what the run could see and what it takes to see enough.
func tooFew(r Report, run Run) string {
	goal := points(r.Plan.Detect)
	if half := smallestShare(run.Split) / 2; half < r.Plan.Detect {
		goal = points(half) + ", half the smallest share,"
	}
	answers := run.Tally.Judged() - run.Verdict.Unexpected
	takes := fmt.Sprintf("takes %d%s", run.Verdict.Needed, asking(r, probesFor(run.Verdict.Needed, answers, r.Launched)))
	s := plural(answers, "answer is", "answers are") + " too few: "
	if r.Detectable > r.Plan.Detect && points(r.Detectable) != points(r.Plan.Detect) {
		return s + fmt.Sprintf("only a shift of %s would show, and one of %s %s", points(r.Detectable), goal, takes)
	}
	return s + fmt.Sprintf("a shift of %s %s", goal, takes)
}

// asking says how to have n probes made; nothing where none are made.
func asking(r Report, n int) string {
	if r.Target.Address == "" {
		return ""
	}
	return fmt.Sprintf(" (-n %d)", n)
}

// tolerated mentions the answers of unexpected versions that the budget let pass.
func tolerated(run Run) string {
	if run.Verdict.Unexpected == 0 {
		return ""
	}
	return fmt.Sprintf("; %s of unexpected versions tolerated", plural(run.Verdict.Unexpected, "answer", "answers"))
}

// got says how large a version's share was, or that of expected failures.
func got(o Observed) string {
	if o.failure() {
		return fmt.Sprintf("%s of the probes failed (%s)", percent(o.Share), Escape(o.Name))
	}
	return fmt.Sprintf("%s got %s of the answers", shown(o.Name), percent(o.Share))
}

// failure reports whether o stands for expected failures. A version may call itself as these do, but no split can
// expect it.
func (o Observed) failure() bool { return o.Expected && strings.HasPrefix(o.Name, "!") }

// dependent says that a verdict did not stand on as few independent replies as there are.
func dependent(r Report, run Run) string {
	s := run.Verdict.Streaks
	text := fmt.Sprintf("the replies come in streaks, so that %s tell as much as %.0f independent ones", plural(s.N, "reply", "replies"), s.Effective)
	if s.Overturned == stats.Fail {
		return text + ", which the expected split could still explain"
	}
	needed := rounded(int(math.Ceil(float64(run.Verdict.Needed) * s.Effect)))
	return fmt.Sprintf("%s, too few for a PASS; about %d are needed%s", text, needed, asking(r, needed))
}

func unexpected(r Report, run Run) string {
	var who []string
	for _, o := range r.Observed {
		if share := o.Share - o.Deviation; o.Count > 0 && share <= 0 {
			who = append(who, fmt.Sprintf("%s (%d)", shown(o.Name), o.Count))
		}
	}
	if n := len(who); n > 3 {
		who = append(who[:3], fmt.Sprintf("and %d more", n-3+r.Others.Names))
	}
	versions := "a version"
	if len(who) > 1 {
		versions = "versions"
	}
	s := fmt.Sprintf("%d of %s came from %s that should get nothing: %s", run.Verdict.Unexpected,
		plural(r.Answered, "answer", "answers"), versions, strings.Join(who, ", "))
	if run.Example != "" {
		s += "; first seen on " + Escape(run.Example)
	}
	return s
}

// onlyVersion is the PASS of a split in which one version gets everything.
func onlyVersion(r Report, run Run) string {
	var name string
	others := "any other version"
	for _, e := range r.Expected {
		if e.Share > 0 {
			name = shown(e.Name)
		} else {
			others = "any of the others"
		}
	}
	if len(r.Expected) == 2 {
		for _, e := range r.Expected {
			if e.Share == 0 {
				others = shown(e.Name)
			}
		}
	}
	if n := run.Verdict.Unexpected; n > 0 {
		return fmt.Sprintf("%d of %s came from %s", r.Answered-n, plural(r.Answered, "answer", "answers"), name) + tolerated(run)
	}
	return fmt.Sprintf("all %s came from %s, so the share of %s is below %s (%s sure)", plural(r.Answered, "answer", "answers"), name,
		others, percent(stats.UpperBound(r.Answered, r.Plan.Power)), percent(r.Plan.Power))
}

// compared lists what has an expected share, each with its share of these alone: what is tolerated besides has no part
// in the verdict.
func compared(r Report) []Observed {
	var list []Observed
	n := 0
	for i, e := range r.Expected {
		if e.Share > 0 {
			list = append(list, r.Observed[i])
			n += r.Observed[i].Count
		}
	}
	for i := range list {
		expected := list[i].Share - list[i].Deviation
		list[i].Share = float64(list[i].Count) / max(float64(n), 1)
		list[i].Deviation = list[i].Share - expected
	}
	return list
}

// furthest is the version whose share is furthest from the expected one; of two that are equally far, as the two of
// a split always are, the one that should have the smaller share.
func furthest(list []Observed) Observed {
	return slices.MaxFunc(list, func(a, b Observed) int {
		further := math.Abs(a.Deviation) - math.Abs(b.Deviation)
		if math.Abs(further) > 1e-9 {
			return cmp.Compare(further, 0)
		}
		return cmp.Compare(b.Share-b.Deviation, a.Share-a.Deviation)
	})
}

// probesFor is how many probes bring the needed answers, if as many of them fail or go astray as in this run.
func probesFor(needed, answers, launched int) int {
	if answers == 0 {
		return needed
	}
	return int(math.Ceil(float64(needed) * float64(launched) / float64(answers)))
}

// SplitLabel is a split in few characters: the weights where they fit, as in 80/20, and those of failures with
// their names.
func SplitLabel(split stats.Split) string {
	var weights, failures []string
	for _, v := range split {
		weight := strconv.FormatFloat(v.Weight, 'f', -1, 64)
		if v.IsFailure() {
			failures = append(failures, ", "+weight+" "+Escape(v.Name))
			continue
		}
		weights = append(weights, weight)
	}
	if s := strings.Join(weights, "/"); len(s) <= 20 {
		return s + strings.Join(failures, "")
	}
	return "the expected split"
}
