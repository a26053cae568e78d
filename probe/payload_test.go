package probe

import (
	"strings"
	"testing"
	"time"
)

func TestPayloadsAsTheyAreSent(t *testing.T) {
	start := time.Date(2025, 12, 31, 23, 30, 0, 0, time.FixedZone("an hour west", -3600))
	tests := []struct{ name, template, want string }{
		{"nine digits of a whole second, in the year that it is in UTC", "{time}", "2026-01-01T00:30:00.000000000Z"},
		{"the number", "{seq}", "7"},
		{"the word of the run", "{id}", "abc"},
		{"fields side by side", "{id}{seq}{id}", "abc7abc"},
		{"a field in braces", "{{seq}}", "{7}"},
		{"a field in capitals", "{SEQ}", "{SEQ}"},
		{"a field with spaces", "{ seq }", "{ seq }"},
		{"a field that is not closed", "{seq", "{seq"},
		{"JSON around a field", `{"a":1,"n":{seq}}\n`, "{\"a\":1,\"n\":7}\n"},
		{"an escaped brace, which begins no field", `\x7bseq}`, "{seq}"},
		{"an escaped backslash before a field", `\\{seq}`, `\7`},
		{"hexadecimal digits behind an escape", `\x0aff`, "\nff"},
		{"small and capital hexadecimal digits", `\xaB\xAb`, "\xab\xab"},
		{"bytes that are no text", "\xff\xfe", "\xff\xfe"},
		{"a literal line end", "a\nb", "a\nb"},
		{"a percent sign", "100%d", "100%d"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := ParsePayload(tt.template)
			if err != nil {
				t.Fatal(err)
			}
			if got := string(p.append([]byte("before "), "abc", 7, start)); got != "before "+tt.want {
				t.Errorf("got %q, want %q behind what was there", got, tt.want)
			}
		})
	}
}

func TestPayloadsThatAreRefused(t *testing.T) {
	const hex = `\x needs two hexadecimal digits`
	tests := []struct{ name, template, want string }{
		{"a backslash alone", `\`, `it ends in a lone \; write \\ for a backslash`},
		{"a backslash behind an escaped one", `\\\`, `it ends in a lone \; write \\ for a backslash`},
		{"an escape in the middle", `a\0b`, `unknown escape \0; known: \r \n \t \\ \xNN`},
		{"an escaped brace", `\{seq}`, `unknown escape \{; known: \r \n \t \\ \xNN`},
		{"an escape in capitals", `\N`, `unknown escape \N; known: \r \n \t \\ \xNN`},
		{"an escape that is no text", "\\\xff", "unknown escape \\\ufffd; known: \\r \\n \\t \\\\ \\xNN"},
		{"no digit", `\x`, hex},
		{"one digit and a letter", `\x4g`, hex},
		{"a sign for a digit", `\x+4`, hex},
		{"an underscore for a digit", `\x_4`, hex},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := ParsePayload(tt.template); err == nil || err.Error() != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

func TestTheZeroPayloadSendsNothing(t *testing.T) {
	var p Payload
	if got := p.append(nil, "abc", 7, time.Now()); len(got) != 0 || !p.Empty() {
		t.Errorf("it sends %q; Empty is %t", got, p.Empty())
	}
}

// TestDefaultPayloadsDiffer holds what tells one's own reply from a neighbour's.
func TestDefaultPayloadsDiffer(t *testing.T) {
	p, err := ParsePayload(DefaultPayload)
	if err != nil {
		t.Fatal(err)
	}
	start := time.Unix(0, 0)
	render := func(id string, seq int, start time.Time) string { return string(p.append(nil, id, seq, start)) }
	base := render("a", 1, start)
	for name, other := range map[string]string{
		"run":        render("b", 1, start),
		"number":     render("a", 2, start),
		"nanosecond": render("a", 1, start.Add(1)),
	} {
		if other == base {
			t.Errorf("another %s has the same payload %q", name, base)
		}
	}
	if strings.Count(base, "\n") != 1 || !strings.HasSuffix(base, "\n") {
		t.Errorf("%q is not one line", base)
	}
}

func TestPayload(t *testing.T) {
	start := time.Date(2026, 1, 2, 5, 4, 5, 670, time.FixedZone("two hours east", 7200))
	tests := []struct{ name, template, want string }{
		{"the default", DefaultPayload, "tcpshift abc 42 2026-01-02T03:04:05.000000670Z\n"},
		{"nothing", "", ""},
		{"every escape", `\r\n\t\\\x00\xFf`, "\r\n\t\\\x00\xff"},
		{"braces of other kinds", `{"a":{}} {nope} {`, `{"a":{}} {nope} {`},
		{"a field twice", "{seq}{seq}", "4242"},
		{"an escaped backslash before an n", `\\n`, `\n`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := ParsePayload(tt.template)
			if err != nil {
				t.Fatal(err)
			}
			if got := string(p.append(nil, "abc", 42, start)); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if p.Empty() != (tt.want == "") {
				t.Errorf("Empty is %t", p.Empty())
			}
		})
	}
	for template, want := range map[string]string{
		`a\`:     `it ends in a lone \; write \\ for a backslash`,
		`\q`:     `unknown escape \q; known: \r \n \t \\ \xNN`,
		`\é`:     `unknown escape \é; known: \r \n \t \\ \xNN`,
		`\x4`:    `\x needs two hexadecimal digits`,
		`\xgg`:   `\x needs two hexadecimal digits`,
		"ok\\\n": "unknown escape \\\n; known: \\r \\n \\t \\\\ \\xNN",
	} {
		if _, err := ParsePayload(template); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", template, err, want)
		}
	}
}

func FuzzPayload(f *testing.F) {
	for _, s := range []string{"", DefaultPayload, `\x00\n`, "{time", "plain", `\`, `{seq}\\{id}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, template string) {
		p, err := ParsePayload(template)
		if err != nil {
			return
		}
		literal := true
		for _, piece := range p.pieces {
			literal = literal && !piece.field
		}
		for _, c := range template {
			literal = literal && c != '\\'
		}
		if got := string(p.append(nil, "", 0, time.Time{})); literal && got != template {
			t.Errorf("%q became %q", template, got)
		}
	})
}
