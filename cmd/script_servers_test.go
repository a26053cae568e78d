package cmd_test

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"

	"github.com/rogpeppe/go-internal/testscript"
)

// serveMore starts the servers of the scripts that speak more than lines over TCP.
func serveMore(env *testscript.Env) error {
	page := httptest.NewServer(new(bookshop))
	env.Defer(page.Close)
	env.Setenv("PAGE", page.URL)

	secured := httptest.NewTLSServer(nil) // lends its certificate, which is good for 127.0.0.1 and example.com
	env.Defer(secured.Close)
	config := &tls.Config{Certificates: secured.TLS.Certificates}
	ca := filepath.Join(env.WorkDir, "ca.pem")
	env.Setenv("CA", ca)
	err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secured.Certificate().Raw}), 0o600)
	if err != nil {
		return err
	}
	raw, err := x509.MarshalPKCS8PrivateKey(config.Certificates[0].PrivateKey)
	if err != nil {
		return err
	}
	key := filepath.Join(env.WorkDir, "key.pem")
	env.Setenv("KEY", key)
	if err := os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw}), 0o600); err != nil {
		return err
	}
	mutual := config.Clone()
	mutual.ClientAuth = tls.RequireAnyClientCert
	for name, answer := range map[string]func(net.Conn){
		"TLS":  func(c net.Conn) { echoLine(tls.Server(c, config)) },
		"MTLS": func(c net.Conn) { echoLine(tls.Server(c, mutual)) },
		"MAIL": func(c net.Conn) { mail(c, config) },
	} {
		addr, err := serve(env, answer)
		if err != nil {
			return err
		}
		env.Setenv(name, addr)
	}

	socket := filepath.Join(env.WorkDir, "s")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		return err
	}
	env.Defer(func() { listener.Close() })
	env.Setenv("SOCKET", socket)
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			echoLine(c)
			c.Close()
		}
	}()
	return nil
}

func echoLine(c net.Conn) {
	line, _ := bufio.NewReader(c).ReadString('\n')
	fmt.Fprintf(c, "one %s", line)
}

// mail greets, starts TLS when it is asked to, and tells its version inside.
func mail(c net.Conn, config *tls.Config) {
	io.WriteString(c, "220 mail ready\r\n")
	if line, _ := bufio.NewReader(c).ReadString('\n'); line != "STARTTLS\r\n" {
		return
	}
	io.WriteString(c, "220 go ahead\r\n")
	secured := tls.Server(c, config)
	line, _ := bufio.NewReader(secured).ReadString('\n')
	fmt.Fprintf(secured, "250-%s250 version=one\r\n", strings.ReplaceAll(line, "HELLO", "hello"))
}

// bookshop is a page in three versions: of ten visits five see no stars, three black ones and two red ones.
type bookshop struct{ visits atomic.Int64 }

func (b *bookshop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	version := []string{"v1", "v2", "v1", "v3", "v1", "v2", "v1", "v2", "v1", "v3"}[b.visits.Add(1)%10]
	stars := map[string]string{"v1": "no stars", "v2": `<font color="black">*</font>`, "v3": `<font color="red">*</font>`}[version]
	if r.URL.Path == "/broken" {
		w.WriteHeader(http.StatusServiceUnavailable)
		io.WriteString(w, "one moment please")
		return
	}
	w.Header().Set("X-Version", version)
	if r.URL.Path == "/asked" {
		body, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%s/%s/%s/%s", r.Method, r.Host, r.Header.Get("X-Canary"), body)
		return
	}
	fmt.Fprintf(w, "<html>%s\n<p>%s</p></html>\n", strings.Repeat("<br>\n", 2000), stars)
}
