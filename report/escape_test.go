package report

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/rivo/uniseg"

	"github.com/tcpshift/tcpshift/stats"
)

func TestEscape(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"nothing":                            {"", ""},
		"plain text":                         {"one two <b>&amp;\"'", "one two <b>&amp;\"'"},
		"letters beyond ASCII":               {"é漢字😀", "é漢字😀"},
		"an accent of its own":               {"e\u0301", "e\u0301"},
		"a backslash":                        {`\`, `\\`},
		"what looks escaped already":         {`\x1b\u{1b}`, `\\x1b\\u{1b}`},
		"a colour":                           {"\x1b[31mred", `\u{1b}[31mred`},
		"a line end":                         {"a\r\nb", `a\u{d}\u{a}b`},
		"a tab and a bell":                   {"\t\a", `\u{9}\u{7}`},
		"a null":                             {"\x00", `\u{0}`},
		"delete":                             {"\x7f", `\u{7f}`},
		"a control of eight bits":            {"\u009b31m", `\u{9b}31m`},
		"a turn of the writing":              {"\u202eevil", `\u{202e}evil`},
		"isolates":                           {"\u2066a\u2069", `\u{2066}a\u{2069}`},
		"marks of direction":                 {"\u200e\u200f\u061c", `\u{200e}\u{200f}\u{61c}`},
		"zero-width spaces and joiners":      {"a\u200b\u200c\u200d\u2060\ufeffb", `a\u{200b}\u{200c}\u{200d}\u{2060}\u{feff}b`},
		"spaces that are not the usual one":  {"a\u00a0b\u3000c\u2028d", `a\u{a0}b\u{3000}c\u{2028}d`},
		"a soft hyphen":                      {"so\u00adft", `so\u{ad}ft`},
		"tags":                               {"a\U000e0041", `a\u{e0041}`},
		"variation selectors":                {"a\ufe0f\U000e0100", `a\u{fe0f}\u{e0100}`},
		"a joiner of graphemes":              {"a\u034fb", `a\u{34f}b`},
		"letters that nobody sees":           {"\u115f\u1160\u3164\uffa0", `\u{115f}\u{1160}\u{3164}\u{ffa0}`},
		"private use":                        {"\ue000", `\u{e000}`},
		"no character":                       {"\uffff", `\u{ffff}`},
		"a byte that is no UTF-8":            {"a\xffb", `a\xffb`},
		"UTF-8 that ends too early":          {"\xe6\xbc", `\xe6\xbc`},
		"half a surrogate pair":              {"\xed\xa0\x80", `\xed\xa0\x80`},
		"an overlong slash":                  {"\xc0\xaf", `\xc0\xaf`},
		"the replacement character as such":  {"\ufffd", "\ufffd"},
		"the name that is worst of them all": {hostile, `\u{1b}[31mred\u{202e}gnp.\u{a}<b>&amp;\xff\\u{1b}`},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Escape(c.text); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestEscapeJSON(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"what can be seen":              {"{\n  \"é漢😀\": \"\\u001b\"\n}", "{\n  \"é漢😀\": \"\\u001b\"\n}"},
		"a turn of the writing":         {"\u202e", `\u202e`},
		"delete":                        {"\x7f", `\u007f`},
		"beyond sixteen bits":           {"\U000e0041", `\udb40\udc41`},
		"the last of sixteen bits":      {"\uffff", `\uffff`},
		"the first beyond them":         {"\U0001fffe", `\ud83f\udffe`},
		"a space that is not the usual": {"\u00a0", `\u00a0`},
	} {
		t.Run(name, func(t *testing.T) {
			if got := string(escapeJSON([]byte(c.text))); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestDifferentNamesStayDifferent(t *testing.T) {
	for name, c := range map[string][2]string{
		"bytes that are no UTF-8":                 {"\xff", "\xfe"},
		"a byte and the replacement character":    {"\xff", "\ufffd"},
		"a byte and what it is escaped to":        {"\xff", `\xff`},
		"a colour and what it is escaped to":      {"\x1b[31m", `\u{1b}[31m`},
		"a name and the same with a hidden space": {"three", "three\u200b"},
		"a name and the same with a hidden mark":  {"three", "three\ufe0f"},
	} {
		t.Run(name, func(t *testing.T) {
			checkDistinct(t, c[0], c[1])
		})
	}
}

// checkDistinct holds two names, neither of them one or two, apart in every format.
func checkDistinct(t *testing.T, a, b string) {
	t.Helper()
	if Escape(a) == Escape(b) {
		t.Errorf("%q and %q both become %s", a, b, Escape(a))
	}
	run := newRun("one=80,two=20", 8, 2).answered(a, 3).answered(b, 2)
	r := readBack(t, run.report())
	if n := len(r.Observed); n < 4 {
		t.Fatalf("%d versions", n)
	}
	if x, y := r.Observed[len(r.Observed)-2], r.Observed[len(r.Observed)-1]; x.Name == y.Name {
		t.Errorf("%q and %q are both %q in JSON", a, b, x.Name)
	}
	if n := len(r.Target.Remotes[0].Counts); n != 4 {
		t.Errorf("%q and %q: the remote counts are %v", a, b, r.Target.Remotes[0].Counts)
	}
}

// readBack reads a report from its own JSON.
func readBack(t *testing.T, r Report) Report {
	t.Helper()
	var b bytes.Buffer
	if err := JSON(&b, r); err != nil {
		t.Fatal(err)
	}
	for _, c := range b.String() {
		if c != '\n' && !unicode.IsPrint(c) {
			t.Errorf("JSON with a raw %U", c)
		}
	}
	var back Report
	if err := json.Unmarshal(b.Bytes(), &back); err != nil {
		t.Fatalf("%v in:\n%s", err, b.String())
	}
	return back
}

func TestJSONIsReadBack(t *testing.T) {
	for name, run := range runs {
		if strings.Contains(name, "hostile") {
			continue // bytes that are no UTF-8 come back escaped
		}
		t.Run(strings.ReplaceAll(name, "-", " "), func(t *testing.T) {
			want := run().report()
			// JSON knows no integers and no nil lists.
			for _, f := range want.Findings {
				for key, value := range f.Evidence {
					if n, ok := value.(int); ok {
						f.Evidence[key] = float64(n)
					}
				}
			}
			got := readBack(t, want)
			if diff := cmp.Diff(want.valid(), got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// checkText holds text without colour to what a terminal of a width can show.
func checkText(t *testing.T, text string, width int) {
	t.Helper()
	if !utf8.ValidString(text) {
		t.Errorf("no UTF-8: %q", text)
	}
	for _, r := range text {
		if r != '\n' && !unicode.IsPrint(r) || unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) {
			t.Errorf("a raw %U in %q", r, text)
		}
	}
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if n := uniseg.StringWidth(line); n > width && len(strings.Fields(line)) > 1 {
			t.Errorf("%d columns where there are %d: %q", n, width, line)
		}
	}
}

func textOf(t *testing.T, r Report, s Style) string {
	t.Helper()
	var b strings.Builder
	if err := Text(&b, r, s); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTextKeepsToItsWidth(t *testing.T) {
	for name, run := range runs {
		t.Run(strings.ReplaceAll(name, "-", " "), func(t *testing.T) {
			r := run().report()
			for width := 30; width <= 130; width++ {
				checkText(t, textOf(t, r, Style{Width: width}), width)
			}
			if got, want := textOf(t, r, Style{}), textOf(t, r, Style{Width: 30}); got != want {
				t.Errorf("no width is not like 30 columns: %s", cmp.Diff(want, got))
			}
		})
	}
}

var ansi = regexp.MustCompile(`\x1b\[[0-9;]*m`)

// Colour must not move anything, and must end where it ought to.
func TestColourChangesNothingElse(t *testing.T) {
	for name, run := range runs {
		t.Run(strings.ReplaceAll(name, "-", " "), func(t *testing.T) {
			r := run().report()
			for _, width := range []int{30, 80, 120} {
				plain, coloured := textOf(t, r, Style{Width: width}), textOf(t, r, Style{Width: width, Color: true})
				if plain == coloured {
					t.Error("no colour at all")
				}
				if diff := cmp.Diff(plain, ansi.ReplaceAllString(coloured, "")); diff != "" {
					t.Error(diff)
				}
				for line := range strings.Lines(coloured) {
					if codes := ansi.FindAllString(line, -1); len(codes) > 0 && !regexp.MustCompile(`\[(0|22|0;22)m$`).MatchString(codes[len(codes)-1]) {
						t.Errorf("the colour runs on after %q", line)
					}
				}
			}
		})
	}
}

func FuzzText(f *testing.F) {
	for _, name := range []string{
		"three", "", " ", "a b  c", hostile, wide, "\u202e\u2066", "\u200b", "\xff\xfe", "漢\x00字", "e\u0301\u0301", "\u0301",
		"🏳\ufe0f\u200d🌈", "🇩🇪🇩", "%s%d", `\xff"`, "\u2028", strings.Repeat("a ", 100), strings.Repeat("x", 300), "\U000e0041", "ffi\u202e",
	} {
		f.Add(name, "read: connection reset by peer", 80)
		f.Add("two", name, 40)
		f.Add(name, name, 120)
	}
	f.Fuzz(func(t *testing.T, name, text string, width int) {
		if len(name)+len(text) > 5000 {
			return
		}
		width = 40 + int(uint(width)%100)
		for _, run := range []*runBuilder{
			newRun("one=80,two=20", 1600, 400).answered(name, 20).failed("read", "reset", 3, text),
			newRun("one=80,two=20").failed("read", "reset", 3, text),
			named(name).failed("read", "reset", 3, text),
		} {
			r := run.report()
			checkText(t, textOf(t, r, Style{Width: width}), width)
			checkText(t, textOf(t, r, Style{Width: width, Brief: true}), width)
			readBack(t, r)
		}
		if name != text && !known(name) && !known(text) {
			checkDistinct(t, name, text)
		}
	})
}

func known(name string) bool { return name == "one" || name == "two" }

// named is a run in which the version of that name, of an expected split, gave all answers.
func named(name string) *runBuilder {
	b := newRun("one=80,two=20", 0, 2020)
	b.Split = stats.Split{{Name: "one", Weight: 80}, {Name: name, Weight: 20}}
	b.Latency[0].Name = name
	return b
}
