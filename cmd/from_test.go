package cmd_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestFromTheFilesOfProxies probes real proxies, and expects of them what their own configuration says.
func TestFromTheFilesOfProxies(t *testing.T) {
	one, two, three := startEcho(t, "one"), startEcho(t, "two"), startEcho(t, "three")

	t.Run("HAProxy", func(t *testing.T) {
		haproxy, err := exec.LookPath("haproxy")
		if err != nil {
			skipWithout(t, "haproxy")
		}
		addr := freeAddr(t)
		file := filepath.Join(t.TempDir(), "haproxy.cfg")
		writeFile(t, file, fmt.Sprintf(`
defaults
    mode tcp
    timeout connect 2s
    timeout client 10s
    timeout server 10s
    default-server weight 80
frontend in
    bind %s
    default_backend out
backend out
    balance roundrobin
    server one %s
    default-server weight 20
    server two %s
    server three %s backup
backend unused
    server four 127.0.0.1:1
`, addr, one, two, three))
		startProxy(t, addr, exec.Command(haproxy, "-db", "-f", file))
		r, code, said := runProbe(t, addr, "--from", file)
		if code != 0 || r.Source == nil || r.Source.Object != "haproxy out" || len(r.Expected) != 3 {
			t.Errorf("exit %d, %s: from %+v, expected %+v\n%s", code, r.Verdict.Message, r.Source, r.Expected, said)
		}
	})

	t.Run("nginx", func(t *testing.T) {
		nginx, modules := findNginx(t)
		dir := t.TempDir()
		user, lines, hashed := "", freeAddr(t), freeAddr(t)
		if os.Getuid() == 0 {
			user = "user root;"
		}
		startNginx(t, nginx, dir, fmt.Sprintf(`
load_module %s/ngx_stream_module.so;
%s
worker_processes 1;
daemon off;
pid nginx.pid;
error_log stderr error;
events { worker_connections 4000; }
stream {
    upstream lines { server %s weight=4; server %s; server %s backup; }
    split_clients "$remote_addr $remote_port" $hashed { 20%% %s; * %s; }
    server { listen %s; proxy_pass lines; }
    server { listen %s; proxy_pass $hashed; }
}
`, modules, user, one, two, three, two, one, lines, hashed), lines)
		names := fmt.Sprintf("%s=one,%s=two", one, two)
		for _, tt := range []struct{ addr, route string }{{lines, "lines"}, {hashed, "$hashed"}} {
			r, code, said := runProbe(t, tt.addr, "--from", filepath.Join(dir, "nginx.conf"), "--route", tt.route, "--map", names, "--tolerance", "10")
			if code != 0 || r.Source == nil || r.Source.Object != "nginx "+tt.route || r.Source.Match != "listen="+tt.addr {
				t.Errorf("%s: exit %d, %s: from %+v\n%s", tt.route, code, r.Verdict.Message, r.Source, said)
			}
		}
	})
}

// skipWithout skips a test that needs a program, or fails it where all of them must be there.
func skipWithout(t *testing.T, program string) {
	t.Helper()
	if os.Getenv("TCPSHIFT_REQUIRE_PROXIES") != "" {
		t.Fatalf("%s is not installed, and TCPSHIFT_REQUIRE_PROXIES asks for it", program)
	}
	t.Skipf("%s is not installed", program)
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
