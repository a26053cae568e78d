package probe

import (
	"crypto/tls"
	"net"
)

// secureLayer does TLS handshakes. No two of them share anything: a resumed session might stay with its server.
type secureLayer struct{ config *tls.Config }

func newSecureLayer(cfg *Config) *secureLayer {
	if cfg.Steps == nil && !cfg.Target.secured() {
		return nil
	}
	config := cfg.TLS.Clone()
	if config == nil {
		config = new(tls.Config)
	}
	if config.ServerName == "" {
		config.ServerName = cfg.Target.Host
	}
	if cfg.Target.web() {
		config.NextProtos = []string{"http/1.1"} // a connection a probe leaves nothing for HTTP/2 to share
	}
	return &secureLayer{config}
}

// handshake puts TLS on a connection whose deadline is set.
func (s *secureLayer) handshake(conn net.Conn) (net.Conn, *Error) {
	secured := tls.Client(conn, s.config)
	if err := secured.Handshake(); err != nil {
		return nil, failure(TLS, err)
	}
	return secured, nil
}
