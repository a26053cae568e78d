package lab_test

import (
	"io"
	"net"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/tcpshift/tcpshift/lab"
)

func behaviour(t testing.TB, name string) lab.Behaviour {
	t.Helper()
	for _, b := range lab.Hostile() {
		if b.Name == name {
			return b
		}
	}
	t.Fatalf("there is no behaviour %q", name)
	return lab.Behaviour{}
}

func listenHostile(t testing.TB, b lab.Behaviour) *lab.HostileServer {
	t.Helper()
	server, err := lab.ListenHostile("127.0.0.1:0", b)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	return server
}

func TestHostileListsEachBehaviourOnce(t *testing.T) {
	known := make(map[string]bool)
	for _, b := range lab.Hostile() {
		if !regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`).MatchString(b.Name) || known[b.Name] {
			t.Errorf("%q is no id, or not the first of its name", b.Name)
		}
		if b.Does == "" || strings.ContainsAny(b.Does, "\n\t") {
			t.Errorf("%s: %q is no phrase", b.Name, b.Does)
		}
		known[b.Name] = true
	}
}

func TestListenHostileRefuses(t *testing.T) {
	if _, err := lab.ListenHostile("127.0.0.1:0", lab.Behaviour{Name: "drips"}); err == nil {
		t.Error("it took a behaviour that is not of the list")
	}
	if _, err := lab.ListenHostile("nowhere", lab.Hostile()[0]); err == nil {
		t.Error("it listens nowhere")
	}
}

// TestHostileConversations: a client says hello and reads. Unless the server ends its side, the client then does.
func TestHostileConversations(t *testing.T) {
	tests := []struct {
		behaviour string
		want      string
		ends      bool
	}{
		{"half-closes-first", "", true},
		{"half-closes-after", "one hello\n", true},
		{"closes-inside-line", "one hel", true},
		{"never-answers", "", false},
		{"first-line-of-100-mb", strings.Repeat("x", 100<<20) + " hello\n", false},
		{"single-bytes", "one hello\n", false},
		{"speaks-first", "one is ready\r\n", false},
		{"empty-line", "\n", false},
		{"only-spaces", "    \n", false},
		{"no-prefix", "hello\n", false},
		{"others-payload", "one tcpshift 00000000 0 2026-01-02T03:04:05.000000000Z\n", false},
		{"http-400", "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\n" +
			"Connection: close\r\n\r\n400 Bad Request", true},
		{"answers-twice", "one hello\ntwo hello\n", false},
		{"crlf", "one hello\r\n", false},
		{"nul-name", "o\x00ne hello\n", false},
		{"ansi-name", "\x1b[2J\x1b[31mone\x1b]0;two\a\x9b1m\b\b\x7f hello\n", false},
		{"invalid-utf8-name", "\xff\xfeone\xc3\xed\xa0\x80 hello\n", false},
		{"bidi-name", "\u202eeno\u2066\u200b\u200d\ufeff\u2028 hello\n", false},
		{"html-name", "<script>alert(\"one\")</script> hello\n", false},
		{"prefix-of-60-kb", strings.Repeat("x", 60<<10) + " hello\n", false},
		{"another-name-each-time", "v0 hello\n", false},
		{"tls-stalls", "\x16\x03\x03\x00\x7a\x02\x00\x00\x76", false},
	}
	for _, tt := range tests {
		t.Run(tt.behaviour, func(t *testing.T) {
			conn := dial(t, listenHostile(t, behaviour(t, tt.behaviour)).Addr().String())
			send(t, conn, "hello\n")
			got := make([]byte, len(tt.want))
			if n, err := io.ReadFull(conn, got); err != nil || string(got) != tt.want {
				t.Fatalf("got %.80q and %v, want %.80q", got[:n], err, tt.want)
			}
			if !tt.ends {
				conn.CloseWrite()
			}
			if rest := readAll(t, conn); rest != "" {
				t.Errorf("got %.80q behind it", rest)
			}
		})
	}
}

func TestFloods(t *testing.T) {
	conn := dial(t, listenHostile(t, behaviour(t, "floods")).Addr().String())
	got := make([]byte, 10<<20)
	if n, err := io.ReadFull(conn, got); err != nil || strings.Trim(string(got), "x") != "" {
		t.Errorf("got %.80q and %v", got[:n], err)
	}
}

func TestDrips(t *testing.T) {
	b := behaviour(t, "drips")
	b.Pace = 20 * time.Millisecond
	began := time.Now()
	conn := dial(t, listenHostile(t, b).Addr().String())
	got := make([]byte, 6)
	if n, err := io.ReadFull(conn, got); err != nil || string(got) != "xxxxxx" {
		t.Errorf("got %q and %v", got[:n], err)
	}
	if took := time.Since(began); took < 5*b.Pace {
		t.Errorf("six bytes came within %v", took)
	}
}

func TestHostileServersThatLeave(t *testing.T) {
	t.Run("by a close", func(t *testing.T) {
		conn := dial(t, listenHostile(t, behaviour(t, "closes-at-once")).Addr().String())
		if got := readAll(t, conn); got != "" {
			t.Errorf("got %q", got)
		}
	})
	t.Run("by a reset", func(t *testing.T) {
		conn, err := net.DialTimeout("tcp", listenHostile(t, behaviour(t, "resets-at-once")).Addr().String(), patience)
		if err != nil {
			return // the reset was there before the dial had returned
		}
		defer conn.Close()
		conn.SetDeadline(time.Now().Add(patience))
		expectReset(t, conn)
	})
	t.Run("by a reset after the answer", func(t *testing.T) {
		conn := dial(t, listenHostile(t, behaviour(t, "resets-after")).Addr().String())
		send(t, conn, "hello\n")
		if got := readLine(t, conn); got != "one hello\n" {
			t.Errorf("got %q", got)
		}
		expectReset(t, conn)
	})
}

func TestAnotherNameEachTime(t *testing.T) {
	addr := listenHostile(t, behaviour(t, "another-name-each-time")).Addr().String()
	for _, want := range []string{"v0 hello\n", "v1 hello\n", "v2 hello\n"} {
		conn := dial(t, addr)
		send(t, conn, "hello\n")
		if got := readLine(t, conn); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestHostileServersCostLittleMemory: a flood is sent from memory that is there once.
func TestHostileServersCostLittleMemory(t *testing.T) {
	conn := dial(t, listenHostile(t, behaviour(t, "first-line-of-100-mb")).Addr().String())
	buffer := make([]byte, 64<<10)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	send(t, conn, "hello\n")
	for got := 0; got < 100<<20; {
		n, err := conn.Read(buffer)
		if err != nil {
			t.Fatal(err)
		}
		got += n
	}
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 1<<20 {
		t.Errorf("allocated %d bytes for a line", grown)
	}
}
