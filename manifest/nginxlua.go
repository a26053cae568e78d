package manifest

import (
	"bytes"
	"regexp"
)

var luaBlock = regexp.MustCompile(`(?m)^[^#\n]*?\b\w+_by_lua_block[ \t]*(\$\w+[ \t]*)?\{`)

// withoutLua is a configuration with blanks for the code within its blocks in Lua, which is no list of directives.
func withoutLua(text []byte) []byte {
	if !bytes.Contains(text, []byte("_by_lua_block")) {
		return text
	}
	code := bytes.Clone(text)
	for rest := code; ; {
		begin := luaBlock.FindIndex(rest)
		if begin == nil {
			return code
		}
		rest = rest[begin[1]:]
		end := luaEnd(rest)
		for i, c := range rest[:end] {
			if c != '\n' {
				rest[i] = ' '
			}
		}
		rest = rest[end:]
	}
}

// luaEnd is where the brace stands that closes a block, or the end of the text.
func luaEnd(code []byte) int {
	depth := 1
	for i := 0; i < len(code); i++ {
		here := code[i:]
		switch c := code[i]; {
		case bytes.HasPrefix(here, []byte("--[[")), bytes.HasPrefix(here, []byte("[[")):
			i += until(here, "]]")
		case bytes.HasPrefix(here, []byte("--")):
			i += until(here, "\n")
		case c == '"' || c == '\'':
			i += luaText(here)
		case c == '{':
			depth++
		case c == '}':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(code)
}

// until is how far it is to the end of a mark, or of the text.
func until(text []byte, mark string) int {
	if i := bytes.Index(text, []byte(mark)); i >= 0 {
		return i + len(mark) - 1
	}
	return len(text)
}

// luaText is how far it is to the quote that closes a text, or to the end of its line.
func luaText(text []byte) int {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case text[0], '\n':
			return i
		}
	}
	return len(text)
}
