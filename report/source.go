package report

import "fmt"

// source says which manifest the expected split is from, and how it was read.
func (p *page) source(s *Source) {
	if s == nil {
		return
	}
	text := fmt.Sprintf("Expected by %s, %s, in %s", Escape(s.Object), Escape(s.Route), Escape(s.Where))
	if s.Match != "" {
		text += ", for connections with " + Escape(s.Match)
	}
	p.paragraph(text+".", 0)
	for _, note := range s.Notes {
		p.within("note: " + Escape(note))
	}
}
