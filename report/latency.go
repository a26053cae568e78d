package report

import (
	"fmt"
	"strings"
	"time"
)

// latency says how long the versions took.
func (p *page) latency(r Report) {
	for _, l := range r.Latency {
		p.paragraph(shown(l.Name)+": "+took(l), 2)
	}
	if r.Client.Clocked && len(r.Latency) > 0 {
		p.paragraph("The system does not tell how long a connection took, so the clock does, with this machine's own delays in it.", 0)
	}
}

// took lists the times of a version: medians, then 99th percentiles.
func took(l Latency) string {
	parts := []struct {
		name  string
		times *Quantiles
	}{{"connected in", &l.Connect}, {"TLS in", l.TLS}, {"answered in", &l.Reply}, {"since it was due", l.Whole}}
	var medians, tails []string
	for _, part := range parts {
		if part.times != nil {
			medians = append(medians, part.name+" "+seconds(part.times.P50))
			tails = append(tails, seconds(part.times.P99))
		}
	}
	return fmt.Sprintf("%s; 99th percentiles %s.", and(medians), and(tails))
}

// and joins what is listed.
func and(list []string) string {
	last := len(list) - 1
	if last == 0 {
		return list[0]
	}
	return strings.Join(list[:last], ", ") + " and " + list[last]
}

// clientFindings are about the machine that the probes came from.
func clientFindings(run Run) []Finding {
	var list []Finding
	if c := run.Client; c.Slow {
		truer := "; a lower -c makes them truer"
		if run.Plan.Concurrency == 1 {
			truer = ""
		}
		list = append(list, Finding{
			ID:       "client-slow",
			Severity: "warning",
			Message: fmt.Sprintf("the times are partly this machine's own: it took %s to notice a connection, more than a tenth of the median answer%s",
				seconds(c.Delay.P50), truer),
			Evidence: map[string]any{"delay_p50_s": c.Delay.P50, "delay_p99_s": c.Delay.P99},
		})
	}
	if jump := clockJump(run.Finished.Sub(run.Started), run.Finished.Round(0).Sub(run.Started.Round(0))); jump != 0 {
		list = append(list, Finding{
			ID:       "clock-jump",
			Severity: "warning",
			Message:  fmt.Sprintf("the clock of this machine jumped by %s during the run, or the machine slept: connections may have died of it", jump),
			Evidence: map[string]any{"seconds": jump.Seconds()},
		})
	}
	return list
}

// clockJump is by how much the wall clock moved more than the monotonic one, which stands still while a machine sleeps;
// 0 if that is no more than clocks are set by in daily life.
func clockJump(monotonic, wall time.Duration) time.Duration {
	if jump := wall - monotonic; jump.Abs() > 2*time.Second {
		return jump.Round(time.Second)
	}
	return 0
}
