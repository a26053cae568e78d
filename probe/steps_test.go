package probe

import (
	"errors"
	"strings"
	"testing"
)

func TestStepsThatAreRefused(t *testing.T) {
	const version = "\n- expect: (?P<version>x)"
	tests := []struct{ name, in, want string }{
		{"nothing", "", "it is empty: a list of send, expect and starttls is needed"},
		{"a comment alone", "# later\n", "it is empty: a list of send, expect and starttls is needed"},
		{"an empty list", "[]", "it is empty: a list of send, expect and starttls is needed"},
		{"a map", "send: x", "line 1: it must be a list, each item beginning with -"},
		{"a word", "\nhello", "line 2: it must be a list, each item beginning with -"},
		{"two documents", "- send: x\n---\n- send: y", "it has more than one document"},
		{"a document and a broken one", "- send: x\n---\n- {", "it has more than one document"},
		{"no YAML", "- send: 'x", "it is not YAML: found unexpected end of stream"},
		{"a tab for a space", "-\tsend: x\n  expect: y\n\tz", "it is not YAML: found character that cannot start any token"},
		{"a misspelled step", "- expect: x\n\n- sned: y", `line 3: unknown step "sned"; known: send, expect, starttls`},
		{"a misspelled word", "- startls", `line 1: unknown step "startls"; known: send, expect, starttls`},
		{"two things at once", "- send: x\n  expect: y", "line 1: a step does one thing, not send and expect"},
		{"one thing twice", "- send: x\n  send: y", "line 1: a step does one thing, not send and send"},
		{"an empty step", "- {}", "line 1: a step is send: TEXT, expect: REGEX or starttls"},
		{"a list in the list", "- - send: x", "line 1: a step is send: TEXT, expect: REGEX or starttls"},
		{"a send of nothing", "- send", "line 1: send: there is nothing to send"},
		{"an alias", "- &a starttls\n- *a", "line 2: a step is send: TEXT, expect: REGEX or starttls"},
		{"an error in the middle", "- send: x\n- expect: [\n- send: y\n", "it is not YAML: line 2: did not find expected node content"},
		{"a map for a text", "- send: {a: b}", "line 1: send: its value must be a text"},
		{"a missing text", "- send:", "line 1: send: its value is missing"},
		{"an empty text", "- send: ''", "line 1: send: there is nothing to send"},
		{"a wrong escape", `- send: 'a\q'`, `line 1: send: unknown escape \q; known: \r \n \t \\ \xNN`},
		{"a group that nobody captures", "- expect: (?P<host>x)\n- send: '{nick}'", `line 2: send: {nick} is captured by no step before it; write \x7bnick} for a literal brace`},
		{"a group that is captured too late", "- send: '{host}'\n- expect: (?P<host>x)", `line 1: send: {host} is captured by no step before it; write \x7bhost} for a literal brace`},
		{"a number beyond the groups", "- expect: (x)\n- send: '{2}'", `line 2: send: {2} is captured by no step before it; write \x7b2} for a literal brace`},
		{"a number of an expect before the latest", "- expect: (x)(y)\n- expect: z\n- send: '{1}'", `line 3: send: {1} is captured by no step before it; write \x7b1} for a literal brace`},
		{"a broken expression", "- expect: (x", "line 1: expect: error parsing regexp: missing closing ): `(x`"},
		{"an end of the line", `- expect: '^220 .*\r\n$'`, "line 1: expect: a line is looked at without its end; leave it out here too"},
		{"an end of the line that YAML adds", "- expect: |\n    ^220\n", "line 1: expect: a line is looked at without its end; leave it out here too"},
		{"a number for a name", "- expect: (?P<2>x)", "line 1: expect: a group cannot be named 2, which means something else in send"},
		{"a group of a taken name", "- expect: (?P<id>x)", "line 1: expect: a group cannot be named id, which means something else in send"},
		{"TLS for something", "- starttls: 1.3" + version, "line 1: starttls takes no value"},
		{"TLS twice", "- starttls\n- starttls: true" + version, "line 2: starttls twice"},
		{"no version", "- send: x\n- expect: (y)", `no expect captures a group named version, as in 'version (?P<version>\S+)'`},
		{"more than a hundred", strings.Repeat("- send: x\n", 101), "it has 101 steps, more than 100"},
		{"more than 64 KiB", "- send: " + strings.Repeat("x", 64<<10), "it has 65544 bytes, more than 65536"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := ParseSteps([]byte(tt.in))
			if err == nil || err.Error() != tt.want {
				t.Errorf("got %v, %v, want %s", s, err, tt.want)
			}
		})
	}
}

func TestStepsThatAreTaken(t *testing.T) {
	tests := []struct {
		name, in string
		tls      bool
		steps    int
	}{
		{"one expect", "- expect: (?P<version>x)", false, 1},
		{"TLS as a word", "- starttls\n- expect: (?P<version>x)", true, 2},
		{"TLS as a key", "- starttls: true\n- expect: (?P<version>x)", true, 2},
		{"TLS as a key alone", "- starttls:\n- expect: (?P<version>x)", true, 2},
		{"a number as a text", "- send: 5\n- expect: (?P<version>x)", false, 2},
		{"JSON, which is YAML and has braces", `[{"send": "{\"a\": {seq}}\\n"}, {"expect": "(?P<version>x)"}]`, false, 2},
		{"a send at the end, when the version is known", "- expect: (?P<version>x)\n- send: QUIT", false, 2},
		{"groups that are known", "- expect: (?P<host>x)(y)\n- send: '{host} {1} {2} {id}'\n- expect: (?P<version>x)", false, 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := ParseSteps([]byte(tt.in))
			if err != nil || s.StartTLS() != tt.tls || len(s.steps) != tt.steps {
				t.Errorf("got %+v, %v", s, err)
			}
		})
	}
}

// FuzzSteps reads files, and holds the conversations of those that are taken with a server that says anything.
func FuzzSteps(f *testing.F) {
	for i, file := range []string{"", "[]", "- starttls", "- send: x\n- expect: (?P<version>.*)", "- expect: '^220 (?P<host>\\S+)'\n- send: 'EHLO {host} {1}\\r\\n'\n- expect: '(?P<version>a|b)?'",
		"- expect: (?P<version>x)\n- starttls: true", "a: &x [*x]", "- send: '{id}{seq}{time}'\n- expect: (?P<version>..)", "%YAML 1.2\n--- []", "- ? [a]\n  : b", "- !!binary aGk="} {
		f.Add([]byte(file), []byte("220 mail\r\nb\nx"), 1+i%3, 10*i)
		f.Add([]byte(file), []byte("x\n"), 4096, 4096)
	}
	f.Fuzz(func(t *testing.T, file, reply []byte, size, limit int) {
		steps, err := ParseSteps(file)
		if (err == nil) != (steps != nil) {
			t.Fatalf("both or neither: %v and %v", steps, err)
		}
		if err != nil {
			if strings.TrimSpace(err.Error()) == "" {
				t.Error("an error without words")
			}
			return
		}
		if steps.StartTLS() {
			return // what comes behind it is not this reply
		}
		size, limit = max(size, 1), min(max(limit, 1), 4096)
		var ends []string
		for _, size := range []int{size, len(reply) + 1} {
			c := newConversation(steps, "abc", limit, nil)
			version, fail := c.ask(&script{pieces: pieces(reply, size), end: errEnd}, 7, when)
			if (version == nil) == (fail == nil) {
				t.Fatalf("both or neither: %q and %v", version, fail)
			}
			if len(c.in.buffer) > limit || len(version) > maxVersion {
				t.Errorf("%d bytes are kept of at most %d, and the version has %d", len(c.in.buffer), limit, len(version))
			}
			end := string(version)
			if fail != nil {
				end = fail.Error()
			}
			ends = append(ends, end)
		}
		if ends[0] != ends[1] {
			t.Errorf("in pieces of %d: %s; whole: %s", size, ends[0], ends[1])
		}
	})
}

var errEnd = errors.New("the end of the fake")
