package probe

import (
	"testing"
	"time"
)

func TestParseTarget(t *testing.T) {
	good := []struct{ in, host, text string }{
		{"127.0.0.1:9000", "127.0.0.1", "127.0.0.1:9000"},
		{"[::1]:9000", "::1", "[::1]:9000"},
		{"gateway.example:31400", "gateway.example", "gateway.example:31400"},
		{"tcp://h:1", "h", "h:1"},
		{"TCP://h:1/", "h", "h:1"},
	}
	for _, tt := range good {
		got, err := ParseTarget(tt.in)
		if err != nil || got.Host != tt.host || got.String() != tt.text || got.Protocol != "tcp" {
			t.Errorf("%q: %+v, %v", tt.in, got, err)
		}
	}
	bad := []struct{ in, want string }{
		{"", "the port is missing"},
		{"localhost", "the port is missing"},
		{"[::1]", "the port is missing"},
		{":9000", "the host is missing"},
		{"h:0", `port "0" is not a number from 1 to 65535`},
		{"h:70000", `port "70000" is not a number from 1 to 65535`},
		{"h:-1", `port "-1" is not a number from 1 to 65535`},
		{"h:http", `port "http" is not a number from 1 to 65535`},
		{"h:", `port "" is not a number from 1 to 65535`},
		{"::1:9000", "an IPv6 address needs brackets, as in [::1]:9000"},
		{"ftp://h:21", `unknown scheme "ftp"; known: tcp`},
		{"://h:21", `unknown scheme ""; known: tcp`},
		{"tcp://h:1/path", "a tcp:// target is only tcp://host:port"},
		{"tcp://me@h:1", "a tcp:// target is only tcp://host:port"},
		{"a b:1", `"a b" is no host name`},
		{"[::1:9000", "it is not host:port"},
	}
	for _, tt := range bad {
		if got, err := ParseTarget(tt.in); err == nil || err.Error() != tt.want {
			t.Errorf("%q: %+v, %v; want %s", tt.in, got, err, tt.want)
		}
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
