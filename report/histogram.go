package report

import (
	"fmt"
	"math"
	"strings"

	"github.com/fatih/color"
	"github.com/rivo/uniseg"
)

const (
	minBar  = 12 // columns below which a bar says nothing
	maxBar  = 60
	maxName = 24
)

var tints = []color.Attribute{color.FgCyan, color.FgYellow, color.FgMagenta, color.FgBlue, color.FgGreen}

// column is one column of the table beside the bars.
type column struct {
	title string
	cells []string
}

// histogram draws a line a version: its name, a bar as long as its share with a mark at the expected one, and the
// figures, of which a narrow page leaves out the least telling.
func (p *page) histogram(r Report) {
	names := column{title: ""}
	for _, o := range r.Observed {
		names.cells = append(names.cells, truncate(Escape(o.Name), min(maxName, p.style.Width/2)))
	}
	columns, bar := fit(p.style.Width-2-names.width()-2, figures(r))
	scale := 0.0
	for _, o := range r.Observed {
		scale = max(scale, o.Share, o.Share-o.Deviation)
	}
	fmt.Fprintf(p, "\n  %s  %s%s\n", names.pad("", false), strings.Repeat(" ", bar), heading(columns))
	for i, o := range r.Observed {
		drawn := ""
		if bar > 0 {
			drawn = p.bar(o, bar, scale, color.New(tints[i%len(tints)]))
		}
		fmt.Fprintf(p, "  %s  %s", names.pad(names.cells[i], false), drawn)
		for _, c := range columns {
			p.WriteString("  " + c.pad(c.cells[i], true))
		}
		p.WriteString("\n")
	}
	if r.Others.Count > 0 {
		p.paragraph(fmt.Sprintf("and %s from %s", plural(r.Others.Count, "answer", "answers"), plural(r.Others.Names, "other name", "other names")), 2)
	}
}

// figures are the columns beside the bars, in their order on the page.
func figures(r Report) []column {
	columns := []column{
		{title: "replies"}, {title: "share"}, {title: "expected"}, {title: "off by"},
		{title: percent(r.Plan.Confidence) + " interval"},
	}
	if r.Plan.Tolerance != nil {
		columns[2].title = "tolerated"
	}
	decimals := 1
	if r.Answered >= 2000 {
		decimals = 2
	}
	for row, o := range r.Observed {
		for i, cell := range []string{
			fmt.Sprint(o.Count),
			fmt.Sprintf("%.*f %%", decimals, 100*o.Share),
			goal(r, row),
			signed(100*o.Deviation, decimals),
			fmt.Sprintf("%.1f to %.1f", 100*o.Low, 100*o.High),
		} {
			columns[i].cells = append(columns[i].cells, cell)
		}
	}
	return columns
}

// goal is what the share in a row should be: the expected one or, with a tolerance, its band.
func goal(r Report, row int) string {
	if row < len(r.Expected) && r.Expected[row].Low != nil && r.Expected[row].Share > 0 {
		e := r.Expected[row]
		return fmt.Sprintf("%s to %s", decimal(100**e.Low), decimal(100**e.High))
	}
	o := r.Observed[row]
	return percent(o.Share - o.Deviation)
}

// signed shows x with its sign, and what rounds to nothing as +0.
func signed(x float64, decimals int) string {
	s := fmt.Sprintf("%+.*f", decimals, x)
	if strings.Trim(s, "-0.") == "" {
		return "+" + s[1:]
	}
	return s
}

// fit drops columns until a bar has room beside them, or, at the narrowest, drops the bar.
func fit(width int, columns []column) (kept []column, bar int) {
	for _, order := range [][]int{{0, 1, 2, 3, 4}, {0, 1, 2, 3}, {0, 1, 3}, {0, 1}, {1}} {
		kept, bar = nil, width
		for _, i := range order {
			kept = append(kept, columns[i])
			bar -= columns[i].width() + 2
		}
		if bar >= minBar {
			return kept, min(bar, maxBar)
		}
	}
	return kept, 0
}

func heading(columns []column) string {
	var b strings.Builder
	for _, c := range columns {
		b.WriteString("  " + c.pad(c.title, true))
	}
	return b.String()
}

func (c column) width() int {
	w := uniseg.StringWidth(c.title)
	for _, cell := range c.cells {
		w = max(w, uniseg.StringWidth(cell))
	}
	return w
}

// pad fills s to the width of the column, on the left if right-aligned.
func (c column) pad(s string, right bool) string {
	space := strings.Repeat(" ", max(c.width()-uniseg.StringWidth(s), 0))
	if right {
		return space + s
	}
	return s + space
}

// bar draws a share in eighths of a column, at least one eighth for any answer at all, and a mark in the column of
// the expected share.
func (p *page) bar(o Observed, width int, scale float64, tint *color.Color) string {
	cells := make([]rune, width)
	eighths := 0
	if o.Count > 0 {
		eighths = max(int(math.Round(o.Share/scale*float64(8*width))), 1)
	}
	for i := range cells {
		cells[i] = []rune(" ▏▎▍▌▋▊▉█")[min(max(eighths-8*i, 0), 8)]
	}
	expected := o.Share - o.Deviation
	if expected <= 0 {
		return p.paint(tint, string(cells))
	}
	mark := min(int(expected/scale*float64(width)), width-1)
	if eighths > 8*mark && eighths <= 8*(mark+1) && mark+1 < width {
		mark++ // rather than hide the end of the bar, which at a small share is all of it
	}
	return p.paint(tint, string(cells[:mark])) + p.paint(color.New(color.Bold), "┃") + p.paint(tint, string(cells[mark+1:]))
}

// shown is a name as sentences have it.
func shown(name string) string { return truncate(Escape(name), maxName) }

// truncate shortens s to a number of columns.
func truncate(s string, columns int) string {
	if uniseg.StringWidth(s) <= columns {
		return s
	}
	var b strings.Builder
	used := 0
	for g := uniseg.NewGraphemes(s); g.Next() && used+g.Width() < columns; used += g.Width() {
		b.WriteString(g.Str())
	}
	return b.String() + "…"
}
