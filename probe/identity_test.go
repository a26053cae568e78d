package probe

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestFirstWordWaitsForTheWholeLine(t *testing.T) {
	for name, reply := range map[string]string{
		"a reply that counts":  "one " + sent,
		"a carriage return":    "one " + strings.TrimSpace(sent) + "\r\n",
		"a pure echo":          sent,
		"a wrong payload":      "one two three\n",
		"a name that is a lot": strings.Repeat("x", 300) + " " + sent,
		"an empty line":        "\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			for n := range len(reply) {
				if version, err := firstWord([]byte(reply[:n]), []byte(sent), open); version != nil || err != nil {
					t.Fatalf("after %d bytes of %d: %q and %v", n, len(reply), version, err)
				}
			}
			if version, err := firstWord([]byte(reply), []byte(sent), open); version == nil && err == nil {
				t.Error("the whole line is not enough")
			}
		})
	}
}

func TestFirstWordSaysWhy(t *testing.T) {
	tests := []struct {
		name    string
		reply   string
		arrival arrival
		want    string
	}{
		{"nothing", "", closed, "read: eof: EOF"},
		{"a piece", "one tcps", closed, `read: eof: closed inside the line "one tcps"`},
		{"spaces that are no line", "   ", closed, `read: eof: closed inside the line "   "`},
		{"a flood", strings.Repeat("x", 99), full, `parse: line-too-long: no line end in the first 99 bytes: "` + strings.Repeat("x", 60) + `"`},
		{"a pure echo", sent, open, "parse: no-prefix: the payload came back with no version in front of it"},
		{"a pure echo, unfinished", strings.TrimSpace(sent), closed, `read: eof: closed inside the line "` + sent[:len(sent)-1] + `"`},
		{"an empty line", "\r\n", open, `parse: no-prefix: the first line is empty: "\r\n"`},
		{"only spaces", " \t \n", open, `parse: no-prefix: the first line is empty: " \t \n"`},
		{"a space in front", " " + sent, open, `parse: no-prefix: no version at the start of the line: " ` + sent[:len(sent)-1] + `"`},
		{"a space in front of a version", " one " + sent, open, `parse: wrong-payload: the reply does not carry our payload: " one ` + sent[:len(sent)-1] + `"`},
		{"a wrong payload", "one hello\n", open, `parse: wrong-payload: the reply does not carry our payload: "one hello"`},
		{"bytes that would move the cursor", "\x1b[2J x\n", open, `parse: wrong-payload: the reply does not carry our payload: "\x1b[2J x"`},
		{"a name of 257 bytes", strings.Repeat("x", 257) + " " + sent, open, `parse: name-too-long: the version has 257 bytes, more than 256: "` + strings.Repeat("x", 60) + `"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			version, err := firstWord([]byte(tt.reply), []byte(sent), tt.arrival)
			if version != nil || err == nil || err.Error() != tt.want {
				t.Errorf("got %q and %v, want %s", version, err, tt.want)
			}
			if eof := errors.Is(err, io.EOF); eof != (tt.reply == "") {
				t.Errorf("io.EOF is %t", eof)
			}
		})
	}
}

func TestNamesAreBytes(t *testing.T) {
	for name, want := range map[string]string{
		"a NUL":                   "a\x00b",
		"control characters":      "\x1b[31mred\x07",
		"bytes that are no text":  "\xff\xc0\x80",
		"a character cut in two":  "caf\xc3",
		"text that turns around":  "\u202eeno",
		"a space beyond ASCII":    "one\u00a0two",
		"a carriage return in it": "o\rne",
	} {
		t.Run(name, func(t *testing.T) {
			version, err := firstWord([]byte(want+" "+sent), []byte(sent), open)
			check(t, version, err, want, "")
		})
	}
}

func TestFirstWordOfAServerThatSpeaksFirst(t *testing.T) {
	tests := []struct {
		name    string
		reply   string
		arrival arrival
		version string
		kind    Kind
	}{
		{"a word", "one\n", open, "one", ""},
		{"a word of several", "one is ready\r\n", open, "one", ""},
		{"a word that may go on", "one", open, "", ""},
		{"a word that has ended with the connection", "one", closed, "one", ""},
		{"a word that is cut off by the limit", "one", full, "", LineTooLong},
		{"a space in front", " one\n", open, "", NoPrefix},
		{"only spaces", "  \n", open, "", NoPrefix},
		{"nothing", "", closed, "", EOF},
		{"a name that is too long", strings.Repeat("x", 257) + "\n", open, "", NameTooLong},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			version, err := firstWord([]byte(tt.reply), nil, tt.arrival)
			check(t, version, err, tt.version, tt.kind)
		})
	}
}

func TestFirstWordOfOtherPayloads(t *testing.T) {
	tests := []struct {
		name, payload, reply, version string
		kind                          Kind
	}{
		{"a payload without a line end", "hello", "one hello\n", "one", ""},
		{"of several lines the first counts", "a\nb\n", "one a\none b\n", "one", ""},
		{"spaces around it do not count", "  hello \r\n", "one hello\n", "one", ""},
		{"spaces in it do", "a  b\n", "one a b\n", "", WrongPayload},
		{"one word that comes back alone", "hello\n", "hello\n", "", NoPrefix},
		{"an empty line asks for a name alone", "\n", "one\n", "one", ""},
		{"an empty line that comes back", "\r\n", "\r\n", "", NoPrefix},
		{"a payload that comes back twice", "hello\n", "hello hello\n", "hello", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			version, err := firstWord([]byte(tt.reply), []byte(tt.payload), open)
			check(t, version, err, tt.version, tt.kind)
		})
	}
}

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
		for name, identify := range map[string]identity{"first word": firstLineOnly, "match": match.identify} {
			early, looked, earlyErr := identify(reply[:cut], []byte(sent), 0, open)
			if early != nil {
				looked = 0 // the version is to be found again
			}
			for _, a := range []arrival{open, closed, full} {
				version, used, err := identify(reply, []byte(sent), looked, a)
				switch {
				case early == nil && earlyErr == nil && (used < looked || used > len(reply)):
					t.Errorf("%s: %d bytes used of %d, after %d", name, used, len(reply), looked)
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
