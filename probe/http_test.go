package probe

import "testing"

func TestParseVersionFrom(t *testing.T) {
	for name, s := range map[string]string{
		"the body":          "body",
		"the status":        "status",
		"a header":          "header:X-Version",
		"a header as typed": "header:x-version",
		"a strange header":  "header:!#$%&'*+-.^_`|~1",
	} {
		t.Run(name, func(t *testing.T) {
			if from, err := ParseVersionFrom(s); err != nil || from.String() != s {
				t.Errorf("got %v and %v", from, err)
			}
		})
	}
	if from, _ := ParseVersionFrom("body"); from != (VersionFrom{}) {
		t.Errorf("the zero value is %v, not the body", VersionFrom{})
	}
}

func TestVersionFromThatIsRefused(t *testing.T) {
	tests := []struct{ name, s, want string }{
		{"nothing", "", `"" is none of body, status and header:NAME`},
		{"another case", "Body", `"Body" is none of body, status and header:NAME`},
		{"a header alone", "header", `"header" is none of body, status and header:NAME`},
		{"no header name", "header:", "the name of the header is missing, as in header:X-Version"},
		{"a space in front of the name", "header: X-Version", `" X-Version" is no header name`},
		{"a colon in the name", "header:X:Y", `"X:Y" is no header name`},
		{"a line end in the name", "header:X\r\nY", `"X\r\nY" is no header name`},
		{"a name in other letters", "header:Größe", `"Größe" is no header name`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if from, err := ParseVersionFrom(tt.s); err == nil || err.Error() != tt.want || from != (VersionFrom{}) {
				t.Errorf("got %v and %v, want %s", from, err, tt.want)
			}
		})
	}
}

func TestParseHeader(t *testing.T) {
	tests := []struct{ what, s, name, value string }{
		{"the usual", "X-Env: blue", "X-Env", "blue"},
		{"no space", "X-Env:blue", "X-Env", "blue"},
		{"much space", "X-Env: \t blue green \t", "X-Env", "blue green"},
		{"a colon in the value", "X-Time: 12:30", "X-Time", "12:30"},
		{"a tab in the value", "X-Env: a\tb", "X-Env", "a\tb"},
		{"other letters in the value", "X-Env: größe", "X-Env", "größe"},
		{"no value", "User-Agent:", "User-Agent", ""},
		{"a host", "Host: shop.example:8080", "Host", "shop.example:8080"},
		{"an IPv6 host", "host: [::1]:80", "host", "[::1]:80"},
	}
	for _, tt := range tests {
		t.Run(tt.what, func(t *testing.T) {
			if name, value, err := ParseHeader(tt.s); err != nil || name != tt.name || value != tt.value {
				t.Errorf("got %q, %q and %v", name, value, err)
			}
		})
	}
}

func TestHeadersThatAreRefused(t *testing.T) {
	tests := []struct{ name, s, want string }{
		{"nothing", "", `"" is not Name: value`},
		{"no colon", "X-Env blue", `"X-Env blue" is not Name: value`},
		{"no name", ": blue", `": blue" has no name before the colon`},
		{"a space behind the name", "X-Env : blue", `"X-Env " is no header name`},
		{"a line end in the name", "X\n-Env: blue", `"X\n-Env" is no header name`},
		{"a second header in the value", "X-Env: blue\r\nX-Evil: 1", `the value of X-Env has a control character: "blue\r\nX-Evil: 1"`},
		{"a line end behind the value", "X-Env: blue\n", `the value of X-Env has a control character: "blue\n"`},
		{"a NUL", "X-Env: a\x00b", `the value of X-Env has a control character: "a\x00b"`},
		{"a delete", "X-Env: a\x7fb", `the value of X-Env has a control character: "a\x7fb"`},
		{"a length", "content-length: 3", "content-length cannot be chosen: it follows from the rest of the request"},
		{"a framing", "Transfer-Encoding: chunked", "Transfer-Encoding cannot be chosen: it follows from the rest of the request"},
		{"a trailer", "Trailer: X-Env", "Trailer cannot be chosen: it follows from the rest of the request"},
		{"a connection", "Connection: close", "Connection cannot be chosen: it follows from the rest of the request"},
		{"no host", "Host:", `"" is no host`},
		{"a host with a path", "Host: shop.example/a", `"shop.example/a" is no host`},
		{"a host in other letters", "Host: größe.example", `"größe.example" is no host`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if name, value, err := ParseHeader(tt.s); err == nil || err.Error() != tt.want || name+value != "" {
				t.Errorf("got %q, %q and %v, want %s", name, value, err, tt.want)
			}
		})
	}
}
