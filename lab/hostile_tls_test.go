package lab_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"testing"

	"github.com/tcpshift/tcpshift/lab"
)

func TestHostileCertificates(t *testing.T) {
	ca, err := lab.Authority()
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(ca.PEM()) {
		t.Fatalf("no certificate in %s", ca.PEM())
	}
	good := func(err error) bool { return err == nil }
	unknown := func(err error) bool { return errors.As(err, new(x509.UnknownAuthorityError)) }
	tests := []struct {
		name      string
		behaviour string
		config    *tls.Config
		want      func(error) bool
	}{
		{"a good one", "tls", &tls.Config{RootCAs: roots, ServerName: "localhost"}, good},
		{"a good one, for an address", "tls", &tls.Config{RootCAs: roots, ServerName: "127.0.0.1"}, good},
		{"a good one of a stranger", "tls", &tls.Config{RootCAs: x509.NewCertPool(), ServerName: "localhost"}, unknown},
		{"an expired one", "tls-expired", &tls.Config{RootCAs: roots, ServerName: "localhost"}, func(err error) bool {
			var invalid x509.CertificateInvalidError
			return errors.As(err, &invalid) && invalid.Reason == x509.Expired
		}},
		{"a self-signed one", "tls-self-signed", &tls.Config{RootCAs: roots, ServerName: "localhost"}, unknown},
		{"one of somebody else", "tls-wrong-name", &tls.Config{RootCAs: roots, ServerName: "localhost"}, func(err error) bool {
			return errors.As(err, new(x509.HostnameError))
		}},
		{"one of somebody else, who is asked for", "tls-wrong-name",
			&tls.Config{RootCAs: roots, ServerName: "somebody-else.example"}, good},
		{"an expired one that nobody looks at", "tls-expired", &tls.Config{InsecureSkipVerify: true}, good},
		{"a self-signed one that nobody looks at", "tls-self-signed", &tls.Config{InsecureSkipVerify: true}, good},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			conn := tls.Client(dial(t, listenHostile(t, behaviour(t, tt.behaviour)).Addr().String()), tt.config)
			err := conn.Handshake()
			if !tt.want(err) {
				t.Fatalf("got %v", err)
			}
			if err == nil {
				send(t, conn, "hello\n")
				if got := readLine(t, conn); got != "one hello\n" {
					t.Errorf("got %q", got)
				}
			}
		})
	}
}
