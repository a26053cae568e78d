package report

import (
	"fmt"
	"strings"
)

// maxRemotes is how many addresses are listed.
const maxRemotes = 10

// remotes lists what came from each address, where there is more than one.
func (p *page) remotes(r Report) {
	if len(r.Target.Remotes) < 2 {
		return
	}
	for i, remote := range r.Target.Remotes {
		if i == maxRemotes {
			p.paragraph(fmt.Sprintf("and %s.", plural(len(r.Target.Remotes)-i, "more address", "more addresses")), 0)
			return
		}
		p.paragraph(Escape(remote.Address)+": "+remote.came(r.Observed)+".", 2)
	}
}

// came is what an address answered, the versions in the order of the report.
func (m Remote) came(versions []Observed) string {
	answers := 0
	for _, n := range m.Counts {
		answers += n
	}
	var parts []string
	for _, v := range versions {
		if n := m.Counts[v.Name]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s %s", shown(v.Name), percent(float64(n)/float64(answers))))
		}
	}
	text := plural(answers, "answer", "answers")
	if len(parts) > 0 {
		text += " (" + strings.Join(parts, ", ") + ")"
	}
	if m.Failures > 0 {
		text += fmt.Sprintf(", %d failed", m.Failures)
	}
	return text
}
