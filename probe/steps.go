package probe

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// The bounds of a file of steps.
const (
	maxStepsFile = 64 << 10
	maxSteps     = 100
)

// versionGroup is the name of the group that captures the version.
const versionGroup = "version"

// Steps is a conversation to hold on a connection, when one line is not enough.
type Steps struct{ steps []step }

// step sends, or expects, or, when it does neither, starts TLS.
type step struct {
	line   int // in the file, from 1
	send   *Payload
	expect *regexp.Regexp
}

// ParseSteps reads a YAML list of steps, each one of
//
//	send: TEXT      a payload template (see ParsePayload), which knows the groups that came before: {name} is the
//	                latest capture of a named group, {1} to {9} are the groups of the latest expect
//	expect: REGEX   lines are read until one matches; the last capture of a group named version is the version
//	starttls        a TLS handshake
//
// A step's errors name its line.
func ParseSteps(data []byte) (*Steps, error) {
	list, err := readList(data)
	if err != nil {
		return nil, err
	}
	s := new(Steps)
	captured := make(map[string]bool) // the names that are known by now
	for _, item := range list {
		st, err := parseStep(item, captured)
		if err == nil && st.startsTLS() && s.StartTLS() {
			err = errors.New("starttls twice")
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", item.Line, err)
		}
		s.steps = append(s.steps, st)
	}
	if !captured[versionGroup] {
		return nil, errors.New("no expect captures a group named version, as in 'version (?P<version>\\S+)'")
	}
	return s, nil
}

// StartTLS reports whether a step starts TLS.
func (s *Steps) StartTLS() bool {
	for _, st := range s.steps {
		if st.startsTLS() {
			return true
		}
	}
	return false
}

func (st step) startsTLS() bool { return st.send == nil && st.expect == nil }

// readList reads the one list that a file must be.
func readList(data []byte) ([]*yaml.Node, error) {
	if len(data) > maxStepsFile {
		return nil, fmt.Errorf("it has %d bytes, more than %d", len(data), maxStepsFile)
	}
	var doc, more yaml.Node
	in := yaml.NewDecoder(bytes.NewReader(data))
	switch err := in.Decode(&doc); {
	case errors.Is(err, io.EOF):
		return nil, errors.New("it is empty: a list of send, expect and starttls is needed")
	case err != nil:
		return nil, fmt.Errorf("it is not YAML: %s", strings.TrimPrefix(err.Error(), "yaml: "))
	case !errors.Is(in.Decode(&more), io.EOF):
		return nil, errors.New("it has more than one document")
	}
	list := doc.Content[0]
	switch {
	case list.Kind != yaml.SequenceNode:
		return nil, fmt.Errorf("line %d: it must be a list, each item beginning with -", max(list.Line, 1))
	case len(list.Content) == 0:
		return nil, errors.New("it is empty: a list of send, expect and starttls is needed")
	case len(list.Content) > maxSteps:
		return nil, fmt.Errorf("it has %d steps, more than %d", len(list.Content), maxSteps)
	}
	return list.Content, nil
}

// parseStep reads one item, and adds to captured what it captures.
func parseStep(item *yaml.Node, captured map[string]bool) (step, error) {
	name, value, err := stepParts(item)
	if err != nil {
		return step{}, err
	}
	st := step{line: item.Line}
	switch name {
	case "send":
		payload, err := parseTemplate(value, func(name string) (bool, error) {
			if isBuiltin(name) || captured[name] {
				return true, nil
			}
			return false, fmt.Errorf(`{%s} is captured by no step before it; write \x7b%s} for a literal brace`, name, name)
		})
		if err != nil {
			return step{}, fmt.Errorf("send: %w", err)
		}
		if payload.Empty() {
			return step{}, errors.New("send: there is nothing to send")
		}
		st.send = &payload
	case "expect":
		if end := strings.TrimRight(value, "$"); strings.HasSuffix(end, `\n`) || strings.HasSuffix(end, "\n") {
			return step{}, errors.New("expect: a line is looked at without its end; leave it out here too")
		}
		if st.expect, err = regexp.Compile(value); err != nil {
			return step{}, fmt.Errorf("expect: %w", err)
		}
		return st, capture(st.expect, captured)
	case "starttls":
		if value != "" && value != "true" {
			return step{}, errors.New("starttls takes no value")
		}
	default:
		return step{}, fmt.Errorf("unknown step %q; known: send, expect, starttls", name)
	}
	return st, nil
}

// stepParts is a step's name, and its value if it has one.
func stepParts(item *yaml.Node) (name, value string, err error) {
	switch {
	case item.Kind == yaml.ScalarNode:
		return item.Value, "", nil
	case item.Kind != yaml.MappingNode || len(item.Content) == 0:
		return "", "", errors.New("a step is send: TEXT, expect: REGEX or starttls")
	case len(item.Content) > 2:
		return "", "", fmt.Errorf("a step does one thing, not %s and %s", item.Content[0].Value, item.Content[2].Value)
	}
	key, text := item.Content[0], item.Content[1]
	if text.Kind != yaml.ScalarNode || key.Kind != yaml.ScalarNode {
		return "", "", fmt.Errorf("%s: its value must be a text", key.Value)
	}
	if text.Tag == "!!null" && key.Value != "starttls" {
		return "", "", fmt.Errorf("%s: its value is missing", key.Value)
	}
	return key.Value, text.Value, nil
}

// capture adds the groups of an expression to the known names. Numbers are those of the latest one alone.
func capture(re *regexp.Regexp, captured map[string]bool) error {
	for i := 1; i <= 9; i++ {
		captured[strconv.Itoa(i)] = i <= re.NumSubexp()
	}
	for _, name := range re.SubexpNames() {
		if isBuiltin(name) || strings.Trim(name, "0123456789") == "" && name != "" {
			return fmt.Errorf("expect: a group cannot be named %s, which means something else in send", name)
		}
		if name != "" {
			captured[name] = true
		}
	}
	return nil
}
