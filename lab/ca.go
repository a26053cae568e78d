package lab

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"net"
	"time"
)

// CA is a certificate authority for practice. Its key is in memory alone, so that it ends with the process.
type CA struct{ tls.Certificate }

// NewCA makes a CA of its own, good for a year.
func NewCA() (*CA, error) {
	const year = 365 * 24 * time.Hour
	template := template(-year, year)
	template.Subject.CommonName = "tcpshift lab CA"
	template.IsCA, template.BasicConstraintsValid = true, true
	template.KeyUsage, template.ExtKeyUsage = x509.KeyUsageCertSign, nil
	cert, err := sign(template, nil)
	if err != nil {
		return nil, err
	}
	return &CA{cert}, nil
}

// PEM is the CA's certificate, for clients that are to trust it.
func (ca *CA) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ca.Leaf.Raw})
}

// Issue makes a server's certificate for hosts, which are names or IP addresses. It is good from one time to another,
// both counted from now.
func (ca *CA) Issue(from, until time.Duration, hosts ...string) (tls.Certificate, error) {
	return sign(template(from, until, hosts...), ca)
}

// selfSigned makes a certificate as Issue does, without a CA.
func selfSigned(from, until time.Duration, hosts ...string) (tls.Certificate, error) {
	return sign(template(from, until, hosts...), nil)
}

// template is what a certificate is to say.
func template(from, until time.Duration, hosts ...string) *x509.Certificate {
	now := time.Now()
	t := &x509.Certificate{
		Subject:     pkix.Name{CommonName: "tcpshift lab"},
		NotBefore:   now.Add(from),
		NotAfter:    now.Add(until),
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			t.IPAddresses = append(t.IPAddresses, ip)
		} else {
			t.DNSNames = append(t.DNSNames, host)
		}
	}
	return t
}

// sign makes a key and the certificate for it, signed by ca or, without one, by itself.
func sign(template *x509.Certificate, ca *CA) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	parent, signer := template, crypto.PrivateKey(key)
	if ca != nil {
		parent, signer = ca.Leaf, ca.PrivateKey
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		return tls.Certificate{}, err
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, nil
}
