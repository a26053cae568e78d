package probe

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// DefaultPayload is the line that a probe sends unless told otherwise. No two probes send the same, so a reply
// that carries it back can only be the answer to this one.
const DefaultPayload = `tcpshift {id} {seq} {time}\n`

// timeLayout is RFC 3339 with all nine digits of the nanoseconds, so that every payload of a run has one length.
const timeLayout = "2006-01-02T15:04:05.000000000Z07:00"

// Payload is a compiled template of the bytes that a probe sends. The zero value sends nothing.
type Payload struct{ pieces []piece }

// piece is literal text, or a field when the text is a name that stood in braces.
type piece struct {
	text  string
	field bool
}

// ParsePayload compiles a template. {time} is the start of the probe (RFC 3339, nanoseconds, UTC), {seq} its
// number from 0 and {id} a word that is random per run; any other brace is literal. Escapes are \r \n \t \\ and
// \xNN.
func ParsePayload(template string) (Payload, error) {
	return parseTemplate(template, func(name string) (bool, error) { return isBuiltin(name), nil })
}

func isBuiltin(name string) bool { return name == "time" || name == "seq" || name == "id" }

// parseTemplate compiles a template in which isField knows the names in braces.
func parseTemplate(template string, isField func(name string) (bool, error)) (Payload, error) {
	var p Payload
	var literal strings.Builder
	flush := func() {
		if literal.Len() > 0 {
			p.pieces = append(p.pieces, piece{text: literal.String()})
			literal.Reset()
		}
	}
	for rest := template; rest != ""; {
		if name, ok := leadingName(rest); ok {
			field, err := isField(name)
			if err != nil {
				return Payload{}, err
			}
			if field {
				flush()
				p.pieces = append(p.pieces, piece{text: name, field: true})
				rest = rest[len(name)+2:]
				continue
			}
		}
		if rest[0] != '\\' {
			literal.WriteByte(rest[0])
			rest = rest[1:]
			continue
		}
		b, size, err := unescape(rest)
		if err != nil {
			return Payload{}, err
		}
		literal.WriteByte(b)
		rest = rest[size:]
	}
	flush()
	return p, nil
}

// leadingName is the name in the braces that s begins with: letters, digits and underscores.
func leadingName(s string) (name string, ok bool) {
	if s[0] != '{' {
		return "", false
	}
	name, _, ok = strings.Cut(s[1:], "}")
	return name, ok && name != "" && strings.Trim(name, nameBytes) == ""
}

const nameBytes = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"

// unescape reads the escape that s begins with and returns its byte and its length in s.
func unescape(s string) (b byte, size int, err error) {
	if len(s) < 2 {
		return 0, 0, errors.New(`it ends in a lone \; write \\ for a backslash`)
	}
	switch s[1] {
	case 'n':
		return '\n', 2, nil
	case 'r':
		return '\r', 2, nil
	case 't':
		return '\t', 2, nil
	case '\\':
		return '\\', 2, nil
	case 'x':
		if len(s) >= 4 {
			if n, err := strconv.ParseUint(s[2:4], 16, 8); err == nil {
				return byte(n), 4, nil
			}
		}
		return 0, 0, errors.New(`\x needs two hexadecimal digits`)
	}
	return 0, 0, fmt.Errorf(`unknown escape \%c; known: \r \n \t \\ \xNN`, []rune(s[1:])[0])
}

// Empty reports whether nothing is sent: the server speaks first.
func (p Payload) Empty() bool { return len(p.pieces) == 0 }

// append adds the payload of one probe to dst.
func (p Payload) append(dst []byte, id string, seq int, start time.Time) []byte {
	return p.appendWith(dst, id, seq, start, nil)
}

// appendWith adds the payload, in which other names than those of all payloads stand for texts.
func (p Payload) appendWith(dst []byte, id string, seq int, start time.Time, texts map[string][]byte) []byte {
	for _, piece := range p.pieces {
		switch {
		case !piece.field:
			dst = append(dst, piece.text...)
		case piece.text == "time":
			dst = start.UTC().AppendFormat(dst, timeLayout)
		case piece.text == "seq":
			dst = strconv.AppendInt(dst, int64(seq), 10)
		case piece.text == "id":
			dst = append(dst, id...)
		default:
			dst = append(dst, texts[piece.text]...)
		}
	}
	return dst
}
