// Package tlsca is a certificate authority of the simulator's own, for clients
// whose host is fixed: they keep their https address, are led to the simulator by
// a hosts file, and trust the authority.
//
// The authority is made on first use and kept in a directory. It may vouch only
// for the hosts that it was made for (X.509 name constraints), so that a key that
// gets into the wrong hands is worth little.
package tlsca

import (
	"crypto/ecdsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"
)

// defaultHosts are in every certificate: the host of the KYC services (KZ Info,
// Address, E-Document) and this machine. K2 and the ABS have a host of their own
// in each bank.
func defaultHosts() []string { return []string{"kyc.biometric.kz", "localhost", "127.0.0.1", "::1"} }

// localDomain is the domain below which every sandbox has a host of its own.
const localDomain = "localhost"

// Options of Open.
type Options struct {
	Dir   string           // where the authority is kept
	Hosts []string         // DNS names and IP addresses beside defaultHosts
	Now   func() time.Time // the process's time
}

// Authority signs certificates for its hosts. It is safe for concurrent use.
type Authority struct {
	cert  *x509.Certificate
	key   *ecdsa.PrivateKey
	hosts []string
	now   func() time.Time

	mu   sync.Mutex
	main *tls.Certificate // for all the hosts; made anew before it ends
}

// Open reads the authority of a directory, or makes it there. The error says what
// to do where the authority that is there has ended or isn't for these hosts.
func Open(opts Options) (*Authority, error) {
	hosts, err := hostsOf(opts.Hosts)
	if err != nil {
		return nil, err
	}
	a := &Authority{hosts: hosts, now: opts.Now}
	if a.cert, a.key, err = openFiles(opts.Dir, hosts, opts.Now()); err != nil {
		return nil, fmt.Errorf("certificate authority in %s: %w", opts.Dir, err)
	}
	if _, err := a.certificate(); err != nil {
		return nil, fmt.Errorf("certificate authority in %s: %w", opts.Dir, err)
	}
	return a, nil
}

// hostsOf are the default hosts and these, each once.
func hostsOf(more []string) ([]string, error) {
	hosts := defaultHosts()
	for _, h := range more {
		h = strings.ToLower(strings.TrimSuffix(strings.TrimSpace(h), "."))
		if err := checkHost(h); err != nil {
			return nil, err
		}
		if !slices.Contains(hosts, h) {
			hosts = append(hosts, h)
		}
	}
	return hosts, nil
}

// checkHost answers what is wrong with a host of a certificate. One label before
// the name may be a star.
func checkHost(host string) error {
	if _, err := netip.ParseAddr(host); err == nil {
		return nil
	}
	for label := range strings.SplitSeq(strings.TrimPrefix(host, "*."), ".") {
		if !isLabel(label) {
			return fmt.Errorf("%q is no host for a certificate: a DNS name such as k2.bank.example, or an IP address, without scheme and port", host)
		}
	}
	return nil
}

func isLabel(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_'
		if !letter && (c != '-' || i == 0 || i == len(s)-1) {
			return false
		}
	}
	return len(s) >= 1 && len(s) <= 63
}

// Hosts that certificates are made for.
func (a *Authority) Hosts() []string { return slices.Clone(a.hosts) }

// PEM is the authority's certificate, which clients have to trust.
func (a *Authority) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: certificateBlock, Bytes: a.cert.Raw})
}

// Config of a server. It has HTTP/1.1 alone: what the simulator does to a
// connection on purpose (a reset, a short body) has no like within HTTP/2.
func (a *Authority) Config() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}, GetCertificate: a.forHello}
}

// forHello chooses by the name that the client asks for. Few clients take a star
// right before a top-level name, so a sandbox's host gets a certificate of its own.
func (a *Authority) forHello(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	name := strings.ToLower(hello.ServerName)
	label, ok := strings.CutSuffix(name, "."+localDomain)
	if !ok || !isLabel(label) || slices.Contains(a.hosts, name) {
		return a.certificate()
	}
	return a.sign([]string{name})
}

// certificate for all the hosts.
func (a *Authority) certificate() (*tls.Certificate, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.main != nil && a.now().Before(a.main.Leaf.NotAfter.Add(-renewBefore)) {
		return a.main, nil
	}
	made, err := a.sign(a.hosts)
	if err == nil {
		a.main = made
	}
	return made, err
}

// covers answers an error for the first host that an authority may not vouch for.
func covers(ca *x509.Certificate, hosts []string) error {
	for _, h := range hosts {
		if !permits(ca, h) {
			return fmt.Errorf("it was made for %s and may not vouch for %s: remove the directory, so that a new one is made for clients to trust, or choose another by --tls-dir",
				strings.Join(ca.PermittedDNSDomains, ", "), h)
		}
	}
	return nil
}

func permits(ca *x509.Certificate, host string) bool {
	if addr, err := netip.ParseAddr(host); err == nil {
		for _, n := range ca.PermittedIPRanges {
			if n.Contains(addr.AsSlice()) {
				return true
			}
		}
		return false
	}
	host = strings.TrimPrefix(host, "*.")
	return slices.ContainsFunc(ca.PermittedDNSDomains, func(domain string) bool {
		return host == domain || strings.HasSuffix(host, "."+domain)
	})
}
