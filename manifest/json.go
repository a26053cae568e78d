package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"
)

// parseJSON reads one JSON value after the other, as kubectl prints them and jq takes them.
func parseJSON(text []byte) ([]*yaml.Node, *Problem) {
	p := jsonParser{text: text, line: 1, decoder: json.NewDecoder(bytes.NewReader(text))}
	p.decoder.UseNumber()
	var roots []*yaml.Node
	for {
		root, err := p.value(0)
		switch {
		case errors.Is(err, io.EOF):
			return roots, nil
		case errors.Is(err, io.ErrUnexpectedEOF):
			return nil, &Problem{Place: Place{Line: p.line}, What: "no JSON: it ends in the middle"}
		case errors.Is(err, errCrowded):
			return nil, tooMany()
		case err != nil:
			return nil, &Problem{Place: Place{Line: p.line}, What: "no JSON: " + strings.TrimPrefix(err.Error(), "json: ")}
		}
		roots = append(roots, root)
	}
}

// jsonParser makes of JSON the same trees that YAML has, lines included.
type jsonParser struct {
	text    []byte
	decoder *json.Decoder
	offset  int // up to which lines are counted
	line    int
	values  int
}

var errCrowded = errors.New("too many values")

// token is the next token, whose end is on p.line. An end of the text within a value is an unexpected one.
func (p *jsonParser) token(depth int) (json.Token, error) {
	t, err := p.decoder.Token()
	offset := int(p.decoder.InputOffset())
	p.line += bytes.Count(p.text[p.offset:offset], []byte("\n"))
	p.offset = offset
	if errors.Is(err, io.EOF) && depth > 0 {
		err = io.ErrUnexpectedEOF
	}
	return t, err
}

func (p *jsonParser) value(depth int) (*yaml.Node, error) {
	t, err := p.token(depth)
	if err != nil {
		return nil, err
	}
	if p.values++; p.values > maxValues {
		return nil, errCrowded
	}
	n := &yaml.Node{Kind: yaml.ScalarNode, Line: p.line}
	switch t := t.(type) {
	case json.Delim:
		n.Kind, n.Tag = yaml.SequenceNode, "!!seq"
		if t == '{' {
			n.Kind, n.Tag = yaml.MappingNode, "!!map"
		}
		for p.decoder.More() { // the keys and values of an object come in turn
			child, err := p.value(depth + 1)
			if err != nil {
				return nil, err
			}
			n.Content = append(n.Content, child)
		}
		_, err = p.token(depth + 1)
		return n, err
	case string:
		n.Tag, n.Value = "!!str", t
	case json.Number:
		n.Tag, n.Value = "!!int", t.String()
		if strings.ContainsAny(n.Value, ".eE") {
			n.Tag = "!!float"
		}
	case bool:
		n.Tag, n.Value = "!!bool", "false"
		if t {
			n.Value = "true"
		}
	case nil:
		n.Tag, n.Value = "!!null", "null"
	}
	return n, nil
}
