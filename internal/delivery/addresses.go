package delivery

import (
	"net"
	"net/netip"
	"slices"
)

// check judges an address to be connected to; host is the name that it was found
// by, or the address itself.
func (r *reach) check(host string, at netip.AddrPort) error {
	at = netip.AddrPortFrom(embedded(at.Addr().Unmap().WithZone("")), at.Port())
	ip, name := at.Addr(), plainName(host)
	if why := alwaysRefused(ip); why != "" {
		return Refused{at.String(), why}
	}
	r.mu.Lock()
	own, shared := r.isOwn(at), r.shared
	r.mu.Unlock()
	fits := func(a rule) bool { return a.fits(name, at) }
	// A name that another server resolves must not lead to this machine.
	fitsLocally := func(a rule) bool { return a.fits(name, at) && (a.name == "" || isLocalhost(a.name)) }
	switch {
	case own && !slices.ContainsFunc(r.rules, func(a rule) bool { return a.isAddress() && a.fits("", at) }):
		return Refused{at.String(), "the simulator itself listens there; --deliver-allow has to name it as IP:PORT"}
	case ip.IsLoopback() && shared && !slices.ContainsFunc(r.rules, fitsLocally):
		return Refused{at.String(), "it is a loopback address, and this simulator is not on loopback alone; --deliver-allow has to name it"}
	case len(r.rules) > 0 && !slices.ContainsFunc(r.rules, fits):
		return r.notAllowed(at.String())
	}
	return nil
}

// isOwn reports whether the simulator listens on an address.
func (r *reach) isOwn(at netip.AddrPort) bool {
	for _, own := range r.own {
		if own.Port() == at.Port() && (own.Addr() == at.Addr() || own.Addr().IsUnspecified() && isOfThisMachine(at.Addr())) {
			return true
		}
	}
	return false
}

func isOfThisMachine(ip netip.Addr) bool {
	if ip.IsLoopback() {
		return true
	}
	interfaces, err := net.InterfaceAddrs()
	if err != nil {
		return true // not known: the safe answer
	}
	return slices.ContainsFunc(interfaces, func(a net.Addr) bool {
		network, err := netip.ParsePrefix(a.String())
		return err == nil && network.Addr().Unmap() == ip
	})
}

// Addresses from which machines in clouds read their credentials, beside the link-local
// ones: Amazon and Google over IPv6, Alibaba, Azure.
var metadata = []netip.Addr{
	netip.MustParseAddr("fd00:ec2::254"), netip.MustParseAddr("fd20:ce::254"),
	netip.MustParseAddr("100.100.100.200"), netip.MustParseAddr("168.63.129.16"),
}

var (
	thisNetwork = netip.MustParsePrefix("0.0.0.0/8")
	broadcast   = netip.MustParseAddr("255.255.255.255")
	nat64       = netip.MustParsePrefix("64:ff9b::/96")
)

// embedded is the IPv4 address that a NAT64 address stands for (RFC 6052), or the
// address itself.
func embedded(ip netip.Addr) netip.Addr {
	if !nat64.Contains(ip) {
		return ip
	}
	bytes := ip.As16()
	return netip.AddrFrom4([4]byte(bytes[12:]))
}

// alwaysRefused returns why deliveries never go to an address; empty if they may.
func alwaysRefused(ip netip.Addr) string {
	switch {
	case ip.IsLinkLocalUnicast(), slices.Contains(metadata, ip):
		return "link-local addresses and those of cloud metadata are never delivered to"
	case ip.IsUnspecified(), thisNetwork.Contains(ip):
		return "an unspecified address is never delivered to"
	case ip.IsMulticast(), ip == broadcast:
		return "multicast and broadcast addresses are never delivered to"
	}
	return ""
}
