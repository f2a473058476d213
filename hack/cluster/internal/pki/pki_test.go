package pki

import (
	"crypto/tls"
	"crypto/x509"
	"testing"
)

func TestCertificatesVerify(t *testing.T) {
	authority, err := NewAuthority()
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(authority.Cert) {
		t.Fatal("the authority's certificate cannot be read")
	}
	server, err := authority.Server("server", "kubernetes.default", "10.96.0.1")
	if err != nil {
		t.Fatal(err)
	}
	client, err := authority.Client("system:node:chuan", "system:nodes")
	if err != nil {
		t.Fatal(err)
	}
	leaf := parse(t, server)
	for _, host := range []string{"kubernetes.default", "10.96.0.1"} {
		if _, err := leaf.Verify(x509.VerifyOptions{Roots: roots, DNSName: host}); err != nil {
			t.Errorf("%s: %v", host, err)
		}
	}
	leaf = parse(t, client)
	usage := []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	if _, err := leaf.Verify(x509.VerifyOptions{Roots: roots, KeyUsages: usage}); err != nil {
		t.Error(err)
	}
	if leaf.Subject.CommonName != "system:node:chuan" || leaf.Subject.Organization[0] != "system:nodes" {
		t.Errorf("subject %v", leaf.Subject)
	}
}

func parse(t *testing.T, pair *Pair) *x509.Certificate {
	t.Helper()
	loaded, err := tls.X509KeyPair(pair.Cert, pair.Key)
	if err != nil {
		t.Fatal(err)
	}
	return loaded.Leaf
}
