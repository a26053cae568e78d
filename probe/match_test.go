package probe

import (
	"strings"
	"testing"
)

func TestMatchInDetail(t *testing.T) {
	tests := []struct {
		name    string
		exprs   []string
		reply   string
		arrival arrival
		version string
		kind    Kind
	}{
		{"the first of two groups", []string{`(\w+) (\w+)`}, "one two\n", open, "one", ""},
		{"the group named version is taken, not the first", []string{`(\w+) (?P<version>\w+)`}, "one two\n", open, "two", ""},
		{"a group of another name is the first group", []string{`(?P<name>\w+) (\w+)`}, "one two\n", open, "one", ""},
		{"one expression with a name and no group", []string{`blue=s.y`}, "the sky\n", open, "blue", ""},
		{"groups of a named expression do not count", []string{`a=(x)`, `b=(y)`}, "y\n", open, "b", ""},
		{"the order given decides, not the place in the reply", []string{`a=second`, `b=first`}, "first second\n", open, "a", ""},
		{"an equals sign in a named expression", []string{`a=v=1`, `b=v=2`}, "v=2\n", open, "b", ""},
		{"an empty named expression takes the rest", []string{`a=x`, `rest=`}, "y\n", open, "rest", ""},
		{"letters of either case, when asked", []string{`(?i)(ONE)`}, "one\n", open, "one", ""},
		{"bytes that are no text", []string{`v(.)`}, "v\xff\n", open, "\xff", ""},
		{"the longest version", []string{`(x+)`}, strings.Repeat("x", 256) + "\n", open, strings.Repeat("x", 256), ""},
		{"a later expression for a group that takes no part", []string{`a|b=x`, `b=y`}, "y\n", open, "b", ""},
		{"the end of the reply is no line end", []string{`(\w+)$`}, "one", closed, "one", ""},
		{"nothing yet", []string{`(x)`}, "", open, "", ""},
		{"no match yet", []string{`(x)`}, "yyy", open, "", ""},
		{"no match within the limit", []string{`(x)`}, "yyy", full, "", NoMatch},
		{"a name that can still grow waits", []string{`a=x`, `b=y`}, "x", open, "", ""},
		{"a name ahead that can still grow holds back the next", []string{`a=one two`, `b=one`}, "one two", open, "", ""},
		{"and is taken when the line ends", []string{`a=one two`, `b=one`}, "one two\n", open, "a", ""},
		{"a silent close, when it has a name", []string{`up=.`, `down=^$`}, "", closed, "down", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, err := ParseMatch(tt.exprs)
			if err != nil {
				t.Fatal(err)
			}
			version, _, fail := m.identify([]byte(tt.reply), []byte(sent), 0, tt.arrival)
			check(t, version, fail, tt.version, tt.kind)
		})
	}
}

func TestMatchSaysWhy(t *testing.T) {
	m, err := ParseMatch([]string{`(xx+)`})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, reply, want string }{
		{"nothing", "", "read: eof: EOF"},
		{"something else", "\x1b[2J\n", `parse: no-match: nothing in the reply matches: "\x1b[2J\n"`},
		{"a version of 257 bytes", strings.Repeat("x", 257), `parse: name-too-long: the version has 257 bytes, more than 256: "` + strings.Repeat("x", 60) + `"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if version, _, fail := m.identify([]byte(tt.reply), nil, 0, closed); version != nil || fail == nil || fail.Error() != tt.want {
				t.Errorf("got %q and %v, want %s", version, fail, tt.want)
			}
		})
	}
}

func TestMatchesThatAreRefused(t *testing.T) {
	long := strings.Repeat("x", 257)
	tests := []struct {
		name  string
		exprs []string
		want  string
	}{
		{"an empty expression", []string{""}, `"": no group to take the version from`},
		{"a group that captures nothing", []string{"(?:a)"}, `"(?:a)": no group to take the version from`},
		{"a second one without a name", []string{"a=x", "y"}, `"y": several expressions must each be name=REGEX`},
		{"a second one with a group for a name", []string{"a=x", "(y)"}, `"(y)": several expressions must each be name=REGEX`},
		{"a second one that does not compile", []string{"a=x", "b=[z"}, "\"b=[z\": error parsing regexp: missing closing ]: `[z`"},
		{"what RE2 has not", []string{`(a)\1`}, "\"(a)\\\\1\": error parsing regexp: invalid escape sequence: `\\1`"},
		{"a name of 257 bytes", []string{long + "=x"}, `"` + long + `=x": the name has more than 256 bytes`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := ParseMatch(tt.exprs); err == nil || err.Error() != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

func TestMatch(t *testing.T) {
	tests := []struct {
		name    string
		exprs   []string
		reply   string
		arrival arrival
		version string
		kind    Kind
	}{
		{"the first group", []string{`v(\d+)(\w*)`}, "is v12b\n", open, "12", ""},
		{"the named group", []string{`(is) v(?P<version>\d+)`}, "is v12\n", open, "12", ""},
		{"a name", []string{"blue=sky"}, "the sky\n", open, "blue", ""},
		{"the first that matches", []string{"a=x", "b=y", "c=y"}, "y\n", open, "b", ""},
		{"an expression with an equals sign in it", []string{`v=(\d)`}, "v=3\n", open, "3", ""},
		{"a second line", []string{`v(\d)`}, "hello\nv3\n", open, "3", ""},
		{"a line is looked at by itself", []string{`(?s)hello.v(\d)`}, "hello\nv3\n", closed, "", NoMatch},
		{"the first line that has one, not the first expression", []string{`a=x`, `b=y`}, "y\nx\n", open, "b", ""},
		{"a line that can still grow waits", []string{`v(\d+) `}, "v1 ready", open, "", ""},
		{"and is taken at the close", []string{`v(\d+)`}, "v1", closed, "1", ""},
		{"and at the limit", []string{`v(\d+)`}, "v1", full, "1", ""},
		{"the end of the line is no part of it", []string{`^(\w+)$`}, "one\r\n", open, "one", ""},
		{"nor of the version", []string{`(?s)is (.*)`}, "is one\r\n", open, "one", ""},
		{"a group that takes no part", []string{`x|v(\d)`}, "x\n", closed, "", NoMatch},
		{"a group that is empty", []string{`x(\d*)`}, "x\n", closed, "", NoMatch},
		{"nothing at the close", []string{`(x)`}, "", closed, "", EOF},
		{"something else at the close", []string{`(x)`}, "y", closed, "", NoMatch},
		{"a version that is too long", []string{`(x+)`}, strings.Repeat("x", 257) + "\n", open, "", NameTooLong},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, err := ParseMatch(tt.exprs)
			if err != nil {
				t.Fatal(err)
			}
			version, _, fail := m.identify([]byte(tt.reply), nil, 0, tt.arrival)
			check(t, version, fail, tt.version, tt.kind)
		})
	}

	for _, tt := range []struct {
		name  string
		exprs []string
		want  string
	}{
		{"none", nil, "no expression"},
		{"no group", []string{"version"}, `"version": no group to take the version from`},
		{"several groups", []string{"(a)", "(b)"}, `"(a)": several expressions must each be name=REGEX`},
		{"no name", []string{"=a"}, `"=a": several expressions must each be name=REGEX`},
		{"no expression that compiles", []string{"("}, "\"(\": error parsing regexp: missing closing ): `(`"},
		{"a name with none", []string{"a=("}, "\"a=(\": error parsing regexp: missing closing ): `a=(`"},
	} {
		t.Run("refuses "+tt.name, func(t *testing.T) {
			if _, err := ParseMatch(tt.exprs); err == nil || err.Error() != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}
