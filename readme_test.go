package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/tcpshift/tcpshift/cmd"
	"github.com/tcpshift/tcpshift/lab"
	"github.com/tcpshift/tcpshift/probe"
	"github.com/tcpshift/tcpshift/report"
)

// example is a command of the README and what the README says that it prints.
type example struct {
	command string
	output  string
}

// TestReadme executes the commands of README.md and compares what they print.
func TestReadme(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	network, err := lab.Start(lab.Config{
		Versions: []lab.Version{{Name: "one", Weight: 80}, {Name: "two", Weight: 20}},
		Sampler:  "smooth-wrr",
	})
	if err != nil {
		t.Fatal(err)
	}
	defer network.Close()

	examples := readmeExamples(string(text))
	if len(examples) < 4 {
		t.Fatalf("found %d examples in README.md", len(examples))
	}
	for _, e := range examples {
		t.Run(e.command, func(t *testing.T) {
			args, ok := strings.CutPrefix(e.command, "tcpshift ")
			if !ok {
				t.Fatalf("not a command of tcpshift: %s", e.command)
			}
			args, code, _ := strings.Cut(args, "; echo ")
			var out bytes.Buffer
			got := cmd.Run(strings.Fields(strings.ReplaceAll(args, "127.0.0.1:31400", network.Addr().String())), cmd.World{
				Stdout: &out, Stderr: &out, Getenv: func(string) string { return "" },
			})
			if code != "" {
				out.WriteString(string(rune('0' + got)))
			}
			if got, want := normal(out.String()), normal(e.output); got != want {
				t.Errorf("printed\n%s\nwhich is\n%s\nREADME.md has\n%s", out.String(), got, want)
			}
		})
	}
}

// TestReadmeStart runs the first command of the README, and checks that the second is what CI runs.
func TestReadmeStart(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	start := regexp.MustCompile("(?s)```sh\n(.*?)\n(.*?)\n```").FindStringSubmatch(string(text))
	if start == nil {
		t.Fatal("README.md has no block of two commands")
	}
	demo, _, _ := strings.Cut(start[1], "#")
	out, err := exec.Command("sh", "-c", demo).CombinedOutput()
	if err != nil || !strings.HasPrefix(string(out), "PASS: ") {
		t.Errorf("%s: %v\n%s", demo, err, out)
	}
	test, _, _ := strings.Cut(start[2], "#")
	ci, err := os.ReadFile(".ci/run")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(ci), "\n"+strings.TrimSpace(test)+"\n") {
		t.Errorf(".ci/run does not run %q", test)
	}
}

// readmeExamples are the lines after "$ " in the console blocks, each with the lines that follow it.
func readmeExamples(text string) []example {
	var list []example
	for _, block := range regexp.MustCompile("(?s)```console\n(.*?)```").FindAllStringSubmatch(text, -1) {
		for line := range strings.SplitSeq(block[1], "\n") {
			if command, ok := strings.CutPrefix(line, "$ "); ok {
				list = append(list, example{command: command})
			} else if len(list) > 0 {
				list[len(list)-1].output += line + "\n"
			}
		}
	}
	return list
}

// normal takes out of a text what differs from run to run: times, ports, where lines break because of them, and the
// warning of a machine that is busy with itself.
func normal(s string) string {
	s = regexp.MustCompile(`\d+(\.\d+)?(ms|µs|s)\b`).ReplaceAllString(s, "TIME")
	s = regexp.MustCompile(`(\d+\.\d+\.\d+\.\d+):\d+`).ReplaceAllString(s, "$1:PORT")
	s = strings.Join(strings.Fields(s), " ")
	return regexp.MustCompile(` ?warning: the times are partly this machine's own: [^;]* answer; a lower -c makes them truer`).ReplaceAllString(s, "")
}

// TestExample holds that the files of examples/istio fit together: each subset that connections are divided among is
// that of a Deployment, which runs the echo server on the port of the route.
func TestExample(t *testing.T) {
	var out, errs bytes.Buffer
	if code := cmd.Run([]string{"weights", "examples/istio", "-o", "json"}, cmd.World{Stdout: &out, Stderr: &errs}); code != 0 {
		t.Fatal(errs.String())
	}
	var read report.Weights
	if err := json.Unmarshal(out.Bytes(), &read); err != nil {
		t.Fatal(err)
	}
	servers, err := os.ReadFile("examples/istio/servers.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if len(read.Documents) != 1 || len(read.Documents[0].Backends) != 2 || len(read.Documents[0].Problems) > 0 {
		t.Fatalf("read as %+v", read.Documents)
	}
	for i, b := range read.Documents[0].Backends {
		version := strings.Replace(b.Labels, "=", ": ", 1)
		pattern := fmt.Sprintf(`(?s)kind: Deployment.*labels:\n        app: %s\n        %s\n.*args: \["echo", "%v", "%s"\]`,
			b.Host, version, b.Port, []string{"one", "two"}[i])
		if !regexp.MustCompile(pattern).Match(servers) {
			t.Errorf("no Deployment is %s: %s", b.Name, pattern)
		}
	}
}

// TestReadmeSteps reads the conversations of the README as --steps would.
func TestReadmeSteps(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllSubmatch(text, -1)
	if len(blocks) == 0 {
		t.Fatal("README.md has no conversation")
	}
	for _, block := range blocks {
		if _, err := probe.ParseSteps(block[1]); err != nil {
			t.Errorf("%v in\n%s", err, block[1])
		}
	}
}
