package probe

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// Match finds the version in a reply by regular expressions (RE2).
type Match struct{ patterns []pattern }

// pattern names the version itself, or takes it from a group of the expression.
type pattern struct {
	name  string // of the version; empty when group holds it
	re    *regexp.Regexp
	group int
}

// ParseMatch compiles one expression with a group, or any number of the form name=REGEX. With a group, the version
// is what the group named "version" matches, else the first group. With names, the version is the name of the
// first expression, in the order given, that matches.
func ParseMatch(exprs []string) (*Match, error) {
	m := new(Match)
	for _, expr := range exprs {
		p, err := parsePattern(expr, len(exprs) == 1)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", expr, err)
		}
		m.patterns = append(m.patterns, p)
	}
	if len(m.patterns) == 0 {
		return nil, errors.New("no expression")
	}
	return m, nil
}

func parsePattern(expr string, alone bool) (pattern, error) {
	if alone {
		re, err := regexp.Compile(expr)
		if err != nil {
			return pattern{}, err
		}
		if re.NumSubexp() > 0 {
			return pattern{re: re, group: max(re.SubexpIndex("version"), 1)}, nil
		}
	}
	name, rest, ok := strings.Cut(expr, "=")
	switch {
	case !ok && alone:
		return pattern{}, errors.New("no group to take the version from")
	case !ok || name == "":
		return pattern{}, errors.New("several expressions must each be name=REGEX")
	case len(name) > maxVersion:
		return pattern{}, fmt.Errorf("the name has more than %d bytes", maxVersion)
	}
	re, err := regexp.Compile(rest)
	return pattern{name: name, re: re}, err
}

// identify is an identity. A match that ends before the last byte that has come cannot grow any more, so a server
// that greets without a line end and then waits is understood at once.
func (m *Match) identify(reply, _ []byte, a arrival) ([]byte, *Error) {
	end := bytes.IndexByte(reply, '\n')
	settled := end >= 0 || a != open
	if end >= 0 {
		reply = reply[:end+1]
	}
	for _, p := range m.patterns {
		loc := p.re.FindSubmatchIndex(reply)
		if loc == nil || !settled && loc[1] == len(reply) {
			continue
		}
		if p.name != "" {
			return []byte(p.name), nil
		}
		if from, to := loc[2*p.group], loc[2*p.group+1]; to > from {
			if to-from > maxVersion {
				return nil, parseError(NameTooLong, fmt.Errorf("the version has %d bytes, more than %d: %q", to-from, maxVersion, head(reply[from:to])))
			}
			return reply[from:to], nil
		}
	}
	switch {
	case !settled:
		return nil, nil
	case len(reply) == 0:
		return nil, failure(Read, io.EOF)
	}
	return nil, parseError(NoMatch, fmt.Errorf("nothing in the reply matches: %q", head(reply)))
}
