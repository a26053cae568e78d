package manifest

import (
	"bytes"
	"errors"
	"runtime"
	"strings"
	"testing"
)

const plainRoute = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: tcp-echo}
spec:
  tcp:
  - route:
    - destination: {host: one}
      weight: 80
    - destination: {host: two}
      weight: 20
`

func TestTextThatCannotBeRead(t *testing.T) {
	broken := func(old, new string) string { return strings.Replace(plainRoute, old, new, 1) }
	tests := []struct {
		name string
		file string
		text string
		want string
		hint string
	}{
		{"nothing", "r.yaml", "", "r.yaml: it is empty", ""},
		{"nothing but space", "r.yaml", " \n\t\n", "r.yaml: it is empty", ""},
		{"a template of Helm", "r.yaml", broken("80", "{{ .Values.one }}"), "r.yaml:8: a key must be a word, not a list or a mapping", rendering},
		{"a template that is no YAML", "r.yaml", broken("metadata:", "{{- if .Values.on }}\nmetadata:"),
			"r.yaml:3: no YAML: could not find expected ':'", rendering},
		{"a key twice", "r.yaml", broken("weight: 80", "weight: 80\n      weight: 50"),
			`r.yaml:9: the key "weight" is there twice, first on line 8`, ""},
		{"a key twice in the second document", "r.yaml", plainRoute + "---\n" + broken("weight: 80", "weight: 80\n      weight: 50"),
			`r.yaml:20 (document 2): the key "weight" is there twice, first on line 19`, ""},
		{"a key twice in JSON", "r.json", "{\"a\": 1,\n\"b\": 2,\n\"a\": 3}", `r.json:3: the key "a" is there twice, first on line 1`, ""},
		{"cut in the middle", "r.yaml", plainRoute[:strings.Index(plainRoute, "{host: two")] + "{host: \"tw", "r.yaml:9: no YAML: found unexpected end of stream", ""},
		{"JSON cut in the middle", "r.json", "{\"kind\": \n[1, 2", "r.json:2: no JSON: it ends in the middle", ""},
		{"JSON with comments", "r.json", "// exported\n{}", "r.json:1: no JSON: invalid character '/' looking for beginning of value", ""},
		{"words after JSON", "r.json", "{}\nhello", "r.json:2: no JSON: invalid character 'h' looking for beginning of value", ""},
		{"a tab", "r.yaml", broken("      weight: 80", "\tweight: 80"), "r.yaml:8: no YAML: found character that cannot start any token", "the line is indented with a tab, and YAML takes spaces only"},
		{"a NUL", "r.yaml", broken("80", "8\x000"), "r.yaml: no YAML: control characters are not allowed", ""},
		{"an ELF file", "r", "\x7fELF\x02\x01\x01\x00\x00", "r: no YAML: control characters are not allowed", ""},
		{"Latin-1", "r.yaml", broken("tcp-echo", "\xe9cho"), "r.yaml: no YAML: invalid trailing UTF-8 octet", ""},
		{"an alias of nothing", "r.yaml", broken("80", "*gone"), "r.yaml: no YAML: unknown anchor 'gone' referenced", ""},
		{"an alias of itself", "r.yaml", "a: &a [*a]\n", "r.yaml:1: it holds itself, by an alias", ""},
		{"an alias bomb", "r.yaml", bomb(9), "r.yaml:8: with its aliases it stands for more than 1000000 values", ""},
		{"a chain of aliases", "r.yaml", chain(600), "r.yaml:1: it is nested more than 500 deep", ""},
		{"merging a list", "r.yaml", "a: {<<: [[1]]}\n", "r.yaml:1: only a mapping can be merged", ""},
		{"deep YAML", "r.yaml", strings.Repeat("- ", 600) + "a", "r.yaml:1: it is nested more than 500 deep", ""},
		{"deep brackets", "r.yaml", strings.Repeat("[", 1_000_000), "r.yaml: its brackets are nested too deep", ""},
		{"deep JSON", "r.json", strings.Repeat("[", 2000) + strings.Repeat("]", 2000), "r.json:1: it is nested more than 500 deep", ""},
		{"deep HCL", "r.hcl", "a = " + strings.Repeat("[", 2000) + strings.Repeat("]", 2000), "r.hcl:1: it is nested more than 500 deep", ""},
		{"broken TOML", "r.toml", "[tcp]\na = \n", "r.toml:2: no TOML: expected value but found '\\n' instead", ""},
		{"a key twice in TOML", "r.toml", "a = 1\na = 2\n", "r.toml:2: no TOML: Key 'a' has already been defined.", ""},
		{"a shell script", "r.sh", "set -e\nkubectl apply -f - <<EOF\nkind: X\nEOF\n", "r.sh:3: no YAML: mapping values are not allowed in this context", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Read([]Input{{tt.file, []byte(tt.text)}}, Options{})
			if err == nil || err.Error() != tt.want {
				t.Errorf("got error %v, want %s", err, tt.want)
			}
			if p, ok := errors.AsType[*Problem](err); !ok || p.Hint != tt.hint {
				t.Errorf("got %+v, want the hint %q", p, tt.hint)
			}
		})
	}
}

// bomb stands for 9 to the power of levels values.
func bomb(levels int) string {
	var b strings.Builder
	b.WriteString("a0: &a0 x\n")
	for i := range levels {
		alias := "*a" + string(rune('0'+i))
		b.WriteString("a" + string(rune('1'+i)) + ": &a" + string(rune('1'+i)) + " [" + strings.Repeat(alias+",", 9) + "]\n")
	}
	return b.String()
}

// chain nests as deep as it has links, each of which is shallow.
func chain(links int) string {
	var b strings.Builder
	b.WriteString("[&a0 [x]")
	name := func(i int) string { return string([]rune{'a' + rune(i/26/26), 'a' + rune(i/26%26), 'a' + rune(i%26)}) }
	b.WriteString(", &" + name(0) + " [*a0]")
	for i := 1; i < links; i++ {
		b.WriteString(", &" + name(i) + " [*" + name(i-1) + "]")
	}
	return b.String() + "]"
}

// TestLargeTexts holds the memory that a text can take. Times are not held: a machine may be slow.
func TestLargeTexts(t *testing.T) {
	if raceDetector {
		t.Skip("the detector takes several times the memory that is held here, and as much time")
	}
	const most = 1 << 30
	full := func(piece string) []byte { return bytes.Repeat([]byte(piece), (MaxSize-1)/len(piece)) }
	tests := []struct {
		name string
		file string
		text []byte
		want string // of the error; empty: it is read
	}{
		{"200 MB", "r.yaml", bytes.Repeat([]byte("a: b\n"), 40_000_000), "r.yaml: it is larger than 32 MiB"},
		{"a flow of words", "r.yaml", append([]byte("["), full("a,")...), "r.yaml: it has too many values to be a manifest"},
		{"a sequence of words", "r.yaml", full("- a\n"), "r.yaml: it has too many values to be a manifest"},
		{"sequences in one line", "r.yaml", full("- "), "r.yaml: it has too many values to be a manifest"},
		{"JSON of numbers", "r.json", append([]byte("["), full("1,")...), "r.json: it has too many values to be a manifest"},
		{"TOML", "r.toml", full("a"), "r.toml: it has too many values to be a manifest"},
		{"HCL", "r.hcl", full("a"), "r.hcl: it has too many values to be a manifest"},
		{"a key of many parts", "r.toml", []byte(strings.Repeat("a.", 400_000) + "b = 1"), "r.toml: a line has too many dots to be one of a configuration"},
		{"a megabyte of TOML", "r.toml", bytes.Repeat([]byte("[[a]]\n"), 170_000), ""},
		{"a megabyte of HCL", "r.hcl", bytes.Repeat([]byte("a {}\n"), 200_000), ""},
		{"as many words as there may be", "r.yaml", bytes.Repeat([]byte("- a\n"), maxValues-1), ""},
		{"as many numbers as there may be", "r.json", append(append([]byte("[1"), bytes.Repeat([]byte(",1"), maxValues-2)...), ']'), ""},
		{"a long key of many values", "r.json", []byte(`{"` + strings.Repeat("k", 1_000_000) + `":[1` + strings.Repeat(",1", maxValues-10) + `]}`), ""},
		{"one word", "r.yaml", full("a"), ""},
		{"lines of a word", "r.yaml", full("aaaaaaa\n"), ""},
		{"comments", "r.yaml", full("# aaaaaa\n"), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := Read([]Input{{tt.file, tt.text}}, Options{})
			runtime.ReadMemStats(&after)
			if got := after.Sys - before.Sys; got > most {
				t.Errorf("it took %d MB from the system", got>>20)
			}
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || err.Error() != tt.want) {
				t.Errorf("got error %v, want %q", err, tt.want)
			}
		})
	}
}
