package tlsca

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// The files of a directory. The first is what clients trust; the second is all
// there is, certificate and key, in one file so that they can't be of two makings.
const (
	CertificateFile = "ca.pem"
	KeyFile         = "ca-key.pem"
)

const (
	certificateBlock = "CERTIFICATE"
	keyBlock         = "PRIVATE KEY"
)

// openFiles reads the authority, and makes it first where there is none.
func openFiles(dir string, hosts []string, now time.Time) (*x509.Certificate, *ecdsa.PrivateKey, error) {
	if dir == "" {
		return nil, nil, errors.New("no directory to keep it in: name one by --tls-dir")
	}
	name := filepath.Join(dir, KeyFile)
	content, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		if err = makeFile(dir, name, hosts, now); err == nil {
			content, err = os.ReadFile(name)
		}
	}
	if err != nil {
		return nil, nil, err
	}
	cert, key, err := decode(content)
	switch {
	case err != nil:
		return nil, nil, fmt.Errorf("%s: %w", KeyFile, err)
	case now.After(cert.NotAfter.Add(-serverLife)):
		return nil, nil, fmt.Errorf("it ends on %s: remove the directory, so that a new one is made for clients to trust",
			cert.NotAfter.Format(time.DateOnly))
	}
	if err := covers(cert, hosts); err != nil {
		return nil, nil, err
	}
	return cert, key, showCertificate(dir, cert)
}

// makeFile makes an authority and puts it under its name in one step. If another
// process was faster, its authority stays.
func makeFile(dir, name string, hosts []string, now time.Time) error {
	der, key, err := newAuthority(hosts, now)
	if err != nil {
		return err
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	content := append(pem.EncodeToMemory(&pem.Block{Type: certificateBlock, Bytes: der}),
		pem.EncodeToMemory(&pem.Block{Type: keyBlock, Bytes: pkcs8})...)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	// The key is its owner's alone; what clients trust is for all to read.
	whole, err := os.CreateTemp(dir, KeyFile+".*") // 0600
	if err != nil {
		return err
	}
	defer os.Remove(whole.Name())
	_, err = whole.Write(content)
	if err = errors.Join(err, whole.Close()); err != nil {
		return err
	}
	err = os.Link(whole.Name(), name)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return nil
	}
	return os.Rename(whole.Name(), name) // a file system without hard links
}

// decode the certificate and the key of a file.
func decode(content []byte) (*x509.Certificate, *ecdsa.PrivateKey, error) {
	var cert *x509.Certificate
	var key *ecdsa.PrivateKey
	for block, rest := pem.Decode(content); block != nil; block, rest = pem.Decode(rest) {
		switch block.Type {
		case certificateBlock:
			c, err := x509.ParseCertificate(block.Bytes)
			if err != nil {
				return nil, nil, err
			}
			cert = c
		case keyBlock:
			k, err := x509.ParsePKCS8PrivateKey(block.Bytes)
			if err != nil {
				return nil, nil, err
			}
			key, _ = k.(*ecdsa.PrivateKey)
		}
	}
	if cert == nil || key == nil || !key.PublicKey.Equal(cert.PublicKey) {
		return nil, nil, errors.New("not an authority's certificate with its ECDSA key: remove the file, so that it is made anew")
	}
	return cert, key, nil
}

// showCertificate keeps ca.pem, which is for people to copy, as it should be.
func showCertificate(dir string, cert *x509.Certificate) error {
	name := filepath.Join(dir, CertificateFile)
	want := pem.EncodeToMemory(&pem.Block{Type: certificateBlock, Bytes: cert.Raw})
	if have, err := os.ReadFile(name); err == nil && bytes.Equal(have, want) {
		return nil
	}
	return os.WriteFile(name, want, 0o644)
}
