package cmd

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/tcpshift/tcpshift/report"
)

// format renders a report.
type format struct {
	name   string
	render func(io.Writer, report.Report, report.Style) error
}

var formats = []format{
	{"text", report.Text},
	{"json", func(w io.Writer, r report.Report, _ report.Style) error { return report.JSON(w, r) }},
}

func formatNames() string {
	var names []string
	for _, f := range formats {
		names = append(names, f.name)
	}
	return strings.Join(names, ", ")
}

// output is one --output flag.
type output struct {
	Format string
	File   string // empty: standard output
}

// outputList is the repeatable flag.
type outputList []output

func (l *outputList) String() string { return "" }
func (l *outputList) Type() string   { return "value" }

func (l *outputList) Set(s string) error {
	name, file, hasFile := strings.Cut(s, "=")
	if hasFile && file == "" {
		return fmt.Errorf("%q names no file", s)
	}
	for _, o := range *l {
		if o.File == file {
			if file == "" {
				return errors.New("only one format can go to standard output; give the others a file")
			}
			return fmt.Errorf("two formats cannot go to one file, %s", file)
		}
	}
	for _, f := range formats {
		if f.name == name {
			*l = append(*l, output{name, file})
			return nil
		}
	}
	return fmt.Errorf("unknown format %q; known: %s", name, formatNames())
}
