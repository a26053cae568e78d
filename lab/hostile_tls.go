package lab

import (
	"crypto/tls"
	"sync"
	"time"
)

// securing are the behaviours that speak TLS. Inside of it they answer correctly.
func securing() []Behaviour {
	const day = 24 * time.Hour
	own := []string{"localhost", "127.0.0.1", "::1"}
	answer := secured(named("one"))
	return []Behaviour{
		{Name: "tls", Does: "speaks TLS with a good certificate", treat: answer,
			certificate: func(ca *CA) (tls.Certificate, error) { return ca.Issue(-day, day, own...) }},
		{Name: "tls-expired", Does: "speaks TLS with a certificate that expired yesterday", treat: answer,
			certificate: func(ca *CA) (tls.Certificate, error) { return ca.Issue(-30*day, -day, own...) }},
		{Name: "tls-self-signed", Does: "speaks TLS with a certificate that vouches for itself", treat: answer,
			certificate: func(*CA) (tls.Certificate, error) { return selfSigned(-day, day, own...) }},
		{Name: "tls-wrong-name", Does: "speaks TLS with a certificate of somebody else", treat: answer,
			certificate: func(ca *CA) (tls.Certificate, error) { return ca.Issue(-day, day, "somebody-else.example") }},
		{Name: "tls-stalls", Does: "begins a TLS handshake and does not go on", treat: func(v *visit) {
			v.say("\x16\x03\x03\x00\x7a\x02\x00\x00\x76") // that a ServerHello of 118 bytes follows
			v.stay()
		}},
	}
}

// authority is made when the first server needs it.
var authority = sync.OnceValues(NewCA)

// Authority is the CA of all hostile servers of this process. Who trusts it finds nothing wrong with the certificate
// of the behaviour "tls".
func Authority() (*CA, error) { return authority() }

func serverTLS(certificate func(*CA) (tls.Certificate, error)) (*tls.Config, error) {
	ca, err := Authority()
	if err != nil {
		return nil, err
	}
	cert, err := certificate(ca)
	if err != nil {
		return nil, err
	}
	return &tls.Config{Certificates: []tls.Certificate{cert}}, nil
}

// secured treats a client inside of TLS. The handshake is part of the first read.
func secured(treat func(*visit)) func(*visit) {
	return func(v *visit) {
		v.Conn = tls.Server(v.Conn, v.server.tls)
		treat(v)
	}
}
