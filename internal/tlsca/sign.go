package tlsca

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"net"
	"net/netip"
	"strings"
	"time"
)

// How long certificates are good for. Some clients refuse a server's that is good
// for longer than 398 days.
const (
	authorityLife = 10 * 365 * 24 * time.Hour
	serverLife    = 397 * 24 * time.Hour
	renewBefore   = 30 * 24 * time.Hour
	// backdated allows for clients whose clock is behind.
	backdated = 24 * time.Hour
)

// newAuthority makes a self-signed certificate that may vouch for the hosts and
// for nothing else.
func newAuthority(hosts []string, now time.Time) (der []byte, key *ecdsa.PrivateKey, err error) {
	if key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		return nil, nil, err
	}
	t := &x509.Certificate{
		Subject:   pkix.Name{CommonName: "kzsim local authority, made " + now.UTC().Format(time.DateOnly), Organization: []string{"kzsim"}},
		NotBefore: now.Add(-backdated), NotAfter: now.Add(authorityLife),
		KeyUsage: x509.KeyUsageCertSign, BasicConstraintsValid: true, IsCA: true, MaxPathLenZero: true,
		PermittedDNSDomainsCritical: true,
	}
	for _, h := range hosts {
		if addr, err := netip.ParseAddr(h); err == nil {
			t.PermittedIPRanges = append(t.PermittedIPRanges, rangeOf(addr))
			continue
		}
		t.PermittedDNSDomains = append(t.PermittedDNSDomains, strings.TrimPrefix(h, "*."))
	}
	der, err = x509.CreateCertificate(rand.Reader, t, t, key.Public(), key)
	return der, key, err
}

// rangeOf an address: that one, but all of 127.0.0.0/8.
func rangeOf(addr netip.Addr) *net.IPNet {
	bits := addr.BitLen()
	if addr.IsLoopback() && addr.Is4() {
		addr, bits = netip.AddrFrom4([4]byte{127}), 8
	}
	return &net.IPNet{IP: addr.AsSlice(), Mask: net.CIDRMask(bits, addr.BitLen())}
}

// sign a certificate of a server with these hosts.
func (a *Authority) sign(hosts []string) (*tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	now := a.now()
	t := &x509.Certificate{
		Subject:   pkix.Name{CommonName: hosts[0], Organization: []string{"kzsim"}},
		NotBefore: now.Add(-backdated), NotAfter: now.Add(serverLife),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
	}
	for _, h := range hosts {
		if ip := net.ParseIP(h); ip != nil {
			t.IPAddresses = append(t.IPAddresses, ip)
			continue
		}
		t.DNSNames = append(t.DNSNames, h)
	}
	der, err := x509.CreateCertificate(rand.Reader, t, a.cert, key.Public(), a.key)
	if err != nil {
		return nil, err
	}
	leaf, err := x509.ParseCertificate(der)
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, err
}
