package cmd_test

import (
	"crypto/x509"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/tcpshift/tcpshift/lab"
)

// nginxConfig has one server for each way of speaking. All of them split 80/20 by the smooth weighted round robin of one
// worker, but for the last, whose canary is down.
const nginxConfig = `
load_module $MODULES/ngx_stream_module.so;
$USER
worker_processes 1;
daemon off;
pid nginx.pid;
error_log stderr error;
events { worker_connections 4000; }
stream {
    upstream lines { server $ONE weight=80; server $TWO weight=20; }
    server { listen $LINES; proxy_pass lines; }
    server { listen $PROXIED proxy_protocol; proxy_pass lines; }
    server { listen $SECURED ssl; proxy_pass lines; ssl_certificate cert.pem; ssl_certificate_key key.pem; }
}
http {
    access_log off;
    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
    server { listen $V1; location / { add_header X-Version v1 always; return 200 "<p>no stars</p>"; } }
    server { listen $V2; location / { add_header X-Version v2 always; return 200 "<p>black stars</p>"; } }
    upstream pages { server $V1 weight=80; server $V2 weight=20; }
    upstream broken { server $V1 weight=80 max_fails=0; server 127.0.0.1:1 weight=20 max_fails=0; }
    server { listen $PAGES; location / { proxy_pass http://pages; } }
    server { listen $SECURED_PAGES ssl; ssl_certificate cert.pem; ssl_certificate_key key.pem; location / { proxy_pass http://pages; } }
    server { listen $BROKEN; location / { proxy_pass http://broken; proxy_next_upstream off; } }
}
`

// TestNginx probes a real nginx in every way that both speak.
func TestNginx(t *testing.T) {
	nginx, modules := findNginx(t)
	dir := t.TempDir()
	ca := filepath.Join(dir, "ca.pem")
	writeCertificates(t, dir)
	at := map[string]string{"MODULES": modules, "ONE": startEcho(t, "one"), "TWO": startEcho(t, "two")}
	for _, name := range []string{"LINES", "PROXIED", "SECURED", "V1", "V2", "PAGES", "SECURED_PAGES", "BROKEN"} {
		at[name] = freeAddr(t)
	}
	if os.Getuid() == 0 {
		at["USER"] = "user root;" // the worker's usual user could not read the test's folder
	}
	expand := func(text string) string { return os.Expand(text, func(name string) string { return at[name] }) }
	startNginx(t, nginx, dir, expand(nginxConfig), at["LINES"])

	const pages = "v1=80,v2=20"
	tests := []struct {
		name, target, expect, args string
		code                       int
		reason, says               string
	}{
		{"lines", "$LINES", "one=80,two=20", "", 0, "consistent", "consistent with 80/20"},
		{"a PROXY header, version 1", "$PROXIED", "one=80,two=20", "--proxy-protocol v1", 0, "consistent", ""},
		{"a PROXY header, version 2", "$PROXIED", "one=80,two=20", "--proxy-protocol v2", 0, "consistent", ""},
		{"no PROXY header where one is due", "$PROXIED", "one=80,two=20", "-n 50 --timeout 2s", 3, "unreachable", ""},
		{"lines in TLS", "tls://$SECURED", "one=80,two=20", "--tls-ca " + ca + " --sni shop.example", 0, "consistent", ""},
		{"lines in TLS, by another name", "tls://$SECURED", "one=80,two=20", "--tls-ca " + ca + " -n 50", 3, "unreachable", "50 certificate"},
		{"requests on one connection stay with it", "$LINES", "one=80,two=20", "--requests 3", 0, "consistent", ""},
		{"pages by a header", "http://$PAGES/", pages, "--version-from header:X-Version", 0, "consistent", ""},
		{"pages by what they show", "http://$PAGES/", pages, "--match v1=no.stars --match v2=black", 0, "consistent", ""},
		{"pages in TLS", "https://$SECURED_PAGES/", pages, "--version-from header:X-Version --sni shop.example --tls-ca " + ca, 0, "consistent", ""},
		{"pages that are balanced by request", "http://$PAGES/", pages, "--version-from header:X-Version --requests 5 -n 100", 1, "unhealthy", "version-changed"},
		{"a canary that is down", "http://$BROKEN/", pages, "--version-from header:X-Version", 1, "unhealthy", "no-match"},
		{"a canary that is down, by what pages show", "http://$BROKEN/", pages, "--match v1=no.stars --match v2=black", 1, "unhealthy", "http-status"},
		{"a canary that is down, by the status", "http://$BROKEN/", "200=80,502=20", "--version-from status", 0, "consistent", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, code, said := runProbe(t, append([]string{expand(tt.target), "--expect", tt.expect}, strings.Fields(tt.args)...)...)
			if code != tt.code || string(r.Verdict.Reason) != tt.reason || !strings.Contains(r.Verdict.Message, tt.says) {
				t.Errorf("exit %d, %s: %s\n%s", code, r.Verdict.Reason, r.Verdict.Message, said)
			}
		})
	}
}

// findNginx returns the program and the folder of its modules.
func findNginx(t *testing.T) (nginx, modules string) {
	t.Helper()
	nginx, err := exec.LookPath("nginx")
	if err == nil {
		out, _ := exec.Command(nginx, "-V").CombinedOutput()
		if m := regexp.MustCompile(`--modules-path=(\S+)`).FindSubmatch(out); m != nil {
			modules = string(m[1])
		}
		_, err = os.Stat(filepath.Join(modules, "ngx_stream_module.so"))
	}
	if err != nil {
		skipWithout(t, "nginx with its stream module")
	}
	return nginx, modules
}

// writeCertificates puts an authority, and a certificate of shop.example with its key, into a folder.
func writeCertificates(t *testing.T, dir string) {
	t.Helper()
	ca, err := lab.NewCA()
	if err != nil {
		t.Fatal(err)
	}
	cert, err := ca.Issue(-time.Hour, time.Hour, "shop.example")
	if err != nil {
		t.Fatal(err)
	}
	key, err := x509.MarshalPKCS8PrivateKey(cert.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string][]byte{
		"ca.pem":   ca.PEM(),
		"cert.pem": pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Certificate[0]}),
		"key.pem":  pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func startNginx(t *testing.T, nginx, dir, config, addr string) {
	t.Helper()
	file := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	startProxy(t, addr, exec.Command(nginx, "-p", dir, "-c", file, "-e", "stderr"))
}
