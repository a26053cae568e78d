package probe

import (
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

// identify is an identity. It looks at the first line, without its end, and only when the line is complete, the
// server has closed or the limit is reached: what an earlier look would find could depend on the pieces in which the
// reply happens to arrive.
func (m *Match) identify(reply, _ []byte, a arrival) ([]byte, *Error) {
	line, complete := firstLine(reply)
	if !complete && a == open {
		return nil, nil
	}
	version, fail := m.find(line)
	switch {
	case version != nil || fail != nil:
		return version, fail
	case len(reply) == 0:
		return nil, failure(Read, io.EOF)
	}
	return nil, parseError(NoMatch, fmt.Errorf("nothing in the reply matches: %q", head(reply)))
}

// find returns the version that text holds, and (nil, nil) when no expression finds one. The version's bytes are
// part of text or a name.
func (m *Match) find(text []byte) ([]byte, *Error) {
	for _, p := range m.patterns {
		loc := p.re.FindSubmatchIndex(text)
		if loc == nil {
			continue
		}
		if p.name != "" {
			return []byte(p.name), nil
		}
		from, to := loc[2*p.group], loc[2*p.group+1] // both -1 when the group takes no part
		switch {
		case to-from > maxVersion:
			return nil, nameTooLong(text[from:to])
		case to > from:
			return text[from:to], nil
		}
	}
	return nil, nil
}
