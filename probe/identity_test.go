package probe

import (
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
