package delivery

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
)

// Reach says which addresses deliveries may go to. The zero value lets them go
// everywhere but to what is always refused.
type Reach struct {
	Allow []string // hosts, host:port, IP addresses and networks in CIDR form; empty for all
	Proxy string   // URL of a proxy that deliveries go through; empty for none
}

// Refused is the error of an address that deliveries may not go to.
type Refused struct{ Address, Why string }

func (r Refused) Error() string {
	return fmt.Sprintf("deliveries to %s are refused: %s", r.Address, r.Why)
}

// rule allows a name or a network, on one port or on all.
type rule struct {
	text    string
	name    string       // of a host; empty for a network
	network netip.Prefix // of one address, too
	port    uint16       // 0 for all
}

func (r rule) fits(name string, at netip.AddrPort) bool {
	if r.port != 0 && r.port != at.Port() {
		return false
	}
	return r.name == name && name != "" || r.network.IsValid() && r.network.Contains(at.Addr())
}

// isAddress reports whether the rule is one IP address with its port.
func (r rule) isAddress() bool { return r.network.IsSingleIP() && r.port != 0 }

var hostName = regexp.MustCompile(`^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$`)

func parseRule(text string) (rule, error) {
	if network, err := netip.ParsePrefix(text); err == nil {
		return rule{text: text, network: network.Masked()}, nil
	}
	host, port := text, uint64(0)
	if h, p, err := net.SplitHostPort(text); err == nil {
		host = h
		if port, err = strconv.ParseUint(p, 10, 16); err != nil || port == 0 {
			return rule{}, fmt.Errorf("deliver-allow: %q: the port is a number from 1 to 65535", text)
		}
	}
	made := rule{text: text, port: uint16(port)}
	if ip, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		ip = ip.Unmap()
		made.network = netip.PrefixFrom(ip, ip.BitLen())
		return made, nil
	}
	if made.name = plainName(host); !hostName.MatchString(made.name) {
		return rule{}, fmt.Errorf("deliver-allow: %q is not a host, host:port or network such as 10.0.0.0/8", text)
	}
	return made, nil
}

// plainName of a host: in lower case, without the dot of the root.
func plainName(host string) string { return strings.TrimSuffix(strings.ToLower(host), ".") }

// reach judges addresses by a Reach and by where the simulator itself listens. It is
// safe for concurrent use.
type reach struct {
	rules []rule
	proxy *url.URL

	mu     sync.Mutex
	own    []netip.AddrPort // where the simulator listens
	shared bool             // not on loopback alone
}

func newReach(of Reach) (*reach, error) {
	r := &reach{}
	for _, text := range of.Allow {
		made, err := parseRule(text)
		if err != nil {
			return nil, err
		}
		r.rules = append(r.rules, made)
	}
	if of.Proxy != "" {
		at, err := url.Parse(of.Proxy)
		if err != nil || at.Host == "" || at.Scheme != "http" && at.Scheme != "https" {
			return nil, fmt.Errorf("deliver-proxy: %q is no http or https URL", of.Proxy)
		}
		r.proxy = at
	}
	return r, nil
}

func (r *reach) servedOn(addresses []net.Addr) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, a := range addresses {
		at, err := netip.ParseAddrPort(a.String())
		if err != nil {
			continue // no network reaches it
		}
		at = netip.AddrPortFrom(at.Addr().Unmap(), at.Port())
		r.own, r.shared = append(r.own, at), r.shared || !at.Addr().IsLoopback()
	}
}

// transport of deliveries. It doesn't ask the environment for a proxy.
func (r *reach) transport() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.Proxy, t.DialContext = nil, r.dial
	if r.proxy != nil { // then every connection is to the proxy, and the names are for it to resolve
		t.Proxy, t.DialContext = http.ProxyURL(r.proxy), (&net.Dialer{}).DialContext
	}
	return t
}

// dial judges the address that a name resolves to, just before it is connected to:
// a name may resolve to another address each time.
func (r *reach) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	d := net.Dialer{Control: func(_, resolved string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(resolved)
		if err != nil {
			return Refused{resolved, "it is no IP address"}
		}
		return r.check(host, at)
	}}
	return d.DialContext(ctx, network, address)
}

// checkURL judges what is known of a target before its name is resolved.
func (r *reach) checkURL(target *url.URL) error {
	host := plainName(target.Hostname())
	port, err := portOf(target)
	if err != nil {
		return err
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		return r.check(host, netip.AddrPortFrom(ip, port))
	}
	if isLocalhost(host) {
		return r.check(host, netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), port))
	}
	mayFit := func(a rule) bool {
		byName := a.fits(host, netip.AddrPortFrom(netip.Addr{}, port))
		return byName || r.proxy == nil && a.network.IsValid() && (a.port == 0 || a.port == port)
	}
	if len(r.rules) > 0 && !slices.ContainsFunc(r.rules, mayFit) {
		return r.notAllowed(net.JoinHostPort(host, strconv.Itoa(int(port))))
	}
	return nil
}

func portOf(target *url.URL) (uint16, error) {
	text := target.Port()
	if text == "" {
		text = map[string]string{"http": "80", "https": "443"}[target.Scheme]
	}
	port, err := strconv.ParseUint(text, 10, 16)
	if err != nil || port == 0 {
		return 0, fmt.Errorf("the port %q is not a number from 1 to 65535", text)
	}
	return uint16(port), nil
}

func isLocalhost(name string) bool {
	return name == "localhost" || strings.HasSuffix(name, ".localhost")
}

func (r *reach) notAllowed(address string) error {
	return Refused{address, "it is not in --deliver-allow (" + r.allowed() + ")"}
}

func (r *reach) allowed() string {
	var texts []string
	for _, a := range r.rules {
		texts = append(texts, a.text)
	}
	return strings.Join(texts, ", ")
}
