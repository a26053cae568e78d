package lab_test

import (
	"io"
	"math"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/tcpshift/tcpshift/lab"
)

func TestNetworkSplitsConnections(t *testing.T) {
	const clients = 100
	network, err := lab.Start(lab.Config{
		Versions: []lab.Version{{Name: "one", Weight: 80}, {Name: "two", Weight: 20}, {Name: "three"}},
		Sampler:  "smooth-wrr",
	})
	if err != nil {
		t.Fatal(err)
	}
	defer network.Close()

	// All at once: the picks stay exact, since they are made one by one.
	answers := make(chan string, clients)
	var all sync.WaitGroup
	for range clients {
		conn := dial(t, network.Addr().String())
		all.Go(func() {
			io.WriteString(conn, "hello\n")
			conn.CloseWrite()
			answer, _ := io.ReadAll(conn)
			answers <- string(answer)
		})
	}
	all.Wait()
	close(answers)
	got := map[string]int{}
	for answer := range answers {
		got[answer]++
	}
	if diff := cmp.Diff(map[string]int{"one hello\n": 80, "two hello\n": 20}, got); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int{80, 20, 0}, network.Counts()); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
}

func TestNetworkShowsItsBackends(t *testing.T) {
	network, err := lab.Start(lab.Config{
		Listen:   "127.0.0.1:0",
		Versions: []lab.Version{{Name: "one", Weight: 80}, {Name: "two", Weight: 20}},
		Sampler:  "random",
	})
	if err != nil {
		t.Fatal(err)
	}
	defer network.Close()
	want := []lab.Backend{{Name: "one", Weight: 80}, {Name: "two", Weight: 20}}
	for i, backend := range network.Backends() {
		conn := dial(t, backend.Addr)
		send(t, conn, "direct\n")
		if got := readLine(t, conn); got != want[i].Name+" direct\n" {
			t.Errorf("backend %s answers %q", backend.Name, got)
		}
		if backend.Addr = ""; backend != want[i] {
			t.Errorf("got %+v, want %+v", backend, want[i])
		}
	}
}

func TestNetworkCloseLeavesNothing(t *testing.T) {
	defer goleak.VerifyNone(t)
	network, err := lab.Start(lab.Config{Versions: []lab.Version{{Name: "one", Weight: 1}}, Sampler: "random"})
	if err != nil {
		t.Fatal(err)
	}
	conn := dial(t, network.Addr().String())
	send(t, conn, "hello\n")
	readLine(t, conn)
	within(t, "Close", func() {
		if err := network.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestStartRefuses(t *testing.T) {
	fine := []lab.Version{{Name: "one", Weight: 1}}
	tests := []struct {
		name   string
		config lab.Config
		want   string
	}{
		{"no versions", lab.Config{Sampler: "random"}, "at least one weight must be positive"},
		{"a bad weight", lab.Config{Sampler: "random", Versions: []lab.Version{{Name: "one", Weight: math.NaN()}}}, "weight 1 of 1 is NaN"},
		{"an unknown sampler", lab.Config{Sampler: "x", Versions: fine}, `unknown sampler "x"`},
		{"a version without a name", lab.Config{Sampler: "random", Versions: []lab.Version{{Name: "", Weight: 1}}}, `version name "" is not a single word`},
		{"a name of two words", lab.Config{Sampler: "random", Versions: []lab.Version{{Name: "v 1", Weight: 1}}}, `version name "v 1" is not a single word`},
		{"an address that is taken, and closes what it had started", lab.Config{
			Sampler: "random", Versions: fine, Listen: listenHand(t).Addr().String(),
		}, "router: listen tcp"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			defer goleak.VerifyNone(t)
			_, err := lab.Start(tt.config)
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

// A version without endpoints takes its share of the connections and ends them.
func TestADeadVersionTurnsConnectionsAway(t *testing.T) {
	network, err := lab.Start(lab.Config{
		Versions: []lab.Version{{Name: "one", Weight: 3}, {Name: "gone", Weight: 1, Dead: true}},
		Sampler:  "smooth-wrr",
	})
	if err != nil {
		t.Fatal(err)
	}
	defer network.Close()
	if addr := network.Backends()[1].Addr; addr != "" {
		t.Errorf("the dead version has the address %s", addr)
	}
	ended := 0
	for range 8 {
		conn := dial(t, network.Addr().String())
		io.WriteString(conn, "hello\n")
		conn.CloseWrite()
		answer, err := io.ReadAll(conn)
		switch {
		case err != nil:
			t.Errorf("not an orderly end: %v", err)
		case len(answer) == 0:
			ended++
		}
	}
	if counts := network.Counts(); ended != 2 || counts[1] != 2 {
		t.Errorf("%d of 8 connections were ended, and the router counts %v", ended, counts)
	}
}
