package cmd_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/tcpshift/tcpshift/cmd"
	"github.com/tcpshift/tcpshift/lab"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"tcpshift": func() { os.Exit(cmd.Main()) }})
}

// TestScript runs the command line as a shell would. Each script finds servers of its own on loopback:
//
//	$LAB     a router that keeps to one=80,two=20 by smooth round robin
//	$ONE     an echo server that answers "one"
//	$DEAD    a port on which nobody listens
//	$SILENT  a server that reads and never answers
//	$HOSTILE a server whose version name is an escape sequence
//	$GREET   a server that says "release v7 ready" and waits
//	$TLS     an echo server that answers "one" over TLS, whose certificate is $CA
//	$MTLS    the same, for clients that show a certificate, such as $CA with its key $KEY
//	$MAIL    a server that tells its version after STARTTLS, with the same certificate
//	$PAGE    a web server of three versions, 50/30/20, that look and are named differently
//	$SOCKET  the path of an echo server that answers "one"
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:   "../testdata/script",
		Setup: setupServers,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits,
			"names": writeNames,
			"until": until,
		},
	})
}

func setupServers(env *testscript.Env) error {
	network, err := lab.Start(lab.Config{
		Versions: []lab.Version{{Name: "one", Weight: 80}, {Name: "two", Weight: 20}},
		Sampler:  "smooth-wrr",
	})
	if err != nil {
		return err
	}
	env.Defer(func() { network.Close() })
	echo, err := lab.ListenEcho("127.0.0.1:0", "one")
	if err != nil {
		return err
	}
	env.Defer(func() { echo.Close() })
	dead, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	dead.Close()
	if err := serveMore(env); err != nil {
		return err
	}
	env.Setenv("LAB", network.Addr().String())
	env.Setenv("ONE", echo.Addr().String())
	env.Setenv("DEAD", dead.Addr().String())
	for name, answer := range map[string]func(net.Conn){
		"SILENT": func(c net.Conn) { io.Copy(io.Discard, c) },
		"HOSTILE": func(c net.Conn) {
			line := make([]byte, 1024)
			n, _ := c.Read(line)
			fmt.Fprintf(c, "\x1b[31m\u202etwo %s", line[:n])
		},
		"GREET": func(c net.Conn) {
			io.WriteString(c, "release v7 ready")
			io.Copy(io.Discard, c)
		},
	} {
		addr, err := serve(env, answer)
		if err != nil {
			return err
		}
		env.Setenv(name, addr)
	}
	return nil
}

// serve starts a server that gives each connection to answer and then closes it.
func serve(env *testscript.Env, answer func(net.Conn)) (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	env.Defer(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				answer(conn)
			}()
		}
	}()
	return listener.Addr().String(), nil
}

// exits runs a program and asserts its exact exit code: exits 2 tcpshift probe ...
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits code program args...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// writeNames sets a variable to a split of many names: names MANY 10000.
func writeNames(ts *testscript.TestScript, neg bool, args []string) {
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("v%d=1", i)
	}
	ts.Setenv(args[0], strings.Join(list, ","))
}

// until waits for a file to have a line: until FILE sets $FIRST to its first one.
func until(ts *testscript.TestScript, neg bool, args []string) {
	for range 500 {
		data, _ := os.ReadFile(ts.MkAbs(args[0]))
		if line, _, ok := strings.Cut(string(data), "\n"); ok {
			ts.Setenv("FIRST", line)
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	ts.Fatalf("%s stays empty", args[0])
}
