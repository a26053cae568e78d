package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/fatih/color"
	"github.com/rivo/uniseg"

	"github.com/tcpshift/tcpshift/stats"
)

// Style says how text is shown.
type Style struct {
	Width int  // columns; less than 30 count as 30
	Color bool // ANSI colours
	Brief bool // the verdict alone
}

// Text writes the report for a person: the verdict, a bar for each version, and what explains them.
func Text(w io.Writer, r Report, s Style) error {
	s.Width = max(s.Width, 30)
	p := page{style: s}
	p.verdict(r)
	if !s.Brief {
		if r.Answered > 0 {
			p.histogram(r)
		}
		p.failures(r)
		p.summary(r)
		p.source(r.Source)
		p.remotes(r)
		p.latency(r)
		p.findings(r)
	}
	_, err := io.WriteString(w, p.String())
	return err
}

// page collects text of a bounded width.
type page struct {
	strings.Builder
	style Style
}

func (p *page) verdict(r Report) {
	word := stats.Decision(r.Verdict.Decision).String()
	tint := map[string]*color.Color{
		"PASS": color.New(color.FgGreen, color.Bold),
		"FAIL": color.New(color.FgRed, color.Bold),
	}[word]
	if tint == nil {
		tint = color.New(color.FgYellow, color.Bold)
	}
	first := word + ": "
	lines := wrap(r.Verdict.Message, p.style.Width, len(first), 6)
	fmt.Fprintf(p, "%s %s\n", p.paint(tint, word+":"), strings.Join(lines, "\n"))
}

func (p *page) summary(r Report) {
	p.WriteString("\n")
	parts := []string{fmt.Sprintf("%d answered", r.Answered)}
	if r.Failed > 0 {
		parts = append(parts, fmt.Sprintf("%d failed", r.Failed))
	}
	if r.Undecided > 0 {
		word := "undecided"
		if r.Settled {
			word = "launched too late to count"
		}
		parts = append(parts, fmt.Sprintf("%d %s", r.Undecided, word))
	}
	where := ""
	if r.Target.Address != "" {
		where = fmt.Sprintf(" to %s in %s, %d at a time", Escape(r.Target.Address), seconds(r.Elapsed), r.Plan.Concurrency)
	}
	p.paragraph(fmt.Sprintf("%s%s: %s.", plural(r.Launched, "probe", "probes"), where, strings.Join(parts, ", ")), 0)
	p.stopped(r)
	if n := r.Client.Retries; n > 0 {
		p.paragraph(plural(n, "attempt", "attempts")+" found no free port or file on this machine and had to wait; none of them counts.", 0)
	}
	if r.Target.Address == "" {
		p.paragraph("The order of the answers is not known, so they are taken to be independent.", 0)
	}
	if why := r.Verdict.Reason; r.ChiSquare != nil && (why == stats.Mismatch || why == stats.OutOfTolerance) {
		p.paragraph(fmt.Sprintf("About %s of the connections went elsewhere than they should.", percent(r.ChiSquare.TVD)), 0)
	}
	if r.ChiSquare != nil && (r.Plan.Tolerance != nil || !r.Settled) {
		p.paragraph(explain(r), 0)
	}
}

// explain says what a p-value means.
func explain(r Report) string {
	c, split := r.ChiSquare, "a router that keeps to the expected split looks at least this far off"
	if r.Plan.Tolerance != nil {
		split = "a router that keeps to exactly the expected split looks at least this far off"
	}
	switch {
	case c.P > 0.99:
		return fmt.Sprintf("%s: %s in nearly every such run.", pValue(c), split)
	case c.P >= 0.01:
		return fmt.Sprintf("%s: %s in %.0f of 100 such runs.", pValue(c), split, 100*c.P)
	case c.P >= 1e-9:
		return fmt.Sprintf("%s: %s once in %.0f such runs.", pValue(c), split, 1/c.P)
	}
	return fmt.Sprintf("%s: %s less than once in a billion such runs.", pValue(c), split)
}

func (p *page) findings(r Report) {
	for _, f := range r.Findings {
		p.WriteString("\n")
		p.paragraph(f.Severity+": "+f.Message, 2)
	}
}

// paragraph writes text, broken at the width, later lines indented.
func (p *page) paragraph(text string, indent int) {
	p.WriteString(strings.Join(wrap(text, p.style.Width, 0, indent), "\n") + "\n")
}

func (p *page) paint(c *color.Color, s string) string {
	if !p.style.Color || s == "" {
		return s
	}
	c.EnableColor() // whatever the library thinks of the process's own standard output
	return c.Sprint(s)
}

// glue keeps a number with its unit, and the place of a document together, when a line is broken. Text from the
// network has no such spaces: they are escaped.
var glue = strings.NewReplacer(" %", "\u00a0%", " point", "\u00a0point", " = ", "\u00a0=\u00a0",
	"(document ", "(document\u00a0", "(item ", "(item\u00a0", ", item ", ",\u00a0item\u00a0")

// wrap breaks text at spaces into lines of at most width columns; a longer word stands alone. The first line has
// taken columns less, and the later ones are indented.
func wrap(text string, width, taken, indent int) []string {
	var lines []string
	line, used := "", taken
	for _, word := range unbroken(text, width-indent) {
		n := uniseg.StringWidth(word)
		switch {
		case line == "":
			line = word
		case used+1+n > width:
			lines = append(lines, line)
			line, used = strings.Repeat(" ", indent)+word, indent
		default:
			line, used = line+" "+word, used+1
		}
		used += n
	}
	lines = append(lines, line)
	for i := range lines {
		lines[i] = strings.ReplaceAll(lines[i], "\u00a0", " ")
	}
	return lines
}

// unbroken are the words that a line is broken between: what glue joins is one, unless it is wider than any line.
func unbroken(text string, width int) []string {
	var list []string
	for word := range strings.SplitSeq(glue.Replace(text), " ") {
		if uniseg.StringWidth(word) > width {
			list = append(list, strings.Split(word, "\u00a0")...)
			continue
		}
		list = append(list, word)
	}
	return list
}
