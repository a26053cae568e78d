package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	crossplane "github.com/nginxinc/nginx-go-crossplane"
)

// Bounds of a text, in bytes. The lexer may make a word of each byte; nginx itself reads words into 4096.
const (
	maxNginx     = 8 << 20
	maxNginxWord = 4096
)

// directive is one of an nginx configuration: a name, words, and a block or none.
type directive struct {
	name  string
	words []string
	block []*directive
	line  int
}

// nginxTree reads the directives of a text. They are put together here from the words that the lexer of crossplane
// finds, because its parser takes a directive that ends with a brace for one that ends with a semicolon, and so all
// behind it for a part of its block, and panics at an empty condition.
func nginxTree(text []byte) ([]*directive, *Problem) {
	if len(text) > maxNginx {
		return nil, &Problem{What: "it is larger than 8 MiB", Hint: "take the blocks out of it that are meant"}
	}
	tokens := crossplane.Lex(bytes.NewReader(withoutLua(text)))
	defer func() {
		for range tokens { // lets the lexer end
		}
	}()
	t := nginxTokens{next: tokens, line: 1}
	list, err := t.block(0)
	if err != nil {
		return nil, &Problem{Place: Place{Line: t.line}, What: err.Error()}
	}
	return list, nil
}

// nginxTokens are the words of a text; line is that of the last.
type nginxTokens struct {
	next <-chan crossplane.NgxToken
	line int
}

// token is the next word that is no comment, and whether it is a brace or a semicolon.
func (t *nginxTokens) token() (word string, mark, ok bool, err error) {
	for token := range t.next {
		t.line = token.Line
		parse, isParse := errors.AsType[*crossplane.ParseError](token.Error)
		switch {
		case isParse:
			t.line = *parse.Line
			return "", false, false, errors.New(parse.What)
		case token.Error != nil:
			return "", false, false, token.Error
		case !token.IsQuoted && strings.HasPrefix(token.Value, "#"):
		case len(token.Value) > maxNginxWord:
			return "", false, false, errors.New("a word is longer than the 4096 bytes that nginx reads")
		default:
			mark = !token.IsQuoted && len(token.Value) == 1 && strings.Contains("{};", token.Value)
			return token.Value, mark, true, nil
		}
	}
	return "", false, false, nil
}

// block reads directives up to the brace that closes the block, or up to the end of the text at depth 0.
func (t *nginxTokens) block(depth int) (list []*directive, err error) {
	const deepest = 100
	if depth > deepest {
		return nil, errors.New("its blocks are nested too deep")
	}
	for {
		word, mark, ok, err := t.token()
		switch {
		case err != nil:
			return nil, err
		case !ok && depth > 0:
			return nil, errors.New("it ends within a block")
		case !ok || mark && word == "}":
			return list, nil
		case mark:
			return nil, fmt.Errorf("unexpected %q", word)
		}
		d := &directive{name: word, line: t.line}
		if err := t.rest(d, depth); err != nil {
			return nil, err
		}
		list = append(list, d)
	}
}

// rest reads a directive behind its name.
func (t *nginxTokens) rest(d *directive, depth int) (err error) {
	for {
		word, mark, ok, err := t.token()
		switch {
		case err != nil:
			return err
		case !ok:
			t.line = d.line
			return fmt.Errorf("%.60q ends with neither a semicolon nor a block", d.name)
		case !mark:
			d.words = append(d.words, word)
		case word == ";":
			return nil
		case word == "}":
			return fmt.Errorf("unexpected %q: a semicolon is missing before it", word)
		default:
			d.block, err = t.block(depth + 1)
			if d.block == nil {
				d.block = []*directive{}
			}
			return err
		}
	}
}
