package probe

import (
	"bytes"
	"strings"
	"testing"
)

const sent = "tcpshift abc 7 2026-01-02T03:04:05.000000006Z\n"

func TestFirstWord(t *testing.T) {
	tests := []struct {
		name    string
		reply   string
		arrival arrival
		version string
		kind    Kind // "" with version "": it wants more
	}{
		{"the tutorials' reply", "one " + sent, open, "one", ""},
		{"with a carriage return", "one " + strings.TrimSpace(sent) + "\r\n", open, "one", ""},
		{"with a tab", "one\t" + sent, open, "one", ""},
		{"with more lines behind", "one " + sent + "more", open, "one", ""},
		{"bytes that are no text", "\xff\x00\x1b " + sent, open, "\xff\x00\x1b", ""},
		{"the longest name", strings.Repeat("x", 256) + " " + sent, open, strings.Repeat("x", 256), ""},
		{"complete but for the line end, at the close", "one " + strings.TrimSpace(sent), closed, "one", ""},
		{"nothing yet", "", open, "", ""},
		{"a piece", "one tcps", open, "", ""},
		{"nothing at the close", "", closed, "", EOF},
		{"a piece at the close", "one tcps", closed, "", EOF},
		{"no line end within the limit", "one tcps", full, "", LineTooLong},
		{"a name that is too long", strings.Repeat("x", 257) + " " + sent, open, "", NameTooLong},
		{"our line alone", sent, open, "", NoPrefix},
		{"our line after a space", " " + sent, open, "", NoPrefix},
		{"an empty line", "\n", open, "", NoPrefix},
		{"an empty line with a carriage return", "\r\n", open, "", NoPrefix},
		{"only spaces", "   \n", open, "", NoPrefix},
		{"a name alone", "one\n", open, "", WrongPayload},
		{"somebody else's line", "one tcpshift abc 8 2026-01-02T03:04:05.000000006Z\n", open, "", WrongPayload},
		{"our line with something behind it", "one " + strings.TrimSpace(sent) + " more\n", open, "", WrongPayload},
		{"a web server", "HTTP/1.1 400 Bad Request\r\n", open, "", WrongPayload},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			version, err := firstWord([]byte(tt.reply), []byte(sent), tt.arrival)
			check(t, version, err, tt.version, tt.kind)
		})
	}

	t.Run("a server that speaks first", func(t *testing.T) {
		version, err := firstWord([]byte("one whatever\n"), nil, open)
		check(t, version, err, "one", "")
		version, err = firstWord([]byte("\n"), nil, open)
		check(t, version, err, "", NoPrefix)
	})
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
		{"a second line is not looked at", []string{`v(\d)`}, "hello\nv3\n", open, "", NoMatch},
		{"a line that can still grow waits", []string{`v(\d+) `}, "v1 ready", open, "", ""},
		{"and is taken at the close", []string{`v(\d+)`}, "v1", closed, "1", ""},
		{"and at the limit", []string{`v(\d+)`}, "v1", full, "1", ""},
		{"the end of the line is no part of it", []string{`^(\w+)$`}, "one\r\n", open, "one", ""},
		{"nor of the version", []string{`(?s)is (.*)`}, "is one\r\n", open, "one", ""},
		{"a group that takes no part", []string{`x|v(\d)`}, "x\n", open, "", NoMatch},
		{"a group that is empty", []string{`x(\d*)`}, "x\n", open, "", NoMatch},
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
			version, fail := m.identify([]byte(tt.reply), nil, tt.arrival)
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

func check(t *testing.T, version []byte, err *Error, wantVersion string, wantKind Kind) {
	t.Helper()
	kind := Kind("")
	if err != nil {
		kind = err.Kind
	}
	if string(version) != wantVersion || kind != wantKind {
		t.Errorf("got %q and %v, want %q and kind %q", version, err, wantVersion, wantKind)
	}
}

// FuzzReply feeds a reply in two pieces to both identities, as a socket may deliver it.
func FuzzReply(f *testing.F) {
	for _, reply := range []string{"one " + sent, sent, "", "\n", "one\r\n", "HTTP/1.1 400\r\n\r\n", "\x00\xff\u202e " + sent,
		strings.Repeat("x", 300), "v1 v2", "one " + sent[:9]} {
		f.Add([]byte(reply), 3)
	}
	match, err := ParseMatch([]string{`v(?P<version>one(?: two)?|\d*)|(one)`})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, reply []byte, cut int) {
		cut = min(max(cut, 0), len(reply))
		for name, identify := range map[string]identity{"first word": firstWord, "match": match.identify} {
			early, earlyErr := identify(reply[:cut], []byte(sent), open)
			for _, a := range []arrival{open, closed, full} {
				version, err := identify(reply, []byte(sent), a)
				switch {
				case version != nil && err != nil:
					t.Errorf("%s: both %q and %v", name, version, err)
				case version == nil && err == nil && a != open:
					t.Errorf("%s: no answer to all there will be", name)
				case version != nil && (len(version) == 0 || len(version) > maxVersion || !bytes.Contains(reply, version)):
					t.Errorf("%s: %q is no version", name, version)
				case early != nil && !bytes.Equal(early, version):
					t.Errorf("%s: %q at first, then %q and %v", name, early, version, err)
				case earlyErr != nil && (err == nil || err.Kind != earlyErr.Kind):
					t.Errorf("%s: %v at first, then %q and %v", name, earlyErr, version, err)
				}
			}
		}
	})
}
