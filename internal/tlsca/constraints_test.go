package tlsca_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/asn1"
	"math/big"
	"net"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/tlsca"
)

// authorityFile is the certificate of an authority that was just made, with its key.
func authorityFile(t *testing.T, hosts ...string) tls.Certificate {
	t.Helper()
	dir := t.TempDir()
	open(t, dir, start, hosts...)
	file := filepath.Join(dir, tlsca.KeyFile)
	pair, err := tls.LoadX509KeyPair(file, file)
	if err != nil {
		t.Fatal(err)
	}
	return pair
}

// TestNameConstraintsAreCritical: a client that doesn't know name constraints has to
// refuse the authority (RFC 5280, 4.2).
func TestNameConstraintsAreCritical(t *testing.T) {
	nameConstraints := asn1.ObjectIdentifier{2, 5, 29, 30}
	ca := authorityFile(t, "k2.bank.example", "*.abs.bank.example", "10.1.2.3").Leaf
	found := false
	for _, e := range ca.Extensions {
		if e.Id.Equal(nameConstraints) {
			found = true
			if !e.Critical {
				t.Error("the name constraints are not critical")
			}
		}
	}
	if !found {
		t.Error("no name constraints")
	}
	names := []string{"kyc.biometric.kz", "localhost", "k2.bank.example", "abs.bank.example"}
	if diff := cmp.Diff(names, ca.PermittedDNSDomains); diff != "" {
		t.Errorf("permitted names (-want +got):\n%s", diff)
	}
	var ranges []string
	for _, r := range ca.PermittedIPRanges {
		ranges = append(ranges, r.String())
	}
	if diff := cmp.Diff([]string{"127.0.0.0/8", "::1/128", "10.1.2.3/32"}, ranges); diff != "" {
		t.Errorf("permitted addresses (-want +got):\n%s", diff)
	}
}

// TestStolenKey: what somebody else signs with the key is taken for the authority's
// hosts only, and can't be an authority.
func TestStolenKey(t *testing.T) {
	authority := authorityFile(t, "10.1.2.3", "k2.bank.example")
	roots := x509.NewCertPool()
	roots.AddCert(authority.Leaf)
	for _, test := range []struct {
		host string
		good bool
	}{
		{"kyc.biometric.kz", true},
		{"k2.bank.example", true},
		{"10.1.2.3", true},
		{"127.255.255.255", true},
		{"::1", true},
		{"egov.kz", false},
		{"biometric.kz", false},
		{"kyc.biometric.kz.example.com", false},
		{"10.1.2.2", false},
		{"10.1.2.4", false},
		{"126.255.255.255", false},
		{"128.0.0.0", false},
		{"::2", false},
	} {
		direct := sign(t, leafFor(test.host), authority)
		if err := verified(direct.Leaf, roots, nil, test.host); (err == nil) != test.good {
			t.Errorf("%s: %v, want good: %v", test.host, err, test.good)
		}
	}
	const host = "kyc.biometric.kz"
	below := sign(t, subordinate(), authority)
	if verified(sign(t, leafFor(host), below).Leaf, roots, below.Leaf, host) == nil {
		t.Error("an authority below the authority is taken")
	}
}

func leafFor(host string) *x509.Certificate {
	c := &x509.Certificate{NotBefore: start, NotAfter: start.AddDate(0, 0, 1)}
	if ip := net.ParseIP(host); ip != nil {
		c.IPAddresses = []net.IP{ip}
	} else {
		c.DNSNames = []string{host}
	}
	return c
}

// subordinate is an authority below another.
func subordinate() *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(2), NotBefore: start, NotAfter: start.AddDate(0, 0, 1),
		KeyUsage: x509.KeyUsageCertSign, BasicConstraintsValid: true, IsCA: true,
	}
}

func sign(t *testing.T, template *x509.Certificate, by tls.Certificate) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, by.Leaf, key.Public(), by.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

func verified(leaf *x509.Certificate, roots *x509.CertPool, below *x509.Certificate, host string) error {
	between := x509.NewCertPool()
	if below != nil {
		between.AddCert(below)
	}
	_, err := leaf.Verify(x509.VerifyOptions{
		Roots: roots, Intermediates: between, DNSName: host, CurrentTime: start.Add(time.Hour),
	})
	return err
}
