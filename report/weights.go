package report

import (
	"fmt"
	"io"
	"strings"
)

// WeightsSchema names the JSON form of Weights.
const WeightsSchema = "tcpshift.weights/v1"

// Weights is how the weights of manifests are read.
type Weights struct {
	Schema    string            `json:"schema"`
	Documents []WeightedRoute   `json:"documents"` // an entry for each route
	Skipped   []SkippedDocument `json:"skipped"`
	Selected  *int              `json:"selected"` // index of the route that would be expected; nil if one must be chosen
}

// WeightedRoute is one place that divides connections.
type WeightedRoute struct {
	File       string            `json:"file"`
	Document   int               `json:"document"` // of the file; the first is 1
	Item       int               `json:"item,omitempty"`
	Line       int               `json:"line,omitempty"`
	Kind       string            `json:"kind"`
	APIVersion string            `json:"api_version"`
	Namespace  string            `json:"namespace"`
	Name       string            `json:"name"`
	Route      string            `json:"route"` // the way to it within the object
	Protocol   string            `json:"protocol"`
	Match      string            `json:"match"`
	Backends   []WeightedBackend `json:"backends"`
	Problems   []string          `json:"problems"`
	Verdict    string            `json:"verdict"` // "ok", "single" or "refuse"

	Where  string `json:"-"` // file, line and document in words
	Expect string `json:"-"` // the split as --expect takes it
}

// WeightedBackend is one destination of a route.
type WeightedBackend struct {
	Name   string  `json:"name"` // under which it is expected
	Host   string  `json:"host"`
	Subset string  `json:"subset"`
	Labels string  `json:"labels,omitempty"`
	Port   any     `json:"port"` // a number, a name, or nil
	Weight float64 `json:"weight"`
	Given  bool    `json:"given"` // it is written there, not understood
	Share  float64 `json:"share"`
}

// SkippedDocument is one that divides nothing.
type SkippedDocument struct {
	Where string `json:"where"`
	What  string `json:"what"`
	Why   string `json:"why"`
}

// WeightsJSON writes the reading as JSON.
func WeightsJSON(w io.Writer, r Weights) error { return writeJSON(w, r) }

// WeightsText writes the reading for a person: a table for each route, and what there is to say about it.
func WeightsText(w io.Writer, r Weights, s Style) error {
	s.Width = max(s.Width, 30)
	p := page{style: s}
	for i, route := range r.Documents {
		if i > 0 {
			p.WriteString("\n")
		}
		p.weightedRoute(route)
	}
	if !s.Brief {
		p.skipped(r.Skipped)
	}
	_, err := io.WriteString(w, p.String())
	return err
}

func (p *page) weightedRoute(r WeightedRoute) {
	p.paragraph(r.heading(), 2)
	if r.Match != "" {
		p.within(Escape(r.Protocol) + " with " + Escape(r.Match))
	}
	word := "refused: "
	if r.Verdict != "refuse" { // what is refused has no shares to show
		word = "note: "
		p.backends(r.Backends)
	}
	if !p.style.Brief {
		for _, text := range r.Problems {
			p.within(word + Escape(text))
		}
	}
	if r.Expect != "" {
		p.within("expect: " + Escape(r.Expect))
	}
}

// within writes a paragraph that belongs to the heading above it.
func (p *page) within(text string) {
	p.WriteString("  " + strings.Join(wrap(text, p.style.Width, 2, 4), "\n") + "\n")
}

// heading names the route: its object, the place in it, and the file.
func (r WeightedRoute) heading() string {
	name := r.Name
	if r.Namespace != "" {
		name = r.Namespace + "/" + name
	}
	text := strings.TrimSpace(Escape(r.Kind) + " " + Escape(name))
	return fmt.Sprintf("%s, %s, in %s", text, Escape(r.Route), Escape(r.Where))
}

// backends is the table of a route's destinations. Where they go is left out where the page has no room for it.
func (p *page) backends(list []WeightedBackend) {
	if len(list) == 0 {
		return
	}
	name, destination := column{title: "backend"}, column{title: "destination"}
	weight, share := column{title: "weight"}, column{title: "share"}
	for _, b := range list {
		number := fmt.Sprintf("%.10g", b.Weight)
		if !b.Given {
			number = "none given"
		}
		name.cells = append(name.cells, shown(b.Name))
		destination.cells = append(destination.cells, b.destination())
		weight.cells = append(weight.cells, number)
		share.cells = append(share.cells, percent(b.Share))
	}
	roomy := 4+name.width()+2+destination.width()+2+weight.width()+2+share.width() <= p.style.Width
	row := func(cell func(column) string) {
		p.WriteString("    " + name.pad(cell(name), false))
		if roomy {
			p.WriteString("  " + destination.pad(cell(destination), false))
		}
		p.WriteString("  " + weight.pad(cell(weight), true) + "  " + share.pad(cell(share), true) + "\n")
	}
	row(func(c column) string { return c.title })
	for i := range list {
		row(func(c column) string { return c.cells[i] })
	}
}

// destination is where a backend is: its host, port and labels.
func (b WeightedBackend) destination() string {
	text := Escape(b.Host)
	if b.Port != nil {
		text += ":" + Escape(fmt.Sprint(b.Port))
	}
	if b.Labels != "" {
		text += " (" + Escape(b.Labels) + ")"
	}
	return text
}

// skipped lists what was read and divides nothing, briefly.
func (p *page) skipped(list []SkippedDocument) {
	if len(list) == 0 {
		return
	}
	const most = 10
	var parts []string
	for i, s := range list {
		if i == most {
			parts = append(parts, fmt.Sprintf("and %d more", len(list)-most))
			break
		}
		text := Escape(s.What)
		if s.Why != "" {
			text += " (" + Escape(s.Why) + ")"
		}
		parts = append(parts, text)
	}
	p.WriteString("\n")
	p.paragraph("Skipped: "+strings.Join(parts, ", ")+".", 2)
}
