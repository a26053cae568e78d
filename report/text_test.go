package report

import (
	"regexp"
	"strings"
	"testing"
)

// lineOf is the line of the table that begins with a version's name.
func lineOf(t *testing.T, text, name string) string {
	t.Helper()
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "  "+name+"  ") {
			return line
		}
	}
	t.Fatalf("no line for %s in\n%s", name, text)
	return ""
}

// What was seen at all must not look like nothing, even where the mark of a
// small share falls into the same column.
func TestASmallBarIsSeenBesideItsMark(t *testing.T) {
	r := canary().report()
	for _, width := range []int{40, 80, 120} {
		line := lineOf(t, textOf(t, r, Style{Width: width}), "canary")
		if !strings.ContainsAny(line, "▏▎▍▌▋▊▉█") {
			t.Errorf("two replies draw no bar in %d columns: %s", width, line)
		}
	}
}

func TestAVersionWithoutAnswersHasNoBar(t *testing.T) {
	line := lineOf(t, textOf(t, newRun("one=80,two=20", 2020, 0).report(), Style{Width: 80}), "two")
	if strings.ContainsAny(line, "▏▎▍▌▋▊▉█") {
		t.Error(line)
	}
}

func TestBriefIsTheVerdictAlone(t *testing.T) {
	for name, run := range runs {
		t.Run(strings.ReplaceAll(name, "-", " "), func(t *testing.T) {
			r := run().report()
			brief, full := textOf(t, r, Style{Width: 80, Brief: true}), textOf(t, r, Style{Width: 80})
			if !strings.HasPrefix(full, brief) || len(full) == len(brief) {
				t.Errorf("the text does not go on after\n%s", brief)
			}
			joined := strings.Join(strings.Fields(brief), " ")
			if want := strings.Join(strings.Fields(r.Verdict.Message), " "); !strings.HasSuffix(joined, ": "+want) {
				t.Errorf("%s\nis not\n%s", joined, want)
			}
		})
	}
}

// A PASS may tolerate answers of versions that should get none, but must not deny them.
func TestAPassDoesNotDenyWhatItTolerates(t *testing.T) {
	r := oneVersionTolerated().report()
	if strings.Contains(r.Verdict.Message, "all 200 answers came from one") {
		t.Errorf("%s, though one answer came from two", r.Verdict.Message)
	}
}

// The message of a run that is too small compares what it saw with what it
// should see; the comparison must come out that way.
func TestTooFewSaysWhatIsMissing(t *testing.T) {
	shift := regexp.MustCompile(`only a shift of ([0-9.]+) points? would show, and one of ([0-9.]+) points? takes 2020 `)
	for _, name := range []string{"too-few", "one-answer"} {
		t.Run(strings.ReplaceAll(name, "-", " "), func(t *testing.T) {
			message := runs[name]().report().Verdict.Message
			m := shift.FindStringSubmatch(message)
			if m == nil {
				t.Fatalf("%q compares no shifts", message)
			}
			var seen, wanted float64
			for i, v := range []*float64{&seen, &wanted} {
				*v = parse(t, m[i+1])
			}
			if seen <= wanted {
				t.Errorf("%q compares %v with %v", message, seen, wanted)
			}
		})
	}
}

func TestTooFewForLessThanTheLargestGoal(t *testing.T) {
	for name, want := range map[string]string{
		"too-few-by-one":       "2019 answers are too few: a shift of 5 points takes 2020 (-n 2020)",
		"too-few-for-a-canary": "1000 answers are too few: a shift of 2.5 points, half the smallest share, takes 2398 (-n 2398)",
	} {
		if got := runs[name]().report().Verdict.Message; got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestNoFigureIsMinusNothing(t *testing.T) {
	for name, run := range runs {
		t.Run(strings.ReplaceAll(name, "-", " "), func(t *testing.T) {
			if text := textOf(t, run().report(), Style{Width: 120}); regexp.MustCompile(` -0\.?0*\s`).MatchString(text) {
				t.Error(regexp.MustCompile(`.* -0\.?0*\s.*`).FindString(text))
			}
		})
	}
}

func TestNoLineEndsInSpaces(t *testing.T) {
	for name, run := range runs {
		t.Run(strings.ReplaceAll(name, "-", " "), func(t *testing.T) {
			for _, width := range []int{30, 40, 80, 120} {
				for line := range strings.Lines(textOf(t, run().report(), Style{Width: width})) {
					if strings.HasSuffix(line, " \n") {
						t.Errorf("%d columns: %q", width, line)
					}
				}
			}
		})
	}
}
