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
	control   net.Listener // nil without --control-addr: it is on the others
	hosts     []string     // of the certificate
	dir       string       // of the certificate authority
	authority []byte       // its certificate, PEM
}

// listen on the addresses that are asked for, before anything else is done: port
// 0 then has a number, and who waits for the port finds it.
func (cfg *serveConfig) listen(now func() time.Time) (*listening, error) {
	at := &listening{}
	var err error
	if at.plain, err = listenOn(cfg.addr, "addr"); err != nil {
		return nil, err
	}
	if err := cfg.listenBeside(at, now); err != nil {
		at.close()
		return nil, err
	}
	return at, nil
}

// listenOn an address that a flag has named.
func listenOn(addr, flagName string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, cannotListen(fmt.Errorf("cannot listen on %s: %w; --%s names another address", addr, err, flagName))
	}
	return l, nil
}

// listenBeside the plain address.
func (cfg *serveConfig) listenBeside(at *listening, now func() time.Time) error {
	if cfg.controlAddr != "" {
		l, err := listenOn(cfg.controlAddr, "control-addr")
		if err != nil {
			return err
		}
		at.control = l
	}
	if cfg.tls {
		return cfg.listenSecurely(at, now)
	}
	return nil
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
	l, err := listenOn(cfg.tlsAddr, "tls-addr")
	if err != nil {
		return err
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

// services are the listeners for clients.
func (at *listening) services() []net.Listener {
	if at.secure == nil {
		return []net.Listener{at.plain}
	}
	return []net.Listener{at.plain, at.secure}
}

// controls are the listeners that the control API is on.
func (at *listening) controls() []net.Listener {
	if at.control == nil {
		return at.services()
	}
	return []net.Listener{at.control}
}

func (at *listening) all() []net.Listener {
	if at.control == nil {
		return at.services()
	}
	return append(at.services(), at.control)
}

func (at *listening) addresses() (all []net.Addr) {
	for _, l := range at.all() {
		all = append(all, l.Addr())
	}
	return all
}

// controlAt is the only address that the control API is on; nil if it is on all.
func (at *listening) controlAt() net.Addr {
	if at.control == nil {
		return nil
	}
	return at.control.Addr()
}

func (at *listening) close() {
	for _, l := range at.all() {
		_ = l.Close() // the server on it may have closed it
	}
}

// onLoopback reports whether only this machine reaches the control API.
func (at *listening) onLoopback() bool {
	for _, l := range at.controls() {
		if !isLoopback(l.Addr()) {
			return false
		}
	}
	return true
}

func (at *listening) announce(out output) {
	control := at.plain
	if at.control != nil {
		control = at.control
	}
	plain := reachable(at.plain.Addr().String())
	out.say("KYC, K2 and ABS on http://%s, console on http://%s/_sim/", plain, reachable(control.Addr().String()))
	if _, port, _ := net.SplitHostPort(plain); plain != at.plain.Addr().String() {
		out.say("all other addresses of this machine have them on port %s, too", port)
	}
	if at.secure != nil {
		out.say("on https://%s, too, as %s; clients have to trust %s",
			reachable(at.secure.Addr().String()), strings.Join(at.hosts, ", "), filepath.Join(at.dir, tlsca.CertificateFile))
	}
}
