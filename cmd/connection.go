package cmd

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/pflag"

	"github.com/tcpshift/tcpshift/probe"
)

// tlsOptions are the flags of TLS. The files are PEM.
type tlsOptions struct {
	CA, Cert, Key string
	SNI           string
	Insecure      bool
}

// connectionFlags adds the flags of how a connection is made.
func connectionFlags(flags *pflag.FlagSet, o *probeOptions) {
	flags.StringVar(&o.TLS.CA, "tls-ca", "", "`FILE` of the authorities to verify a server's certificate with (default the system's)")
	flags.StringVar(&o.TLS.Cert, "tls-cert", "", "`FILE` of a certificate to show to the server")
	flags.StringVar(&o.TLS.Key, "tls-key", "", "`FILE` of that certificate's key")
	flags.StringVar(&o.TLS.SNI, "sni", "", "`NAME` to ask the server for, and to find in its certificate (default the target's host)")
	flags.BoolVar(&o.TLS.Insecure, "insecure", false, "do not verify the server's certificate")
	flags.Var(oneOf(&o.ProxyProtocol, "v1", "v2"), "proxy-protocol", "send a PROXY header first: `VERSION` is v1 or v2")
	flags.Var(text(&o.Source, func(s string) error {
		_, err := probe.ParseSources(s)
		return err
	}), "source", "local `ADDRS` to take turns in connecting from: addresses and CIDR blocks, as in 127.0.0.2,127.1.0.0/24")
	flags.BoolVar(&o.AllAddresses, "all-addresses", false, "take turns among all addresses of the target's name (default the first that accepts)")
	flags.BoolVar(&o.ResetClose, "reset-close", false, "close by reset, which leaves no local port lingering; a proxy may count it as an error")
}

// config is the TLS of the engine; nil when nothing was asked for.
func (o tlsOptions) config() (*tls.Config, error) {
	if o == (tlsOptions{}) {
		return nil, nil
	}
	config := &tls.Config{ServerName: o.SNI, InsecureSkipVerify: o.Insecure}
	if o.CA != "" {
		pem, err := os.ReadFile(o.CA)
		if err != nil {
			return nil, hinted{fmt.Errorf("--tls-ca: cannot read %s: %w", o.CA, plainly(err)), ""}
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, hinted{fmt.Errorf("--tls-ca: %s has no certificate in PEM", o.CA), "it begins with -----BEGIN CERTIFICATE-----"}
		}
	}
	if (o.Cert == "") != (o.Key == "") {
		return nil, hinted{errors.New("--tls-cert and --tls-key go together"), "give the certificate's file and its key's"}
	}
	if o.Cert != "" {
		pair, err := tls.LoadX509KeyPair(o.Cert, o.Key)
		if err != nil {
			return nil, hinted{fmt.Errorf("--tls-cert and --tls-key: %w", err), "both files are PEM, and the key must be that of the certificate"}
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}
