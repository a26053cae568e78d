package lab

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"time"
)

// leaving are the behaviours that end a connection early.
func leaving() []Behaviour {
	return []Behaviour{
		{Name: "closes-at-once", Does: "closes every connection at once", treat: func(*visit) {}},
		{Name: "resets-at-once", Does: "resets every connection at once", treat: func(v *visit) { reset(v.Conn) }},
		{Name: "half-closes-first", Does: "ends its side before it is asked", treat: func(v *visit) {
			closeWrite(v.Conn)
			v.stay()
		}},
		{Name: "half-closes-after", Does: "answers correctly, then ends its side", treat: func(v *visit) {
			if line, ok := v.ask(); ok && v.say("one "+line) {
				closeWrite(v.Conn)
				v.stay()
			}
		}},
		{Name: "closes-inside-line", Does: "closes in the middle of its answer", treat: func(v *visit) {
			if line, ok := v.ask(); ok {
				v.say("one " + line[:len(line)/2])
			}
		}},
		// Sent right behind the answer, the reset could overtake it and take it away.
		{Name: "resets-after", Does: "answers correctly, then resets the connection", Pace: 20 * time.Millisecond,
			treat: func(v *visit) {
				if line, ok := v.ask(); ok && v.say("one "+line) {
					v.wait(v.pace)
					reset(v.Conn)
				}
			}},
	}
}

// waiting are the behaviours that keep a client busy.
func waiting() []Behaviour {
	return []Behaviour{
		{Name: "never-answers", Does: "reads and never answers", treat: (*visit).stay},
		{Name: "drips", Does: "sends a byte a second, and never a line end", Pace: time.Second, treat: func(v *visit) {
			for v.say("x") && v.wait(v.pace) {
			}
		}},
		{Name: "floods", Does: "sends as fast as it can, and never a line end", treat: func(v *visit) {
			for v.pour() {
			}
		}},
		{Name: "first-line-of-100-mb", Does: "puts 100 MB before the line that it answers", treat: func(v *visit) {
			line, ok := v.ask()
			for range (100 << 20) / len(flood()) {
				ok = ok && v.pour()
			}
			if ok && v.say(" "+line) {
				v.stay()
			}
		}},
		{Name: "single-bytes", Does: "answers correctly, one byte at a time", treat: func(v *visit) {
			line, ok := v.ask()
			for answer := "one " + line; ok && answer != ""; answer = answer[1:] {
				ok = v.say(answer[:1])
			}
			v.stay()
		}},
	}
}

// flood is the memory that all floods share.
var flood = sync.OnceValue(func() []byte { return bytes.Repeat([]byte("x"), 64<<10) })

// pour sends the next part of a flood, and reports whether it could.
func (v *visit) pour() bool {
	_, err := v.Write(flood())
	return err == nil
}

// replying are the behaviours whose answer is not as it should be, or not quite.
func replying() []Behaviour {
	return []Behaviour{
		{Name: "speaks-first", Does: "answers before it is asked", treat: func(v *visit) {
			v.say("one is ready\r\n")
			v.stay()
		}},
		{Name: "empty-line", Does: "answers an empty line", treat: replies("\n")},
		{Name: "only-spaces", Does: "answers a line of spaces", treat: replies("    \n")},
		{Name: "no-prefix", Does: "sends the line back and no version",
			treat: answers(func(line string) string { return line })},
		{Name: "others-payload", Does: "answers what somebody else has sent",
			treat: replies("one tcpshift 00000000 0 2026-01-02T03:04:05.000000000Z\n")},
		{Name: "http-400", Does: "is an HTTP server that has not understood", treat: func(v *visit) {
			if _, ok := v.ask(); ok {
				// As the server of Go's net/http has it, byte for byte.
				v.say("HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\n" +
					"Connection: close\r\n\r\n400 Bad Request")
			}
		}},
		{Name: "answers-twice", Does: "answers correctly, then again as another version",
			treat: answers(func(line string) string { return "one " + line + "two " + line })},
		{Name: "crlf", Does: "answers correctly, with CRLF at the end",
			treat: answers(func(line string) string { return "one " + strings.TrimRight(line, "\r\n") + "\r\n" })},
	}
}

// naming are the behaviours that answer correctly but for their name.
func naming() []Behaviour {
	return []Behaviour{
		{Name: "nul-name", Does: "has a name with NUL in it", treat: named("o\x00ne")},
		{Name: "ansi-name", Does: "has a name that clears the screen and sets its title",
			treat: named("\x1b[2J\x1b[31mone\x1b]0;two\a\x9b1m\b\b\x7f")},
		{Name: "invalid-utf8-name", Does: "has a name that is no UTF-8", treat: named("\xff\xfeone\xc3\xed\xa0\x80")},
		{Name: "bidi-name", Does: "has a name that turns the text around, and has no width in places",
			treat: named("\u202eeno\u2066\u200b\u200d\ufeff\u2028")},
		{Name: "html-name", Does: "has a name that is a script", treat: named(`<script>alert("one")</script>`)},
		{Name: "prefix-of-60-kb", Does: "has a name of 60 KB", treat: named(strings.Repeat("x", 60<<10))},
		{Name: "another-name-each-time", Does: "has another name on every connection", treat: func(v *visit) {
			named(fmt.Sprint("v", v.number))(v)
		}},
	}
}

// answers makes an answer out of the client's line.
func answers(answer func(line string) string) func(*visit) {
	return func(v *visit) {
		if line, ok := v.ask(); ok && v.say(answer(line)) {
			v.stay()
		}
	}
}

// replies gives the same answer to every line.
func replies(answer string) func(*visit) {
	return answers(func(string) string { return answer })
}

// named answers as an Echo of that name.
func named(name string) func(*visit) {
	return answers(func(line string) string { return name + " " + line })
}
