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

// identify is an identity. It tries one line after the other, without its end, until one has the version; a line is
// looked at when it is whole, as what an earlier look would find could depend on the pieces in which it happens to
// arrive.
func (m *Match) identify(reply, _ []byte, looked int, a arrival) (version []byte, used int, fail *Error) {
	for {
		line, n, ok := nextLine(reply[looked:], a)
		if !ok {
			break
		}
		looked += n
		if version, fail := m.find(line); version != nil || fail != nil {
			return version, looked, fail
		}
	}
	switch {
	case a == open:
		return nil, looked, nil
	case len(reply) > 0:
		return nil, looked, noMatch(reply)
	}
	if version, fail := m.find(nil); version != nil || fail != nil { // that a server says nothing may have a name
		return version, 0, fail
	}
	return nil, 0, failure(Read, io.EOF)
}

func noMatch(reply []byte) *Error {
	return parseError(NoMatch, fmt.Errorf("nothing in the reply matches: %q", head(reply)))
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
