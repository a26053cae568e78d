package cmd

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// serveEach starts a server that gives each connection to answer and then closes it.
func serveEach(t *testing.T, answer func(net.Conn)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				answer(c)
			}()
		}
	}()
	return listener.Addr().String()
}

// Nobody waits for the time-outs of what a verdict does not need.
func TestASettledRunEndsAtOnce(t *testing.T) {
	addr := serveEach(t, func(c net.Conn) {
		line, _ := bufio.NewReader(c).ReadString('\n')
		if seq, _ := strconv.Atoi(strings.TrimSpace(line)); seq >= 100 { // by then a hundred have settled it
			io.Copy(io.Discard, c)
			return
		}
		io.WriteString(c, "two "+line)
	})
	var out, errs bytes.Buffer
	started := time.Now()
	code := Run([]string{"probe", addr, "-e", "one=80,two=20", "--send", `{seq}\n`, "--timeout", "60s"},
		World{Stdout: &out, Stderr: &errs, Getenv: func(string) string { return "" }})
	if code != exitFail || !strings.Contains(out.String(), "Stopped early") {
		t.Errorf("exit code %d\n%s%s", code, out.String(), errs.String())
	}
	if elapsed := time.Since(started); elapsed > 30*time.Second {
		t.Errorf("it took %v", elapsed)
	}
}

// A run that has made all its probes is complete, even if somebody has lost their patience in the meantime.
func TestAnInterruptOfTheLastProbesCutsNothingShort(t *testing.T) {
	const probes = 20
	interrupts, open := make(chan os.Signal, 1), make(chan struct{})
	var arrived atomic.Int32
	addr := serveEach(t, func(c net.Conn) {
		if arrived.Add(1) == probes {
			interrupts <- os.Interrupt
			time.AfterFunc(200*time.Millisecond, func() { close(open) })
		}
		<-open
		line, _ := bufio.NewReader(c).ReadString('\n')
		io.WriteString(c, "one "+line)
	})
	var out, errs bytes.Buffer
	code := Run([]string{"probe", addr, "-e", "one=100", "-n", "20"},
		World{Stdout: &out, Stderr: &errs, Getenv: func(string) string { return "" }, Interrupts: interrupts})
	if code != exitInconclusive || !strings.Contains(out.String(), "20 answers are too few") || strings.Contains(out.String(), "cut short") {
		t.Errorf("exit code %d\n%s%s", code, out.String(), errs.String())
	}
	if !strings.Contains(errs.String(), "interrupted") {
		t.Errorf("no interrupt came: %s", errs.String())
	}
}
