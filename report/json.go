package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/tcpshift/tcpshift/stats"
)

// JSON writes the report as one indented JSON object, in the form that Schema names.
func JSON(w io.Writer, r Report) error { return writeJSON(w, r.valid()) }

func writeJSON(w io.Writer, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(escapeJSON(text), '\n'))
	return err
}

// MarshalText is the decision in lower case.
func (d Decision) MarshalText() ([]byte, error) {
	return []byte(strings.ToLower(stats.Decision(d).String())), nil
}

// valid returns the report with names that are no UTF-8 escaped: JSON cannot hold them, and its encoder would make
// different ones equal.
func (r Report) valid() Report {
	r.Observed = append([]Observed{}, r.Observed...)
	for i := range r.Observed {
		r.Observed[i].Name = validName(r.Observed[i].Name)
	}
	r.Target.Remotes = append([]Remote{}, r.Target.Remotes...)
	for i, remote := range r.Target.Remotes {
		counts := make(map[string]int, len(remote.Counts))
		for name, n := range remote.Counts {
			counts[validName(name)] += n
		}
		r.Target.Remotes[i].Counts = counts
	}
	r.Latency = append([]Latency{}, r.Latency...)
	for i := range r.Latency {
		r.Latency[i].Name = validName(r.Latency[i].Name)
	}
	r.Expected = append([]Expected{}, r.Expected...)
	for i := range r.Expected {
		r.Expected[i].Name = validName(r.Expected[i].Name)
	}
	r.Failures = append([]Failure{}, r.Failures...)
	return r
}

func validName(s string) string {
	// A name with a backslash is escaped too, or it could equal another's escaped form.
	if utf8.ValidString(s) && !strings.Contains(s, `\`) {
		return s
	}
	return Escape(s)
}

// UnmarshalText reads what MarshalText writes.
func (d *Decision) UnmarshalText(text []byte) error {
	for _, known := range []stats.Decision{stats.Pass, stats.Fail, stats.Inconclusive} {
		if strings.EqualFold(known.String(), string(text)) {
			*d = Decision(known)
			return nil
		}
	}
	return fmt.Errorf("unknown decision %q", text)
}
