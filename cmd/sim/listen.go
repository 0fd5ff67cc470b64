package main

import (
	"crypto/tls"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/tlsca"
)

// listening is where a simulator can be reached.
type listening struct {
	plain     net.Listener
	secure    net.Listener // nil without --tls
	hosts     []string     // of the certificate
	dir       string       // of the certificate authority
	authority []byte       // its certificate, PEM
}

// listen on the addresses that are asked for, before anything else is done: port
// 0 then has a number, and who waits for the port finds it.
func (cfg *serveConfig) listen(now func() time.Time) (*listening, error) {
	at := &listening{}
	var err error
	if at.plain, err = net.Listen("tcp", cfg.addr); err != nil {
		return nil, cannotListen(fmt.Errorf("cannot listen on %s: %w", cfg.addr, err))
	}
	if !cfg.tls {
		return at, nil
	}
	if err := cfg.listenSecurely(at, now); err != nil {
		at.close()
		return nil, err
	}
	return at, nil
}

func (cfg *serveConfig) listenSecurely(at *listening, now func() time.Time) error {
	dir, err := cfg.authorityDir()
	if err != nil {
		return wrongUse(err)
	}
	authority, err := tlsca.Open(tlsca.Options{Dir: dir, Hosts: cfg.tlsHosts, Now: now})
	if err != nil {
		return wrongUse(err)
	}
	l, err := net.Listen("tcp", cfg.tlsAddr)
	if err != nil {
		return cannotListen(fmt.Errorf("cannot listen on %s: %w", cfg.tlsAddr, err))
	}
	at.secure, at.dir, at.hosts, at.authority = tls.NewListener(l, authority.Config()), dir, authority.Hosts(), authority.PEM()
	return nil
}

// authorityDir is --tls-dir, or a folder among the user's settings.
func (cfg *serveConfig) authorityDir() (string, error) {
	if cfg.tlsDir != "" {
		return cfg.tlsDir, nil
	}
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", fmt.Errorf("no folder for the certificate authority, name one by --tls-dir: %w", err)
	}
	return filepath.Join(dir, "kzsim", "tls"), nil
}

func (at *listening) all() []net.Listener {
	if at.secure == nil {
		return []net.Listener{at.plain}
	}
	return []net.Listener{at.plain, at.secure}
}

func (at *listening) close() {
	for _, l := range at.all() {
		_ = l.Close() // whoever served on it may have closed it
	}
}

func (at *listening) onLoopback() bool {
	for _, l := range at.all() {
		if !isLoopback(l.Addr()) {
			return false
		}
	}
	return true
}

func (at *listening) announce(voice voice) {
	voice.say("KYC, K2 and ABS on http://%s, control API at /_sim/", at.plain.Addr())
	if at.secure != nil {
		voice.say("on https://%s, too, as %s; clients have to trust %s",
			at.secure.Addr(), strings.Join(at.hosts, ", "), filepath.Join(at.dir, tlsca.CertificateFile))
	}
}
