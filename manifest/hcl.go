package manifest

import (
	"errors"
	"fmt"

	"github.com/hashicorp/hcl/hcl/ast"
	hcl "github.com/hashicorp/hcl/hcl/parser"
	"github.com/hashicorp/hcl/hcl/token"
	"go.yaml.in/yaml/v3"
)

// parseHCL reads the one document of an HCL text, with the parser and the version of the language that Consul reads
// its config entries with.
func parseHCL(text []byte) ([]*yaml.Node, *Problem) {
	if len(text) > maxFile {
		return nil, tooMany()
	}
	file, err := hcl.Parse(text)
	if err != nil {
		p := &Problem{What: "no HCL: " + err.Error()}
		if at, ok := errors.AsType[*hcl.PosError](err); ok {
			p.Line, p.What = at.Pos.Line, "no HCL: "+at.Err.Error()
		}
		return nil, p
	}
	root, err := hclNode(file.Node)
	if err != nil {
		return nil, &Problem{What: "no HCL: " + err.Error()}
	}
	return []*yaml.Node{root}, nil
}

// hclNode makes of HCL the same tree that YAML has.
func hclNode(n ast.Node) (*yaml.Node, error) {
	switch n := n.(type) {
	case *ast.LiteralType:
		return hclLiteral(n.Token)
	case *ast.ListType:
		list := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Line: n.Lbrack.Line}
		for _, item := range n.List {
			child, err := hclNode(item)
			if err != nil {
				return nil, err
			}
			list.Content = append(list.Content, child)
		}
		return list, nil
	case *ast.ObjectType:
		m, err := hclNode(n.List)
		if err == nil {
			m.Line = n.Lbrace.Line
		}
		return m, err
	case *ast.ObjectList:
		return hclMapping(n)
	}
	return nil, fmt.Errorf("%T is not read", n)
}

// hclMapping makes a mapping of the items of an object. A block that is there several times is a list: that is how
// HCL writes one.
func hclMapping(list *ast.ObjectList) (*yaml.Node, error) {
	m := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Line: 1}
	blocks := make(map[string]*yaml.Node)
	for _, item := range list.Items {
		if len(item.Keys) != 1 {
			return nil, fmt.Errorf("line %d: a block with labels", item.Pos().Line)
		}
		name, ok := item.Keys[0].Token.Value().(string)
		if !ok {
			return nil, fmt.Errorf("line %d: a key that is no word", item.Pos().Line)
		}
		value, err := hclNode(item.Val)
		if err != nil {
			return nil, err
		}
		if block := !item.Assign.IsValid(); block && blocks[name] != nil {
			blocks[name].Content = append(blocks[name].Content, value)
			continue
		} else if block {
			value = &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Line: value.Line, Content: []*yaml.Node{value}}
			blocks[name] = value
		}
		key := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: name, Line: item.Pos().Line}
		m.Content = append(m.Content, key, value)
	}
	return m, nil
}

func hclLiteral(t token.Token) (*yaml.Node, error) {
	n := &yaml.Node{Kind: yaml.ScalarNode, Value: t.Text, Line: t.Pos.Line}
	switch t.Type {
	case token.NUMBER:
		n.Tag = "!!int"
	case token.FLOAT:
		n.Tag = "!!float"
	case token.BOOL:
		n.Tag = "!!bool"
	case token.STRING, token.HEREDOC, token.IDENT:
		text, ok := t.Value().(string)
		if !ok {
			return nil, fmt.Errorf("line %d: a text that cannot be read", t.Pos.Line)
		}
		n.Tag, n.Value = "!!str", text
	default:
		return nil, fmt.Errorf("line %d: %s is not read", t.Pos.Line, t.Text)
	}
	return n, nil
}
