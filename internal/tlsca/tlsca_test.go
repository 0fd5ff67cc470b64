package tlsca_test

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kzsim/kzsim/internal/tlsca"
)

var start = time.Date(2026, time.March, 1, 9, 0, 0, 0, time.UTC)

func at(instant time.Time) func() time.Time { return func() time.Time { return instant } }

func open(t *testing.T, dir string, now time.Time, hosts ...string) *tlsca.Authority {
	t.Helper()
	a, err := tlsca.Open(tlsca.Options{Dir: dir, Hosts: hosts, Now: at(now)})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// greet does a handshake of a client that trusts the authority and knows the
// server as host.
func greet(a *tlsca.Authority, host string, now time.Time) (*x509.Certificate, error) {
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(a.PEM())
	clientSide, serverSide := net.Pipe()
	defer clientSide.Close()
	server := tls.Server(serverSide, a.Config())
	go func() {
		defer serverSide.Close()
		if server.Handshake() == nil {
			_, _ = io.Copy(io.Discard, server)
		}
	}()
	client := tls.Client(clientSide, &tls.Config{RootCAs: roots, ServerName: host, Time: at(now)})
	if err := client.Handshake(); err != nil {
		return nil, err
	}
	return client.ConnectionState().PeerCertificates[0], nil
}

func TestHostsThatAreVouchedFor(t *testing.T) {
	a := open(t, t.TempDir(), start, "K2.bank.example", "*.abs.bank.example", "10.1.2.3", "k2.bank.example.")
	cases := []struct {
		host string
		good bool
	}{
		{"kyc.biometric.kz", true},
		{"KYC.biometric.kz", true},
		{"localhost", true},
		{"127.0.0.1", true},
		{"::1", true},
		{"k2.bank.example", true},
		{"way4.abs.bank.example", true},
		{"10.1.2.3", true},
		{"job-42.localhost", true},
		{"a.b.localhost", false},
		{"bank.example", false},
		{"10.1.2.4", false},
		{"biometric.kz", false},
	}
	for _, c := range cases {
		t.Run(c.host, func(t *testing.T) {
			_, err := greet(a, c.host, start)
			if good := err == nil; good != c.good {
				t.Errorf("a client that trusts the authority accepts the host: %v (%v), want %v", good, err, c.good)
			}
		})
	}
}

func TestAuthorityIsKept(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "below", "tls")
	first := open(t, dir, start)
	if second := open(t, dir, start.AddDate(1, 0, 0)); string(second.PEM()) != string(first.PEM()) {
		t.Error("another authority after a restart; clients would have to trust anew")
	}
	info, err := os.Stat(filepath.Join(dir, tlsca.KeyFile))
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		t.Errorf("the key may be read by others: %v", info.Mode())
	}
	shown, err := os.ReadFile(filepath.Join(dir, tlsca.CertificateFile))
	if err != nil || string(shown) != string(first.PEM()) {
		t.Errorf("%s is not the authority (%v)", tlsca.CertificateFile, err)
	}
}

// TestMadeByMany: processes that start at once end up with one authority.
func TestMadeByMany(t *testing.T) {
	dir := t.TempDir()
	made := make([]string, 8)
	var wg sync.WaitGroup
	for i := range made {
		wg.Go(func() {
			a, err := tlsca.Open(tlsca.Options{Dir: dir, Now: at(start)})
			if err != nil {
				t.Error(err)
				return
			}
			made[i] = string(a.PEM())
		})
	}
	wg.Wait()
	for i := range made {
		if made[i] != made[0] {
			t.Fatal("two authorities in one directory")
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) != 2 {
		t.Errorf("files left: %v", left)
	}
}

func TestRefusals(t *testing.T) {
	narrow := t.TempDir()
	open(t, narrow, start, "k2.bank.example")
	garbage := t.TempDir()
	if err := os.WriteFile(filepath.Join(garbage, tlsca.KeyFile), []byte("no PEM"), 0o600); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(garbage, tlsca.KeyFile)
	cases := []struct {
		name, dir string
		hosts     []string
		now       time.Time
		want      string
	}{
		{"no directory", "", nil, start, "no directory to keep it in"},
		{"a directory that is a file", file, nil, start, file},
		{"a key file that is none", garbage, nil, start, "remove the file, so that it is made anew"},
		{"a host that the authority wasn't made for", narrow, []string{"abs.bank.example"}, start,
			"it was made for kyc.biometric.kz, localhost, k2.bank.example and may not vouch for abs.bank.example: remove the directory"},
		{"an address that it wasn't made for", narrow, []string{"10.0.0.1"}, start, "may not vouch for 10.0.0.1"},
		{"an authority that ends", narrow, nil, start.AddDate(10, 0, -100), "it ends on 2036-02-27"},
		{"a URL for a host", t.TempDir(), []string{"https://k2.bank.example"}, start, `"https://k2.bank.example" is no host`},
		{"a port", t.TempDir(), []string{"k2.bank.example:443"}, start, "without scheme and port"},
		{"nothing", t.TempDir(), []string{""}, start, `"" is no host`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := tlsca.Open(tlsca.Options{Dir: c.dir, Hosts: c.hosts, Now: at(c.now)})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
}

// TestRenewal: a server that runs for years has a good certificate at any time.
func TestRenewal(t *testing.T) {
	now := start
	a, err := tlsca.Open(tlsca.Options{Dir: t.TempDir(), Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	serials := map[string]bool{}
	for range 24 {
		leaf, err := greet(a, "kyc.biometric.kz", now)
		if err != nil {
			t.Fatalf("on %s: %v", now.Format(time.DateOnly), err)
		}
		serials[leaf.SerialNumber.String()] = true
		if life := leaf.NotAfter.Sub(leaf.NotBefore); life > 398*24*time.Hour {
			t.Errorf("good for %s, which some clients refuse", life)
		}
		now = now.AddDate(0, 1, 0)
	}
	if len(serials) != 2 {
		t.Errorf("%d certificates in two years, want 2", len(serials))
	}
}

// TestHTTPS: a handler sees requests as secure ones, over HTTP/1.1.
func TestHTTPS(t *testing.T) {
	a := open(t, t.TempDir(), start)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.TLS == nil {
			http.Error(w, "not secure", http.StatusTeapot)
		}
	}))
	server.Listener = tls.NewListener(server.Listener, a.Config())
	server.Start()
	defer server.Close()
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(a.PEM())
	transport := &http.Transport{
		TLSClientConfig:   &tls.Config{RootCAs: roots, Time: at(start)},
		ForceAttemptHTTP2: true,
	}
	defer transport.CloseIdleConnections()
	resp, err := (&http.Client{Transport: transport}).Get("https://" + server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK || resp.Proto != "HTTP/1.1" {
		t.Errorf("answered %s %s", resp.Proto, resp.Status)
	}
}
