package probe

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"
)

// testCertificate is good for 127.0.0.1 and example.com, and signs itself.
func testCertificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	server := httptest.NewTLSServer(nil)
	defer server.Close()
	pool := x509.NewCertPool()
	pool.AddCert(server.Certificate())
	return server.TLS.Certificates[0], pool
}

// serveTLS gives each connection that has shaken hands to answer.
func serveTLS(t *testing.T, config *tls.Config, answer func(*tls.Conn)) Target {
	target := serve(t, func(c *net.TCPConn) {
		secured := tls.Server(c, config)
		if secured.Handshake() == nil {
			answer(secured)
		}
		secured.Close()
	})
	target.Protocol = "tls"
	return target
}

func TestTLS(t *testing.T) {
	cert, pool := testCertificate(t)
	echo := func(c *tls.Conn) { fmt.Fprintf(c, "one %s", ask(c)) }
	tests := []struct {
		name   string
		server *tls.Config
		client *tls.Config
		kind   Kind
	}{
		{"a certificate of a known authority", &tls.Config{}, &tls.Config{RootCAs: pool}, ""},
		{"another name in it, which is asked for", &tls.Config{}, &tls.Config{RootCAs: pool, ServerName: "example.com"}, ""},
		{"an unknown authority", &tls.Config{}, &tls.Config{RootCAs: x509.NewCertPool()}, Certificate},
		{"an unknown authority, and nobody minds", &tls.Config{}, &tls.Config{InsecureSkipVerify: true}, ""},
		{"a name that is not in the certificate", &tls.Config{}, &tls.Config{RootCAs: pool, ServerName: "other.example"}, Certificate},
		{"a client that must show a certificate and does", &tls.Config{ClientAuth: tls.RequireAnyClientCert},
			&tls.Config{RootCAs: pool, Certificates: []tls.Certificate{cert}}, ""},
		{"a client that must show a certificate and has none", &tls.Config{ClientAuth: tls.RequireAnyClientCert}, &tls.Config{RootCAs: pool}, TLSAlert},
		{"a server of old times alone", &tls.Config{MaxVersion: tls.VersionTLS10}, &tls.Config{RootCAs: pool}, TLSAlert},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.server.Certificates = []tls.Certificate{cert}
			cfg := realConfig(t, serveTLS(t, tt.server, echo), 8)
			cfg.TLS = tt.client
			for r := range Run(t.Context(), cfg) {
				switch {
				case tt.kind == "" && (r.Err != nil || r.Version != "one" || r.TLS <= 0):
					t.Errorf("got %+v", r)
				case tt.kind != "" && (r.Err == nil || r.Err.Kind != tt.kind):
					// TLS 1.3 tells of a missing certificate after its handshake.
					t.Errorf("got %q and %v, want %s", r.Version, r.Err, tt.kind)
				}
			}
			if name := tt.client.ServerName; name == cfg.Target.Host {
				t.Error("the run has put its name into a configuration that is not its own")
			}
		})
	}
}

// heard counts the bytes that come on a connection.
type heard struct {
	net.Conn
	bytes int
}

func (h *heard) Read(b []byte) (int, error) {
	n, err := h.Conn.Read(b)
	h.bytes += n
	return n, err
}

// TestEachHandshakeIsWhole: a session that is taken up again might stay with its version. No protocol is asked for, the
// name is the one that the certificate must have, and the connection ends in order, with an alert (RFC 8446, 6.1).
func TestEachHandshakeIsWhole(t *testing.T) {
	cert, pool := testCertificate(t)
	var goodbyes atomic.Int64
	target := serve(t, func(plain *net.TCPConn) {
		below := &heard{Conn: plain}
		c := tls.Server(below, &tls.Config{Certificates: []tls.Certificate{cert}, NextProtos: []string{"h2", "http/1.1"}})
		line := ask(c)
		state := c.ConnectionState()
		before := below.bytes
		fmt.Fprintf(c, "%s/%s/%t %s", state.ServerName, state.NegotiatedProtocol, state.DidResume, line)
		if io.ReadAll(c); below.bytes > before {
			goodbyes.Add(1)
		}
	})
	target.Protocol = "tls"
	cfg := realConfig(t, target, 12)
	cfg.TLS = &tls.Config{RootCAs: pool, ServerName: "example.com"}
	for r := range Run(t.Context(), cfg) {
		if r.Version != "example.com//false" {
			t.Errorf("got %q and %v", r.Version, r.Err)
		}
	}
	for range 500 {
		if goodbyes.Load() == 12 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d connections of 12 ended in order", goodbyes.Load())
}

func TestTLSThatIsNone(t *testing.T) {
	target := serve(t, func(c *net.TCPConn) { io.WriteString(c, "220 smtp.example ready\r\n"); silence(c) })
	target.Protocol = "tls"
	badServer(t, newPool, target, 5*time.Second, func(r Result) {
		if r.Err == nil || r.Err.Phase != TLS || r.Err.Kind != NotTLS {
			t.Errorf("got %v", r.Err)
		}
	})
}

func TestAStalledHandshake(t *testing.T) {
	target := serve(t, func(c *net.TCPConn) { silence(c) })
	target.Protocol = "tls"
	t.Run("ends with the time for connecting", func(t *testing.T) {
		cfg := realConfig(t, target, 8)
		cfg.Timeout, cfg.DialTimeout = time.Minute, 150*time.Millisecond
		for r := range Run(t.Context(), cfg) {
			if r.Err == nil || r.Err.Phase != TLS || r.Err.Kind != Timeout || r.TLS == 0 {
				t.Errorf("got %+v", r)
			}
		}
	})
	t.Run("ends with a cancel", func(t *testing.T) {
		cfg := realConfig(t, target, 8)
		cfg.Timeout = time.Minute
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		for r := range Run(ctx, cfg) {
			if r.Err == nil || r.Err.Kind != Canceled {
				t.Errorf("got %+v", r)
			}
		}
	})
}

// TestTheTimeForConnectingEndsWithIt: the exchange behind it has the whole probe's.
func TestTheTimeForConnectingEndsWithIt(t *testing.T) {
	cert, pool := testCertificate(t)
	cfg := realConfig(t, serveTLS(t, &tls.Config{Certificates: []tls.Certificate{cert}}, func(c *tls.Conn) {
		line := ask(c)
		time.Sleep(1800 * time.Millisecond)
		fmt.Fprintf(c, "one %s", line)
	}), 4)
	cfg.TLS, cfg.DialTimeout, cfg.Timeout = &tls.Config{RootCAs: pool}, 1500*time.Millisecond, time.Minute
	for r := range Run(t.Context(), cfg) {
		if r.Err != nil {
			t.Error(r.Err)
		}
	}
}
