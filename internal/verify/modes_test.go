package verify_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/kzsim/kzsim/internal/inprocess"

	"github.com/kzsim/kzsim/internal/verify"
	"github.com/kzsim/kzsim/internal/verify/target"
)

// isGreen fails the test for every finding and note.
func isGreen(t *testing.T, report *verify.Report) {
	t.Helper()
	for _, f := range append(report.Findings, report.Notes...) {
		t.Errorf("%s: expected %s, seen %s, in %v", line(f), f.Expected, f.Seen, f.Cases)
	}
	if len(report.Results) < 400 {
		t.Errorf("only %d results", len(report.Results))
	}
}

func overNetwork(o *verify.Options, address string) {
	o.Transport = nil
	o.Target = whole(address)
}

func TestSimulatorOverTCP(t *testing.T) {
	server := httptest.NewServer(served(t).Handler())
	defer server.Close()
	isGreen(t, verified(t, nil, func(o *verify.Options) { overNetwork(o, server.URL) }))
}

func TestSandboxOverTCP(t *testing.T) {
	s := served(t)
	server := httptest.NewServer(s.Handler())
	defer server.Close()
	if resp := control(t, server.URL+"/_sim/sandboxes/suite", "PUT", "{}"); resp.StatusCode != http.StatusCreated {
		t.Fatal(resp.Status)
	}
	isGreen(t, verified(t, nil, func(o *verify.Options) { overNetwork(o, server.URL+"/s/suite") }))
}

func control(t *testing.T, address, method, body string) *http.Response {
	t.Helper()
	req, err := http.NewRequest(method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer the token")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp
}

// Every preset and every word of every switch is a behaviour that the documents
// leave room for, so none of them is a finding.
func TestEveryProfileIsRight(t *testing.T) {
	table := contractTable(t)
	profiles := []map[string]string{{"preset": "observed"}, {"preset": "strict"}}
	for _, s := range table.Switches() {
		for _, word := range s.Values {
			if word != s.Default && word != "hold" { // that one waits, as it says
				profiles = append(profiles, map[string]string{s.Key: word})
			}
		}
	}
	for _, words := range profiles {
		name := strings.TrimSuffix(strings.TrimPrefix(strings.ReplaceAll(strings.Trim(jsonOf(t, words), "{}"), `"`, ""), "map["), "]")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := inProfile(t, words)
			for _, f := range verified(t, s.Handler()).Findings {
				t.Errorf("%s: expected %s, seen %s, in %v", line(f), f.Expected, f.Seen, f.Cases)
			}
		})
	}
}

func TestSimulatorOverTLSWithClientCertificate(t *testing.T) {
	folder := t.TempDir()
	authority := x509.NewCertPool()
	cert := clientCertificate(t, folder, authority)
	server := httptest.NewUnstartedServer(served(t).Handler())
	server.TLS = &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: authority}
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	writePEM(t, filepath.Join(folder, "ca.pem"), "CERTIFICATE", server.Certificate().Raw)

	table := contractTable(t)
	service := "{url: '" + server.URL + "', tls: {ca: ca.pem, cert: client.pem, key: client.key}}"
	file := "version: 1\nservices:\n  kyc: " + service + "\n  k2: " + service +
		"\n  abs: " + strings.Replace(service, server.URL, server.URL+"/abs", 1) + "\ncontrol_token: {env: TOKEN}\n"
	tg, err := target.Read(filepath.Join(folder, "target.yaml"), []byte(file), table, func(string) string { return "the token" })
	if err != nil {
		t.Fatal(err)
	}
	isGreen(t, verified(t, nil, func(o *verify.Options) { o.Transport, o.Target = nil, tg }))
	if len(cert) == 0 {
		t.Error("no certificate")
	}

	stranger := whole(server.URL) // knows neither the authority nor a certificate
	report := verified(t, nil, func(o *verify.Options) {
		o.Transport, o.Target, o.Kinds, o.Operations = nil, stranger, []string{verify.WellFormed}, []string{"abs.get_cli"}
	})
	if len(report.Findings) != 1 || report.Findings[0].Kind != verify.NoAnswer || !strings.Contains(report.Findings[0].Seen, "certificate") {
		t.Errorf("without certificates: %v", report.Findings)
	}
}

func clientCertificate(t *testing.T, folder string, authority *x509.CertPool) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "suite"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2090, 1, 1, 0, 0, 0, 0, time.UTC),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	authority.AddCert(cert)
	secret, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	writePEM(t, filepath.Join(folder, "client.pem"), "CERTIFICATE", raw)
	writePEM(t, filepath.Join(folder, "client.key"), "EC PRIVATE KEY", secret)
	return raw
}

func writePEM(t *testing.T, name, kind string, raw []byte) {
	t.Helper()
	if err := os.WriteFile(name, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: raw}), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestProxyIsUsed(t *testing.T) {
	next := served(t).Handler()
	var through []string
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		through = append(through, r.URL.Host)
		next.ServeHTTP(w, r)
	}))
	defer proxy.Close()
	tg := target.Of(map[string]string{"abs": "http://abs.bank.test/abs"})
	s := tg.Services["abs"]
	s.Proxy = proxy.URL
	tg.Services["abs"] = s
	report := verified(t, nil, func(o *verify.Options) { o.Transport, o.Target, o.Operations = nil, tg, []string{"abs.get_cli"} })
	if !report.Good || len(through) == 0 || through[0] != "abs.bank.test" {
		t.Errorf("through the proxy went %v; findings %v", through, lines(report.Findings))
	}
}

func TestStoppedRunSaysNothingAboutTheTarget(t *testing.T) {
	table := contractTable(t)
	ctx, cancel := context.WithCancel(context.Background())
	next := served(t).Handler()
	stopping := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/abs/get_acc" {
			cancel()
		}
		next.ServeHTTP(w, r)
	})
	report, err := verify.Run(ctx, verify.Options{Table: table, Target: whole(base), Transport: inprocess.Transport(stopping), Seed: 1})
	if err != context.Canceled {
		t.Errorf("error %v", err)
	}
	if len(report.Findings) > 0 {
		t.Errorf("findings: %v", lines(report.Findings))
	}
}
