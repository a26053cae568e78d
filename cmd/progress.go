package cmd

import (
	"fmt"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/tcpshift/tcpshift/stats"
)

// progress is a line on stderr while probes run. A nil progress shows nothing.
type progress struct{ bar *progressbar.ProgressBar }

func (a *app) newProgress(o probeOptions, probes int) *progress {
	if o.Progress == "never" || a.quiet || !a.StderrTerminal || a.Getenv("TERM") == "dumb" {
		return nil
	}
	return &progress{progressbar.NewOptions(probes,
		progressbar.OptionSetWriter(a.Stderr),
		progressbar.OptionFullWidth(),
		progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionShowCount(),
		progressbar.OptionShowIts(),
		progressbar.OptionSetItsString(""),
		progressbar.OptionClearOnFinish(),
	)}
}

func (p *progress) update(t *stats.Tally) {
	if p == nil {
		return
	}
	if t.Failed > 0 {
		p.bar.Describe(fmt.Sprintf("%d failed", t.Failed))
	}
	p.bar.Set(t.Launched())
}

// clear leaves the line as it was found.
func (p *progress) clear() {
	if p != nil {
		p.bar.Clear()
	}
}
