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
	lines := wrap(r.Verdict.Message, p.style.Width, len(first))
	fmt.Fprintf(p, "%s%s\n", p.paint(tint, word+":"), " "+strings.Join(lines, "\n"+strings.Repeat(" ", min(len(first), 6))))
}

func (p *page) failures(r Report) {
	if len(r.Failures) == 0 {
		return
	}
	p.WriteString("\n")
	for _, f := range r.Failures {
		p.paragraph(fmt.Sprintf("%7d failed: %s in %s, such as: ", f.Count, f.Kind, f.Phase)+Escape(f.Example), 8)
	}
}

func (p *page) summary(r Report) {
	p.WriteString("\n")
	parts := []string{fmt.Sprintf("%d answered", r.Answered)}
	if r.Failed > 0 {
		parts = append(parts, fmt.Sprintf("%d failed", r.Failed))
	}
	if r.Undecided > 0 {
		parts = append(parts, fmt.Sprintf("%d undecided", r.Undecided))
	}
	p.paragraph(fmt.Sprintf("%s to %s in %s, %d at a time: %s.", plural(r.Launched, "probe", "probes"),
		Escape(r.Target.Address), seconds(r.Elapsed), r.Plan.Concurrency, strings.Join(parts, ", ")), 0)
	if r.ChiSquare != nil {
		p.paragraph(explain(r.ChiSquare), 0)
	}
}

// explain says what a p-value means.
func explain(c *ChiSquare) string {
	const split = "a router that keeps to the expected split looks at least this far off"
	switch {
	case c.P > 0.995:
		return fmt.Sprintf("%s: %s in nearly every such run.", pValue(c), split)
	case c.P >= 0.01:
		return fmt.Sprintf("%s: %s in %.0f of 100 such runs.", pValue(c), split, 100*c.P)
	case c.P >= 1e-9:
		return fmt.Sprintf("%s: %s once in %.0f such runs.", pValue(c), split, 1/c.P)
	}
	return fmt.Sprintf("%s: %s less than once in a billion such runs.", pValue(c), split)
}

func (p *page) latency(r Report) {
	for _, l := range r.Latency {
		p.paragraph(fmt.Sprintf("%s: connected in %s and answered in %s; 99th percentiles %s and %s.", Escape(l.Name),
			seconds(l.Connect.P50), seconds(l.Reply.P50), seconds(l.Connect.P99), seconds(l.Reply.P99)), 2)
	}
}

func (p *page) findings(r Report) {
	for _, f := range r.Findings {
		p.WriteString("\n")
		p.paragraph(f.Severity+": "+f.Message, 2)
	}
}

// paragraph writes text, broken at the width, later lines indented.
func (p *page) paragraph(text string, indent int) {
	for i, line := range wrap(text, p.style.Width-indent, 0) {
		if i > 0 {
			p.WriteString(strings.Repeat(" ", indent))
		}
		p.WriteString(line + "\n")
	}
}

func (p *page) paint(c *color.Color, s string) string {
	if !p.style.Color || s == "" {
		return s
	}
	c.EnableColor() // whatever the library thinks of the process's own standard output
	return c.Sprint(s)
}

// wrap breaks text at spaces into lines of at most width columns; a longer word stands alone. The first line has
// taken columns less.
func wrap(text string, width, taken int) []string {
	var lines []string
	line, used := "", taken
	for _, word := range strings.Split(text, " ") {
		n := uniseg.StringWidth(word)
		if line != "" && used+1+n > width {
			lines = append(lines, line)
			line, used = "", min(taken, 6)
		}
		if line != "" {
			line += " "
			used++
		}
		line += word
		used += n
	}
	return append(lines, line)
}
